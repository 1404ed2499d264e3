"""Takes answers into the ledger and tells operators what they were."""

from collections.abc import Sequence
from dataclasses import dataclass

from cj_assessment_service.cj_core_logic.callback_state_manager import CallbackStateManager
from cj_assessment_service.domain.batches import Claim
from cj_assessment_service.domain.comparisons import Outcome
from cj_assessment_service.protocols import TelemetryProtocol


@dataclass(frozen=True, slots=True)
class CallbackPersistenceService:
    ledger: CallbackStateManager
    telemetry: TelemetryProtocol

    async def persist(self, outcomes: Sequence[Outcome]) -> tuple[Claim, ...]:
        """The hand-overs these answers completed. Repeated answers change nothing; answers nobody asked for are kept apart and
        reported, never lost.
        """
        with self.telemetry.recording_answers():
            written = await self.ledger.record(outcomes)
        if written.entry.recorded:
            self.telemetry.answers_recorded(written.entry.recorded)
        if written.entry.repeated:
            self.telemetry.answers_repeated(written.entry.repeated)
        if written.entry.unknown:
            self.telemetry.answers_orphaned(written.entry.unknown)
        return written.claims
