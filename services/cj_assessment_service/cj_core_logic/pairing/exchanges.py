"""Exchanges of partners between two pairs of a matching (2-opt; Croes 1958, Operations Research 6, 791-812)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cj_assessment_service.cj_core_logic.pairing.history import BoolArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class _Offers:
    """For some of the pairs, by falling `gain`: the `other` pair each would best exchange partners with. `straight` turns
    (a, b), (c, d) into (a, c), (b, d), otherwise into (a, d), (b, c).
    """

    pair: IntArray
    other: IntArray
    straight: BoolArray
    gain: NDArray[np.float32]


def improved(table: NDArray[np.float32], partner: IntArray, smallest_gain: float) -> IntArray:
    """Each vertex's partner, after the last exchange that gains more than `smallest_gain`; every vertex has a partner
    from the start. Each round carries out the best exchanges that do not touch each other and looks again at the pairs
    that changed or were kept waiting; every round gains weight, so the rounds end.
    """
    one = np.flatnonzero(np.arange(len(partner)) < partner)
    other = partner[one]
    active = np.arange(len(one))
    while len(active):
        offers = _best_offers(table, one, other, active)
        active = _carry_out(offers, smallest_gain, one, other)
    partner = partner.copy()
    partner[one], partner[other] = other, one
    return partner


def _best_offers(table: NDArray[np.float32], one: IntArray, other: IntArray, active: IntArray) -> _Offers:
    present = table[one, other]
    pairs, ends = len(one), np.concatenate((one, other))
    to_one, to_other = table[one[active]][:, ends], table[other[active]][:, ends]
    straight = to_one[:, :pairs] + to_other[:, pairs:]
    crossed = to_one[:, pairs:] + to_other[:, :pairs]
    gain = np.maximum(straight, crossed)
    gain -= present
    row = np.arange(len(active))
    gain[row, active] = -np.inf
    best = gain.argmax(axis=1)
    best_gain = gain[row, best] - present[active]
    order = np.argsort(-best_gain, kind="stable")
    return _Offers(
        active[order], best[order], (straight[row, best] >= crossed[row, best])[order], best_gain[order]
    )


def _carry_out(offers: _Offers, smallest_gain: float, one: IntArray, other: IntArray) -> IntArray:
    """Changes `one` and `other`, and returns the pairs to look at again."""
    helpful = int(np.count_nonzero(offers.gain > smallest_gain))
    touched: set[int] = set()
    waiting: set[int] = set()
    columns = (offers.pair[:helpful], offers.other[:helpful], offers.straight[:helpful])
    for pair, rival, straight in zip(*(column.tolist() for column in columns), strict=True):
        if pair in touched or rival in touched:
            waiting.add(pair)
            continue
        touched.update((pair, rival))
        target = one if straight else other
        target[rival], other[pair] = other[pair], target[rival]
    return np.array(sorted(touched | waiting), dtype=np.intp)
