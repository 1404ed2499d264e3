"""A file as columns of cells by what they mean, before anything is made of the cells."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cj_assessment_service.domain.decision_tables import IntArray, RowFault, RowProblem
from cj_assessment_service.domain.errors import InputRejected
from cj_assessment_service.implementations.decision_files.columns import (
    TextColumn,
    TextColumnBuilder,
    constant_column,
)
from cj_assessment_service.implementations.decision_files.grids import Grid, Piece, grids_of, refusal
from cj_assessment_service.implementations.decision_files.headings import Layout, Role, layout_of

_WANTED = (
    "Name the columns `winner,loser`, or `first,second,winner` (also `left,right,winner`, `essay_a,essay_b,winner` and the"
    " like); `judge`, `level`, `p_first`, `confidence`, `seconds`, `weight` and `group` may be added."
)


@dataclass(frozen=True, slots=True, eq=False)
class RawTable:
    """`rows` are the numbers of the rows in `columns`; rows that cannot be told apart into cells are in `problems`."""

    source: str
    layout: Layout
    rows: IntArray
    columns: tuple[tuple[Role, TextColumn], ...]
    problems: tuple[RowProblem, ...]

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, role: Role) -> TextColumn | None:
        return dict(self.columns).get(role)

    def filled_column(self, role: Role) -> TextColumn:
        """Empty in every row where no column plays the role."""
        return self.column(role) or constant_column("", len(self))


def read_raw(path: Path) -> RawTable:
    """Raises InputRejected when the file cannot be read or its header says nothing of decisions."""
    headers: list[tuple[str, ...]] = []
    for grid in grids_of(path):
        layout = layout_of(grid.header)
        if layout is not None:
            return _raw_table(grid, layout)
        headers.append(grid.header)
    raise _unknown_header(path.name, max(headers, key=len))


def _raw_table(grid: Grid, layout: Layout) -> RawTable:
    builders = [(role, place, TextColumnBuilder()) for role, place in layout.places]
    width = len(grid.header)
    numbers: list[int] = []
    problems: list[RowProblem] = []
    for piece in _aligned(grid.pieces, width, problems):
        numbers.extend(piece.numbers)
        cells = list(zip(*piece.rows, strict=False))
        for _, place, builder in builders:
            builder.extend(cells[place] if cells else ())
    return RawTable(
        source=grid.source,
        layout=layout,
        rows=np.array(numbers, dtype=np.intp),
        columns=tuple((role, builder.build()) for role, _, builder in builders),
        problems=tuple(problems),
    )


def _aligned(pieces: Iterator[Piece], width: int, problems: list[RowProblem]) -> Iterator[Piece]:
    """Short rows filled up, because programs leave empty cells at the end away; rows with more cells than the header has
    become problems, because nobody can tell which cell is which.
    """
    for piece in pieces:
        lengths = set(map(len, piece.rows))
        if lengths == {width}:
            yield piece
            continue
        kept: list[tuple[int, Sequence[str]]] = []
        for number, row in zip(piece.numbers, piece.rows, strict=True):
            if any(cell.strip() for cell in row[width:]):
                what = f"The row has {len(row)} cells, but the header names {width}."
                problems.append(RowProblem(number, RowFault.SURPLUS_CELLS, what))
            else:
                kept.append((number, [*row[:width], *[""] * (width - len(row))]))
        yield Piece([number for number, _ in kept], [row for _, row in kept])


def _unknown_header(name: str, header: tuple[str, ...]) -> InputRejected:
    if not header:
        return refusal(name, "No row of it names columns.", _WANTED)
    found = ", ".join(f"`{heading}`" for heading in header if heading)
    return refusal(name, f"Its header names {found}: no two items and which of them is better.", _WANTED)
