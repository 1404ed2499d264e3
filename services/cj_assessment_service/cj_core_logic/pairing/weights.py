"""What each pair is worth to the next wave, by strategy."""

from collections.abc import Callable

import numpy as np

from cj_assessment_service.cj_core_logic.pairing.candidates import Candidates
from cj_assessment_service.cj_core_logic.pairing.history import FloatArray, IntArray
from cj_assessment_service.cj_core_logic.pairing.outlook import Outlook, fisher_information

REPEAT_CORRELATION = 0.1
"""How alike a judge's answers about the same pair are beyond what the scores explain."""

RANDOM_UNTIL = 3.0
"""Comparisons per essay before any score is trusted."""

PROGRESSIVE_COURSE = 12.0
"""Comparisons per essay over which the progressive strategy turns from chance to information."""

_REPEAT_COST = 0.35
"""Of `optimal_graph`, for each earlier judgement of the pair. With the default proximity weight a new pair is preferred
unless its information is lower by 0.7.
"""

_VAIN_COST = 1.0
"""Of `optimal_graph`, for each failed attempt: what failed for good reason is asked again only when its essays have nothing
better.
"""

_VAIN_SHARE = 0.01
"""What a failed attempt leaves of a pair's worth under the strategies that go by information, for the same reason."""

_UNCERTAINTY_WEIGHT = 0.1
_JITTER = 1e-3

Weigh = Callable[[Outlook, np.random.Generator], FloatArray]
"""The weight of each candidate."""


def random_weights(outlook: Outlook, rng: np.random.Generator) -> FloatArray:
    """Essays with few comparisons first, otherwise by lot; repeats and failed questions last."""
    pairs = outlook.candidates
    lot = rng.random(len(pairs))
    return np.asarray(_need(outlook) + lot - pairs.covered - _VAIN_COST * pairs.spent)


def swiss_weights(outlook: Outlook, rng: np.random.Generator) -> FloatArray:
    """Neighbours by score that have not met before."""
    pairs = outlook.candidates
    distance = np.abs(_difference(outlook)) / outlook.scale.spread
    return np.asarray(-distance - 2.0 * pairs.covered - _VAIN_COST * pairs.spent + _jitter(pairs, rng))


def optimal_graph_weights(outlook: Outlook, rng: np.random.Generator) -> FloatArray:
    """Few comparisons, close scores and large errors raise the weight, earlier questions of the pair lower it."""
    pairs, policy, se = outlook.candidates, outlook.policy, outlook.scale.se
    doubt = se / max(float(se.max(initial=0.0)), 1e-9)
    return np.asarray(
        policy.count_weight * _need(outlook)
        + policy.proximity_weight * 4.0 * fisher_information(_difference(outlook))
        + _UNCERTAINTY_WEIGHT * (doubt[pairs.left] + doubt[pairs.right]) / 2.0
        - _REPEAT_COST * pairs.covered
        - _VAIN_COST * pairs.spent
        + _jitter(pairs, rng)
    )


def information_weights(outlook: Outlook, rng: np.random.Generator) -> FloatArray:
    """Fisher information of the judgement times the variance of the difference it is about, to first order twice the
    expected information gain in nats (Lindley 1956, Ann. Math. Statist. 27, 986-1005).

    The variance is se_i^2 + se_j^2 - 2 cov_ij with cov_ij by the first term of the Neumann series of the posterior's
    curvature D - A: cov_ij = A_ij / (D_ii D_jj). No matrix is inverted, so this serves thousands of essays.
    """
    pairs, se = outlook.candidates, outlook.scale.se
    learnt = fisher_information(_difference(outlook))
    variance = (se**2)[pairs.left] + (se**2)[pairs.right]
    variance -= 2.0 * pairs.covered * learnt * _spread_by_itself(outlook)
    counts = (outlook.importance[pairs.left] + outlook.importance[pairs.right]) / 2.0
    gain = learnt * np.maximum(variance, 0.0) * counts * novelty(pairs)
    return np.asarray(gain * (1.0 + _jitter(pairs, rng)))


def progressive_weights(outlook: Outlook, rng: np.random.Generator) -> FloatArray:
    """(1 - s) lot + s information, where s grows from 0 to 1 (Revuelta & Ponsoda 1998, J. Educ. Meas. 35, 311-327)."""
    per_essay = float(outlook.history.comparisons.mean())
    trust = float(np.clip((per_essay - RANDOM_UNTIL) / PROGRESSIVE_COURSE, 0.0, 1.0))
    worth = information_weights(outlook, rng)
    lot = rng.random(len(outlook.candidates)) * novelty(outlook.candidates)
    return np.asarray((1.0 - trust) * lot + trust * worth / max(float(worth.max(initial=0.0)), 1e-12))


def novelty(pairs: Candidates) -> FloatArray:
    """What is new in one more judgement of each pair, 1 for the first: m judgements whose answers correlate by r are worth
    m / (1 + (m - 1) r) independent ones (Kish 1965, Survey Sampling, 258), which makes the last one worth
    (1 - r) / ((1 + (m - 2) r) (1 + (m - 1) r)).
    """
    covered, spent, r = pairs.covered, pairs.spent, REPEAT_CORRELATION
    before = np.arange(covered.max(initial=0) + 1)
    fresh = (1.0 - r) / ((1.0 + (before - 1.0) * r) * (1.0 + before * r))
    vain = _VAIN_SHARE ** np.arange(spent.max(initial=0) + 1)
    return np.asarray(fresh[covered] * vain[spent])


def _spread_by_itself(outlook: Outlook) -> FloatArray:
    """1 / (D_ii D_jj) of each candidate, with D_ii the information about essay i, were all others known."""
    history, scale, pairs = outlook.history, outlook.scale, outlook.candidates
    learnt = history.covered * fisher_information(scale.score[history.left] - scale.score[history.right])
    known = 1.0 / scale.spread**2 + _sums(history.left, learnt, history.size)
    known += _sums(history.right, learnt, history.size)
    return np.asarray(1.0 / (known[pairs.left] * known[pairs.right]))


def _sums(essay: IntArray, values: FloatArray, size: int) -> FloatArray:
    return np.bincount(essay, values, size).astype(np.float64, copy=False)


def _difference(outlook: Outlook) -> FloatArray:
    score, pairs = outlook.scale.score, outlook.candidates
    return np.asarray(score[pairs.left] - score[pairs.right])


def _need(outlook: Outlook) -> FloatArray:
    need = 1.0 / (1.0 + outlook.history.comparisons)
    return np.asarray(need[outlook.candidates.left] + need[outlook.candidates.right])


def _jitter(pairs: Candidates, rng: np.random.Generator) -> FloatArray:
    return np.asarray(_JITTER * rng.random(len(pairs)))
