"""Carries on a batch that some process left behind, from whatever state it was left in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from cj_assessment_service.cj_core_logic.batch_processor import BatchProcessor
from cj_assessment_service.cj_core_logic.workflow_continuation import WorkflowContinuation
from cj_assessment_service.cj_core_logic.workflow_orchestrator import WorkflowOrchestrator
from cj_assessment_service.domain.batches import BatchState, Claim
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.identifiers import BatchId, ClaimToken
from cj_assessment_service.protocols import (
    CJBatchRepositoryProtocol,
    SessionProviderProtocol,
    TelemetryProtocol,
)


@dataclass(frozen=True, slots=True)
class BatchRecovery:
    sessions: SessionProviderProtocol
    batches: CJBatchRepositoryProtocol
    orchestrator: WorkflowOrchestrator
    processor: BatchProcessor
    continuation: WorkflowContinuation
    telemetry: TelemetryProtocol
    clock: Clock

    async def resume(self, batch_id: BatchId, abandoned_before: datetime) -> None:
        """Nothing recorded is asked again; a claim is taken over only when older than `abandoned_before`.

        Raises UnknownBatch.
        """
        async with self.sessions.session() as session:
            state = await self.batches.get_batch_state(session, batch_id)
        if state.is_terminal:
            return
        self.telemetry.batch_resumed(batch_id, state)
        if state is BatchState.INITIALIZING:
            await self.orchestrator.begin(batch_id)
        elif state is BatchState.WAITING_CALLBACKS:
            await self.processor.send_outstanding(batch_id)
        else:
            await self._take_over(batch_id, abandoned_before)

    async def _take_over(self, batch_id: BatchId, abandoned_before: datetime) -> None:
        claim: Claim | None
        async with self.sessions.session() as session:
            claim = await self.batches.claim_abandoned(
                session, batch_id, ClaimToken(uuid4()), self.clock.now(), abandoned_before
            )
            await session.commit()
        if claim is not None:
            await self.continuation.continue_batch(claim)
