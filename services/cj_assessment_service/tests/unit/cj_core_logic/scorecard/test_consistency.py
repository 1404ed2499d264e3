import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.scorecard.checked_answers import SwappedAnswers, swapped_answers
from cj_assessment_service.cj_core_logic.scorecard.consistency import consistency_of, order_effect
from cj_assessment_service.tests.unit.cj_core_logic.scorecard.checks import F, S, T, answer, both


def flipped(first: int, second: int) -> list[SwappedAnswers]:
    """So many pairs on which the text shown first won twice, and the second."""
    return [SwappedAnswers(F, F, F)] * first + [SwappedAnswers(S, S, F)] * second


def test_the_order_effect_is_half_the_log_odds_of_the_flips() -> None:
    effect = order_effect(flipped(9, 3))
    assert effect is not None
    assert effect.estimate == pytest.approx(math.log(9.5 / 3.5) / 2)


def test_no_flip_no_effect() -> None:
    assert order_effect([SwappedAnswers(F, S, F)] * 20) is None


@given(st.integers(0, 40), st.integers(0, 40))
def test_swapping_the_sides_turns_the_effect_round(first: int, second: int) -> None:
    one, other = order_effect(flipped(first, second)), order_effect(flipped(second, first))
    if one is None or other is None:
        assert first + second == 0
        return
    assert one.low <= one.estimate <= one.high
    assert (one.estimate, one.low) == pytest.approx((-other.estimate, -other.high), abs=1e-6)


def test_the_interval_holds_the_true_effect_whatever_the_texts_are_worth() -> None:
    rng = np.random.default_rng(5)
    bias, hits, checks = 0.8, 0, 300
    for _ in range(checks):
        difference = rng.normal(0.0, 2.0, 80)
        one = rng.random(80) < 1 / (1 + np.exp(-(difference + bias)))
        other = rng.random(80) < 1 / (1 + np.exp(-(bias - difference)))
        found = order_effect(
            [SwappedAnswers(F if a else S, F if b else S, F) for a, b in zip(one, other, strict=True)]
        )
        hits += found is not None and found.low <= bias <= found.high
    assert hits / checks >= 0.92


def test_flips_repeats_and_ties_are_shares_of_their_own_cases() -> None:
    said = [
        *both(1, F, S),
        *both(2, F, F),
        *both(3, T, S),
        answer("a001", "b001", F),
        answer("a002", "b002", S),
    ]
    found = consistency_of(said)
    assert found.flips is not None
    assert (found.flips.share, found.flips.count) == (0.5, 2)
    assert found.repeated is not None
    assert (found.repeated.share, found.repeated.count) == (0.5, 2)
    assert found.ties is not None
    assert (found.ties.share, found.ties.count) == (1 / 8, 8)


def test_nothing_asked_twice_says_nothing() -> None:
    found = consistency_of([answer("a", "b", F)])
    assert (found.flips, found.position, found.repeated) == (None, None, None)
    assert swapped_answers([]) == ()
