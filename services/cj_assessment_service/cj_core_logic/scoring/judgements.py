"""Judgements as columns: one entry for each, whatever tool they come from."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from cj_assessment_service.cj_core_logic.scoring.arrays import BoolArray, FloatArray, IntArray
from cj_assessment_service.domain.comparisons import DecidedComparison, Winner
from cj_assessment_service.domain.errors import InsufficientComparisons
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.scores import EvidenceForm

_OUTCOME = {Winner.FIRST: 1, Winner.SECOND: -1, Winner.TIE: 0}


@dataclass(frozen=True, slots=True, order=True)
class LevelScale:
    """What a judge's levels are made of; judges with equal scales mean the same by them, others do not compare."""

    form: EvidenceForm
    number: int = 0


NAMED_LEVELS = LevelScale(EvidenceForm.LEVELS)
"""Levels as the judges named them."""


@dataclass(frozen=True, slots=True, eq=False)
class Judgements:
    """Who was compared with whom, by whom, and what was said. `essays` and `judges` are sorted and distinct.

    The columns have one entry for each judgement: `first`, `second` (places in `essays`, in the order shown) and
    `judge` (place in `judges`); `outcome` 1 first wins, -1 second wins, 0 tie; `level` how much better the winner is, 1
    and rising, 0 where no level was given; `p_first` the judge's probability that the first is better and `confidence`
    how sure it is (in whatever unit, rising), nan where none was given; `weight` how much the judgement counts, 1 as a
    rule. `scales` has one entry for each judge once it is settled what `level` is made of, see `in_earned_forms`; before,
    it is empty and levels are as named. Raises ValueError for columns of unequal length and for values out of range.
    """

    essays: tuple[EssayId, ...]
    judges: tuple[str, ...]
    first: IntArray
    second: IntArray
    judge: IntArray
    outcome: IntArray
    level: IntArray
    p_first: FloatArray
    confidence: FloatArray
    weight: FloatArray
    scales: tuple[LevelScale, ...] = ()

    def __post_init__(self) -> None:
        columns = (
            self.second,
            self.judge,
            self.outcome,
            self.level,
            self.p_first,
            self.confidence,
            self.weight,
        )
        if any(len(column) != len(self.first) for column in columns):
            raise ValueError("the columns of the judgements have different lengths")
        if self.scales and len(self.scales) != len(self.judges):
            raise ValueError("every judge has one scale of levels")
        if sorted(set(self.essays)) != list(self.essays) or sorted(set(self.judges)) != list(self.judges):
            raise ValueError("essays and judges must be sorted and named once each")
        if (self.first == self.second).any():
            raise ValueError("an essay cannot be compared with itself")
        for name, is_fine in (
            ("first", _is_place(self.first, self.essays)),
            ("second", _is_place(self.second, self.essays)),
            ("judge", _is_place(self.judge, self.judges)),
            ("outcome", np.abs(self.outcome) <= 1),
            ("level", self.level >= 0),
            ("p_first", np.isnan(self.p_first) | ((self.p_first >= 0.0) & (self.p_first <= 1.0))),
            ("weight", (self.weight >= 0.0) & np.isfinite(self.weight)),
        ):
            if not is_fine.all():
                raise ValueError(f"{name} of judgement {int(np.argmin(is_fine))} is out of range")

    def __len__(self) -> int:
        return len(self.first)

    def take(self, places: IntArray) -> "Judgements":
        """The judgements at these places, in their order, about the same essays and judges."""
        return replace(
            self,
            first=self.first[places],
            second=self.second[places],
            judge=self.judge[places],
            outcome=self.outcome[places],
            level=self.level[places],
            p_first=self.p_first[places],
            confidence=self.confidence[places],
            weight=self.weight[places],
        )

    @property
    def level_scales(self) -> tuple[LevelScale, ...]:
        """Of each judge."""
        return self.scales or (NAMED_LEVELS,) * len(self.judges)


def _is_place(column: IntArray, named: Sequence[str]) -> BoolArray:
    return (column >= 0) & (column < len(named))


def judgements_of(essays: Sequence[EssayId], decided: Sequence[DecidedComparison]) -> Judgements:
    """Raises InsufficientComparisons when there is no essay or no decision, and ValueError when an essay is listed
    twice or a decision names an essay that is not listed.
    """
    if not essays or not decided:
        raise InsufficientComparisons(
            f"There is nothing to make a scale from: {len(essays)} essays and {len(decided)} readable judgements."
        )
    ordered = tuple(sorted(essays))
    place = {essay_id: index for index, essay_id in enumerate(ordered)}
    if len(place) != len(ordered):
        raise ValueError("an essay is listed twice")
    shown = {decision.pair.first for decision in decided} | {decision.pair.second for decision in decided}
    if unknown := sorted(shown - place.keys()):
        raise ValueError(f"decisions name essays that are not to be scored: {', '.join(unknown)}")
    judges = tuple(sorted({decision.judge for decision in decided}))
    seat = {judge: index for index, judge in enumerate(judges)}
    return Judgements(
        essays=ordered,
        judges=judges,
        first=np.array([place[d.pair.first] for d in decided], dtype=np.intp),
        second=np.array([place[d.pair.second] for d in decided], dtype=np.intp),
        judge=np.array([seat[d.judge] for d in decided], dtype=np.intp),
        outcome=np.array([_OUTCOME[d.winner] for d in decided], dtype=np.intp),
        level=np.array([d.level or 0 for d in decided], dtype=np.intp),
        p_first=np.array([_or_nan(d.p_first) for d in decided]),
        confidence=np.array([_or_nan(d.confidence) for d in decided]),
        weight=np.ones(len(decided)),
    )


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value
