"""Tables as rows of cells, whatever file they come from, read in pieces so that long ones need little memory."""

import codecs
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from itertools import islice
from pathlib import Path
from pkgutil import resolve_name
from typing import Protocol

from cj_assessment_service.domain.errors import InputProblem, InputRejected

PARQUET = ".parquet"
_ROWS_AT_ONCE = 250
"""Small enough to stay in the processor's cache: thousands take half as long again."""
_DELIMITERS = (",", ";", "\t", "|")
_PARQUET_READER = "pyarrow.parquet:read_table"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows with their numbers; the header, or the first row of the file, is number 1."""

    numbers: Sequence[int]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Grid:
    """A header and the rows below it that are not blank. A row may have fewer or more cells than the header."""

    source: str
    header: tuple[str, ...]
    pieces: Iterator[Piece]


class _ParquetTable(Protocol):
    """What is used of pyarrow's table."""

    @property
    def column_names(self) -> list[str]: ...

    def to_pydict(self) -> dict[str, list[object]]: ...


def refusal(where: str, what: str, remedy: str) -> InputRejected:
    """The error for one problem."""
    return InputRejected((InputProblem(where, what, remedy),))


def grids_of(path: Path) -> Iterator[Grid]:
    """The file as each of the delimiters reads it; a parquet file in the one way there is. Raises InputRejected when it
    cannot be read at all.
    """
    if path.suffix.lower() == PARQUET:
        yield _parquet_grid(path)
        return
    text = _decoded(_content(path), path.name)
    for delimiter in _DELIMITERS:
        yield _text_grid(text, delimiter, path.name)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise refusal(
            path.name,
            f"The file cannot be read ({error.strerror}).",
            "Check the name and that you may read it.",
        ) from error


def _decoded(content: bytes, name: str) -> str:
    """UTF-8 with or without its mark, UTF-16 with it, else the code page of Western Windows."""
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise refusal(name, "It cannot be told how the letters of the file are encoded.", "Save it as UTF-8.")


def _text_grid(text: str, delimiter: str, name: str) -> Grid:
    # strict: a quote that is never closed would swallow the rows below it
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number, header = 0, list[str]()
    try:
        while not any(cell.strip() for cell in header):
            header = next(reader)
            number += 1
    except (StopIteration, csv.Error):
        return Grid(name, (), iter(()))
    return Grid(name, tuple(cell.strip() for cell in header), _text_pieces(reader, number, name))


def _text_pieces(reader: Iterator[list[str]], number: int, name: str) -> Iterator[Piece]:
    while True:
        rows: list[list[str]] = []
        try:
            rows.extend(islice(reader, _ROWS_AT_ONCE))
        except csv.Error as error:
            raise refusal(
                name,
                f"The table cannot be read after row {number + len(rows)}: a quotation mark is missing or out of place.",
                "Write each cell that holds quotation marks between quotation marks and double those inside it.",
            ) from error
        if not rows:
            return
        numbers = range(number + 1, number + len(rows) + 1)
        number += len(rows)
        if all(map(any, rows)):
            yield Piece(numbers, rows)
            continue
        filled = [place for place, row in enumerate(rows) if any(row)]
        yield Piece([numbers[place] for place in filled], [rows[place] for place in filled])


def _parquet_grid(path: Path) -> Grid:
    try:
        read_table = resolve_name(_PARQUET_READER)
    except ImportError as error:
        raise refusal(
            path.name,
            "To read parquet files, pyarrow must be installed.",
            "Install it with: pip install 'cj-assessment-service[parquet]', or save the table as CSV.",
        ) from error
    try:
        table: _ParquetTable = read_table(path)
    except (OSError, ValueError) as error:
        raise refusal(
            path.name,
            "The file cannot be read as parquet.",
            "Check that it is whole, or save the table as CSV.",
        ) from error
    columns = table.to_pydict()
    cells = zip(*([_cell(value) for value in columns[name]] for name in table.column_names), strict=True)
    return Grid(path.name, tuple(table.column_names), _numbered(cells))


def _numbered(rows: Iterator[tuple[str, ...]]) -> Iterator[Piece]:
    number = 1
    while piece := list(islice(rows, _ROWS_AT_ONCE)):
        yield Piece(range(number + 1, number + len(piece) + 1), piece)
        number += len(piece)


def _cell(value: object) -> str:
    """As a CSV file would hold it: nothing for a missing value, and whole numbers without a fraction, because programs
    turn the whole numbers of a column with gaps into fractions.
    """
    match value:
        case None:
            return ""
        case float():
            if value != value:  # noqa: PLR0124 - nan
                return ""
            return str(int(value)) if value.is_integer() else repr(value)
        case datetime() | date():
            return value.isoformat()
        case bytes():
            return value.decode("utf-8", "replace")
        case _:
            return str(value)
