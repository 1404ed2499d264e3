"""One wave: plan, record, send."""

from dataclasses import dataclass

from cj_assessment_service.cj_core_logic.batch_processor import BatchProcessor
from cj_assessment_service.cj_core_logic.batch_submission import BatchSubmission
from cj_assessment_service.cj_core_logic.comparison_processing import ComparisonProcessing
from cj_assessment_service.cj_core_logic.pairing.planner import PairingSituation
from cj_assessment_service.domain.batches import BatchSnapshot, Claim, Scoring
from cj_assessment_service.domain.stages import Stage
from cj_assessment_service.protocols import TelemetryProtocol


@dataclass(frozen=True, slots=True)
class ComparisonBatchOrchestrator:
    planning: ComparisonProcessing
    submission: BatchSubmission
    processor: BatchProcessor
    telemetry: TelemetryProtocol

    async def run_wave(
        self, claim: Claim, snapshot: BatchSnapshot, scoring: Scoring | None, situation: PairingSituation
    ) -> None:
        """Does nothing more when another process took the hand-over meanwhile."""
        identity = snapshot.overview.identity
        with self.telemetry.stage(Stage.WAVE, identity):
            with self.telemetry.stage(Stage.PLANNING, identity):
                plan = self.planning.plan(snapshot, situation)
                requests = await self.submission.submit(claim, plan, snapshot, scoring)
            if requests:
                await self.processor.send(requests, snapshot.overview)
