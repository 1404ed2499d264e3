"""The gain of a pair is what the posterior covariance says before and after."""

import numpy as np
import pytest

from cj_assessment_service.cj_core_logic.pairing.a_optimal import (
    expected_gains,
    one_after_the_other,
    posterior_covariance,
)
from cj_assessment_service.cj_core_logic.pairing.candidates import candidates_of
from cj_assessment_service.cj_core_logic.pairing.history import FloatArray, history_of
from cj_assessment_service.cj_core_logic.pairing.outlook import Outlook, importance_of, scale_of
from cj_assessment_service.cj_core_logic.pairing.planner import PairingSituation
from cj_assessment_service.tests.unit.cj_core_logic.pairing.situations import POLICY, decided, situation

SCORES = [-2.0, -0.5, 0.1, 0.3, 1.0, 2.5]


def outlook_on(now: PairingSituation, cut_points: tuple[float, ...] = ()) -> Outlook:
    history, scale = history_of(now.items, now.asked), scale_of(now.items)
    candidates = candidates_of(history, scale.score, now.offer, POLICY, np.random.default_rng(0))
    return Outlook(
        candidates,
        history,
        scale,
        importance_of(scale, cut_points, POLICY),
        np.zeros(history.size, dtype=np.bool_),
        np.zeros(history.size, dtype=np.bool_),
        POLICY,
        candidates.take(slice(0)),
    )


def doubt(outlook: Outlook) -> float:
    return float(outlook.importance @ np.diag(posterior_covariance(outlook)))


def slow_gains(outlook: Outlook) -> FloatArray:
    """By inverting the whole matrix again for each pair."""
    now = doubt(outlook)
    return np.array(
        [now - doubt(outlook.taking(np.array([place]))) for place in range(len(outlook.candidates))]
    )


@pytest.mark.parametrize("cut_points", [(), (0.2, 2.0)])
def test_gains_agree_with_inverting_anew(cut_points: tuple[float, ...]) -> None:
    outlook = outlook_on(situation(6, decided(0, 1), scores=SCORES), cut_points)
    new = outlook.candidates.covered == 0  # a repeat counts less, which the slow way does not know
    assert expected_gains(outlook)[new] == pytest.approx(slow_gains(outlook)[new], rel=1e-9)


def test_each_pair_is_the_best_after_those_before_it() -> None:
    outlook = outlook_on(situation(6, scores=SCORES), (0.2,))
    chosen = one_after_the_other(outlook, 3, np.random.default_rng(0))
    picks = list(zip(outlook.candidates.left[chosen], outlook.candidates.right[chosen], strict=True))
    for one, other in picks:
        gains = slow_gains(outlook)
        (place,) = np.flatnonzero((outlook.candidates.left == one) & (outlook.candidates.right == other))
        assert gains[place] >= 0.997 * gains.max()
        outlook = outlook.taking(np.array([place]))


def test_without_comparisons_the_error_is_that_of_the_prior() -> None:
    outlook = outlook_on(situation(6, scores=SCORES))
    assert posterior_covariance(outlook) == pytest.approx(outlook.scale.spread**2 * np.eye(6))
