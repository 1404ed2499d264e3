"""Sessions whose transaction belongs to the caller."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.ext.asyncio import AsyncSession

from cj_assessment_service.domain.errors import DatabaseUnavailable
from cj_assessment_service.implementations.database_infrastructure import CJDatabaseInfrastructure
from cj_assessment_service.protocols import SessionProviderProtocol

_UNREACHABLE = (OperationalError, InterfaceError, PoolExhausted, OSError)
"""A refused or missing socket reaches us as a bare OSError, because there is no connection to report it."""


@dataclass(frozen=True, slots=True)
class CJSessionProviderImpl(SessionProviderProtocol):
    """Rolls back when the body raises, always closes, never commits."""

    infrastructure: CJDatabaseInfrastructure

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        session = self.infrastructure.sessions()
        try:
            yield session
        except _UNREACHABLE as error:
            await session.rollback()
            raise DatabaseUnavailable(f"The database does not answer: {error}") from error
        except BaseException:
            await session.rollback()
            raise
        finally:
            await session.close()
