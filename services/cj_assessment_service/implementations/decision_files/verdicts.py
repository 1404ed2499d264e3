"""Rows to decisions: who was compared with whom, what came out, and which rows say nothing of the kind."""

from dataclasses import dataclass, replace

import numpy as np

from cj_assessment_service.domain.decision_tables import FloatArray, IntArray, RowFault, ShownOrder
from cj_assessment_service.implementations.decision_files.answers import (
    EMPTY,
    FIRST,
    SECOND,
    TIE,
    UNKNOWN,
    Headings,
    outcomes,
    sides,
)
from cj_assessment_service.implementations.decision_files.columns import Vocabulary, vocabulary_of
from cj_assessment_service.implementations.decision_files.headings import Role
from cj_assessment_service.implementations.decision_files.numbers import BoolArray, number, parsed
from cj_assessment_service.implementations.decision_files.raw_tables import RawTable

FAULTS = tuple(RowFault)
SOUND = -1
"""Stands in a column of faults for a row without any."""

FEWEST_TO_DOUBT_ORDER = 10


@dataclass(slots=True, eq=False)
class FaultColumn:
    """The first fault found of every row, as a place in FAULTS."""

    codes: IntArray

    @classmethod
    def of(cls, rows: int) -> "FaultColumn":
        return cls(np.full(rows, SOUND, dtype=np.intp))

    def mark(self, where: BoolArray, fault: RowFault) -> None:
        self.codes[where & (self.codes == SOUND)] = FAULTS.index(fault)


@dataclass(frozen=True, slots=True, eq=False)
class Verdicts:
    """One entry for each row of the table, meaningful where `faults` says SOUND. `first` and `second` are places in
    `items`.
    """

    items: Vocabulary
    order: ShownOrder
    first: IntArray
    second: IntArray
    outcome: IntArray
    level: IntArray
    p_first: FloatArray
    faults: IntArray
    remarks: tuple[str, ...]


def verdicts_of(raw: RawTable) -> Verdicts:
    if raw.column(Role.WINNER) is not None:
        return _of_winners_and_losers(raw)
    return _of_shown_pairs(raw)


def _of_shown_pairs(raw: RawTable) -> Verdicts:
    one, other = raw.filled_column(Role.FIRST), raw.filled_column(Role.SECOND)
    items = vocabulary_of((one, other))
    first, second = items.places(one), items.places(other)
    faults = FaultColumn.of(len(raw))
    faults.mark((first < 0) | (second < 0), RowFault.MISSING_ITEM)
    faults.mark(first == second, RowFault.SAME_ITEM)
    headings = Headings(*(raw.layout.heading(role) for role in (Role.FIRST, Role.SECOND, Role.ANSWER)))
    answered = outcomes(raw.filled_column(Role.ANSWER), items, first, second, headings)
    faults.mark(answered == UNKNOWN, RowFault.UNKNOWN_WINNER)
    level, p_first = _levels(raw, faults), _probabilities(raw, faults)
    signed = raw.column(Role.ANSWER) is None or bool((level < 0).any())
    outcome = _completed(answered, level if signed else np.full_like(level, np.nan), p_first)
    faults.mark(outcome == EMPTY, RowFault.NO_ANSWER)
    given = ~np.isnan(level)
    if signed:
        faults.mark(given & (np.sign(level) != outcome), RowFault.CONTRADICTION)
    else:
        faults.mark(given & (level > 0) & (outcome == TIE), RowFault.CONTRADICTION)
    read = Verdicts(
        items=items,
        order=ShownOrder.KNOWN,
        first=first,
        second=second,
        outcome=outcome,
        level=np.abs(np.nan_to_num(level)).astype(np.intp),
        p_first=p_first,
        faults=faults.codes,
        remarks=(),
    )
    return _doubted(read)


