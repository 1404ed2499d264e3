"""What people see of an analysis at the terminal."""

from rich.table import Table

from cj_assessment_service.cli.tables import MOST_ROWS, NOTHING, Column, table_of
from cj_assessment_service.domain.analyses import (
    AnalysedItem,
    AnalysedJudge,
    AnalysisFigures,
    DecisionAnalysis,
)
from cj_assessment_service.domain.scores import PositionEffect
from cj_assessment_service.reports.wording import counted, no_grades_sentence

_ITEM_COLUMNS: tuple[Column[AnalysedItem], ...] = (
    Column("rank", lambda item: str(item.rank), is_number=True),
    Column("item", lambda item: item.item, may_shrink=True),
    Column("score ± se", lambda item: f"{item.score:+.2f} ± {item.se:.2f}", is_number=True),
    Column("won", lambda item: f"{item.wins} of {item.comparisons}", is_number=True),
    Column("infit", lambda item: two_decimals(item.infit), is_number=True),
)

_GRADE_COLUMNS: tuple[Column[AnalysedItem], ...] = (
    Column("grade", lambda item: NOTHING if item.projection is None else item.projection.grade),
    Column(
        "certainty",
        lambda item: NOTHING if item.projection is None else f"{item.projection.confidence:.0%}",
        is_number=True,
    ),
    Column("known", lambda item: item.known_grade or ""),
)

_GROUP_COLUMN: Column[AnalysedItem] = Column("group", lambda item: str(item.component + 1), is_number=True)

_JUDGE_COLUMNS: tuple[Column[AnalysedJudge], ...] = (
    Column("judge", lambda judge: judge.judge, may_shrink=True),
    Column("decisions", lambda judge: f"{judge.decisions:,}", is_number=True),
    Column(
        "agreement",
        lambda judge: NOTHING if judge.agreement is None else f"{judge.agreement:.0%}",
        is_number=True,
    ),
    Column("infit", lambda judge: two_decimals(judge.infit), is_number=True),
    Column("position", lambda judge: _effect(judge.position), is_number=True),
    Column("discrimination", lambda judge: two_decimals(judge.discrimination), is_number=True),
    Column("look at it", lambda judge: ", ".join(flag.value.replace("_", " ") for flag in judge.flags)),
)


def items_table(analysis: DecisionAnalysis) -> Table:
    """Best first, group by group where there are several; shortened where it is long."""
    items = analysis.items
    columns = (
        *((_GROUP_COLUMN,) if analysis.figures.components > 1 else ()),
        *_ITEM_COLUMNS,
        *(_GRADE_COLUMNS if analysis.calibration is not None else ()),
    )
    table = table_of(columns, items[:MOST_ROWS])
    table.title = (
        "Items, best first" if len(items) <= MOST_ROWS else f"The first {MOST_ROWS} of {len(items):,} items"
    )
    return table


def judges_table(analysis: DecisionAnalysis) -> Table:
    """Those to look at first, then those with most decisions; shortened where it is long."""
    judges = sorted(analysis.judges, key=lambda judge: (not judge.flags, -judge.decisions, judge.judge))
    table = table_of(_JUDGE_COLUMNS, judges[:MOST_ROWS])
    table.title = "Judges" if len(judges) <= MOST_ROWS else f"{MOST_ROWS} of {len(judges):,} judges"
    return table


def outcome_lines(analysis: DecisionAnalysis) -> tuple[str, ...]:
    """What was analysed and how far it can be trusted."""
    figures = analysis.figures
    lines = [
        (
            f"{counted(len(analysis.items), 'item')}, {counted(analysis.decisions, 'decision')},"
            f" {counted(len(analysis.judges), 'judge')}; model {analysis.plan.model.value}."
        ),
        _trust_line(figures),
        (
            f"SSR {two_decimals(figures.ssr)} as 1 - MSE/Var, {two_decimals(figures.ssr_alt)} as Var/(Var+MSE);"
            f" separation {two_decimals(figures.separation)}."
        ),
        f"Position effect {_effect(figures.position)}; cyclic triads {figures.cyclic_triads:,}.",
    ]
    criterion = analysis.criterion
    if criterion is not None:
        lines.append(
            f"Criterion ({counted(criterion.items, 'item')}): Spearman {two_decimals(criterion.spearman)},"
            f" Kendall {two_decimals(criterion.kendall)}, Pearson {two_decimals(criterion.pearson)},"
            f" QWK {two_decimals(criterion.qwk)}."
        )
    if analysis.projection_unavailable is not None:
        lines.append(no_grades_sentence(analysis.projection_unavailable))
    return tuple(lines)


def two_decimals(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.2f}"


def _trust_line(figures: AnalysisFigures) -> str:
    limits = figures.reliability_ci
    between = "" if limits is None else f" ({limits[0]:.2f} to {limits[1]:.2f})"
    return (
        f"Reliability {two_decimals(figures.reliability)}{between};"
        f" split halves {two_decimals(figures.split_half_median)},"
        f" halves of the judges {two_decimals(figures.judge_split_half)};"
        f" coin tosses with these pairs {two_decimals(figures.null_reliability)}."
    )


def _effect(position: PositionEffect | None) -> str:
    return NOTHING if position is None else f"{position.estimate:+.2f} ± {position.se:.2f}"
