"""Tables with a header row: CSV with comma, semicolon or tab, and XLSX."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from pkgutil import resolve_name

from cj_assessment_service.domain.errors import InputProblem, InputRejected
from cj_assessment_service.implementations.essay_files.problems import refusal, shown
from cj_assessment_service.implementations.essay_files.stored_files import load_file
from cj_assessment_service.implementations.essay_files.texts import decode, tidy

TABLE_TYPES = (".csv", ".xlsx")
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
_WORKBOOK_READER = "cj_assessment_service.implementations.essay_files.workbooks:sheets_of_workbook"
"""By name, because the library behind it is slow to load."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row that is not blank. `number` counts as spreadsheet programs do, the first row being 1; `problem` says why its
    cells cannot be trusted.
    """

    file: str
    number: int
    cells: Mapping[str, str]
    problem: InputProblem | None = None

    @property
    def where(self) -> str:
        return f"{self.file}, row {self.number}"

    def cell(self, column: str) -> str:
        """Tidy; empty where the table has no such column."""
        return tidy(self.cells.get(column, ""))


@dataclass(frozen=True, slots=True)
class _Grid:
    """Rows of cells under a possible header. `delimiter` is None where cells cannot run into each other."""

    rows: Iterator[list[str]]
    delimiter: str | None = None


def read_table(path: Path, required: tuple[str, ...], optional: tuple[str, ...]) -> tuple[TableRow, ...]:
    """The rows below the first header with the required columns, in any order and case; other columns are ignored.

    Raises InputRejected when there is no such header, or the file cannot be read.
    """
    headers: list[list[str]] = []
    for grid in _grids(path):
        numbered = enumerate(grid.rows, start=1)
        header = _header(numbered)
        if set(required) <= set(header):
            _check_columns(header, required + optional, path.name)
            return tuple(_rows(numbered, header, grid.delimiter, path.name))
        headers.append(header)
    raise _missing_columns(max(headers, key=len, default=[]), required, path.name)


def read_table_with_any(path: Path, columns: tuple[str, ...]) -> tuple[TableRow, ...] | None:
    """The rows below the first header with one of the columns; None when there is no such header.

    Raises InputRejected when the file cannot be read.
    """
    for grid in _grids(path):
        numbered = enumerate(grid.rows, start=1)
        header = _header(numbered)
        if not set(columns).isdisjoint(header):
            _check_columns(header, columns, path.name)
            return tuple(_rows(numbered, header, grid.delimiter, path.name))
    return None


def _grids(path: Path) -> Iterator[_Grid]:
    content = load_file(path)
    if path.suffix.lower() == ".xlsx":
        return _workbook_grids(content, path.name)
    return _csv_grids(content, path.name)


def _csv_grids(content: bytes, name: str) -> Iterator[_Grid]:
    text = decode(content, name)
    for delimiter in _DELIMITERS:
        # strict: a quote that is never closed would swallow the essays below it
        yield _Grid(csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True), delimiter)


def _workbook_grids(content: bytes, name: str) -> Iterator[_Grid]:
    sheets: list[list[list[str]]] = resolve_name(_WORKBOOK_READER)(content, name)
    for rows in sheets:
        yield _Grid(iter(rows))


def _header(rows: Iterable[tuple[int, list[str]]]) -> list[str]:
    """The first row that is not blank; empty where there is none or it cannot be parsed."""
    with suppress(csv.Error):
        for _, cells in rows:
            if any(cell.strip() for cell in cells):
                return [tidy(cell).casefold() for cell in cells]
    return []


def _check_columns(header: list[str], columns: tuple[str, ...], name: str) -> None:
    repeated = [column for column in columns if header.count(column) > 1]
    if repeated:
        raise refusal(
            name, f"The column {repeated[0]} occurs more than once.", "Rename the columns that are not meant."
        )


def _rows(
    rows: Iterator[tuple[int, list[str]]], header: list[str], delimiter: str | None, name: str
) -> Iterator[TableRow]:
    number = 1
    try:
        for number, cells in rows:
            if any(cell.strip() for cell in cells):
                problem = _surplus(cells, header, delimiter, f"{name}, row {number}")
                yield TableRow(name, number, dict(zip(header, cells, strict=False)), problem)
    except csv.Error as error:
        raise refusal(
            name,
            f"The table cannot be read after row {number}: a quotation mark is missing or out of place there, or a text "
            f"is longer than {csv.field_size_limit():,} characters.",
            "Write each text that holds quotation marks between quotation marks and double those inside it, or save "
            "the table as .xlsx.",
        ) from error


def _surplus(cells: list[str], header: list[str], delimiter: str | None, where: str) -> InputProblem | None:
    if delimiter is None or not any(cell.strip() for cell in cells[len(header) :]):
        return None
    return InputProblem(
        shown(where),
        f"The row has {len(cells)} cells, but the header names {len(header)}.",
        f"Write texts that hold {_DELIMITERS[delimiter]} between quotation marks.",
    )


def _missing_columns(header: list[str], required: tuple[str, ...], name: str) -> InputRejected:
    wanted = " and ".join(f"`{column}`" for column in required)
    if not header:
        return refusal(name, "No row of it names columns.", f"Give it a first row with the columns {wanted}.")
    found = ", ".join(f"`{shown(column)}`" for column in header if column)
    return refusal(name, f"The first row names the columns {found}.", f"Name the columns {wanted} there.")
