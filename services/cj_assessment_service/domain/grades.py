"""Grade scales, calibration and projected grades."""

from dataclasses import dataclass
from enum import StrEnum

from cj_assessment_service.domain.errors import InvalidGradeScale
from cj_assessment_service.domain.identifiers import EssayId, Grade, GradeScaleId


@dataclass(frozen=True, slots=True)
class GradeScale:
    """Ordered grades, lowest first. Raises InvalidGradeScale when the definition breaks a rule.

    `priors` are population shares (same order as `grades`) or None for no knowledge; equal shares are read as no knowledge
    too. `below_lowest` is the grade under the first one, where the scale has such. Minus and plus name the grades that may carry a modifier.
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

    @property
    def ladder(self) -> tuple[Grade, ...]:
        """Every grade that can be given, lowest first, without minus and plus."""
        return self.grades if self.below_lowest is None else (self.below_lowest, *self.grades)

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
class ScorePopulation:
    """Where the scores were expected before any comparison: N(mean, sd^2) in logits, the prior they were fitted with.
    `essays` is how many are to be graded, not counting anchors.
    """

    mean: float
    sd: float
    essays: int

    def __post_init__(self) -> None:
        if not self.sd > 0 or self.essays < 0:
            raise ValueError(f"a population needs a spread above 0 and a number of essays, not {self}")


DRIFT = 0.5
"""From here on a grade is likelier than not to have nothing to do with its essay's comparisons."""


@dataclass(frozen=True, slots=True)
class AnchorFit:
    """An anchor against its grade: `residual` is how far its score lies above (below 0: under) the band of its grade, in
    logits, 0 inside. `misplaced` is the probability that its grade has nothing to do with its comparisons.
    """

    essay_id: EssayId
    grade: Grade
    score: float
    se: float
    residual: float
    misplaced: float

    @property
    def drifts(self) -> bool:
        return self.misplaced > DRIFT


@dataclass(frozen=True, slots=True)
class Inversion:
    """Two anchors judged against their grades: `better` has the higher grade and the lower score."""

    better: EssayId
    worse: EssayId


@dataclass(frozen=True, slots=True)
class LeftOutAnchor:
    """What an anchor's grade would have been had it not been known: `projected` from all other anchors, and the
    `probability` they give to its known grade. Both None where the others alone allow no projection.
    """

    essay_id: EssayId
    grade: Grade
    projected: Grade | None
    probability: float | None


@dataclass(frozen=True, slots=True)
class AnchorCheck:
    """How well anchors predict each other, over those that could be projected: `exact` and `adjacent` are the shares
    projected right and at most one grade off, `mean_steps` the mean distance in grades, `kappa` the quadratic weighted
    kappa (None where one side does not vary).
    """

    anchors: tuple[LeftOutAnchor, ...]
    exact: float
    adjacent: float
    mean_steps: float
    kappa: float | None


@dataclass(frozen=True, slots=True)
class Calibration:
    """How scores become grades. Everything runs along the ladder of the scale (the below-lowest grade first where there is
    one), in logits: `centres` one per grade, `cut_points` one between each two neighbours, both rising; `cut_point_se`
    their standard errors; `share_weights` what knowing the grades' population shares adds to a grade's odds, 1 without
    such knowledge.

    `grader_noise` is the error of those who graded the anchors. `inversions` are the pairs of anchors whose scores
    contradict their grades and `kendall_tau` says how well all agree. `check` is None until it was made.
    """

    scale: GradeScale
    centres: tuple[float, ...]
    cut_points: tuple[float, ...]
    cut_point_se: tuple[float, ...]
    share_weights: tuple[float, ...]
    grader_noise: float
    anchors: tuple[AnchorFit, ...]
    inversions: tuple[Inversion, ...]
    kendall_tau: float
    check: AnchorCheck | None = None

    @property
    def drifting(self) -> tuple[AnchorFit, ...]:
        """Anchors whose comparisons contradict their grade."""
        return tuple(anchor for anchor in self.anchors if anchor.drifts)


@dataclass(frozen=True, slots=True)
class GradeProbability:
    grade: Grade
    probability: float


@dataclass(frozen=True, slots=True)
class GradeProjection:
    """The projected grade of one essay.

    `probabilities` covers the ladder of the scale and sums to 1: how likely those who graded the anchors would give each
    grade. `base_grade` is the most probable one, `grade` the same with its minus or plus. `confidence` is the probability
    of `base_grade`.
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
