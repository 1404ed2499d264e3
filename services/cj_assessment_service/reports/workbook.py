"""The result as an Excel workbook: a sheet for each table, typed cells, the same bytes for the same result.

Every text is stored as text, whatever it begins with, and marked so that editing the cell does not turn it into a
formula. Times are UTC.
"""

import io
from datetime import UTC, datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, TYPE_STRING, WriteOnlyCell
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from cj_assessment_service.domain.results import AssessmentResult
from cj_assessment_service.reports.grade_tables import grade_tables
from cj_assessment_service.reports.judge_tables import judge_pairs_tables, judges_table
from cj_assessment_service.reports.tables import (
    Cell,
    Kind,
    Table,
    decisions_table,
    essays_table,
    quality_table,
    settings_table,
)

LONGEST_CELL = 32_767
"""Characters Excel allows in one cell; longer texts end in an ellipsis."""

_NUMBER_FORMATS = {
    Kind.COUNT: "#,##0",
    Kind.SCORE: "0.000",
    Kind.SHARE: "0.0%",
    Kind.SECONDS: "0.000",
    Kind.MONEY: "$#,##0.00######",
    Kind.TIME: "yyyy-mm-dd hh:mm:ss",
    Kind.MIXED: "0.000",
}
_HEADER_FONT = Font(bold=True)
_HEADER_FILL = PatternFill("solid", fgColor="FFE8ECF4")
_TOP = Alignment(vertical="top")
_WRAPPED = Alignment(vertical="top", wrap_text=True)
_NARROWEST, _WIDEST, _LONG_TEXT_WIDTH, _TIME_WIDTH = 9, 40, 70, 20
_EARLIEST_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def result_xlsx(result: AssessmentResult) -> bytes:
    """Sheets Essays, Decisions, Judges, Quality, Settings; with several judges also Judge pairs; with grades also Grades,
    Anchors, Cut-points, Grade quality.
    """
    workbook = Workbook()
    for sheet in workbook.worksheets:
        workbook.remove(sheet)
    for table in (
        essays_table(result),
        decisions_table(result.comparisons),
        judges_table(result),
        *judge_pairs_tables(result),
        quality_table(result),
        settings_table(result),
        *grade_tables(result),
    ):
        _fill(workbook.create_sheet(table.title), table)
    overview = result.overview
    made_at = _naive_utc(overview.completed_at or overview.last_activity_at)
    workbook.properties.creator = "cj_assessment_service"
    workbook.properties.created = made_at
    workbook.properties.modified = made_at
    return _packed(workbook)


def _fill(sheet: Worksheet, table: Table) -> None:
    sheet.append([_header(sheet, column.name) for column in table.columns])
    for row in table.rows:
        pairs = zip(row, table.columns, strict=True)
        sheet.append([_cell(sheet, cell, column.kind) for cell, column in pairs])
    for index in range(len(table.columns)):
        sheet.column_dimensions[get_column_letter(index + 1)].width = _width(table, index)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{len(table.rows) + 1}"


def _header(sheet: Worksheet, name: str) -> SheetCell:
    header = WriteOnlyCell(sheet, name)
    header.font, header.fill = _HEADER_FONT, _HEADER_FILL
    return header


def _cell(sheet: Worksheet, value: Cell, kind: Kind) -> SheetCell:
    cell = WriteOnlyCell(sheet)
    cell.alignment = _WRAPPED if kind is Kind.LONG_TEXT else _TOP
    if isinstance(value, str):
        cell.value = _storable(value)
        cell.data_type = TYPE_STRING
        cell.quotePrefix = True
    elif value is not None:
        cell.value = _naive_utc(value) if isinstance(value, datetime) else value
        cell.number_format = _NUMBER_FORMATS.get(kind, "General")
    return cell


def _storable(text: str) -> str:
    """Without the control characters XML forbids, and not longer than a cell."""
    clean = ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", text)
    return clean if len(clean) <= LONGEST_CELL else f"{clean[: LONGEST_CELL - 1]}…"


def _width(table: Table, index: int) -> int:
    """Characters: enough for the longest cell within reason, and for the header with its filter button."""
    column = table.columns[index]
    if column.kind is Kind.LONG_TEXT:
        return _LONG_TEXT_WIDTH
    if column.kind is Kind.TIME:
        return _TIME_WIDTH
    texts = [cell for row in table.rows if isinstance(cell := row[index], str)]
    longest = max((len(text) for text in texts), default=0)
    return max(_NARROWEST, len(column.name) + 4, min(longest + 2, _WIDEST))


def _naive_utc(moment: datetime) -> datetime:
    """Excel knows no time zones."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def _packed(workbook: Workbook) -> bytes:
    """The file's bytes; the archive's own time stamps are fixed, so that equal results make equal files."""
    written, fixed = io.BytesIO(), io.BytesIO()
    ExcelWriter(workbook, ZipFile(written, "w", ZIP_DEFLATED)).save()
    with ZipFile(written) as source, ZipFile(fixed, "w") as target:
        for name in source.namelist():
            target.writestr(ZipInfo(name, _EARLIEST_ZIP_DATE), source.read(name), ZIP_DEFLATED)
    return fixed.getvalue()
