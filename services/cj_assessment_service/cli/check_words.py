"""What people see of a scorecard at the terminal."""

from rich.table import Table

from cj_assessment_service.cli.tables import Column, table_of
from cj_assessment_service.domain.scorecards import Scorecard
from cj_assessment_service.reports.scorecard_words import (
    UNKNOWN,
    VERDICT_WORDS,
    CardFigure,
    accuracy_figures,
    all_figures,
    partial_words,
    price_words,
)
from cj_assessment_service.reports.wording import counted

_COLUMNS: tuple[Column[CardFigure], ...] = (
    Column("figure", lambda figure: figure.name),
    Column("value", lambda figure: figure.shown),
    Column("what it is", lambda figure: figure.meaning, may_shrink=True),
)


def scorecard_table(card: Scorecard) -> Table:
    table = table_of(_COLUMNS, all_figures(card.evidence))
    table.title = f"Scorecard of {card.judge}"
    return table


def scorecard_lines(card: Scorecard) -> tuple[str, ...]:
    """The verdict first, with its reason; then what it rests on, for logs that show no table."""
    evidence = card.evidence
    partial = partial_words(evidence)
    figures = "; ".join(
        f"{figure.name} {figure.shown}" for figure in accuracy_figures(evidence) if figure.shown != UNKNOWN
    )
    asked = f"{counted(evidence.asked, 'question')} of {evidence.planned} planned, {price_words(evidence.spending)}."
    return (
        f"{VERDICT_WORDS[card.ruling.verdict]}. {card.ruling.reason} (Rule: {card.ruling.rule.value}.)",
        *((partial,) if partial is not None else ()),
        figures,
        f"It took {asked}",
    )
