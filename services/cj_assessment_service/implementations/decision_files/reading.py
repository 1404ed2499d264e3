"""A file of decisions as a table of decisions."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from cj_assessment_service.domain.decision_tables import (
    UNNAMED_JUDGE,
    DecisionTable,
    FloatArray,
    IntArray,
    RowFault,
    RowProblem,
)
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.implementations.decision_files.columns import (
    TextColumn,
    Vocabulary,
    vocabulary_of,
)
from cj_assessment_service.implementations.decision_files.grids import refusal
from cj_assessment_service.implementations.decision_files.headings import Role, comparable
from cj_assessment_service.implementations.decision_files.numbers import (
    BoolArray,
    number,
    parsed,
    seconds,
)
from cj_assessment_service.implementations.decision_files.raw_tables import RawTable, read_raw
from cj_assessment_service.implementations.decision_files.verdicts import (
    FAULTS,
    SOUND,
    FaultColumn,
    Verdicts,
    verdicts_of,
)

_LONGEST_DECISION = 1000.0
"""Seconds. A column called `timeTaken` whose median is above this is in milliseconds: nobody takes a quarter of an hour
for every decision, and some tools export milliseconds under that name.
"""


def read_decisions(path: Path) -> DecisionTable:
    """Raises InputRejected when the file cannot be read, its header says nothing of decisions, or no row is below it."""
    raw = read_raw(path)
    if not len(raw) and not raw.problems:
        raise refusal(raw.source, "There is no decision below the header.", "Add a row for each decision.")
    verdicts = verdicts_of(raw)
    faults = FaultColumn(verdicts.faults)
    weight = _weights(raw, faults)
    times, time_remarks, bad_times = _times(raw)
    confidence, bad_confidence = parsed(raw.filled_column(Role.CONFIDENCE), number)
    sound = np.flatnonzero(faults.codes == SOUND)
    items, first, second = _used(verdicts, sound)
    judges, judge = _judges(raw, sound)
    groups, group = _names(raw.filled_column(Role.GROUP), sound)
    problems = (
        *raw.problems,
        *_problems(raw, faults),
        *_side_problems(raw, sound, bad_times | bad_confidence),
    )
    return DecisionTable(
        source=raw.source,
        columns=raw.layout.uses,
        order=verdicts.order,
        items=items,
        judges=judges,
        groups=groups,
        row=raw.rows[sound],
        first=first,
        second=second,
        judge=judge,
        group=group,
        outcome=verdicts.outcome[sound],
        level=verdicts.level[sound],
        p_first=verdicts.p_first[sound],
        weight=weight[sound],
        seconds=times[sound],
        confidence=confidence[sound],
        total_rows=len(raw) + len(raw.problems),
        problems=tuple(sorted(problems, key=lambda problem: problem.row)),
        remarks=(*verdicts.remarks, *time_remarks),
    )


def _used(verdicts: Verdicts, sound: IntArray) -> tuple[tuple[EssayId, ...], IntArray, IntArray]:
    """The items that readable decisions name, and the places of both sides among them."""
    first, second = verdicts.first[sound], verdicts.second[sound]
    used, places = np.unique(np.concatenate((first, second)), return_inverse=True)
    names = tuple(EssayId(verdicts.items.texts[place]) for place in used)
    return names, places[: len(sound)], places[len(sound) :]


def _judges(raw: RawTable, sound: IntArray) -> tuple[tuple[str, ...], IntArray]:
    column = raw.filled_column(Role.JUDGE)
    named = TextColumn(tuple(text or UNNAMED_JUDGE for text in column.texts), column.codes)
    return _names(named, sound)


def _names(column: TextColumn, sound: IntArray) -> tuple[tuple[str, ...], IntArray]:
    """The names in these rows, sorted, and the place of each row's own; -1 for an empty cell."""
    kept = TextColumn(column.texts, column.codes[sound])
    used = TextColumn(tuple(kept.texts[code] for code in np.unique(kept.codes)), np.zeros(0, dtype=np.intp))
    vocabulary = Vocabulary(vocabulary_of((used,)).texts)
    return vocabulary.texts, vocabulary.places(kept)


def _weights(raw: RawTable, faults: FaultColumn) -> FloatArray:
    """1 where none is given."""
    weight, bad = parsed(raw.filled_column(Role.WEIGHT), number)
    filled = np.nan_to_num(weight, nan=1.0)
    faults.mark(bad | (filled <= 0.0), RowFault.BAD_NUMBER)
    return filled


def _times(raw: RawTable) -> tuple[FloatArray, tuple[str, ...], BoolArray]:
    """Seconds with what must be said about them, and where a cell cannot be read. A column that is mostly no times, such
    as one of dates, is left alone.
    """
    milliseconds = raw.column(Role.MILLISECONDS)
    column = raw.column(Role.SECONDS)
    if column is None:
        values, bad = parsed(milliseconds or raw.filled_column(Role.MILLISECONDS), number)
        return values / 1000.0, (), bad
    values, bad = parsed(column, seconds)
    heading = raw.layout.heading(Role.SECONDS)
    given = values[~np.isnan(values)]
    if bad.sum() > len(given):
        return (
            np.full_like(values, np.nan),
            (f"The column {heading} holds no times and is not used.",),
            np.zeros_like(bad),
        )
    if comparable(heading) == "timetaken" and len(given) and float(np.median(given)) > _LONGEST_DECISION:
        return values / 1000.0, (f"The column {heading} is taken for milliseconds.",), bad
    return values, (), bad


def _problems(raw: RawTable, faults: FaultColumn) -> Sequence[RowProblem]:
    return [
        RowProblem(int(raw.rows[place]), fault, _what(raw, place, fault))
        for place in np.flatnonzero(faults.codes != SOUND).tolist()
        for fault in (FAULTS[faults.codes[place]],)
    ]


def _side_problems(raw: RawTable, sound: IntArray, bad: BoolArray) -> Sequence[RowProblem]:
    what = "The time or the confidence is no number; the decision counts all the same."
    return [
        RowProblem(int(raw.rows[place]), RowFault.BAD_REMARK, what) for place in sound[bad[sound]].tolist()
    ]


def _what(raw: RawTable, place: int, fault: RowFault) -> str:
    """The fault of this row in a sentence."""
    cells = {role: column.at(place) for role, column in raw.columns}
    one, other = (
        cells.get(shown, cells.get(decided, ""))
        for shown, decided in ((Role.FIRST, Role.WINNER), (Role.SECOND, Role.LOSER))
    )
    match fault:
        case RowFault.MISSING_ITEM:
            return f"An item is missing beside {one or other}." if one or other else "Both items are missing."
        case RowFault.SAME_ITEM:
            return f"{one} is compared with itself."
        case RowFault.NO_ANSWER:
            return (
                f"Nothing says who won, {one} or {other}."
                if one
                else f"Nothing says who won against {other}."
            )
        case RowFault.UNKNOWN_WINNER:
            return f"The winner {cells.get(Role.ANSWER, '')!r} is neither {one} nor {other}, and no tie."
        case RowFault.CONTRADICTION:
            answer = cells.get(Role.ANSWER, "")
            return f"The level {cells.get(Role.LEVEL, '')} contradicts the answer {answer!r}."
        case _:
            numeric = (Role.LEVEL, Role.P_FIRST, Role.WEIGHT)
            said = ", ".join(
                f"{raw.layout.heading(role)} {cells[role]!r}" for role in numeric if cells.get(role)
            )
            return f"A number is missing or out of range: {said}."
