"""All that an analysis of decisions has to say."""

from dataclasses import dataclass

from cj_assessment_service.domain.analysis_plans import AnalysisPlan
from cj_assessment_service.domain.decision_tables import ColumnUse, RowProblem
from cj_assessment_service.domain.grades import (
    Calibration,
    GradeProjection,
    GradeScale,
    ProjectionUnavailableReason,
)
from cj_assessment_service.domain.identifiers import EssayId, Grade
from cj_assessment_service.domain.scores import EvidenceForm, JudgeFlag, PositionEffect

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class AnalysedItem:
    """One item on the scale. `rank` 1 is best within its component, numbered from 0, the largest first."""

    item: EssayId
    score: float
    se: float
    ci_low: float
    ci_high: float
    rank: int
    comparisons: int
    wins: int
    infit: float | None
    outfit: float | None
    component: int
    known_grade: Grade | None = None
    projection: GradeProjection | None = None


@dataclass(frozen=True, slots=True)
class AnalysedJudge:
    """One judge; None for what its model does not estimate or its decisions do not tell. `form` is what of its answers
    counts.
    """

    judge: str
    decisions: int
    agreement: float | None
    infit: float | None
    outfit: float | None
    position: PositionEffect | None
    discrimination: float | None
    discrimination_se: float | None
    tie_rate: float
    median_seconds: float | None
    flags: tuple[JudgeFlag, ...]
    form: EvidenceForm | None = None


@dataclass(frozen=True, slots=True)
class AnalysisFigures:
    """How far the scale can be trusted; None for what cannot be told.

    `sigma` is the estimated spread of true scores in logits. `reliability` is that of the model. `ssr` is
    1 - MSE / Var and `ssr_alt` Var / (Var + MSE), with MSE the mean squared standard error and Var the variance of the
    scores; `separation` is sqrt(ssr / (1 - ssr)). `null_reliability` is the reliability that shuffled outcomes reach under
    the same design.
    """

    sigma: float | None
    log_likelihood: float | None
    reliability: float | None
    reliability_ci: Interval | None
    ssr: float | None
    ssr_alt: float | None
    separation: float | None
    split_half_median: float | None
    split_half_ci: Interval | None
    judge_split_half: float | None
    null_reliability: float | None
    position: PositionEffect | None
    tie_parameter: float | None
    components: int
    cyclic_triads: int
    adaptive_suspected: bool | None
    converged: bool


@dataclass(frozen=True, slots=True)
class CriterionAgreement:
    """How the scores agree with another measure of `items` of the items; None where agreement is undefined."""

    items: int
    spearman: float | None
    kendall: float | None
    pearson: float | None
    qwk: float | None


@dataclass(frozen=True, slots=True)
class DecisionSource:
    """What was read: from where, by which columns, and what could not be used."""

    name: str
    columns: tuple[ColumnUse, ...]
    total_rows: int
    left_out: int
    problems: tuple[RowProblem, ...]


@dataclass(frozen=True, slots=True)
class DecisionAnalysis:
    """Items by component, best first within each; judges by name. `decisions` counts those that were used. `warnings` are
    sentences a reader must not miss. `scale` is that of the known grades, None where there are none.
    """

    source: DecisionSource
    plan: AnalysisPlan
    decisions: int
    items: tuple[AnalysedItem, ...]
    judges: tuple[AnalysedJudge, ...]
    figures: AnalysisFigures
    warnings: tuple[str, ...]
    scale: GradeScale | None = None
    calibration: Calibration | None = None
    projection_unavailable: ProjectionUnavailableReason | None = None
    criterion: CriterionAgreement | None = None
