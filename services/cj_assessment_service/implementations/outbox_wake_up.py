"""PostgreSQL notifies relays of events as they are committed."""

import asyncio
from contextlib import suppress

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from cj_assessment_service.implementations.database_infrastructure import CJDatabaseInfrastructure
from cj_assessment_service.protocols import OutboxWakeUpProtocol

CHANNEL = "event_outbox"
"""A trigger of the table notifies it."""

_UNREACHABLE = (DBAPIError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


class NotifiedWakeUp(OutboxWakeUpProtocol):
    """Listens on a connection of its own, which the pool would want back and recycle."""

    def __init__(self, infrastructure: CJDatabaseInfrastructure) -> None:
        self._engine = create_async_engine(infrastructure.engine.url, poolclass=NullPool)
        self._connection: AsyncConnection | None = None
        self._is_lost = False
        self._woken = asyncio.Event()

    async def wait(self, longest: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(longest):
                with suppress(*_UNREACHABLE):
                    await self._listen()
                await self._woken.wait()
        self._woken.clear()

    async def close(self) -> None:
        await self._hang_up()
        await self._engine.dispose()

    async def _listen(self) -> None:
        """Whoever listens anew is woken at once, for what was committed before."""
        if self._connection is not None and not self._is_lost:
            return
        await self._hang_up()
        self._connection = await self._engine.connect()
        self._is_lost = True  # until it listens
        raw = await self._connection.get_raw_connection()
        driver: asyncpg.Connection = raw.driver_connection
        driver.add_termination_listener(self._lose)
        await driver.add_listener(CHANNEL, self._wake)
        self._is_lost = False
        self._woken.set()

    async def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(*_UNREACHABLE):
                await connection.invalidate()
            await connection.close()

    def _wake(self, *_: object) -> None:
        self._woken.set()

    def _lose(self, *_: object) -> None:
        self._is_lost = True
        self._woken.set()
