"""What people see at the terminal, in rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from rich.box import SIMPLE_HEAD
from rich.console import JustifyMethod
from rich.table import Table
from rich.text import Text

from cj_assessment_service.domain.batches import BatchOverview, StopReason
from cj_assessment_service.domain.results import AssessedEssay, AssessmentResult

MOST_ROWS = 40
NOTHING = "–"

ENDINGS = {
    StopReason.STABLE: "finished",
    StopReason.GRADES_SETTLED: "finished",
    StopReason.ORDER_DECIDED: "finished",
    StopReason.SATURATED: "finished",
    StopReason.BUDGET_EXHAUSTED: "budget used",
    StopReason.COST_CAP: "cost limit",
    StopReason.TIME_CAP: "time limit",
    StopReason.INSUFFICIENT_ESSAYS: "too few",
    StopReason.FINISHED_EARLY: "finished by hand",
    StopReason.CANCELLED: "cancelled",
}
"""How a batch ended, in a word or two; for any other reason it failed."""

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """Numbers stand to the right. Only a column that may `shrink` is cut where the terminal is narrow."""

    heading: str
    cell: Callable[[Row], str]
    is_number: bool = False
    may_shrink: bool = False


def ranking_table(result: AssessmentResult) -> Table:
    """Best first, shortened where it is long, without columns that would be empty."""
    title = "Ranking, best first" if len(result.essays) <= MOST_ROWS else f"The best {MOST_ROWS}"
    table = table_of(_ranking_columns(result), result.essays[:MOST_ROWS])
    table.title = title
    return table


def listing_table(columns: Sequence[Column[Row]], rows: Sequence[Row]) -> Table:
    """With hardly a frame, for many narrow rows."""
    table = table_of(columns, rows)
    table.box, table.padding = SIMPLE_HEAD, (0, 1, 0, 0)
    return table


def listing_lines(columns: Sequence[Column[Row]], rows: Sequence[Row]) -> tuple[str, ...]:
    """The same without a frame, for logs and other programs: a heading, then a line each, tabs between the cells."""
    heading = "\t".join(column.heading for column in columns)
    return (heading, *("\t".join(column.cell(one) for column in columns) for one in rows))


def state_word(overview: BatchOverview) -> str:
    if not overview.status.is_terminal:
        return "open"
    return "failed" if overview.stop_reason is None else ENDINGS.get(overview.stop_reason, "failed")


def _ranking_columns(result: AssessmentResult) -> tuple[Column[AssessedEssay], ...]:
    graded = any(essay.projection is not None for essay in result.essays)
    anchored = any(essay.is_anchor for essay in result.essays)
    reviewed = any(essay.review_reasons for essay in result.essays)
    return (
        Column("rank", lambda essay: str(essay.rank or NOTHING), is_number=True),
        Column("essay", lambda essay: essay.name or essay.essay_id, may_shrink=True),
        Column("score ± se", lambda essay: f"{essay.score:+.2f} ± {essay.se:.2f}", is_number=True),
        *((Column("grade", _grade), Column("certainty", _certainty, is_number=True)) if graded else ()),
        *((Column("known", _known),) if anchored else ()),
        *((Column("look at it", _look),) if reviewed else ()),
    )


def _grade(essay: AssessedEssay) -> str:
    return NOTHING if essay.projection is None else essay.projection.grade


def _certainty(essay: AssessedEssay) -> str:
    return NOTHING if essay.projection is None else f"{essay.projection.confidence:.0%}"


def _known(essay: AssessedEssay) -> str:
    return essay.known_grade or ""


def _look(essay: AssessedEssay) -> str:
    return "yes" if essay.review_reasons else ""


BATCH_COLUMNS: tuple[Column[BatchOverview], ...] = (
    Column("batch", lambda batch: str(batch.identity.batch_id), is_number=True),
    Column("started", lambda batch: f"{batch.created_at.astimezone():%Y-%m-%d %H:%M}"),
    Column("essays", lambda batch: str(batch.essays_loaded), is_number=True),
    Column("judged", lambda batch: str(batch.progress.completed), is_number=True),
    Column(
        "reliability",
        lambda batch: NOTHING if batch.reliability is None else f"{batch.reliability:.2f}",
        is_number=True,
    ),
    Column("state", state_word),
    Column("judge", lambda batch: str(batch.settings.panel), may_shrink=True),
)


def table_of(columns: Sequence[Column[Row]], rows: Sequence[Row]) -> Table:
    table = Table()
    for column in columns:
        justify: JustifyMethod = "right" if column.is_number else "left"
        # rich narrows only columns that may wrap; the cells themselves never do
        table.add_column(column.heading, justify=justify, no_wrap=not column.may_shrink)
    for row in rows:
        table.add_row(*(Text(column.cell(row), no_wrap=True, overflow="ellipsis") for column in columns))
    return table
