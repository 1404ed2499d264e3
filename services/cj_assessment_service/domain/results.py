"""The finished assessment as people, spreadsheets and other programs read it."""

from dataclasses import dataclass
from decimal import Decimal

from cj_assessment_service.domain.batches import BatchOverview
from cj_assessment_service.domain.comparisons import RecordedComparison
from cj_assessment_service.domain.essays import FailedEssay
from cj_assessment_service.domain.grades import (
    Calibration,
    GradeProjection,
    GradeScale,
    ProjectionUnavailableReason,
)
from cj_assessment_service.domain.identifiers import EssayId, Grade
from cj_assessment_service.domain.scores import PositionEffect


@dataclass(frozen=True, slots=True)
class GradeBasis:
    """What a grade rests on besides its probability: how far the score lies above the lower and below the upper cut-point
    of its grade (logits, below 0 outside the band; None at an end of the scale), and the anchors the essay was compared
    with directly.
    """

    above_lower_cut: float | None
    below_upper_cut: float | None
    anchors_met: tuple[EssayId, ...]

    @property
    def nearest_cut(self) -> float | None:
        """Distance to the nearer cut-point; None on a scale of one grade."""
        found = [each for each in (self.above_lower_cut, self.below_upper_cut) if each is not None]
        return min(found, default=None)


@dataclass(frozen=True, slots=True)
class AssessedEssay:
    """One row of the result. `rank` 1 is best, over all essays that were compared; None for one that never was.

    `basis` is there where there is a projection. `review_reasons` says, in words for a teacher, why a person should look at this essay; empty when nobody need.
    """

    essay_id: EssayId
    name: str | None
    known_grade: Grade | None
    rank: int | None
    score: float
    se: float
    ci_low: float
    ci_high: float
    comparisons: int
    wins: int
    infit: float | None
    projection: GradeProjection | None
    basis: GradeBasis | None
    review_reasons: tuple[str, ...]

    @property
    def is_anchor(self) -> bool:
        return self.known_grade is not None


@dataclass(frozen=True, slots=True)
class JudgeSummary:
    """One judge's share: `agreement` is the share of its decisions won by the essay with the higher final score."""

    judge: str
    decisions: int
    failures: int
    agreement: float | None
    first_share: float | None
    mean_seconds: float | None
    prompt_tokens: int
    completion_tokens: int
    cost: Decimal | None


@dataclass(frozen=True, slots=True)
class QualityBlock:
    """How far the scale can be trusted. `coverage` is the share of all pairs with at least one judgement."""

    reliability: float
    separation_reliability: float | None
    prior_sd: float
    mean_se: float
    max_se: float
    components: int
    coverage: float
    comparisons_per_essay: float
    position: PositionEffect
    success_rate: float | None
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AssessmentResult:
    """Everything a finished batch has to say. `quality` is None when no scale could be made."""

    overview: BatchOverview
    essays: tuple[AssessedEssay, ...]
    failed_essays: tuple[FailedEssay, ...]
    comparisons: tuple[RecordedComparison, ...]
    judges: tuple[JudgeSummary, ...]
    quality: QualityBlock | None
    scale: GradeScale | None
    calibration: Calibration | None
    projection_unavailable: ProjectionUnavailableReason | None
    task: str
    rubric: str
