"""Ends a batch: scores, grades, terminal state and events become true in one commit."""

from dataclasses import dataclass

from cj_assessment_service.cj_core_logic.grade_projector import GradeProjector
from cj_assessment_service.cj_core_logic.results.endings import completion_events, failure_event
from cj_assessment_service.domain.batches import (
    BatchEnding,
    BatchSnapshot,
    BatchStatus,
    Claim,
    ScoringRecord,
    StopReason,
)
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.decisions import Finalise
from cj_assessment_service.domain.errors import InsufficientComparisons
from cj_assessment_service.domain.grades import (
    ProjectionOutcome,
    ProjectionUnavailable,
    ProjectionUnavailableReason,
)
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.domain.scores import EssayScore, Scoreboard
from cj_assessment_service.protocols import (
    CJBatchRepositoryProtocol,
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
    projections: GradeProjectionRepositoryProtocol
    projector: GradeProjector
    events: EventStagingProtocol
    telemetry: TelemetryProtocol
    clock: Clock

    async def finalise(
        self, claim: Claim, snapshot: BatchSnapshot, board: Scoreboard | None, decision: Finalise
    ) -> None:
        """Raises InsufficientComparisons when there is no scale to publish."""
        if board is None:
            raise InsufficientComparisons(f"Batch {claim.batch_id} has no judgement to make a scale from.")
        outcome = await self.projector.project(claim.batch_id, board)
        ending = BatchEnding(decision.status, decision.reason, self.clock.now())
        record = ScoringRecord(board.reliability, snapshot.quiet_waves)
        await self._end(claim, snapshot, _Result(ending, board.ranked(), outcome, record))

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
        await self._end(claim, snapshot, _Result(ending, scores, unavailable, ScoringRecord(0.0, 0)))

    async def fail(self, batch_id: BatchId, reason: StopReason, status: BatchStatus, detail: str) -> None:
        """Exactly one failure event for a batch; nothing for one that had already ended."""
        ending = BatchEnding(status, reason, self.clock.now(), detail)
        async with self.sessions.session() as session:
            overview = await self.batches.get_overview(session, batch_id)
            if not await self.batches.mark_batch_failed(session, batch_id, ending):
                return
            await self.events.stage(session, failure_event(overview, ending))
            await session.commit()
        self.telemetry.batch_ended(batch_id, ending)

    async def _end(self, claim: Claim, snapshot: BatchSnapshot, result: "_Result") -> None:
        async with self.sessions.session() as session:
            await self.essays.store_scores(session, claim.batch_id, result.scores)
            await self.batches.record_scoring(session, claim, result.record)
            if not await self.batches.mark_batch_scoring_complete(session, claim, result.ending):
                return
            await self.projections.replace_for_batch(
                session, claim.batch_id, result.outcome, result.ending.at
            )
            failed = await self.essays.get_failed_essays(session, claim.batch_id)
            for event in completion_events(snapshot, failed, result.ending, result.scores, result.outcome):
                await self.events.stage(session, event)
            await session.commit()
        self.telemetry.batch_ended(claim.batch_id, result.ending)


@dataclass(frozen=True, slots=True)
class _Result:
    """What one commit makes true. `scores` best first."""

    ending: BatchEnding
    scores: tuple[EssayScore, ...]
    outcome: ProjectionOutcome
    record: ScoringRecord
