"""Ends a batch nobody wants any more."""

from dataclasses import dataclass
from uuid import uuid4

from cj_assessment_service.cj_core_logic.callback_state_manager import counts_by_batch
from cj_assessment_service.cj_core_logic.provider_batch_collection import ProviderBatchCollection
from cj_assessment_service.cj_core_logic.results.endings import failure_events
from cj_assessment_service.domain.batches import BatchEnding, BatchOverview, BatchStatus, StopReason
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.comparisons import withdrawn
from cj_assessment_service.domain.errors import InvalidJudge, TryAgain
from cj_assessment_service.domain.identifiers import BatchId, ClaimToken
from cj_assessment_service.protocols import (
    CJBatchRepositoryProtocol,
    CJComparisonRepositoryProtocol,
    EventStagingProtocol,
    SessionProviderProtocol,
    TelemetryProtocol,
)


@dataclass(frozen=True, slots=True)
class BatchCancellation:
    sessions: SessionProviderProtocol
    batches: CJBatchRepositoryProtocol
    comparisons: CJComparisonRepositoryProtocol
    events: EventStagingProtocol
    provider_batches: ProviderBatchCollection
    telemetry: TelemetryProtocol
    clock: Clock

    async def cancel(self, batch_id: BatchId) -> bool:
        """True when this ended the batch, False when it had ended already, cancelled or not. It never moves again: what is out
        is withdrawn, and answers that still come change nothing, though judges may have to be paid for them.

        Raises UnknownBatch.
        """
        while (overview := await self._overview(batch_id)).completed_at is None:
            ending = BatchEnding(
                BatchStatus.CANCELLED, StopReason.CANCELLED, self.clock.now(), "The batch was cancelled."
            )
            ended = await self._end(overview, ending)
            if ended is not None:
                self.telemetry.batch_ended(ended, ending)
                await self._call_off(batch_id)
                return True
        return False

    async def _overview(self, batch_id: BatchId) -> BatchOverview:
        async with self.sessions.session() as session:
            return await self.batches.get_overview(session, batch_id)

    async def _end(self, seen: BatchOverview, ending: BatchEnding) -> BatchOverview | None:
        """As it ended; None when the batch has gone on to another wave, or ended, since it was seen."""
        batch_id = seen.identity.batch_id
        async with self.sessions.session() as session:
            outstanding = await self.comparisons.get_outstanding(session, batch_id)
            if outstanding:
                entry = await self.comparisons.store_comparison_results(
                    session, withdrawn(outstanding, ending.at)
                )
                counts = counts_by_batch(entry)
                await self.batches.record_answers(session, counts, ClaimToken(uuid4()), ending.at)
            if not await self.batches.mark_batch_cancelled(session, batch_id, seen.wave, ending):
                return None
            overview = await self.batches.get_overview(session, batch_id)
            for event in failure_events(overview, ending):
                await self.events.stage(session, event)
            await session.commit()
        return overview

    async def _call_off(self, batch_id: BatchId) -> None:
        """Providers are told at once, or by and by: whoever looks at their batches cancels what belongs to an ended one."""
        try:
            await self.provider_batches.cancel_all(batch_id)
        except (TryAgain, InvalidJudge) as error:
            self.telemetry.delivery_failed("provider batches", type(error).__name__)
