"""Small tables that say one thing of each item: the grade it is known to have, or the value of a criterion."""

from collections.abc import Iterator
from pathlib import Path

from cj_assessment_service.domain.decision_tables import CriterionValue, KnownGrade
from cj_assessment_service.domain.errors import InputProblem, InputRejected
from cj_assessment_service.domain.identifiers import EssayId, Grade
from cj_assessment_service.implementations.decision_files.columns import tidied
from cj_assessment_service.implementations.decision_files.grids import Grid, grids_of, refusal
from cj_assessment_service.implementations.decision_files.headings import comparable

_ITEM = ("item", "id", "itemid", "essay", "essayid", "candidate", "script", "name")
_GRADE = ("grade", "level", "anchorgrade", "knowngrade", "cefr")
_VALUE = ("value", "criterion", "score", "mark", "grade", "mean", "level")


def read_known_grades(path: Path) -> tuple[KnownGrade, ...]:
    """Columns `item,grade`. Raises InputRejected with every row that names an item twice or leaves a cell empty."""
    return tuple(
        KnownGrade(item, Grade(value), where) for item, value, where in _pairs(path, "grade", _GRADE)
    )


def read_criterion(path: Path) -> tuple[CriterionValue, ...]:
    """Columns `item,value`. Raises InputRejected likewise."""
    return tuple(CriterionValue(item, value, where) for item, value, where in _pairs(path, "value", _VALUE))


def _pairs(path: Path, wanted: str, aliases: tuple[str, ...]) -> list[tuple[EssayId, str, str]]:
    pairs: list[tuple[EssayId, str, str]] = []
    problems: list[InputProblem] = []
    rows: dict[str, int] = {}
    for number, item, value in _cells(path, wanted, aliases):
        where = f"{path.name}, row {number}"
        if not item or not value:
            missing = wanted if item else "item"
            problems.append(
                InputProblem(where, f"The {missing} is missing.", "Fill it in, or take the row out.")
            )
        elif item in rows:
            what = f"The item {item} is already in row {rows[item]}."
            problems.append(InputProblem(where, what, "Keep one of the two rows."))
        else:
            rows[item] = number
            pairs.append((EssayId(item), value, where))
    if problems:
        raise InputRejected(tuple(problems))
    if not pairs:
        raise refusal(
            path.name, "There is no row below the header.", f"Add a row `item,{wanted}` for each item."
        )
    return pairs


def _cells(path: Path, wanted: str, aliases: tuple[str, ...]) -> Iterator[tuple[int, str, str]]:
    grid, item_place, value_place = _found(path, wanted, aliases)
    for piece in grid.pieces:
        for number, row in zip(piece.numbers, piece.rows, strict=True):
            cells = [*row, *[""] * len(grid.header)]
            yield number, tidied(cells[item_place]), tidied(cells[value_place])


def _found(path: Path, wanted: str, aliases: tuple[str, ...]) -> tuple[Grid, int, int]:
    headers: list[tuple[str, ...]] = []
    for grid in grids_of(path):
        names = [comparable(heading) for heading in grid.header]
        item = next((names.index(alias) for alias in _ITEM if alias in names), None)
        value = next((names.index(alias) for alias in aliases if alias in names), None)
        if item is not None and value is not None:
            return grid, item, value
        headers.append(grid.header)
    found = ", ".join(f"`{heading}`" for heading in max(headers, key=len)) or "nothing"
    raise refusal(
        path.name, f"Its header names {found}.", f"Name the columns `item` and `{wanted}` in the first row."
    )
