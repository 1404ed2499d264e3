"""Accepts a request: once this says so, the batch exists and will be begun, whatever becomes of this process."""

from dataclasses import dataclass, replace

from cj_assessment_service.cj_core_logic.context_builder import ContextBuilder
from cj_assessment_service.domain.batches import BatchOverview
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.errors import GaveUp, Rejected, RequestDiffers
from cj_assessment_service.domain.events import BatchRequested
from cj_assessment_service.domain.policies import ContinuationPolicy
from cj_assessment_service.domain.requests import AssessmentRequest
from cj_assessment_service.protocols import (
    CJBatchRepositoryProtocol,
    EventStagingProtocol,
    LLMInteractionProtocol,
    SessionProviderProtocol,
    TelemetryProtocol,
)


@dataclass(frozen=True, slots=True)
class AcceptedBatch:
    """`is_new` is false where the very same request had been accepted before."""

    overview: BatchOverview
    is_new: bool


@dataclass(frozen=True, slots=True)
class BatchAcceptance:
    sessions: SessionProviderProtocol
    batches: CJBatchRepositoryProtocol
    contexts: ContextBuilder
    events: EventStagingProtocol
    judges: LLMInteractionProtocol
    goals: ContinuationPolicy
    telemetry: TelemetryProtocol
    clock: Clock

    async def accept(self, request: AssessmentRequest) -> AcceptedBatch:
        """The batch and the event that begins it become visible together. Raises RequestDiffers where another request was
        accepted under the same ids, Rejected for what could only fail later (an assignment that is not configured, a text
        that is not there, a judge that cannot be asked), and TryAgain where that cannot be told now.
        """
        settings = request.settings.with_a_goal(self.goals.target_reliability)
        request = replace(request, settings=settings)
        await self._check(request)
        now = self.clock.now()
        overview = None
        async with self.sessions.session() as session:
            batch_id = await self.batches.create_batch(session, request, now)
            if batch_id is not None:
                overview = await self.batches.get_overview(session, batch_id)
                await self.events.stage(session, BatchRequested(overview.identity, request, now))
            await session.commit()
        if overview is None:
            return AcceptedBatch(await self._accepted_before(request), is_new=False)
        self.telemetry.batch_created(overview.identity.batch_id, len(request.essays))
        return AcceptedBatch(overview, is_new=True)

    async def _check(self, request: AssessmentRequest) -> None:
        """Raises Rejected, or TryAgain where that cannot be told now."""
        try:
            await self.contexts.build(request)
            for judge in request.settings.panel.judges:
                await self.judges.get_traits(judge)
        except (Rejected, GaveUp) as error:
            raise Rejected(str(error)) from error

    async def _accepted_before(self, request: AssessmentRequest) -> BatchOverview:
        async with self.sessions.session() as session:
            batch_id = await self.batches.find_batch(session, request)
            if batch_id is None:
                raise RequestDiffers(
                    "The batch was removed while it was being requested again. Send it anew."
                )
            overview = await self.batches.get_overview(session, batch_id)
            accepted = await self.batches.get_original_request(session, batch_id)
        # of a request whose texts were deleted nothing is left to compare
        if overview.texts_deleted_at is None and accepted != request.without_delivery:
            raise RequestDiffers(
                "Another request was accepted under the same idempotency key. Send a new request with a new key."
            )
        return overview
