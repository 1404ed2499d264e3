"""Decisions as other tools export them: what was read, and what could not be."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from cj_assessment_service.domain.identifiers import EssayId, Grade

IntArray = NDArray[np.intp]
FloatArray = NDArray[np.float64]

UNNAMED_JUDGE = "(unnamed)"
"""Stands for whoever decided where the table does not say."""


class ShownOrder(StrEnum):
    """Whether the table says which of the two was shown first; without it no position effect can be estimated."""

    KNOWN = "known"
    UNKNOWN = "unknown"


class RowFault(StrEnum):
    """What is wrong with a row."""

    MISSING_ITEM = "an item is missing"
    SAME_ITEM = "the same item twice"
    NO_ANSWER = "no answer"
    UNKNOWN_WINNER = "unknown winner"
    BAD_NUMBER = "a number that is none"
    CONTRADICTION = "a contradiction"
    SURPLUS_CELLS = "too many cells"
    BAD_REMARK = "a time or confidence that is no number"

    @property
    def leaves_out(self) -> bool:
        """Whether the decision is lost; a bad time or confidence costs only itself."""
        return self is not RowFault.BAD_REMARK


@dataclass(frozen=True, slots=True)
class RowProblem:
    """`row` counts as spreadsheet programs do, the header being the first; `what` is a sentence."""

    row: int
    fault: RowFault
    what: str


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """A column of the table and what it was taken for."""

    heading: str
    meaning: str


@dataclass(frozen=True, slots=True, eq=False)
class DecisionTable:
    """The readable decisions of one file, in its order. `items`, `judges` and `groups` are sorted and distinct.

    The columns have one entry for each decision: `row` (its row in the file), `first`, `second` (places in `items`, as
    shown where `order` is known), `judge`, `group` (places; -1 for no group), `outcome` (1 first wins, -1 second wins, 0
    tie), `level` (1 and rising, 0 for none), `p_first` (nan for none), `weight` (above 0, 1 as a rule), `seconds` and
    `confidence` (nan for none). `total_rows` counts every row that is not blank, so it is the readable decisions and the
    problems that leave a row out. `remarks` say what was read otherwise than written.
    """

    source: str
    columns: tuple[ColumnUse, ...]
    order: ShownOrder
    items: tuple[EssayId, ...]
    judges: tuple[str, ...]
    groups: tuple[str, ...]
    row: IntArray
    first: IntArray
    second: IntArray
    judge: IntArray
    group: IntArray
    outcome: IntArray
    level: IntArray
    p_first: FloatArray
    weight: FloatArray
    seconds: FloatArray
    confidence: FloatArray
    total_rows: int
    problems: tuple[RowProblem, ...]
    remarks: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.row)

    @property
    def left_out(self) -> int:
        """Rows that gave no decision."""
        return self.total_rows - len(self)


@dataclass(frozen=True, slots=True)
class KnownGrade:
    """An item whose grade was known before; `where` names its row for messages."""

    item: EssayId
    grade: Grade
    where: str


@dataclass(frozen=True, slots=True)
class CriterionValue:
    """What another measure says of an item, as written; `where` names its row for messages."""

    item: EssayId
    value: str
    where: str
