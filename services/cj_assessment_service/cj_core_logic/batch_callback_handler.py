"""Answers arrived: record them, and hand over every batch whose wave they completed."""

from collections.abc import Sequence
from dataclasses import dataclass

from cj_assessment_service.cj_core_logic.callback_persistence_service import CallbackPersistenceService
from cj_assessment_service.domain.comparisons import Outcome
from cj_assessment_service.protocols import HandOverProtocol


@dataclass(frozen=True, slots=True)
class BatchCallbackHandler:
    persistence: CallbackPersistenceService
    hand_over: HandOverProtocol

    async def handle(self, outcomes: Sequence[Outcome]) -> None:
        """The answers are recorded when this returns; their batches go on by themselves."""
        for claim in await self.persistence.persist(outcomes):
            await self.hand_over.take(claim)
