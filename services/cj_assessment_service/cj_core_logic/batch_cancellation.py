"""Ends a batch nobody wants any more."""

from dataclasses import dataclass

from cj_assessment_service.cj_core_logic.provider_batch_collection import ProviderBatchCollection
from cj_assessment_service.cj_core_logic.results.endings import failure_events
from cj_assessment_service.domain.batches import BatchEnding, BatchStatus, StopReason
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.errors import InvalidJudge, TryAgain
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.protocols import (
    CJBatchRepositoryProtocol,
    EventStagingProtocol,
    SessionProviderProtocol,
    TelemetryProtocol,
)


@dataclass(frozen=True, slots=True)
class BatchCancellation:
    sessions: SessionProviderProtocol
    batches: CJBatchRepositoryProtocol
    events: EventStagingProtocol
    provider_batches: ProviderBatchCollection
    telemetry: TelemetryProtocol
    clock: Clock

    async def cancel(self, batch_id: BatchId) -> bool:
        """True when this ended the batch, False when it had ended already, cancelled or not. From then on it never moves again:
        answers that still come are kept and counted with what they cost, and nothing follows from them.

        Raises UnknownBatch.
        """
        ending = BatchEnding(
            BatchStatus.CANCELLED, StopReason.CANCELLED, self.clock.now(), "The batch was cancelled."
        )
        async with self.sessions.session() as session:
            overview = await self.batches.get_overview(session, batch_id)
            if not await self.batches.mark_batch_cancelled(session, batch_id, ending):
                return False
            for event in failure_events(overview, ending):
                await self.events.stage(session, event)
            await session.commit()
        self.telemetry.batch_ended(overview, ending)
        await self._call_off(batch_id)
        return True

    async def _call_off(self, batch_id: BatchId) -> None:
        """Providers are told at once, or by and by: whoever looks at their batches cancels what belongs to an ended one."""
        try:
            await self.provider_batches.cancel_all(batch_id)
        except (TryAgain, InvalidJudge) as error:
            self.telemetry.delivery_failed("provider batches", str(error))
