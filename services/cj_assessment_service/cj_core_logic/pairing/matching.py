"""Chooses disjoint pairs: the matchings a wave is made of."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from cj_assessment_service.cj_core_logic.pairing.history import FloatArray, IntArray

_SMALLEST_GAIN = 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class WeightedPairs:
    """Pairs `left` < `right` of essays, each once, with the `weight` of asking them, and how ready each essay is to
    stay out of a wave (`patience`, shape (n,); no two alike).
    """

    left: IntArray
    right: IntArray
    weight: FloatArray
    patience: FloatArray


class MatchingStrategy(Protocol):
    """Which of the pairs make up a wave."""

    def __call__(self, pairs: WeightedPairs) -> IntArray:
        """The places of the chosen pairs: no essay twice, nothing that could be added, none only if there is none."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class _Graph:
    """An even number of vertices 0 .. size - 1 and weighted edges in the order of their `key`, left * size + right.

    `missing` is the weight of two vertices without an edge: so low that a matching with more edges always wins.
    `ceiling` is the weight of each vertex's best edge.
    """

    size: int
    left: IntArray
    right: IntArray
    weight: FloatArray
    key: IntArray
    missing: float
    ceiling: FloatArray

    def weight_between(self, one: IntArray, other: IntArray) -> FloatArray:
        key = np.minimum(one, other) * self.size + np.maximum(one, other)
        place = np.minimum(np.searchsorted(self.key, key), len(self.key) - 1)
        return np.where(self.key[place] == key, self.weight[place], self.missing)


def optimal_graph(pairs: WeightedPairs) -> IntArray:
    """A matching of large weight: as many pairs as possible first, then as heavy as possible.

    Heaviest pairs first, then exchanges of partners between two pairs while any helps (2-opt); within a few per cent
    of the optimum. When an essay must stay out of an odd number, it is the most patient one.
    """
    if not len(pairs.left):
        return np.empty(0, dtype=np.intp)
    essays, ends = np.unique(np.concatenate((pairs.left, pairs.right)), return_inverse=True)
    left, right = np.split(ends, 2)
    partner = _improved(_even_graph(left, right, pairs.weight, pairs.patience[essays]))
    return np.flatnonzero(partner[left] == right)


def _even_graph(left: IntArray, right: IntArray, weight: FloatArray, patience: FloatArray) -> _Graph:
    """An odd number of essays gets one more vertex, the bye: its edge to the most patient essay is the heaviest, and
    which essay gets it matters more than any weight, but less than a pair more or less.
    """
    size = len(patience)
    step = 2.0 * float(np.ptp(weight)) + 1.0
    if size % 2:
        rank = np.argsort(np.argsort(patience))
        left = np.concatenate((left, np.arange(size)))
        right = np.concatenate((right, np.full(size, size)))
        weight = np.concatenate((weight, weight.max() + step * rank))
        size += 1
    key = left * size + right
    order = np.argsort(key, kind="stable")
    ceiling = np.full(size, -np.inf)
    np.maximum.at(ceiling, left, weight)
    np.maximum.at(ceiling, right, weight)
    missing = float(weight.min()) - 4.0 * step * size
    return _Graph(size, left[order], right[order], weight[order], key[order], missing, ceiling)


def _heaviest_first(left: IntArray, right: IntArray, weight: FloatArray, size: int) -> IntArray:
    """Takes the edges by falling weight, each unless one of its ends is already taken."""
    order = np.argsort(-weight, kind="stable")
    free = [True] * size
    taken: list[int] = []
    for place, one, other in zip(order.tolist(), left[order].tolist(), right[order].tolist(), strict=True):
        if free[one] and free[other]:
            free[one] = free[other] = False
            taken.append(place)
    return np.array(taken, dtype=np.intp)


def _improved(graph: _Graph) -> IntArray:
    """Each vertex's partner, after the last exchange that helps.

    An exchange turns the pairs (a, b), (c, d) into (a, c), (b, d). Each round carries out the best ones that do not
    touch each other; every round gains weight, so the rounds end.
    """
    partner = _first_partners(graph)
    while True:
        one, other, gain = _helpful_exchanges(graph, partner)
        if not len(gain):
            return partner
        pair = np.minimum(np.arange(graph.size), partner)
        best = _heaviest_first(pair[one], pair[other], gain, graph.size)
        one, other = one[best], other[best]
        left_by_one, left_by_other = partner[one], partner[other]
        partner[one], partner[other] = other, one
        partner[left_by_one], partner[left_by_other] = left_by_other, left_by_one


def _first_partners(graph: _Graph) -> IntArray:
    """The heaviest edges first; what they leave over is paired without an edge."""
    taken = _heaviest_first(graph.left, graph.right, graph.weight, graph.size)
    partner = np.full(graph.size, -1, dtype=np.intp)
    partner[graph.left[taken]] = graph.right[taken]
    partner[graph.right[taken]] = graph.left[taken]
    one, other = np.flatnonzero(partner < 0).reshape(-1, 2).T
    partner[one], partner[other] = other, one
    return partner


def _helpful_exchanges(graph: _Graph, partner: IntArray) -> tuple[IntArray, IntArray, FloatArray]:
    """The ends of each edge whose pairing gains weight although it separates both from their partners."""
    present = graph.weight_between(np.arange(graph.size), partner)
    gain = graph.weight - present[graph.left] - present[graph.right]
    best_rest = graph.ceiling[partner]
    hopeful = np.flatnonzero(
        gain + np.minimum(best_rest[graph.left], best_rest[graph.right]) > _SMALLEST_GAIN
    )
    one, other = graph.left[hopeful], graph.right[hopeful]
    gain = gain[hopeful] + graph.weight_between(partner[one], partner[other])
    helps = gain > _SMALLEST_GAIN
    return one[helps], other[helps], gain[helps]
