"""The one engine of a process."""

import time
from dataclasses import dataclass
from typing import Self

from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from cj_assessment_service.metrics import Metrics

POOL_SIZE = 5
POOL_OVERFLOW = 10
RECYCLE_SECONDS = 3600
PING_AFTER_SECONDS = 1.0
"""A connection used more recently is taken to be alive: a ping takes as long as a small transaction, and one that breaks
within this time is reported as a passing fault, as in the middle of a transaction.
"""

_LAST_USED = "last_used"


@dataclass(frozen=True, slots=True)
class CJDatabaseInfrastructure:
    """Owns the engine, the session factory and the database metrics; every repository works on sessions made here."""

    engine: AsyncEngine
    sessions: async_sessionmaker[AsyncSession]
    metrics: Metrics

    @classmethod
    def connect(cls, database_url: str, metrics: Metrics) -> Self:
        """The engine connects on first use; nothing is opened here."""
        engine = create_async_engine(
            database_url,
            pool_size=POOL_SIZE,
            max_overflow=POOL_OVERFLOW,
            pool_use_lifo=True,  # a connection just used has its statements prepared already
            pool_recycle=RECYCLE_SECONDS,
            hide_parameters=True,  # faults are logged, and parameters hold texts and names
        )
        ping_after_idleness(engine)
        metrics.database.connections_limit.set(POOL_SIZE + POOL_OVERFLOW)
        return cls.on_engine(engine, metrics)

    @classmethod
    def on_engine(cls, engine: AsyncEngine, metrics: Metrics) -> Self:
        in_use = metrics.database.connections
        event.listen(engine.sync_engine, "checkout", lambda *_: in_use.inc())
        event.listen(engine.sync_engine, "checkin", lambda *_: in_use.dec())
        sessions = async_sessionmaker(
            engine,
            expire_on_commit=False,
            class_=AsyncSession,
            # repositories return values: a session never holds a row that an UPDATE or DELETE would have to refresh
            execution_options={"synchronize_session": False},
        )
        return cls(engine, sessions, metrics)

    async def close(self) -> None:
        await self.engine.dispose()


def ping_after_idleness(engine: AsyncEngine) -> None:
    """Replaces a connection that broke while nobody used it, before anybody notices."""
    dialect = engine.sync_engine.dialect

    def note_use(_: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        record.info[_LAST_USED] = time.monotonic()

    def ping(connection: DBAPIConnection, record: ConnectionPoolEntry, _: PoolProxiedConnection) -> None:
        if time.monotonic() - record.info[_LAST_USED] < PING_AFTER_SECONDS:
            return
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error

    event.listen(engine.sync_engine, "connect", note_use)
    event.listen(engine.sync_engine, "checkin", note_use)
    event.listen(engine.sync_engine, "checkout", ping)
