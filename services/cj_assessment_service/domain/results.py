"""The finished assessment as people, spreadsheets and other programs read it."""

from dataclasses import dataclass

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
from cj_assessment_service.domain.judge_summaries import BetweenJudges, JudgeSummary
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
class Forecast:
    """What `comparisons` more would be expected to make of the scale: its reliability and mean standard error."""

    comparisons: int
    reliability: float
    mean_se: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """What more comparisons would buy: what a tenth more would, and how many are missing to `target_reliability` (0
    when it is reached, None where there is no target or nothing can be foretold).
    """

    tenth_more: Forecast
    target_reliability: float | None
    comparisons_to_target: int | None


@dataclass(frozen=True, slots=True)
class DesignCheck:
    """What the choice of pairs did to the reliability. `is_adaptive`: pairs were chosen by score, which flatters every
    reliability. `null_reliability`: what coin tosses over the same pairs show, None where it was not computed.
    """

    is_adaptive: bool
    null_reliability: float | None


@dataclass(frozen=True, slots=True)
class QualityBlock:
    """How far the scale can be trusted. `coverage` is the share of all pairs with at least one judgement.

    Two published formulas bear the name of scale separation reliability: `separation_reliability` is 1 - MSE/Var of the
    scores, `separation_reliability_alt` is Var/(Var + MSE) = 1/(2 - the first). `separation` is the true spread in
    standard errors, sqrt(R / (1 - R)) of the first. All are None when the scores do not vary.
    """

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
    reliability_limits: tuple[float, float] | None = None
    separation_reliability_alt: float | None = None
    separation: float | None = None
    design: DesignCheck | None = None
    outlook: Outlook | None = None
    between_judges: BetweenJudges | None = None


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