def _completed(answered: IntArray, level: FloatArray, p_first: FloatArray) -> IntArray:
    """An empty answer is given by the sign of the level, else by the side of the probability."""
    by_level = np.where(np.isnan(level), EMPTY, np.sign(np.nan_to_num(level)))
    by_chance = np.where(np.isnan(p_first), EMPTY, np.sign(np.nan_to_num(p_first) - 0.5))
    outcome = np.where(answered == EMPTY, by_level, answered)
    return np.where(outcome == EMPTY, by_chance, outcome).astype(np.intp)


def _doubted(read: Verdicts) -> Verdicts:
    """Where the same column wins every time, the columns stand for winner and loser and not for the order shown."""
    said = set(read.outcome[read.faults == SOUND].tolist())
    if np.count_nonzero(read.faults == SOUND) < FEWEST_TO_DOUBT_ORDER or said not in ({FIRST}, {SECOND}):
        return read
    place = "first" if said == {FIRST} else "second"
    remark = (
        f"The {place} item wins in every row, so the columns are taken for winner and loser and not for the order shown;"
        " no position effect is estimated."
    )
    return _sorted_pairs(read, remark)


def _of_winners_and_losers(raw: RawTable) -> Verdicts:
    winner, loser = raw.filled_column(Role.WINNER), raw.filled_column(Role.LOSER)
    items = vocabulary_of((winner, loser))
    won, lost = items.places(winner), items.places(loser)
    faults = FaultColumn.of(len(raw))
    faults.mark((won < 0) & (lost >= 0), RowFault.NO_ANSWER)
    faults.mark((won < 0) | (lost < 0), RowFault.MISSING_ITEM)
    faults.mark(won == lost, RowFault.SAME_ITEM)
    level, p_first = _levels(raw, faults), _probabilities(raw, faults)
    read = Verdicts(
        items=items,
        order=ShownOrder.KNOWN,
        first=won,
        second=lost,
        outcome=np.full(len(raw), FIRST, dtype=np.intp),
        level=np.abs(np.nan_to_num(level)).astype(np.intp),
        p_first=p_first,
        faults=faults.codes,
        remarks=(),
    )
    place = sides(raw.filled_column(Role.WINNER_PLACE))
    if raw.column(Role.WINNER_PLACE) is not None and np.isin(place, (FIRST, SECOND)).all():
        return _swapped(read, place == SECOND, ShownOrder.KNOWN, ())
    if raw.column(Role.P_FIRST) is None:
        return _sorted_pairs(read)
    return _sorted_pairs(
        read, "Which item was shown first is not told, so the probabilities say nothing and are not used."
    )


def _sorted_pairs(read: Verdicts, *remarks: str) -> Verdicts:
    """An order that was not told: by name, so that it says nothing of who won."""
    forgotten = replace(read, p_first=np.full_like(read.p_first, np.nan))
    return _swapped(forgotten, read.first > read.second, ShownOrder.UNKNOWN, remarks)


def _swapped(read: Verdicts, where: BoolArray, order: ShownOrder, remarks: tuple[str, ...]) -> Verdicts:
    """First and second change places; a probability of the first stays one of the first shown."""
    return replace(
        read,
        order=order,
        first=np.where(where, read.second, read.first),
        second=np.where(where, read.first, read.second),
        outcome=np.where(where, -read.outcome, read.outcome),
        remarks=(*read.remarks, *remarks),
    )


def _levels(raw: RawTable, faults: FaultColumn) -> FloatArray:
    """Not a number (nan) where none is given."""
    level, bad = parsed(raw.filled_column(Role.LEVEL), number)
    whole = np.nan_to_num(level)
    faults.mark(bad | (whole != np.round(whole)), RowFault.BAD_NUMBER)
    return level


def _probabilities(raw: RawTable, faults: FaultColumn) -> FloatArray:
    p_first, bad = parsed(raw.filled_column(Role.P_FIRST), number)
    inside = np.nan_to_num(p_first, nan=0.5)
    faults.mark(bad | (inside < 0.0) | (inside > 1.0), RowFault.BAD_NUMBER)
    return p_first
