"""The analysis of decisions as tables for other programs.

Texts are neutralised as in `csv_tables`; numbers have six decimals, so that they can be calculated with.
"""

import csv
import io
from collections.abc import Iterable, Sequence

from cj_assessment_service.domain.analyses import AnalysedItem, AnalysedJudge, DecisionAnalysis
from cj_assessment_service.domain.grades import GradeScale
from cj_assessment_service.domain.scores import PositionEffect
from cj_assessment_service.reports.csv_tables import neutralised

ITEM_COLUMNS = (
    "item", "score", "se", "ci_low", "ci_high", "rank", "comparisons", "wins", "infit", "outfit", "component",
)  # fmt: skip
GRADE_COLUMNS = ("grade", "grade_probability", "second_grade")
"""Followed by `p_` and its name for each grade, lowest first."""

JUDGE_COLUMNS = (
    "judge", "decisions", "agreement", "infit", "outfit", "position_effect", "position_se", "discrimination",
    "discrimination_se", "tie_rate", "median_seconds", "form", "flags",
)  # fmt: skip

PROBLEM_COLUMNS = ("row", "fault", "what")

_DECIMALS = 6
_BETWEEN_FLAGS = " "

Cell = str | int | float | None


def items_csv(analysis: DecisionAnalysis) -> str:
    """One row for each item, by component (numbered from 1), best first within each. Columns of grades where grades of
    items were known, empty where none could be projected.
    """
    grades = _grades(analysis.scale)
    columns = (*ITEM_COLUMNS, *GRADE_COLUMNS, *(f"p_{grade}" for grade in grades)) if grades else ITEM_COLUMNS
    return _csv(columns, ((*_item(item), *_graded(item, len(grades))) for item in analysis.items))


def judges_csv(analysis: DecisionAnalysis) -> str:
    """One row for each judge, by name; flags are words with blanks between them."""
    return _csv(JUDGE_COLUMNS, (_judge(judge) for judge in analysis.judges))


def problems_csv(analysis: DecisionAnalysis) -> str:
    """One row for each problem, by the row of the file it is in."""
    return _csv(PROBLEM_COLUMNS, ((one.row, one.fault.value, one.what) for one in analysis.source.problems))


def _grades(scale: GradeScale | None) -> tuple[str, ...]:
    """Lowest first, the grade below the lowest before them; none without a scale."""
    if scale is None:
        return ()
    below = () if scale.below_lowest is None else (scale.below_lowest,)
    return (*below, *scale.grades)


def _item(item: AnalysedItem) -> tuple[Cell, ...]:
    return (
        item.item,
        item.score,
        item.se,
        item.ci_low,
        item.ci_high,
        item.rank,
        item.comparisons,
        item.wins,
        item.infit,
        item.outfit,
        item.component + 1,
    )


def _graded(item: AnalysedItem, grades: int) -> tuple[Cell, ...]:
    projection = item.projection
    if not grades:
        return ()
    if projection is None:
        return (None,) * (len(GRADE_COLUMNS) + grades)
    second = projection.second.grade if projection.second else None
    shares = (one.probability for one in projection.probabilities)
    return (projection.grade, projection.confidence, second, *shares)


def _judge(judge: AnalysedJudge) -> tuple[Cell, ...]:
    return (
        judge.judge,
        judge.decisions,
        judge.agreement,
        judge.infit,
        judge.outfit,
        *_position(judge.position),
        judge.discrimination,
        judge.discrimination_se,
        judge.tie_rate,
        judge.median_seconds,
        None if judge.form is None else judge.form.value,
        _BETWEEN_FLAGS.join(flag.value for flag in judge.flags),
    )


def _position(position: PositionEffect | None) -> tuple[Cell, Cell]:
    return (None, None) if position is None else (position.estimate, position.se)


def _csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_text(cell) for cell in row])
    return buffer.getvalue()


def _text(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case str():
            return neutralised(cell)
        case int():
            return str(cell)
        case float():
            return f"{cell:.{_DECIMALS}f}"
