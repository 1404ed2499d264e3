"""What single judgements say, whatever model reads them: winners, pairs without their order, connected parts."""

from dataclasses import dataclass

import numpy as np

from cj_assessment_service.cj_core_logic.scoring.arrays import FloatArray, IntArray
from cj_assessment_service.cj_core_logic.scoring.connectivity import components_of
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements


def won_by_first(judgements: Judgements) -> FloatArray:
    """1 where the first essay wins, 1/2 for a tie, 0 where it loses."""
    return np.asarray((1.0 + judgements.outcome) / 2.0, dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """The distinct pairs that were judged, in either order. `low` < `high` are places in `essays`; `pair` gives the place
    in them of each judgement, `turned` is 1 where it showed `low` first and -1 where it showed `high` first.
    """

    low: IntArray
    high: IntArray
    pair: IntArray
    turned: IntArray

    def __len__(self) -> int:
        return len(self.low)

    def sums(self, values: FloatArray) -> FloatArray:
        """Of one value for each judgement, by pair."""
        return np.bincount(self.pair, values, len(self.low)).astype(np.float64, copy=False)


def pairs_of(judgements: Judgements) -> Pairs:
    n = max(1, len(judgements.essays))
    low = np.minimum(judgements.first, judgements.second)
    high = np.maximum(judgements.first, judgements.second)
    key, pair = np.unique(low * n + high, return_inverse=True)
    return Pairs(key // n, key % n, pair, np.where(judgements.first == low, 1, -1))


def parts_of(judgements: Judgements) -> IntArray:
    """The connected part each essay belongs to, shape (n,)."""
    return components_of(judgements.first, judgements.second, len(judgements.essays))


def essay_sums(judgements: Judgements, of_first: FloatArray, of_second: FloatArray) -> FloatArray:
    """Sums over judgements, shape (n,): `of_first` goes to the essay shown first, `of_second` to the other."""
    n = len(judgements.essays)
    return np.asarray(
        np.bincount(judgements.first, of_first, n) + np.bincount(judgements.second, of_second, n),
        dtype=np.float64,
    )


def comparisons_of(judgements: Judgements) -> IntArray:
    """How often each essay was compared, shape (n,), whatever the weights."""
    n = len(judgements.essays)
    return np.asarray(
        np.bincount(judgements.first, minlength=n) + np.bincount(judgements.second, minlength=n),
        dtype=np.intp,
    )
