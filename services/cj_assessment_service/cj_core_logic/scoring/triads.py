"""Circles in the judgements: a beats b, b beats c, c beats a."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cj_assessment_service.cj_core_logic.scoring.arrays import IntArray
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.scoring.tallies import pairs_of, won_by_first

_MATRIX_WORTH = 1000
"""So many steps of a matrix product cost as much as looking at two pairs of one essay."""

_LARGEST_MATRIX = 4000
_AT_ONCE = 2_000_000


@dataclass(frozen=True, slots=True)
class TriadCount:
    """`triads`: triples of essays with all three pairs decided; `cyclic`: those among them that go round in a circle."""

    cyclic: int
    triads: int

    @property
    def share(self) -> float | None:
        """0 for perfect consistency, 1/4 expected of coin tosses; None without triads."""
        return self.cyclic / self.triads if self.triads else None


@dataclass(frozen=True, slots=True, eq=False)
class _Tournament:
    """Decided pairs of `n` essays, renumbered so that essays with few opponents come first: `low` < `high`, sorted by low, then
    high. `sign` is 1 where low beats high and -1 where it loses.
    """

    n: int
    low: IntArray
    high: IntArray
    sign: IntArray

    def later_siblings(self) -> IntArray:
        """How many pairs with the same low follow each pair."""
        ends = np.cumsum(np.bincount(self.low, minlength=self.n))
        return np.asarray(ends[self.low] - np.arange(len(self.low)) - 1)


def cyclic_triads(judgements: Judgements) -> TriadCount:
    """Kendall & Babington Smith (1940, Biometrika 31, 324-345), for designs that need not be complete. Exact.

    Each pair goes to the essay with the larger weight of wins; pairs that tie decide nothing, and their triples are left out.
    """
    tournament = _tournament(judgements)
    looks = int(tournament.later_siblings().sum())
    if tournament.n <= _LARGEST_MATRIX and looks * _MATRIX_WORTH > tournament.n**3:
        return _by_matrices(tournament)
    return _by_neighbours(tournament)


def _by_matrices(tournament: _Tournament) -> TriadCount:
    """With B_ij = 1 where i beats j and U = B + B': cyclic = trace(B^3) / 3, triads = trace(U^3) / 6.

    Single precision counts exactly up to 2^24, more than there are essays.
    """
    beats = np.zeros((tournament.n, tournament.n), dtype=np.float32)
    won = tournament.sign > 0
    beats[tournament.low[won], tournament.high[won]] = 1.0
    beats[tournament.high[~won], tournament.low[~won]] = 1.0
    met = beats + beats.T
    circles = ((beats @ beats) * beats.T).sum(dtype=np.float64)
    triples = ((met @ met) * met).sum(dtype=np.float64)
    return TriadCount(round(float(circles) / 3.0), round(float(triples) / 6.0))


def _by_neighbours(tournament: _Tournament) -> TriadCount:
    """Every two pairs (u, v), (u, w) with u first in number are looked up for (v, w): few, as u has the fewest opponents."""
    keys = tournament.low * tournament.n + tournament.high
    cyclic = triads = 0
    for one, other in _siblings(tournament):
        wanted = tournament.high[one] * tournament.n + tournament.high[other]
        found = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        closed = keys[found] == wanted
        uv, uw, vw = (tournament.sign[place[closed]] for place in (one, other, found))
        triads += int(closed.sum())
        cyclic += int(((uv == vw) & (uv != uw)).sum())
    return TriadCount(cyclic, triads)


def _siblings(tournament: _Tournament) -> Iterator[tuple[IntArray, IntArray]]:
    """The places of every two pairs with the same low, in portions."""
    later = tournament.later_siblings()
    reached = np.cumsum(later)
    start = 0
    while start < len(later):
        before = reached[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(reached, before + _AT_ONCE, side="right")))
        counts = later[start:stop]
        one = np.repeat(np.arange(start, stop), counts)
        nth = np.arange(len(one)) - np.repeat(np.cumsum(counts) - counts, counts)
        yield one, one + 1 + nth
        start = stop


def _tournament(judgements: Judgements) -> _Tournament:
    pairs = pairs_of(judgements)
    n = max(1, len(judgements.essays))
    lead = pairs.sums(judgements.weight * pairs.turned * (won_by_first(judgements) - 0.5))
    decided = np.abs(lead) > 1e-9
    one, other, sign = pairs.low[decided], pairs.high[decided], np.sign(lead[decided]).astype(np.intp)
    opponents = np.bincount(one, minlength=n) + np.bincount(other, minlength=n)
    number = np.empty(n, dtype=np.intp)
    number[np.argsort(opponents, kind="stable")] = np.arange(n)
    forward = number[one] < number[other]
    low, high = np.where(forward, number[one], number[other]), np.where(forward, number[other], number[one])
    order = np.argsort(low * n + high)
    return _Tournament(n, low[order], high[order], np.where(forward, sign, -sign)[order])
