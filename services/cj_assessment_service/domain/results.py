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
class AssessedEssay:
    """One row of the result. `rank` 1 is best, over all essays that were compared; None for one that never was.

    `review_reasons` says, in words for a teacher, why a person should look at this essay; empty when nobody need.
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
    review_reasons: tuple[str, ...]

    @property
    def is_anchor(self) -> bool:
        return self.known_grade is not None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What `comparisons` more would be expected to make of the scale: its reliability and mean standard error."""

    comparisons: int
    reliability: float
    mean_se: float


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
