"""Puts a result together from what was stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cj_assessment_service.cj_core_logic.results.basis import anchors_met, grade_basis
from cj_assessment_service.cj_core_logic.results.checked_scale import CheckedScale
from cj_assessment_service.cj_core_logic.results.endings import ranks_of
from cj_assessment_service.cj_core_logic.results.judge_summaries import JudgeEvidence, judge_summaries
from cj_assessment_service.cj_core_logic.results.quality import quality_block
from cj_assessment_service.cj_core_logic.results.review import review_reasons
from cj_assessment_service.cj_core_logic.results.suspicions import suspicion_warnings, with_suspicions
from cj_assessment_service.domain.batches import BatchOverview
from cj_assessment_service.domain.comparisons import RecordedComparison
from cj_assessment_service.domain.essays import EssayItem, FailedEssay
from cj_assessment_service.domain.grades import (
    Calibration,
    GradeProjection,
    ProjectedGrades,
    ProjectionOutcome,
    ProjectionUnavailable,
)
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.instructions import AssessmentBrief
from cj_assessment_service.domain.results import AssessedEssay, AssessmentResult
from cj_assessment_service.domain.scores import EssayScore


@dataclass(frozen=True, slots=True)
class StoredBatch:
    """Everything the database holds of one batch. `scores` are those of the last scoring; `scale` is that scoring,
    None when there was none. `lengths` are those of the texts in characters.
    """

    overview: BatchOverview
    brief: AssessmentBrief
    items: tuple[EssayItem, ...]
    failed: tuple[FailedEssay, ...]
    comparisons: tuple[RecordedComparison, ...]
    scores: tuple[EssayScore, ...]
    scale: CheckedScale | None
    outcome: ProjectionOutcome | None
    lengths: Mapping[EssayId, int]

    @property
    def counted(self) -> tuple[RecordedComparison, ...]:
        """Without the questions to excluded judges."""
        excluded = self.overview.excluded_judges
        return tuple(one for one in self.comparisons if one.judge not in excluded)


def assemble(stored: StoredBatch) -> AssessmentResult:
    """Essays best first, then those without a rank by id."""
    calibration = stored.outcome.calibration if isinstance(stored.outcome, ProjectedGrades) else None
    unavailable = stored.outcome.reason if isinstance(stored.outcome, ProjectionUnavailable) else None
    quality = None
    if stored.scale is not None:
        quality = quality_block(stored.overview, stored.scale, stored.counted, calibration)
        warnings = suspicion_warnings(stored.items, stored.comparisons)
        quality = replace(quality, warnings=(*warnings, *quality.warnings))
    return AssessmentResult(
        overview=stored.overview,
        essays=with_suspicions(_essays(stored), stored.items, stored.comparisons),
        failed_essays=stored.failed,
        comparisons=stored.comparisons,
        judges=judge_summaries(_evidence(stored)),
        quality=quality,
        scale=stored.brief.scale,
        calibration=calibration,
        projection_unavailable=unavailable,
        task=stored.brief.context.task,
        rubric=stored.brief.context.rubric,
    )


def _evidence(stored: StoredBatch) -> JudgeEvidence:
    return JudgeEvidence(
        comparisons=stored.comparisons,
        excluded=frozenset(stored.overview.excluded_judges),
        lengths=stored.lengths,
        board=stored.scale.board if stored.scale is not None else None,
        scales=stored.scale.panel if stored.scale is not None else None,
    )


@dataclass(frozen=True, slots=True)
class _Graded:
    """The grades with what is needed to explain them."""

    calibration: Calibration
    projections: Mapping[EssayId, GradeProjection]
    met: Mapping[EssayId, tuple[EssayId, ...]]


def _essays(stored: StoredBatch) -> tuple[AssessedEssay, ...]:
    graded = None
    if isinstance(stored.outcome, ProjectedGrades):
        calibration = stored.outcome.calibration
        graded = _Graded(
            calibration,
            {projection.essay_id: projection for projection in stored.outcome.projections},
            anchors_met(stored.counted, calibration),
        )
    # the scale made anew from the judgements also knows the ends of the intervals, which are not stored
    scores = stored.scores if stored.scale is None else stored.scale.board.scores
    ranks = ranks_of(scores)
    items = {item.essay_id: item for item in stored.items}
    return tuple(
        _essay(items[score.essay_id], score, ranks.get(score.essay_id), graded)
        for score in _best_first(scores)
    )


def _best_first(scores: Sequence[EssayScore]) -> list[EssayScore]:
    return sorted(scores, key=lambda score: (score.comparisons == 0, -score.score, score.essay_id))


def _essay(item: EssayItem, score: EssayScore, rank: int | None, graded: _Graded | None) -> AssessedEssay:
    projection = graded.projections.get(score.essay_id) if graded is not None else None
    basis = None
    if graded is not None and projection is not None:
        basis = grade_basis(score, projection, graded.calibration, graded.met.get(score.essay_id, ()))
    low, high = score.interval
    return AssessedEssay(
        essay_id=score.essay_id,
        name=item.name,
        known_grade=item.known_grade,
        rank=rank,
        score=score.score,
        se=score.se,
        ci_low=low,
        ci_high=high,
        comparisons=score.comparisons,
        wins=score.wins,
        infit=score.infit,
        projection=projection,
        basis=basis,
        review_reasons=review_reasons(score, projection, graded.calibration if graded is not None else None),
    )
