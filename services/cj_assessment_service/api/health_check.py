"""What can be said of the service's health by one look at its database."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from cj_assessment_service.domain.batches import Silence
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.errors import DatabaseUnavailable
from cj_assessment_service.protocols import CJBatchRepositoryProtocol, SessionProviderProtocol

STALLED_AFTER = timedelta(hours=2)
TOLERATED_STALLED_BATCHES = 5
PATIENCE_SECONDS = 5.0
"""A database that takes longer counts as down: probes must answer."""


class BrokerProbe(Protocol):
    """Whatever carries the messages."""

    async def is_reachable(self) -> bool:
        """Answers within seconds."""
        ...


@dataclass(frozen=True, slots=True)
class DatabaseAnswers:
    """`batches_move` is false when more than a few batches have stood still for hours."""

    batches_move: bool


@dataclass(frozen=True, slots=True)
class DatabaseSilent:
    reason: str


Health = DatabaseAnswers | DatabaseSilent


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """`broker` is None where messages never leave the process."""

    sessions: SessionProviderProtocol
    batches: CJBatchRepositoryProtocol
    clock: Clock
    broker: BrokerProbe | None = None

    async def broker_answers(self) -> bool | None:
        """None where there is no broker."""
        return await self.broker.is_reachable() if self.broker is not None else None

    async def look(self) -> Health:
        since = self.clock.now() - STALLED_AFTER
        try:
            async with asyncio.timeout(PATIENCE_SECONDS), self.sessions.session() as session:
                stalled = await self.batches.find_stalled(
                    session, Silence(since, since), TOLERATED_STALLED_BATCHES + 1
                )
        except DatabaseUnavailable as error:
            return DatabaseSilent(str(error))
        except TimeoutError:
            return DatabaseSilent(f"The database did not answer within {PATIENCE_SECONDS:g} seconds.")
        return DatabaseAnswers(batches_move=len(stalled) <= TOLERATED_STALLED_BATCHES)
