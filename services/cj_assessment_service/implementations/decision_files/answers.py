"""What an answer says: an id, a side, a number or a tie."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from cj_assessment_service.domain.decision_tables import IntArray
from cj_assessment_service.implementations.decision_files.columns import TextColumn, Vocabulary
from cj_assessment_service.implementations.decision_files.headings import CHOSE_FIRST, comparable
from cj_assessment_service.implementations.decision_files.numbers import UNREADABLE, number

FIRST, SECOND, TIE = 1, -1, 0
EMPTY, UNKNOWN = 8, 9
"""What an answer says that names nobody, and one that names somebody else."""

_SIDES = {
    "first": FIRST, "left": FIRST, "a": FIRST, "1": FIRST,
    "second": SECOND, "right": SECOND, "b": SECOND, "2": SECOND,
    "tie": TIE, "draw": TIE, "equal": TIE, "tiebothbad": TIE,
}  # fmt: skip
_YES_AND_NO = {
    "1": FIRST,
    "true": FIRST,
    "yes": FIRST,
    "0": SECOND,
    "false": SECOND,
    "no": SECOND,
    "0.5": TIE,
}
_SIGNS = {"1": FIRST, "0": TIE, "-1": SECOND}
_NOTHING = frozenset({"", "na", "nan", "null", "none"})


@dataclass(frozen=True, slots=True)
class Headings:
    """How the two items and the answer are called: answers may name a column instead of a side."""

    first: str
    second: str
    answer: str


def outcomes(
    answers: TextColumn, items: Vocabulary, first: IntArray, second: IntArray, headings: Headings
) -> IntArray:
    """For every row FIRST, SECOND, TIE, EMPTY or UNKNOWN. `first` and `second` are places in `items`.

    An answer that is the id of one of the row's two items means that item, whatever else it could mean. Where most answers
    are ids, one that is the id of another item names nobody of the row, even if it looks like a side.
    """
    named = items.places(answers)
    words = [_word(text) for text in answers.texts]
    meanings = _meanings(set(words), headings)
    said = np.array([meanings.get(word, UNKNOWN) for word in words], dtype=np.intp)[answers.codes]
    by_id = (named >= 0) & ((named == first) | (named == second))
    by_side = ~by_id & ((said == FIRST) | (said == SECOND))
    if by_id.sum() > by_side.sum():
        said = np.where(by_side & (named >= 0), UNKNOWN, said)
    outcome = np.where(by_id, np.where(named == first, FIRST, SECOND), said)
    return np.asarray(outcome, dtype=np.intp)


def sides(answers: TextColumn) -> IntArray:
    """FIRST, SECOND, or something else where a cell names no side."""
    return answers.mapped(lambda text: _SIDES.get(_word(text), UNKNOWN))


def _meanings(words: set[str], headings: Headings) -> Mapping[str, int]:
    meanings = {**_SIDES, **_numeric(words - _NOTHING, headings.answer), **dict.fromkeys(_NOTHING, EMPTY)}
    meanings.setdefault(comparable(headings.first), FIRST)
    meanings.setdefault(comparable(headings.second), SECOND)
    return meanings


def _numeric(words: set[str], heading: str) -> Mapping[str, int]:
    """1 and 0 (with 0.5), yes and no, or 1 and -1 (with 0), where the whole column is written so."""
    if "-1" in words and words <= _SIGNS.keys():
        return _SIGNS
    if words <= _YES_AND_NO.keys() and (words - {"1"} or comparable(heading) in CHOSE_FIRST):
        return _YES_AND_NO
    return {}


def _word(text: str) -> str:
    """Numbers by their value, anything else without case and punctuation."""
    value = number(text)
    if math.isnan(value) or value == UNREADABLE:
        return comparable(text)
    return str(int(value)) if value.is_integer() else repr(value)
