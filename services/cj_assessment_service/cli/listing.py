"""Rows, the same for a person, a log and a program."""

from collections.abc import Callable, Mapping, Sequence

from cj_assessment_service.cli.tables import Column, Row, listing_lines, listing_table
from cj_assessment_service.cli.talk import Talk
from cj_assessment_service.reports.document import Json


def list_rows(
    talk: Talk,
    columns: Sequence[Column[Row]],
    rows: Sequence[Row],
    document: Callable[[Row], Mapping[str, Json]],
) -> None:
    """A table, a line each, or a JSON object each."""
    for row in rows:
        talk.send(document(row))
    talk.show(listing_table(columns, rows))
    if not talk.is_watched:
        for line in listing_lines(columns, rows):
            talk.say(line)
