"""The start of a batch: random pairs that soon connect every essay with every other."""

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from cj_assessment_service.cj_core_logic.pairing.candidates import Candidates
from cj_assessment_service.cj_core_logic.pairing.history import BoolArray, History, IntArray

RANDOM_UNTIL = 3.0
"""Comparisons per essay before any score is trusted."""

ADAPTIVE_FROM = 8.0
"""Comparisons per essay from which nearly all essays are paired by information."""

RANDOM_SHARE = 0.1
"""The share of essays that meets random partners to the end: purely adaptive pairs feign reliability."""


def components_of(history: History) -> IntArray:
    """The connected part each essay belongs to by what is decided or outstanding, shape (n,)."""
    joined = history.covered > 0
    graph = coo_array(
        (np.ones(joined.sum()), (history.left[joined], history.right[joined])),
        shape=(history.size, history.size),
    )
    return connected_components(graph, directed=False)[1].astype(np.intp)


def is_bridge(candidates: Candidates, history: History) -> BoolArray:
    """Which pairs would join two parts between which no comparison was asked yet."""
    component = components_of(history)
    return np.not_equal(component[candidates.left], component[candidates.right])


def random_share(comparisons_per_essay: float) -> float:
    """The share of essays to pair at random: all at first, then fewer and fewer, never none."""
    trust = (comparisons_per_essay - RANDOM_UNTIL) / (ADAPTIVE_FROM - RANDOM_UNTIL)
    return float(np.clip(1.0 - trust, RANDOM_SHARE, 1.0))


def never_judged(candidates: Candidates) -> Candidates:
    """The pairs without a judgement; all pairs when each has one."""
    new = candidates.covered == 0
    return candidates.take(new) if new.any() else candidates
