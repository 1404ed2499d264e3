"""The judgements as arrays: counted once per distinct ordered pair."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cj_assessment_service.domain.comparisons import DecidedComparison, Winner
from cj_assessment_service.domain.errors import InsufficientComparisons
from cj_assessment_service.domain.identifiers import EssayId

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """Who was compared with whom. `essays` stand in the order of their ids, so that no result depends on the order
    of the input. The other fields have one entry for each distinct ordered pair: the indices of the essay shown
    `first` and `second`, how often the pair was judged in this order (`total`) and `won` by the first.
    """

    essays: tuple[EssayId, ...]
    first: IntArray
    second: IntArray
    total: FloatArray
    won: FloatArray

    @property
    def decisions(self) -> int:
        return int(self.total.sum())

    @property
    def comparisons(self) -> FloatArray:
        """How often each essay was compared, shape (n,)."""
        return self.per_essay(self.total, self.total)

    @property
    def wins(self) -> FloatArray:
        """How often each essay won, shape (n,)."""
        return self.per_essay(self.won, self.total - self.won)

    def per_essay(self, of_first: FloatArray, of_second: FloatArray) -> FloatArray:
        """Sums over pairs, shape (n,): `of_first` goes to the essay shown first, `of_second` to the other."""
        n = len(self.essays)
        return _sums(self.first, of_first, n) + _sums(self.second, of_second, n)


def design_of(essays: Sequence[EssayId], decided: Sequence[DecidedComparison]) -> Design:
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
    return _counted(ordered, place, decided)


def _counted(
    ordered: tuple[EssayId, ...], place: dict[EssayId, int], decided: Sequence[DecidedComparison]
) -> Design:
    n = len(ordered)
    key = np.array([place[d.pair.first] * n + place[d.pair.second] for d in decided], dtype=np.intp)
    won = np.array([d.winner is Winner.FIRST for d in decided], dtype=np.float64)
    distinct, pair = np.unique(key, return_inverse=True)
    return Design(
        essays=ordered,
        first=distinct // n,
        second=distinct % n,
        total=_sums(pair, np.ones_like(won), len(distinct)),
        won=_sums(pair, won, len(distinct)),
    )


def _sums(place: IntArray, values: FloatArray, size: int) -> FloatArray:
    """The sum of the values that go to each of the `size` places."""
    return np.bincount(place, values, size).astype(np.float64, copy=False)
