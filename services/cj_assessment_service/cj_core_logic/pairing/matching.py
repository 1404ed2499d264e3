"""Disjoint pairs of large weight: the matchings a wave is made of.

The weight is at least 97 % of that of the best matching in the complete graph (benchmarks/pair_selection.py measures it;
the dual prices below prove it case by case). Exact matching (Edmonds 1965, Canadian J. Math. 17, 449-467) takes minutes
from a thousand essays on.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cj_assessment_service.cj_core_logic.pairing.exchanges import improved
from cj_assessment_service.cj_core_logic.pairing.history import BoolArray, FloatArray, IntArray

DENSE_UP_TO = 4000
"""More essays than this are matched heaviest pair first, which needs no table of all pairs."""

_PRICE_ROUNDS = 5

Table = NDArray[np.float32]
"""A weight for each two vertices. Single precision halves the time; weights differ by far more than it loses."""


@dataclass(frozen=True, slots=True, eq=False)
class WeightedPairs:
    """Pairs `left` < `right` of essays, each once, with the `weight` of asking them, and how ready each essay is to
    stay out of a wave (`patience`, shape (n,); no two alike).
    """

    left: IntArray
    right: IntArray
    weight: FloatArray
    patience: FloatArray


def heaviest_matching(pairs: WeightedPairs) -> IntArray:
    """The places of the chosen pairs: no essay twice, nothing that could be added. As many pairs as possible first, then
    as heavy as possible. When an essay must stay out of an odd number, it is the most patient one.
    """
    if not len(pairs.left):
        return np.empty(0, dtype=np.intp)
    present = np.zeros(len(pairs.patience), dtype=np.bool_)
    present[pairs.left] = present[pairs.right] = True
    if present.sum() > DENSE_UP_TO:
        return _heaviest_first(pairs)
    vertex = np.cumsum(present) - 1
    left, right = vertex[pairs.left], vertex[pairs.right]
    table = _priced(_table(left, right, pairs.weight, pairs.patience[present]))
    smallest_gain = 1e-3 * float(np.ptp(pairs.weight)) + 1e-6
    partner = improved(table, _locally_heaviest(table), smallest_gain)
    return np.flatnonzero(partner[left] == right)


def _heaviest_first(pairs: WeightedPairs) -> IntArray:
    """Takes the pairs by falling weight, each unless one of its essays is already taken: at least half of the optimum
    in the worst case, some 99 % of it in practice.
    """
    order = np.argsort(-pairs.weight, kind="stable")
    free = [True] * len(pairs.patience)
    taken: list[int] = []
    for place, one, other in zip(
        order.tolist(), pairs.left[order].tolist(), pairs.right[order].tolist(), strict=True
    ):
        if free[one] and free[other]:
            free[one] = free[other] = False
            taken.append(place)
    return np.array(taken, dtype=np.intp)


def _table(left: IntArray, right: IntArray, weight: FloatArray, patience: FloatArray) -> Table:
    """Symmetric, of an even number of vertices. Two essays that are no pair have a weight so low that a matching with
    more pairs always wins. An odd number of essays gets one more vertex, the bye, which prefers the most patient one:
    who gets it matters more than any weight, but less than a pair more or less.
    """
    essays = len(patience)
    step = 2.0 * float(np.ptp(weight)) + 1.0
    missing = float(weight.min()) - 4.0 * step * essays
    size = essays + essays % 2
    table = np.full((size, size), missing, dtype=np.float32)
    table[left, right] = table[right, left] = weight
    if size > essays:
        rank = np.argsort(np.argsort(patience))
        table[essays, :essays] = table[:essays, essays] = missing + step * rank
    np.fill_diagonal(table, -np.inf)
    return table


def _priced(table: Table) -> Table:
    """The weights less a price for each end, which changes no comparison between perfect matchings.

    Prices u_i <- (u_i + max_j(w_ij - u_j)) / 2 stay feasible for the dual of the matching problem, u_i + u_j >= w_ij, so
    that no entry is above 0 and -sum(entries of a matching) bounds what it lacks to the best one. They settle where
    every vertex has an edge close to 0: no vertex is then everybody's favourite, which makes greedy choices good and
    quick.
    """
    price = table.max(axis=1) / 2.0
    for _ in range(_PRICE_ROUNDS):
        price = (price + (table - price).max(axis=1)) / 2.0
    # the sum of two prices rounds the same way round as back, so the table stays symmetric
    return np.asarray(table - np.add.outer(price, price))


def _locally_heaviest(table: Table) -> IntArray:
    """Each vertex's partner, when two become partners whenever each is the other's heaviest choice among those left (the
    same matching as heaviest first; Preis 1999, STACS, 259-269).
    """
    partner = np.full(len(table), -1, dtype=np.intp)
    vertices = np.arange(len(table))
    while len(vertices):
        found, free = _until_two_thirds_are_left(table)
        partner[vertices[found]] = vertices[found[:, ::-1]]
        vertices = vertices[free]
        table = table[np.ix_(free, free)]
    return partner


def _until_two_thirds_are_left(table: Table) -> tuple[IntArray, BoolArray]:
    """The first partners, as rows of two vertices, and who is left; a smaller table is quicker to search afterwards."""
    everyone = np.arange(len(table))
    free = np.ones(len(table), dtype=np.bool_)
    closed = np.zeros(len(table), dtype=np.float32)
    favourite = table.argmax(axis=1)
    found: list[IntArray] = []
    while 3 * free.sum() > 2 * len(table) and free.any():
        one = everyone[free & (favourite[favourite] == everyone) & (everyone < favourite)]
        one = one[free[favourite[one]]]
        found.append(np.stack((one, favourite[one]), axis=1))
        for end in found[-1].T:
            free[end], closed[end] = False, -np.inf
        stale = everyone[free & ~free[favourite]]
        favourite[stale] = (table[stale] + closed).argmax(axis=1)
    return np.concatenate(found), free
