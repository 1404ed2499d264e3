"""Starts a batch: store the request, load its essays, open the first wave."""

from dataclasses import dataclass
from uuid import uuid4

from cj_assessment_service.cj_core_logic.batch_finalizer import BatchFinalizer
from cj_assessment_service.cj_core_logic.batch_preparation import BatchPreparation
from cj_assessment_service.cj_core_logic.workflow_continuation import WorkflowContinuation
from cj_assessment_service.domain.batches import BatchState, Claim
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.errors import GaveUp, Rejected
from cj_assessment_service.domain.identifiers import BatchId, ClaimToken
from cj_assessment_service.domain.requests import AssessmentRequest
from cj_assessment_service.protocols import (
    CJBatchRepositoryProtocol,
    SessionProviderProtocol,
)


@dataclass(frozen=True, slots=True)
class WorkflowOrchestrator:
    sessions: SessionProviderProtocol
    batches: CJBatchRepositoryProtocol
    preparation: BatchPreparation
    continuation: WorkflowContinuation
    finalizer: BatchFinalizer
    clock: Clock

    async def start(self, request: AssessmentRequest) -> BatchId:
        """Runs the batch up to its first questions. A repeated request, by its own name or by that of its event, continues
        where an earlier delivery stopped and never makes a second batch. Faults that may pass raise TryAgain and leave the
        batch resumable.
        """
        batch_id = await self.preparation.create(request)
        if batch_id is None:
            batch_id = await self._find(request)
        await self.begin(batch_id)
        return batch_id

    async def begin(self, batch_id: BatchId) -> None:
        """Prepares and opens the first wave of a batch that has none yet; does nothing for any other, nor where another process
        was faster.
        """
        if await self._state_of(batch_id) is not BatchState.INITIALIZING:
            return
        try:
            is_prepared = await self.preparation.prepare(batch_id)
        except (Rejected, GaveUp) as error:
            await self.finalizer.fail_unprepared(batch_id, str(error))
            return
        if not is_prepared:
            return
        claim = await self._claim(batch_id)
        if claim is not None:
            await self.continuation.continue_batch(claim)

    async def _claim(self, batch_id: BatchId) -> Claim | None:
        async with self.sessions.session() as session:
            claim = await self.batches.claim_first_wave(
                session, batch_id, ClaimToken(uuid4()), self.clock.now()
            )
            await session.commit()
        return claim

    async def _state_of(self, batch_id: BatchId) -> BatchState:
        async with self.sessions.session() as session:
            return await self.batches.get_batch_state(session, batch_id)

    async def _find(self, request: AssessmentRequest) -> BatchId:
        async with self.sessions.session() as session:
            batch_id = await self.batches.find_batch(session, request)
        if batch_id is None:
            raise GaveUp(f"Batch {request.outer_id} was removed while it was being requested again.")
        return batch_id
