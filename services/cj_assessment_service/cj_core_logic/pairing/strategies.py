"""The strategies by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

import numpy as np

from cj_assessment_service.cj_core_logic.pairing.a_optimal import (
    SEQUENTIAL_UP_TO,
    expected_gains,
    one_after_the_other,
)
from cj_assessment_service.cj_core_logic.pairing.history import FloatArray, IntArray
from cj_assessment_service.cj_core_logic.pairing.matching import WeightedPairs, heaviest_matching
from cj_assessment_service.cj_core_logic.pairing.outlook import Outlook
from cj_assessment_service.cj_core_logic.pairing.weights import (
    Weigh,
    information_weights,
    optimal_graph_weights,
    progressive_weights,
    random_weights,
    swiss_weights,
)
from cj_assessment_service.domain.policies import PairStrategy

AS_GOOD_AS_CERTAIN = 2.5
"""Logits: the better of two essays that far apart wins 92 of 100 times."""

_DRAWS_PER_SLOT = 16


class Strategy(Protocol):
    """Which of the candidates make up a wave."""

    def __call__(self, outlook: Outlook, slots: int, rng: np.random.Generator) -> IntArray:
        """The places of at most `slots` candidates, the most valuable first: no essay twice, none only if there is no
        candidate or no slot, and fewer than `slots` only if none could be added.
        """
        ...


@dataclass(frozen=True, slots=True)
class Matched:
    """The heaviest matching by some weight."""

    weigh: Weigh

    def __call__(self, outlook: Outlook, slots: int, rng: np.random.Generator) -> IntArray:
        if slots <= 0 or not len(outlook.candidates):
            return np.empty(0, dtype=np.intp)
        return _matched(outlook, self.weigh(outlook, rng), slots, rng)


def a_optimal(outlook: Outlook, slots: int, rng: np.random.Generator) -> IntArray:
    """One pair after the other, each by what is left to learn; large batches in one pass."""
    if slots <= 0 or not len(outlook.candidates):
        return np.empty(0, dtype=np.intp)
    if outlook.history.size <= SEQUENTIAL_UP_TO:
        return one_after_the_other(outlook, slots, rng)
    return _matched(outlook, expected_gains(outlook), slots, rng)


def drawn_by_lot(outlook: Outlook, slots: int, rng: np.random.Generator) -> IntArray:
    """Disjoint pairs, each candidate as likely as any other unless its outcome is as good as certain, which would teach
    nothing; new ones before repeats. Made for few slots: it may leave some open.
    """
    pairs, score = outlook.candidates, outlook.scale.score
    some = rng.choice(len(pairs), min(len(pairs), _DRAWS_PER_SLOT * max(slots, 0)), replace=False)
    some = some[np.abs(score[pairs.left[some]] - score[pairs.right[some]]) <= AS_GOOD_AS_CERTAIN]
    some = some[np.argsort(pairs.covered[some] + pairs.spent[some], kind="stable")]
    taken: set[int] = set()
    drawn: list[int] = []
    for place, left, right in zip(
        some.tolist(), pairs.left[some].tolist(), pairs.right[some].tolist(), strict=True
    ):
        if len(drawn) < slots and left not in taken and right not in taken:
            taken.update((left, right))
            drawn.append(place)
    return np.array(drawn, dtype=np.intp)


def _matched(outlook: Outlook, weight: FloatArray, slots: int, rng: np.random.Generator) -> IntArray:
    patience = outlook.history.comparisons + rng.random(outlook.history.size)
    pairs = outlook.candidates
    chosen = heaviest_matching(WeightedPairs(pairs.left, pairs.right, weight, patience))
    return chosen[np.argsort(-weight[chosen], kind="stable")][:slots]


AT_RANDOM: Strategy = Matched(random_weights)
BY_INFORMATION: Strategy = Matched(information_weights)

STRATEGIES: Mapping[PairStrategy, Strategy] = MappingProxyType(
    {
        PairStrategy.INFORMATION: BY_INFORMATION,
        PairStrategy.A_OPTIMAL: a_optimal,
        PairStrategy.OPTIMAL_GRAPH: Matched(optimal_graph_weights),
        PairStrategy.PROGRESSIVE: Matched(progressive_weights),
        PairStrategy.SWISS: Matched(swiss_weights),
        PairStrategy.RANDOM: AT_RANDOM,
    }
)
