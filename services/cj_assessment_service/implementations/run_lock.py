"""A lock the database frees by itself when its holder dies."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cj_assessment_service.domain.errors import BatchBusy
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.implementations.database_infrastructure import CJDatabaseInfrastructure
from cj_assessment_service.protocols import RunLockProtocol

KEY_SPACE = 0x636A_0000_0000_0000
"""Keeps our advisory locks apart from those of other programs in the same database."""


@dataclass(frozen=True, slots=True)
class AdvisoryRunLock(RunLockProtocol):
    """Lives on a connection of its own, outside any transaction."""

    infrastructure: CJDatabaseInfrastructure

    @asynccontextmanager
    async def hold(self, batch_id: BatchId) -> AsyncIterator[None]:
        key = {"key": KEY_SPACE + batch_id}
        async with self.infrastructure.engine.connect() as connection:
            autocommit = await connection.execution_options(isolation_level="AUTOCOMMIT")
            if not await autocommit.scalar(text("select pg_try_advisory_lock(:key)"), key):
                raise BatchBusy(
                    f"Batch {batch_id} is being worked on by another process. Wait for it, or stop it first."
                )
            try:
                yield
            finally:
                with suppress(DBAPIError):  # a connection that is gone has freed the lock already
                    await autocommit.execute(text("select pg_advisory_unlock(:key)"), key)
