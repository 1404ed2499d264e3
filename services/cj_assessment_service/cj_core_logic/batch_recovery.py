"""Carries on a batch that some process left behind, from whatever state it was left in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from cj_assessment_service.cj_core_logic.batch_finalizer import BatchFinalizer
from cj_assessment_service.cj_core_logic.batch_processor import BatchProcessor
from cj_assessment_service.cj_core_logic.workflow_continuation import WorkflowContinuation
from cj_assessment_service.cj_core_logic.workflow_orchestrator import WorkflowOrchestrator
from cj_assessment_service.domain.batches import BatchOverview, BatchState, Claim, Silence, StopReason
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.identifiers import BatchId, ClaimToken
from cj_assessment_service.domain.policies import LeasePolicy
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
    finalizer: BatchFinalizer
    policy: LeasePolicy
    telemetry: TelemetryProtocol
    clock: Clock

    async def resume(self, batch_id: BatchId, abandoned_before: datetime) -> None:
        """For a caller who knows that nobody else drives the batch: everything without an answer is sent again at once, though
        nothing recorded is asked again, and a claim is taken over when older than `abandoned_before`.

        Raises UnknownBatch.
        """
        state = (await self._overview(batch_id)).state
        if state.is_terminal:
            return
        self.telemetry.batch_resumed(batch_id, state)
        if state is BatchState.INITIALIZING:
            await self.orchestrator.begin(batch_id)
        elif state is BatchState.WAITING_CALLBACKS:
            await self.processor.send_outstanding(batch_id)
        elif (claim := await self._claim_abandoned(batch_id, abandoned_before)) is not None:
            await self.continuation.continue_batch(claim)

    async def take_over(self, batch_id: BatchId, silence: Silence) -> bool:
        """For a caller who only knows that the batch has been silent: False when it is not any more. A hand-over that nobody
        got any further, however often it was taken over, ends the batch. Questions that are out have deadlines of their own.

        Raises UnknownBatch.
        """
        overview = await self._overview(batch_id)
        if overview.state is BatchState.INITIALIZING:
            return await self._begin_again(overview, silence.claimed_before)
        if overview.state is BatchState.WAITING_CALLBACKS:
            claim = await self._claim_answered(batch_id, silence.idle_since)
        else:
            claim = await self._claim_abandoned(batch_id, silence.claimed_before)
        if claim is None:
            return False
        self.telemetry.batch_resumed(batch_id, overview.state)
        if claim.take_overs <= self.policy.most_take_overs:
            await self.continuation.continue_batch(claim)
        else:
            await self.finalizer.fail(claim, StopReason.PROCESSING_FAILED, _given_up(claim))
            self.telemetry.stuck_batch_failed(batch_id, overview.state)
        return True

    async def _begin_again(self, overview: BatchOverview, silent_since: datetime) -> bool:
        if overview.last_activity_at >= silent_since:
            return False
        self.telemetry.batch_resumed(overview.identity.batch_id, overview.state)
        await self.orchestrator.begin(overview.identity.batch_id)
        return True

    async def _overview(self, batch_id: BatchId) -> BatchOverview:
        async with self.sessions.session() as session:
            return await self.batches.get_overview(session, batch_id)

    async def _claim_abandoned(self, batch_id: BatchId, abandoned_before: datetime) -> Claim | None:
        async with self.sessions.session() as session:
            claim = await self.batches.claim_abandoned(
                session, batch_id, ClaimToken(uuid4()), self.clock.now(), abandoned_before
            )
            await session.commit()
        return claim

    async def _claim_answered(self, batch_id: BatchId, idle_since: datetime) -> Claim | None:
        async with self.sessions.session() as session:
            claim = await self.batches.claim_answered(
                session, batch_id, ClaimToken(uuid4()), self.clock.now(), idle_since
            )
            await session.commit()
        return claim


def _given_up(claim: Claim) -> str:
    return (
        f"What followed wave {claim.wave} was begun {claim.take_overs} times and never came to an end. The log of the service"
        " says what went wrong. Mend it, then start the batch again."
    )
