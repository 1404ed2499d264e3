"""What a pair is worth to the next wave."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cj_assessment_service.cj_core_logic.pairing.candidates import Candidates
from cj_assessment_service.cj_core_logic.pairing.coverage import is_bridge
from cj_assessment_service.cj_core_logic.pairing.history import FloatArray, History
from cj_assessment_service.domain.essays import EssayItem
from cj_assessment_service.domain.policies import PairingPolicy

_BRIDGE_BONUS = 10.0
"""Outweighs everything else: scores of unconnected essays do not compare."""

_REPEAT_COST = 0.35
"""Per earlier judgement of the pair: repeated answers are correlated and teach less. With the default proximity weight
a new pair is preferred unless its information is lower by 0.7.
"""

_VAIN_COST = 1.0
"""Per failed attempt: what failed for good reason is asked again only when its essays have nothing better."""

_UNCERTAINTY_WEIGHT = 0.1
_JITTER = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """The newest scores and errors in logits, shape (n,), in the order of the essay ids. Unknown scores are 0,
    unknown errors the largest known one.
    """

    score: FloatArray
    se: FloatArray
    known: bool


def scale_of(items: Sequence[EssayItem]) -> Scale:
    """`known` unless no essay has a score."""
    ordered = sorted(items, key=lambda item: item.essay_id)
    errors = [item.se for item in ordered if item.se is not None]
    largest = max(errors, default=0.0)
    return Scale(
        score=np.array([item.score if item.score is not None else 0.0 for item in ordered], dtype=np.float64),
        se=np.array([item.se if item.se is not None else largest for item in ordered], dtype=np.float64),
        known=any(item.score is not None for item in ordered),
    )


def information(difference: FloatArray) -> FloatArray:
    """Expected Fisher information of one judgement, 4 p (1 - p) with p the probability that either wins given the
    score difference in logits: 1 for equals, towards 0 for certain outcomes. Equals sech^2(d / 2).
    """
    chance = np.exp(-np.abs(difference))
    return 4.0 * chance / (1.0 + chance) ** 2


def pair_weights(
    candidates: Candidates,
    history: History,
    scale: Scale,
    share: float,
    policy: PairingPolicy,
    rng: np.random.Generator,
) -> FloatArray:
    """The weight of each candidate: few comparisons, close scores and large errors raise it, earlier questions of the
    same pair lower it. A random `share` of the essays meets partners by lot instead of by closeness.
    """
    left, right = candidates.left, candidates.right
    need = 1.0 / (1.0 + history.comparisons)
    strays = rng.random(history.size) < share
    closeness = np.where(
        strays[left] | strays[right],
        rng.random(len(candidates)),
        information(scale.score[left] - scale.score[right]),
    )
    doubt = scale.se / max(float(scale.se.max(initial=0.0)), 1e-9)
    return np.asarray(
        policy.count_weight * (need[left] + need[right])
        + policy.proximity_weight * closeness
        + _UNCERTAINTY_WEIGHT * (doubt[left] + doubt[right]) / 2.0
        - _REPEAT_COST * candidates.covered
        - _VAIN_COST * candidates.spent
        + _BRIDGE_BONUS * is_bridge(candidates, history)
        + _JITTER * rng.random(len(candidates)),
        dtype=np.float64,
    )
