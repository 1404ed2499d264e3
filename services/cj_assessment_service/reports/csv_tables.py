"""Tables as CSV after RFC 4180: commas, CR LF after each row (write the file with newline=""), always a header.

A spreadsheet runs a cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return as a formula, and essay names,
ids and justifications come from strangers. Every text cell that begins so gets an apostrophe in front, and so does one
that begins with apostrophes before such a character; `restored` takes exactly that apostrophe away again. So an essay id
`=1+1` is written `'=1+1`, does no harm in a spreadsheet, and is read back as `=1+1`. Numbers are never touched.
"""

import csv
import io
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from cj_assessment_service.domain.comparisons import RecordedComparison
from cj_assessment_service.domain.results import AssessmentResult
from cj_assessment_service.reports.judge_tables import judges_table
from cj_assessment_service.reports.tables import Cell, Kind, Table, decisions_table, essays_table

_RUNS_AS_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_WAS_NEUTRALISED = re.compile(r"'+[=+\-@\t\r]")

_DECIMALS = {Kind.SCORE: 4, Kind.SHARE: 4, Kind.SECONDS: 3, Kind.MONEY: 8}
"""Money to a hundred-millionth of a dollar: one short answer of a cheap model costs a few millionths."""


def essays_csv(result: AssessmentResult) -> str:
    """One row for each essay, best first; failed essays last, without rank and score, with the reason."""
    return _csv(essays_table(result))


def decisions_csv(comparisons: Sequence[RecordedComparison]) -> str:
    """One row for each comparison in the order it was recorded."""
    return _csv(decisions_table(comparisons))


def judges_csv(result: AssessmentResult) -> str:
    """One row for each judge that was asked, by name."""
    return _csv(judges_table(result))


def neutralised(text: str) -> str:
    """The text as no spreadsheet runs it."""
    return f"'{text}" if _RUNS_AS_FORMULA.match(text) else text


def restored(cell: str) -> str:
    """The text that `neutralised` was given; any other cell unchanged."""
    return cell[1:] if _WAS_NEUTRALISED.match(cell) else cell


def utc_text(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds, `2026-03-01T09:30:00.000Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _csv(table: Table) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(column.name for column in table.columns)
    for row in table.rows:
        writer.writerow(_text(cell, column.kind) for cell, column in zip(row, table.columns, strict=True))
    return buffer.getvalue()


def _text(cell: Cell, kind: Kind) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case str():
            return neutralised(cell)
        case datetime():
            return utc_text(cell)
        case int():
            return str(cell)
        case float() | Decimal():
            return f"{cell:.{_DECIMALS[kind]}f}"
