"""Ends a batch: scores, grades, terminal state and events become true in one commit."""

from dataclasses import dataclass

from cj_assessment_service.cj_core_logic.grade_projector import GradeProjector
from cj_assessment_service.cj_core_logic.results.endings import Finished, completion_events, failure_events
from cj_assessment_service.domain.batches import (
    BatchEnding,
    BatchSnapshot,
    BatchStatus,
    Claim,
    Scoring,
    StopReason,
)
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.decisions import Finalise
from cj_assessment_service.domain.errors import InsufficientComparisons
from cj_assessment_service.domain.grades import (
    ProjectionUnavailable,
    ProjectionUnavailableReason,
)
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.domain.scores import EssayScore
from cj_assessment_service.domain.stages import Stage
from cj_assessment_service.protocols import (
    CJBatchRepositoryProtocol,
    CJComparisonRepositoryProtocol,
    CJEssayRepositoryProtocol,
    EventStagingProtocol,
    GradeProjectionRepositoryProtocol,
    SessionProviderProtocol,
    TelemetryProtocol,
)

UNCOMPARED_SE = 2.0
"""Logits; the spread of true scores one must expect before anything was compared."""


@dataclass(frozen=True, slots=True)
class BatchFinalizer:
    sessions: SessionProviderProtocol
    batches: CJBatchRepositoryProtocol
    essays: CJEssayRepositoryProtocol
    comparisons: CJComparisonRepositoryProtocol
    projections: GradeProjectionRepositoryProtocol
    projector: GradeProjector
    events: EventStagingProtocol
    telemetry: TelemetryProtocol
    clock: Clock

    async def finalise(
        self, claim: Claim, snapshot: BatchSnapshot, scoring: Scoring | None, decision: Finalise
    ) -> None:
        """Raises InsufficientComparisons when there is no scale to publish."""
        if scoring is None:
            raise InsufficientComparisons(f"Batch {claim.batch_id} has no judgement to make a scale from.")
        with self.telemetry.stage(Stage.FINALISATION, snapshot.overview.identity):
            outcome = await self.projector.project(claim.batch_id, scoring.board)
            ending = BatchEnding(decision.status, decision.reason, self.clock.now())
            finished = Finished(ending, scoring.board.ranked(), outcome, scoring.record, scoring.board)
            await self._end(claim, snapshot, finished)

    async def finalise_insufficient(self, claim: Claim, snapshot: BatchSnapshot) -> None:
        """A single essay is a success with a score of 0 and the error of knowing nothing; no essay is a failure."""
        scores = tuple(
            EssayScore(item.essay_id, 0.0, UNCOMPARED_SE, comparisons=0, wins=0)
            for item in snapshot.items
            if item.requested
        )
        ending = BatchEnding(
            BatchStatus.COMPLETE_INSUFFICIENT_ESSAYS,
            StopReason.INSUFFICIENT_ESSAYS,
            self.clock.now(),
            "Fewer than two essays could be compared.",
        )
        unavailable = ProjectionUnavailable(ProjectionUnavailableReason.NO_SCORES)
        await self._end(claim, snapshot, Finished(ending, scores, unavailable, record=None))

    async def fail(self, claim: Claim, reason: StopReason, detail: str) -> None:
        """The one failure event of a batch with the bill for what was judged, by the holder of its hand-over, also in the wave
        it has just opened; nothing where another process holds it now or the batch has ended.
        """
        ending = BatchEnding(BatchStatus.ERROR_PROCESSING, reason, self.clock.now(), detail)
        async with self.sessions.session() as session:
            if not await self.batches.mark_batch_failed(session, claim, ending):
                return
            overview = await self.batches.get_overview(session, claim.batch_id)
            for event in failure_events(overview, ending):
                await self.events.stage(session, event)
            await session.commit()
        self.telemetry.batch_ended(overview, ending)

    async def fail_unprepared(self, batch_id: BatchId, detail: str) -> None:
        """The one failure event of a batch that cannot be prepared; nothing where it has gone on or ended meanwhile."""
        ending = BatchEnding(
            BatchStatus.ERROR_ESSAY_PROCESSING, StopReason.PREPARATION_FAILED, self.clock.now(), detail
        )
        async with self.sessions.session() as session:
            if not await self.batches.mark_preparation_failed(session, batch_id, ending):
                return
            overview = await self.batches.get_overview(session, batch_id)
            for event in failure_events(overview, ending):
                await self.events.stage(session, event)
            await session.commit()
        self.telemetry.batch_ended(overview, ending)

    async def _end(self, claim: Claim, snapshot: BatchSnapshot, finished: Finished) -> None:
        async with self.sessions.session() as session:
            before = await self.essays.get_scores(session, claim.batch_id)
            await self.essays.store_scores(session, claim.batch_id, finished.scores)
            if finished.record is not None:
                await self.batches.record_scoring(session, claim, finished.record)
            if not await self.batches.mark_batch_scoring_complete(session, claim, finished.ending):
                return
            await self.projections.replace_for_batch(
                session, claim.batch_id, finished.outcome, finished.ending.at
            )
            failed = await self.essays.get_failed_essays(session, claim.batch_id)
            sources = await self.comparisons.get_answer_sources(session, claim.batch_id)
            for event in completion_events(snapshot, failed, sources, finished):
                await self.events.stage(session, event)
            await session.commit()
        self.telemetry.scale_published(snapshot, before, finished.scores)
        self.telemetry.batch_ended(snapshot.overview, finished.ending)
