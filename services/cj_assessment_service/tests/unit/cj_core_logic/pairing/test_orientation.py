from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.pairing.history import history_of
from cj_assessment_service.cj_core_logic.pairing.planner import PairingSituation, plan_wave
from cj_assessment_service.domain.comparisons import AskedComparison, OrientedPair
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.judges import OfferedPairs
from cj_assessment_service.tests.unit.cj_core_logic.pairing.situations import (
    NO_LIMIT,
    POLICY,
    after_waves,
    answered,
    decided,
    items,
    outstanding,
    pair,
    seeds,
    situation,
)


def worst_imbalance(asked: tuple[AskedComparison, ...]) -> int:
    lead = Counter[tuple[EssayId, EssayId]]()
    for question in asked:
        lead[question.pair.unordered] += 1 if question.pair.first < question.pair.second else -1
    return max(abs(count) for count in lead.values())


def only_pair(count: int, *asked: AskedComparison, seed: int = 0) -> OrientedPair:
    plan = plan_wave(situation(count, *asked), POLICY, np.random.default_rng(seed))
    (planned,) = plan.comparisons
    return planned.pair


@pytest.mark.parametrize("seed", range(5))
def test_a_pair_seen_one_way_round_is_turned(seed: int) -> None:
    assert only_pair(2, decided(0, 1), seed=seed) == pair(1, 0)
    assert only_pair(2, outstanding(1, 0), seed=seed) == pair(0, 1)
    assert only_pair(2, decided(0, 1), decided(1, 0), decided(1, 0, wave=2), seed=seed) == pair(0, 1)


def test_a_coin_decides_between_equals() -> None:
    assert {only_pair(2, seed=seed) for seed in range(20)} == {pair(0, 1), pair(1, 0)}


@pytest.mark.parametrize("seed", range(5))
def test_the_essay_that_led_less_often_goes_first(seed: int) -> None:
    now = situation(6, decided(0, 1), decided(2, 3), decided(4, 5), decided(0, 3), decided(2, 5))
    history = history_of(now.items, now.asked)
    skew = dict(zip(history.essays, history.skew.tolist(), strict=True))
    plan = plan_wave(now, POLICY, np.random.default_rng(seed))
    assert len(plan) == 3
    assert all(skew[planned.pair.first] <= skew[planned.pair.second] for planned in plan.comparisons)


@given(st.integers(2, 12), seeds)
@settings(deadline=None, max_examples=40)
def test_no_pair_is_ever_out_of_balance_by_more_than_one(count: int, seed: int) -> None:
    now = situation(count)
    for wave in range(1, 20):
        plan = plan_wave(now, POLICY, np.random.default_rng([seed, wave]))
        if not plan:
            break
        now = answered(now, plan, wave)
        assert worst_imbalance(now.asked) <= 1


@given(st.integers(4, 24), seeds)
@settings(deadline=None, max_examples=40)
def test_essays_lead_as_often_as_they_follow(count: int, seed: int) -> None:
    now = after_waves(situation(count), 12, seed)
    assert np.abs(history_of(now.items, now.asked).skew).max() <= 4


def test_a_batch_asked_out_is_in_perfect_balance() -> None:
    now = after_waves(situation(6), 60)
    assert not plan_wave(now, POLICY, np.random.default_rng(0))
    assert history_of(now.items, now.asked).skew.tolist() == [0] * 6


def test_a_recorded_judge_is_shown_only_what_it_was_shown() -> None:
    offer = OfferedPairs(((pair(0, 1), 2),))
    now = PairingSituation(items(2), (decided(0, 1),), offer, NO_LIMIT)
    (planned,) = plan_wave(now, POLICY, np.random.default_rng(0)).comparisons
    assert planned.pair == pair(0, 1)
