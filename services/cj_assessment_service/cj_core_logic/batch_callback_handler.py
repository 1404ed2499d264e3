"""Answers arrived: record them, and continue every batch whose wave they completed."""

from collections.abc import Sequence
from dataclasses import dataclass

from cj_assessment_service.cj_core_logic.callback_persistence_service import CallbackPersistenceService
from cj_assessment_service.cj_core_logic.workflow_continuation import WorkflowContinuation
from cj_assessment_service.domain.comparisons import Outcome


@dataclass(frozen=True, slots=True)
class BatchCallbackHandler:
    persistence: CallbackPersistenceService
    continuation: WorkflowContinuation

    async def handle(self, outcomes: Sequence[Outcome]) -> None:
        for claim in await self.persistence.persist(outcomes):
            await self.continuation.continue_batch(claim)
