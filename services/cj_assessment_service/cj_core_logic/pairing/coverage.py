"""What every strategy starts with and keeps: a random connected start, bridges, random pairs, links of the anchors."""

import numpy as np

from cj_assessment_service.cj_core_logic.pairing.candidates import Candidates
from cj_assessment_service.cj_core_logic.pairing.history import BoolArray, History, IntArray
from cj_assessment_service.cj_core_logic.pairing.outlook import Outlook
from cj_assessment_service.cj_core_logic.pairing.weights import RANDOM_UNTIL
from cj_assessment_service.cj_core_logic.scoring import connectivity

RANDOM_SHARE = 0.1
"""The share of pairs that is drawn by lot to the end: purely adaptive pairs feign reliability."""

NOTHING_TO_ADAPT_TO = 0.4
"""Logits: scores that spread no wider make random pairs as informative as any, to 8 % (the mean of 4 p (1 - p)), and
adaptive ones would only dress up coin tosses as a scale.
"""

WORTH_ADAPTING_TO = 0.8
"""Logits: scores that spread as widely are worth all the adaptive pairs there may be."""


def components_of(history: History) -> IntArray:
    """The connected part each essay belongs to by what is decided or outstanding, shape (n,)."""
    joined = history.covered > 0
    return connectivity.components_of(history.left[joined], history.right[joined], history.size)


def is_bridge(candidates: Candidates, history: History) -> BoolArray:
    """Which pairs would join two parts between which no comparison was asked yet."""
    component = components_of(history)
    if not component.any():
        return np.zeros(len(candidates), dtype=np.bool_)
    return np.not_equal(component[candidates.left], component[candidates.right])


def random_share(comparisons_per_essay: float, spread: float) -> float:
    """The share of pairs to draw by lot: all at first and while the scores hardly spread (in logits), never none."""
    if comparisons_per_essay < RANDOM_UNTIL:
        return 1.0
    doubt = (WORTH_ADAPTING_TO - spread) / (WORTH_ADAPTING_TO - NOTHING_TO_ADAPT_TO)
    return float(np.clip(doubt, RANDOM_SHARE, 1.0))


def without_repeats(outlook: Outlook) -> Outlook:
    """With the pairs that have no judgement; with all when each has one."""
    new = outlook.candidates.covered == 0
    return outlook.among(new) if new.any() else outlook


def is_owed_link(outlook: Outlook) -> BoolArray:
    """Which pairs would link an anchor to an essay that is none, where it has met too few of them: fewer than half the
    comparisons of an average essay, and fewer than the policy's minimum.
    """
    history, is_anchor = outlook.history, outlook.is_anchor
    if not is_anchor.any():
        return np.zeros(len(outlook.candidates), dtype=np.bool_)
    mixed = is_anchor[history.left] != is_anchor[history.right]
    links = np.bincount(
        np.where(is_anchor[history.left], history.left, history.right)[mixed],
        history.covered[mixed],
        history.size,
    )
    due = min(outlook.policy.min_anchor_links, int(history.comparisons.mean() / 2.0))
    owed = is_anchor & (links < due)
    left, right = outlook.candidates.left, outlook.candidates.right
    return np.asarray((owed[left] & ~is_anchor[right]) | (owed[right] & ~is_anchor[left]))
