"""A result as plain tables: the same cells for CSV and for the workbook.

Nothing is formatted here; `Kind` says how a column wants to be written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum, auto

from cj_assessment_service.domain.comparisons import RecordedComparison
from cj_assessment_service.domain.essays import FailedEssay
from cj_assessment_service.domain.grades import GradeProjection
from cj_assessment_service.domain.results import AssessedEssay, AssessmentResult
from cj_assessment_service.reports.quality_words import quality_figures
from cj_assessment_service.reports.wording import settings_of

Cell = str | bool | int | float | Decimal | datetime | None


class Kind(Enum):
    """What a column holds: words for people, names for programs, and numbers by their precision."""

    TEXT = auto()
    LONG_TEXT = auto()
    FLAG = auto()
    COUNT = auto()
    SCORE = auto()
    SHARE = auto()
    SECONDS = auto()
    MONEY = auto()
    TIME = auto()
    MIXED = auto()


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Table:
    """Every row has one cell for each column."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


ESSAY_COLUMNS = (
    Column("essay_id", Kind.TEXT),
    Column("name", Kind.TEXT),
    Column("is_anchor", Kind.FLAG),
    Column("known_grade", Kind.TEXT),
    Column("rank", Kind.COUNT),
    Column("score", Kind.SCORE),
    Column("se", Kind.SCORE),
    Column("ci_low", Kind.SCORE),
    Column("ci_high", Kind.SCORE),
    Column("comparisons", Kind.COUNT),
    Column("wins", Kind.COUNT),
    Column("grade", Kind.TEXT),
    Column("grade_probability", Kind.SHARE),
    Column("second_grade", Kind.TEXT),
    Column("second_probability", Kind.SHARE),
    Column("needs_review", Kind.FLAG),
    Column("review_reasons", Kind.LONG_TEXT),
)

DECISION_COLUMNS = (
    Column("sequence", Kind.COUNT),
    Column("wave", Kind.COUNT),
    Column("judge", Kind.TEXT),
    Column("first", Kind.TEXT),
    Column("second", Kind.TEXT),
    Column("winner", Kind.TEXT),
    Column("confidence", Kind.SCORE),
    Column("justification", Kind.LONG_TEXT),
    Column("error", Kind.TEXT),
    Column("model", Kind.TEXT),
    Column("prompt_tokens", Kind.COUNT),
    Column("completion_tokens", Kind.COUNT),
    Column("cost", Kind.MONEY),
    Column("seconds", Kind.SECONDS),
    Column("submitted_at", Kind.TIME),
    Column("completed_at", Kind.TIME),
    Column("level", Kind.COUNT),
)

QUALITY_COLUMNS = (
    Column("figure", Kind.TEXT),
    Column("value", Kind.MIXED),
    Column("meaning", Kind.LONG_TEXT),
)
SETTING_COLUMNS = (Column("setting", Kind.TEXT), Column("value", Kind.LONG_TEXT))


def essays_table(result: AssessmentResult) -> Table:
    """Essays best first, then those without a rank, then the failed ones with the reason."""
    assessed = tuple(_essay(essay) for essay in result.essays)
    failed = tuple(_failed(essay) for essay in result.failed_essays)
    return Table("Essays", ESSAY_COLUMNS, assessed + failed)


def decisions_table(comparisons: Sequence[RecordedComparison]) -> Table:
    """Every question in the order it was recorded, answered or not. `level` counts from the essay shown first: 1 to 3
    where it is slightly, clearly or far better, -1 to -3 where the second is, nothing for a tie or a bare winner.
    """
    return Table("Decisions", DECISION_COLUMNS, tuple(_decision(one) for one in comparisons))


def quality_table(result: AssessmentResult) -> Table:
    """Every figure with its meaning in a sentence, then the warnings; one row saying so where there is no scale."""
    if result.quality is None:
        rows: tuple[tuple[Cell, ...], ...] = (("scale", "none", "No scale could be made from this batch."),)
        return Table("Quality", QUALITY_COLUMNS, rows)
    figures = tuple((figure.name, figure.value, figure.meaning) for figure in quality_figures(result.quality))
    warnings = tuple(("warning", None, warning) for warning in result.quality.warnings)
    return Table("Quality", QUALITY_COLUMNS, figures + warnings)


def settings_table(result: AssessmentResult) -> Table:
    rows = tuple((setting.name, setting.value) for setting in settings_of(result))
    return Table("Settings", SETTING_COLUMNS, (*rows, ("Task", result.task), ("Rubric", result.rubric)))


def _essay(essay: AssessedEssay) -> tuple[Cell, ...]:
    return (
        essay.essay_id,
        essay.name,
        essay.is_anchor,
        essay.known_grade,
        essay.rank,
        essay.score,
        essay.se,
        essay.ci_low,
        essay.ci_high,
        essay.comparisons,
        essay.wins,
        *_grades(essay.projection),
        bool(essay.review_reasons),
        " ".join(essay.review_reasons),
    )


def _grades(projection: GradeProjection | None) -> tuple[Cell, Cell, Cell, Cell]:
    if projection is None:
        return None, None, None, None
    if projection.second is None:
        return projection.grade, projection.confidence, None, None
    return projection.grade, projection.confidence, projection.second.grade, projection.second.probability


def _failed(essay: FailedEssay) -> tuple[Cell, ...]:
    place: tuple[Cell, ...] = (None,) * 5
    return (
        essay.essay_id,
        essay.name,
        False,
        None,
        *place,
        0,
        0,
        *_grades(None),
        True,
        f"Not assessed: {essay.reason}",
    )


def _decision(one: RecordedComparison) -> tuple[Cell, ...]:
    usage = one.usage
    return (
        one.sequence,
        one.wave,
        one.judge,
        one.pair.first,
        one.pair.second,
        one.winner.value if one.winner else None,
        one.confidence,
        one.justification,
        one.error.value if one.error else None,
        usage.model if usage else None,
        usage.prompt_tokens if usage else None,
        usage.completion_tokens if usage else None,
        usage.cost if usage else None,
        usage.seconds if usage else None,
        one.submitted_at,
        one.completed_at,
        one.signed_level,
    )
