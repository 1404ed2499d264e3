"""The one engine of a process."""

from dataclasses import dataclass
from typing import Self

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from cj_assessment_service.metrics import Metrics

POOL_SIZE = 5
POOL_OVERFLOW = 10
RECYCLE_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class CJDatabaseInfrastructure:
    """Owns the engine, the session factory and the database metrics; every repository works on sessions made here."""

    engine: AsyncEngine
    sessions: async_sessionmaker[AsyncSession]
    metrics: Metrics

    @classmethod
    def connect(cls, database_url: str, metrics: Metrics) -> Self:
        """The engine connects on first use; nothing is opened here."""
        return cls.on_engine(
            create_async_engine(
                database_url,
                pool_size=POOL_SIZE,
                max_overflow=POOL_OVERFLOW,
                pool_pre_ping=True,
                pool_recycle=RECYCLE_SECONDS,
            ),
            metrics,
        )

    @classmethod
    def on_engine(cls, engine: AsyncEngine, metrics: Metrics) -> Self:
        in_use = metrics.database_connections
        event.listen(engine.sync_engine, "checkout", lambda *_: in_use.inc())
        event.listen(engine.sync_engine, "checkin", lambda *_: in_use.dec())
        return cls(engine, async_sessionmaker(engine, expire_on_commit=False, class_=AsyncSession), metrics)

    async def close(self) -> None:
        await self.engine.dispose()
