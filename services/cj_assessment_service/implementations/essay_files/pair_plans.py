"""The pairs somebody wants compared: a table with the columns first,second[,locked]."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path

from cj_assessment_service.domain.comparisons import OrientedPair
from cj_assessment_service.domain.errors import InputProblem, InputRejected
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.submissions import Submission, SubmittedAnchor, SubmittedPairs
from cj_assessment_service.implementations.essay_files.problems import refusal, shown
from cj_assessment_service.implementations.essay_files.tables import TableRow, read_table

_YES = frozenset({"yes", "true", "1", "x", "locked"})
_NO = frozenset({"", "no", "false", "0"})


def read_pairs(path: Path, submission: Submission, anchors: tuple[SubmittedAnchor, ...]) -> SubmittedPairs:
    """The pairs in the order of their rows, shown as they stand. A row that names a refused essay is left out: the essay is
    reported already. Raises InputRejected with the problems of all rows.
    """
    rows = read_table(path, required=("first", "second"), optional=("locked",))
    essays = {essay.essay_id for essay in submission.essays} | {anchor.essay_id for anchor in anchors}
    reading = _Reading(essays, frozenset(essay.essay_id for essay in submission.refused))
    for row in rows:
        reading.take(row)
    if reading.problems:
        raise InputRejected(tuple(reading.problems))
    if not reading.pairs:
        raise refusal(
            path.name, "The table names no pair.", "Write a row with first and second for each pair."
        )
    if len(reading.locks) > 1:
        raise refusal(
            path.name,
            "Some of the rows are locked and others are not.",
            "Lock all rows, and nothing else is asked, or lock none, and they are asked first.",
        )
    return SubmittedPairs(tuple(reading.pairs), locked=reading.locks == {True})


@dataclass(slots=True)
class _Reading:
    """What was read so far. `locks` are the different values of the column."""

    essays: AbstractSet[str]
    refused: AbstractSet[str]
    pairs: list[OrientedPair] = field(default_factory=list)
    locks: set[bool] = field(default_factory=set)
    problems: list[InputProblem] = field(default_factory=list)

    def take(self, row: TableRow) -> None:
        """Adds the pair of the row, or all its problems."""
        found = (row.problem,) if row.problem else (*self._id_problems(row), _lock_problem(row))
        problems = [problem for problem in found if problem is not None]
        self.problems.extend(problems)
        if problems:
            return
        self.locks.add(row.cell("locked").casefold() in _YES)
        first, second = row.cell("first"), row.cell("second")
        if not {first, second} & self.refused:
            self.pairs.append(OrientedPair(EssayId(first), EssayId(second)))

    def _id_problems(self, row: TableRow) -> tuple[InputProblem | None, ...]:
        first, second = row.cell("first"), row.cell("second")
        if first and first == second:
            return (
                InputProblem(
                    shown(row.where),
                    f"The essay {shown(first)} is paired with itself.",
                    "Correct one of the two ids.",
                ),
            )
        return (self._id_problem(row, "first"), self._id_problem(row, "second"))

    def _id_problem(self, row: TableRow, column: str) -> InputProblem | None:
        essay_id = row.cell(column)
        if essay_id in self.essays or essay_id in self.refused:
            return None
        return InputProblem(
            shown(row.where),
            f"The essays have no {shown(essay_id)}." if essay_id else f"The column {column} is empty.",
            "Write the id as in the essays or anchors; that of a file is its name without the ending.",
        )


def _lock_problem(row: TableRow) -> InputProblem | None:
    locked = row.cell("locked")
    if locked.casefold() in _YES | _NO:
        return None
    return InputProblem(
        shown(row.where), f"The column locked holds {shown(locked)!r}.", "Write yes or no, or leave it empty."
    )
