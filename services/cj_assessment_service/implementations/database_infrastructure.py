"""The one engine of a process."""

from dataclasses import dataclass
from typing import Self

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

POOL_SIZE = 5
POOL_OVERFLOW = 10
RECYCLE_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class CJDatabaseInfrastructure:
    """Owns the engine and the session factory; every repository works on sessions made here."""

    engine: AsyncEngine
    sessions: async_sessionmaker[AsyncSession]

    @classmethod
    def connect(cls, database_url: str) -> Self:
        """The engine connects on first use; nothing is opened here."""
        return cls.on_engine(
            create_async_engine(
                database_url,
                pool_size=POOL_SIZE,
                max_overflow=POOL_OVERFLOW,
                pool_pre_ping=True,
                pool_recycle=RECYCLE_SECONDS,
            )
        )

    @classmethod
    def on_engine(cls, engine: AsyncEngine) -> Self:
        return cls(engine, async_sessionmaker(engine, expire_on_commit=False, class_=AsyncSession))

    async def close(self) -> None:
        await self.engine.dispose()
