"""Sessions whose transaction belongs to the caller."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from cj_assessment_service.domain.errors import DatabaseUnavailable
from cj_assessment_service.implementations.database_infrastructure import CJDatabaseInfrastructure
from cj_assessment_service.protocols import SessionProviderProtocol


@dataclass(frozen=True, slots=True)
class CJSessionProviderImpl(SessionProviderProtocol):
    """Rolls back when the body raises, always closes, never commits."""

    infrastructure: CJDatabaseInfrastructure

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        session = self.infrastructure.sessions()
        try:
            yield session
        except (OperationalError, InterfaceError) as error:
            await session.rollback()
            raise DatabaseUnavailable(f"The database does not answer: {error.orig}") from error
        except BaseException:
            await session.rollback()
            raise
        finally:
            await session.close()
