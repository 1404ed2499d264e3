"""Circles in the judgements: a beats b, b beats c, c beats a."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from cj_assessment_service.cj_core_logic.scoring.answers import pairs_of, won_by_first
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements

_DENSE = 1500
"""Up to so many essays full matrices multiply faster than sparse ones, whatever the design."""


@dataclass(frozen=True, slots=True)
class TriadCount:
    """`triads`: triples of essays with all three pairs decided; `cyclic`: those among them that go round in a circle."""

    cyclic: int
    triads: int

    @property
    def share(self) -> float | None:
        """0 for perfect consistency, 1/4 expected of coin tosses; None without triads."""
        return self.cyclic / self.triads if self.triads else None


def cyclic_triads(judgements: Judgements) -> TriadCount:
    """Kendall & Babington Smith (1940, Biometrika 31, 324-345), for designs that need not be complete.

    Each pair goes to the essay with the larger weight of wins; pairs that tie decide nothing, and their triples are left out.
    With A_ij = 1 where i beats j and U = A + A': cyclic = trace(A^3) / 3, triads = trace(U^3) / 6. Exact.
    """
    beats = _tournament(judgements)
    if beats.shape[0] <= _DENSE:
        full = beats.toarray()
        either = full + full.T
        return TriadCount(
            round(float((full @ full * full.T).sum()) / 3), round(float((either @ either * either).sum()) / 6)
        )
    met = csr_array(beats + beats.T)
    circles = (beats @ beats).multiply(beats.T).sum()
    return TriadCount(round(float(circles) / 3), round(float((met @ met).multiply(met).sum()) / 6))


def _tournament(judgements: Judgements) -> csr_array[np.float64, tuple[int, int]]:
    pairs = pairs_of(judgements)
    n = len(judgements.essays)
    lead = pairs.sums(judgements.weight * pairs.turned * (won_by_first(judgements) - 0.5))
    decided = np.abs(lead) > 1e-9
    winner = np.where(lead > 0.0, pairs.low, pairs.high)[decided]
    loser = np.where(lead > 0.0, pairs.high, pairs.low)[decided]
    return csr_array((np.ones(len(winner)), (winner, loser)), shape=(n, n))
