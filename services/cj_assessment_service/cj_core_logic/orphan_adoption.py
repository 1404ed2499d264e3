"""Answers that came before their questions find them, and those that never do are given up."""

from dataclasses import dataclass
from datetime import timedelta

from cj_assessment_service.cj_core_logic.batch_callback_handler import BatchCallbackHandler
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.policies import DeadlinePolicy
from cj_assessment_service.protocols import (
    OrphanAnswerRepositoryProtocol,
    SessionProviderProtocol,
    TelemetryProtocol,
)


@dataclass(frozen=True, slots=True)
class OrphanAdoption:
    sessions: SessionProviderProtocol
    orphans: OrphanAnswerRepositoryProtocol
    callbacks: BatchCallbackHandler
    policy: DeadlinePolicy
    telemetry: TelemetryProtocol
    clock: Clock

    async def adopt(self, limit: int) -> int:
        """Records answers whose questions are in the ledger by now; returns how many, at most `limit`. They stop being orphans
        only after that, so that none is lost in between; recorded twice, they count once.
        """
        async with self.sessions.session() as session:
            found = await self.orphans.find_adoptable(session, limit)
        if not found:
            return 0
        await self.callbacks.handle(found)
        async with self.sessions.session() as session:
            await self.orphans.remove(session, [outcome.request_id for outcome in found])
            await session.commit()
        self.telemetry.orphans_adopted(len(found))
        return len(found)

    async def forget(self) -> int:
        """Gives up the oldest; returns how many."""
        received_before = self.clock.now() - timedelta(seconds=self.policy.orphan_seconds)
        async with self.sessions.session() as session:
            gone = await self.orphans.forget_received_before(session, received_before)
            await session.commit()
        if gone:
            self.telemetry.orphans_forgotten(gone)
        return gone
