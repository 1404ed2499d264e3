"""Sessions whose transaction belongs to the caller."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.ext.asyncio import AsyncSession

from cj_assessment_service.domain.errors import DatabaseUnavailable
from cj_assessment_service.implementations.database_infrastructure import CJDatabaseInfrastructure
from cj_assessment_service.protocols import SessionProviderProtocol

_UNREACHABLE = (OperationalError, InterfaceError, PoolExhausted, OSError)
"""A refused or missing socket reaches us as a bare OSError, because there is no connection to report it."""

_PASSING_STATES = ("08", "40", "53", "57P")
"""How the SQLSTATE of a fault begins that may not come again: lost connections, deadlocks, a server that is full, stops
or starts.
"""


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
        except DBAPIError as error:
            await session.rollback()
            if _passes(error):
                raise DatabaseUnavailable(f"The database gave up on a transaction: {error.orig}") from error
            raise
        except BaseException:
            await session.rollback()
            raise
        finally:
            await session.close()


def _passes(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    return error.connection_invalidated or (isinstance(state, str) and state.startswith(_PASSING_STATES))
