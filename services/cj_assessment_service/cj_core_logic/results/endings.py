"""The events that end a batch."""

from collections.abc import Sequence
from dataclasses import dataclass

from cj_assessment_service.domain.batches import (
    BatchEnding,
    BatchOverview,
    BatchSnapshot,
    ScoringRecord,
    StopReason,
)
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.essays import EssayItem, FailedEssay
from cj_assessment_service.domain.events import (
    BatchCompleted,
    BatchEvent,
    BatchFailed,
    PublishedEssay,
    ResourceConsumed,
    ResultPublished,
)
from cj_assessment_service.domain.grades import ProjectedGrades, ProjectionOutcome, ProjectionUnavailable
from cj_assessment_service.domain.scores import EssayScore

_FAILURE_CODES = {
    StopReason.PREPARATION_FAILED: ErrorCode.VALIDATION_ERROR,
    StopReason.PROCESSING_FAILED: ErrorCode.PROCESSING_ERROR,
    StopReason.CANCELLED: ErrorCode.PROCESSING_ERROR,
}


@dataclass(frozen=True, slots=True)
class Finished:
    """What one commit makes true of a batch. `scores` best first; `record` is None where nothing was compared."""

    ending: BatchEnding
    scores: tuple[EssayScore, ...]
    outcome: ProjectionOutcome
    record: ScoringRecord | None


def completion_events(
    snapshot: BatchSnapshot, failed: Sequence[FailedEssay], finished: Finished
) -> tuple[BatchEvent, ...]:
    """Thin completion, rich result and consumption. Requested essays = successful + failed."""
    ending, scores, outcome = finished.ending, finished.scores, finished.outcome
    identity = snapshot.overview.identity
    seconds = (ending.at - snapshot.overview.created_at).total_seconds()
    requested = [item for item in snapshot.items if item.requested]
    single = ending.reason is StopReason.INSUFFICIENT_ESSAYS and len(requested) == 1
    judged = {score.essay_id for score in scores if score.comparisons > 0 or single}
    completed = BatchCompleted(
        identity=identity,
        status=ending.status,
        reason=ending.reason,
        successful=tuple(item.essay_id for item in requested if item.essay_id in judged),
        failed=(
            *(item.essay_id for item in requested if item.essay_id not in judged),
            *(essay.essay_id for essay in failed if essay.requested),
        ),
        seconds=seconds,
        single_essay=single,
        at=ending.at,
    )
    result = ResultPublished(
        identity=identity,
        reason=ending.reason,
        essays=published_essays(snapshot.items, scores, outcome),
        scale=outcome.calibration.scale if isinstance(outcome, ProjectedGrades) else None,
        projection_unavailable=outcome.reason if isinstance(outcome, ProjectionUnavailable) else None,
        judge=str(snapshot.overview.settings.panel),
        comparisons=snapshot.progress.completed,
        reliability=finished.record.reliability if finished.record is not None else None,
        cost=snapshot.overview.spent,
        seconds=seconds,
        at=ending.at,
    )
    return completed, result, ResourceConsumed(identity, snapshot.progress.completed, ending.at)


def failure_event(overview: BatchOverview, ending: BatchEnding) -> BatchFailed:
    return BatchFailed(
        identity=overview.identity,
        reason=ending.reason,
        code=_FAILURE_CODES.get(ending.reason, ErrorCode.EXTERNAL_SERVICE_ERROR),
        detail=ending.detail or ending.reason.value,
        at=ending.at,
    )


def published_essays(
    items: Sequence[EssayItem], scores: Sequence[EssayScore], outcome: ProjectionOutcome
) -> tuple[PublishedEssay, ...]:
    """Best first; `rank` only for essays that were compared."""
    by_id = {item.essay_id: item for item in items}
    ranks = ranks_of(scores)
    return tuple(
        PublishedEssay(
            essay_id=score.essay_id,
            name=by_id[score.essay_id].name,
            known_grade=by_id[score.essay_id].known_grade,
            rank=ranks.get(score.essay_id),
            score=score.score,
            se=score.se,
            projection=outcome.of(score.essay_id) if isinstance(outcome, ProjectedGrades) else None,
        )
        for score in scores
    )


def ranks_of(scores: Sequence[EssayScore]) -> dict[str, int]:
    """1 for the best score; equal scores share the better rank; essays nobody compared have none."""
    compared = sorted((score for score in scores if score.comparisons > 0), key=lambda score: -score.score)
    ranks: dict[str, int] = {}
    for place, score in enumerate(compared, start=1):
        tied = place > 1 and score.score == compared[place - 2].score
        ranks[score.essay_id] = ranks[compared[place - 2].essay_id] if tied else place
    return ranks
