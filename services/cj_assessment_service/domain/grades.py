"""Grade scales, calibration and projected grades."""

from dataclasses import dataclass
from enum import StrEnum

from cj_assessment_service.domain.errors import InvalidGradeScale
from cj_assessment_service.domain.identifiers import EssayId, Grade, GradeScaleId


@dataclass(frozen=True, slots=True)
class GradeScale:
    """Ordered grades, lowest first. Raises InvalidGradeScale when the definition breaks a rule.

    `priors` are population shares (same order as `grades`) or None for no knowledge. `below_lowest` is the grade under
    the first one, where the scale has such. Minus and plus name the grades that may carry a modifier.
    """

    scale_id: GradeScaleId
    display_name: str
    grades: tuple[Grade, ...]
    priors: tuple[float, ...] | None = None
    below_lowest: Grade | None = None
    minus_for: frozenset[Grade] = frozenset()
    plus_for: frozenset[Grade] = frozenset()

    def __post_init__(self) -> None:
        if not self.scale_id or not self.grades:
            raise InvalidGradeScale("A grade scale needs an id and at least one grade.")
        if len(set(self.grades)) != len(self.grades):
            raise InvalidGradeScale(f"Scale {self.scale_id}: every grade may be listed only once.")
        if self.below_lowest is not None and self.below_lowest in self.grades:
            raise InvalidGradeScale(
                f"Scale {self.scale_id}: the below-lowest grade is also an ordinary grade."
            )
        if unknown := (self.minus_for | self.plus_for) - set(self.grades):
            raise InvalidGradeScale(f"Scale {self.scale_id}: modifiers for unknown grades {sorted(unknown)}.")
        self._check_priors()

    def _check_priors(self) -> None:
        if self.priors is None:
            return
        if len(self.priors) != len(self.grades) or min(self.priors) < 0:
            raise InvalidGradeScale(f"Scale {self.scale_id}: give one prior of at least 0 for each grade.")
        if not 0.99 <= sum(self.priors) <= 1.01:
            raise InvalidGradeScale(
                f"Scale {self.scale_id}: priors must sum to 1, not {sum(self.priors):.3f}."
            )

    def index_of(self, grade: Grade) -> int:
        """0 for the lowest grade, -1 for the below-lowest one. Raises ValueError for any other."""
        if self.below_lowest is not None and grade == self.below_lowest:
            return -1
        return self.grades.index(grade)

    def accepts(self, grade: str) -> bool:
        """Whether an anchor may carry this grade: a listed one or the below-lowest one."""
        return grade in self.grades or (self.below_lowest is not None and grade == self.below_lowest)


class ConfidenceLabel(StrEnum):
    HIGH = "HIGH"
    MID = "MID"
    LOW = "LOW"


class ProjectionUnavailableReason(StrEnum):
    """Why a batch has scores but no grades."""

    NO_SCALE = "no_scale"
    NO_ANCHORS = "no_anchors"
    TOO_FEW_ANCHOR_GRADES = "too_few_anchor_grades"
    REVERSED_ANCHORS = "reversed_anchors"
    NO_SCORES = "no_scores"
    DISCONNECTED_SCALE = "disconnected_scale"


@dataclass(frozen=True, slots=True)
class AnchorFit:
    """An anchor against its grade: `residual` is its score minus its grade's centre, in logits."""

    essay_id: EssayId
    grade: Grade
    score: float
    se: float
    residual: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """How scores become grades: `centres` (one per grade, rising) and `cut_points` (one between each two neighbours,
    rising) in logits, `cut_point_se` their standard errors, `within_sd` the spread of true scores inside a grade.

    `inversions` counts pairs of anchors whose scores contradict their grades; `kendall_tau` says how well all agree.
    """

    scale: GradeScale
    centres: tuple[float, ...]
    cut_points: tuple[float, ...]
    cut_point_se: tuple[float, ...]
    within_sd: float
    anchors: tuple[AnchorFit, ...]
    inversions: int
    kendall_tau: float


@dataclass(frozen=True, slots=True)
class GradeProbability:
    grade: Grade
    probability: float


@dataclass(frozen=True, slots=True)
class GradeProjection:
    """The projected grade of one essay.

    `probabilities` covers every grade of the scale (below-lowest first where it exists) and sums to 1. `base_grade` is
    the most probable one, `grade` the same with its minus or plus. `confidence` is the probability of `base_grade`.
    `normalised_score` is the position on the scale, 0 (lowest) to 1 (highest).
    """

    essay_id: EssayId
    grade: Grade
    base_grade: Grade
    probabilities: tuple[GradeProbability, ...]
    confidence: float
    confidence_label: ConfidenceLabel
    normalised_score: float
    second: GradeProbability | None = None


@dataclass(frozen=True, slots=True)
class ProjectedGrades:
    """Grades of a whole batch with the calibration they rest on."""

    calibration: Calibration
    projections: tuple[GradeProjection, ...]

    def of(self, essay_id: EssayId) -> GradeProjection | None:
        return next((p for p in self.projections if p.essay_id == essay_id), None)


@dataclass(frozen=True, slots=True)
class ProjectionUnavailable:
    """No grades, and why."""

    reason: ProjectionUnavailableReason


ProjectionOutcome = ProjectedGrades | ProjectionUnavailable
