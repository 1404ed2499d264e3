"""The sheets of an XLSX workbook as people see them."""

import re
from datetime import date
from io import BytesIO
from itertools import islice

from openpyxl import load_workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from cj_assessment_service.implementations.essay_files.packages import check_package
from cj_assessment_service.implementations.essay_files.problems import damage_refused

_MAXIMUM_ROWS = 2**20
_CARRIAGE_RETURN = re.compile(r"_x000D_\n?")
"""How XLSX writes it."""


def sheets_of_workbook(content: bytes, name: str) -> list[list[list[str]]]:
    """Rows of cells for each sheet. Raises InputRejected for a file that is not a readable workbook."""
    check_package(content, name, "an Excel table")
    with damage_refused(name, "an Excel table"):
        workbook = load_workbook(BytesIO(content), read_only=True, data_only=True)
        return [_sheet_rows(sheet) for sheet in workbook.worksheets]


def _sheet_rows(sheet: ReadOnlyWorksheet) -> list[list[str]]:
    # some programs write a wrong size of the sheet
    sheet.reset_dimensions()
    rows = islice(sheet.values, _MAXIMUM_ROWS)
    return [[_cell_text(value) for value in row] for row in rows]


def _cell_text(value: object) -> str:
    """What people see in the cell: 12 for a number that is whole, nothing for an empty cell."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, date):
        return value.isoformat().removesuffix("T00:00:00")
    return _CARRIAGE_RETURN.sub("\n", str(value))
