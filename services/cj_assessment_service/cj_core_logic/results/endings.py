"""The events that end a batch."""

from collections.abc import Sequence
from dataclasses import dataclass

from cj_assessment_service.cj_core_logic.results.attribution import attribution
from cj_assessment_service.cj_core_logic.results.review import MISFIT, review_reasons
from cj_assessment_service.domain.batches import (
    BatchEnding,
    BatchOverview,
    BatchSnapshot,
    ScoringRecord,
    StopReason,
)
from cj_assessment_service.domain.comparisons import AnswerSource
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.essays import EssayItem, FailedEssay
from cj_assessment_service.domain.events import (
    AnchorAgreement,
    BatchCompleted,
    BatchEvent,
    BatchFailed,
    Consumption,
    PublishedEssay,
    PublishedQuality,
    ResourceConsumed,
    ResultPublished,
)
from cj_assessment_service.domain.grades import ProjectedGrades, ProjectionOutcome, ProjectionUnavailable
from cj_assessment_service.domain.scores import EssayScore, Scoreboard

_FAILURE_CODES = {
    StopReason.PREPARATION_FAILED: ErrorCode.VALIDATION_ERROR,
    StopReason.PROCESSING_FAILED: ErrorCode.PROCESSING_ERROR,
    StopReason.CANCELLED: ErrorCode.PROCESSING_ERROR,
}


@dataclass(frozen=True, slots=True)
class Finished:
    """What one commit makes true of a batch. `scores` best first; `record` and `board` are None where nothing was
    compared.
    """

    ending: BatchEnding
    scores: tuple[EssayScore, ...]
    outcome: ProjectionOutcome
    record: ScoringRecord | None
    board: Scoreboard | None = None


def completion_events(
    snapshot: BatchSnapshot,
    failed: Sequence[FailedEssay],
    sources: Sequence[AnswerSource],
    finished: Finished,
) -> tuple[BatchEvent, ...]:
    """Thin completion, rich result and consumption. Requested essays = successful + failed."""
    ending, outcome, overview = finished.ending, finished.outcome, snapshot.overview
    result = ResultPublished(
        identity=overview.identity,
        reason=ending.reason,
        essays=published_essays(snapshot.items, finished.scores, outcome),
        scale=outcome.calibration.scale if isinstance(outcome, ProjectedGrades) else None,
        projection_unavailable=outcome.reason if isinstance(outcome, ProjectionUnavailable) else None,
        judge=str(overview.settings.panel),
        attribution=attribution(sources),
        comparisons=snapshot.progress.completed,
        consumption=Consumption.of(overview),
        quality=published_quality(snapshot, finished.board, outcome) if finished.board is not None else None,
        started_at=overview.created_at,
        at=ending.at,
    )
    return _completed(snapshot, failed, finished), result, _consumed(overview, ending)


def failure_events(overview: BatchOverview, ending: BatchEnding) -> tuple[BatchEvent, ...]:
    """The failure, and what is to be paid for it where anything was judged."""
    failure = BatchFailed(
        identity=overview.identity,
        reason=ending.reason,
        code=_FAILURE_CODES.get(ending.reason, ErrorCode.EXTERNAL_SERVICE_ERROR),
        detail=ending.detail or ending.reason.value,
        progress=overview.progress,
        started_at=overview.created_at,
        at=ending.at,
    )
    if overview.progress.completed == 0:
        return (failure,)
    return failure, _consumed(overview, ending)


def _completed(snapshot: BatchSnapshot, failed: Sequence[FailedEssay], finished: Finished) -> BatchCompleted:
    ending = finished.ending
    requested = [item for item in snapshot.items if item.requested]
    single = ending.reason is StopReason.INSUFFICIENT_ESSAYS and len(requested) == 1
    judged = {score.essay_id for score in finished.scores if score.comparisons > 0 or single}
    return BatchCompleted(
        identity=snapshot.overview.identity,
        status=ending.status,
        reason=ending.reason,
        successful=tuple(item.essay_id for item in requested if item.essay_id in judged),
        failed=(
            *(item.essay_id for item in requested if item.essay_id not in judged),
            *(essay.essay_id for essay in failed if essay.requested),
        ),
        single_essay=single,
        started_at=snapshot.overview.created_at,
        at=ending.at,
    )


def _consumed(overview: BatchOverview, ending: BatchEnding) -> ResourceConsumed:
    return ResourceConsumed(
        overview.identity, overview.progress.completed, ending.at, Consumption.of(overview)
    )


def published_essays(
    items: Sequence[EssayItem], scores: Sequence[EssayScore], outcome: ProjectionOutcome
) -> tuple[PublishedEssay, ...]:
    """Best first; `rank` only for essays that were compared."""
    by_id = {item.essay_id: item for item in items}
    ranks = ranks_of(scores)
    calibration = outcome.calibration if isinstance(outcome, ProjectedGrades) else None
    projections = (
        {one.essay_id: one for one in outcome.projections} if isinstance(outcome, ProjectedGrades) else {}
    )
    return tuple(
        PublishedEssay(
            essay_id=score.essay_id,
            name=by_id[score.essay_id].name,
            known_grade=by_id[score.essay_id].known_grade,
            rank=ranks.get(score.essay_id),
            score=score.score,
            se=score.se,
            interval=score.interval,
            comparisons=score.comparisons,
            projection=projections.get(score.essay_id),
            review_reasons=review_reasons(score, projections.get(score.essay_id), calibration),
        )
        for score in scores
    )


def published_quality(
    snapshot: BatchSnapshot, board: Scoreboard, outcome: ProjectionOutcome
) -> PublishedQuality:
    essays = len(board.scores)
    pairs = essays * (essays - 1) / 2
    anchors = None
    if isinstance(outcome, ProjectedGrades):
        anchors = AnchorAgreement(len(outcome.calibration.inversions), outcome.calibration.kendall_tau)
    return PublishedQuality(
        reliability=board.reliability,
        reliability_limits=board.reliability_limits,
        separation_reliability=board.separation_reliability,
        mean_se=board.mean_se,
        max_se=board.max_se,
        components=board.components,
        coverage=len({one.pair.unordered for one in snapshot.decided}) / pairs if pairs else 0.0,
        position=board.position,
        success_rate=snapshot.progress.success_rate,
        misfits=tuple(
            score.essay_id for score in board.ranked() if score.infit is not None and score.infit > MISFIT
        ),
        anchors=anchors,
    )


def ranks_of(scores: Sequence[EssayScore]) -> dict[str, int]:
    """1 for the best score; equal scores share the better rank; essays nobody compared have none."""
    compared = sorted((score for score in scores if score.comparisons > 0), key=lambda score: -score.score)
    ranks: dict[str, int] = {}
    for place, score in enumerate(compared, start=1):
        tied = place > 1 and score.score == compared[place - 2].score
        ranks[score.essay_id] = ranks[compared[place - 2].essay_id] if tied else place
    return ranks
