import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.pairing.coverage import RANDOM_SHARE, components_of, random_share
from cj_assessment_service.cj_core_logic.pairing.history import history_of
from cj_assessment_service.cj_core_logic.pairing.planner import plan_wave
from cj_assessment_service.domain.comparisons import PairMode
from cj_assessment_service.tests.unit.cj_core_logic.pairing.situations import (
    POLICY,
    after_waves,
    decided,
    essay_id,
    failed,
    items,
    outstanding,
    seeds,
    situation,
    unordered,
)


def test_failed_questions_connect_nothing() -> None:
    history = history_of(items(4), (decided(0, 1), outstanding(1, 2), failed(2, 3)))
    component = components_of(history)
    assert component[0] == component[1] == component[2] != component[3]


@given(st.integers(2, 40), seeds)
@settings(deadline=None, max_examples=60)
def test_a_few_full_waves_connect_every_essay(count: int, seed: int) -> None:
    now = after_waves(situation(count), math.ceil(math.log2(count)) + 1, seed)
    assert set(components_of(history_of(now.items, now.asked)).tolist()) == {0}


def test_separate_parts_are_joined_before_anything_else() -> None:
    inside = [decided(a, b) for part in (range(4), range(4, 8)) for a in part for b in part if a < b]
    scores = [0.0] * 4 + [9.0] * 4
    plan = plan_wave(situation(8, *inside, *inside, scores=scores, limit=2), POLICY, np.random.default_rng(0))
    assert all(one < essay_id(4) <= other for one, other in unordered(plan))


def test_pairing_is_random_before_three_comparisons_per_essay_and_never_wholly_adaptive() -> None:
    assert [random_share(per_essay, spread=2.0) for per_essay in (0, 2.9, 3, 100)] == [
        1,
        1,
        RANDOM_SHARE,
        RANDOM_SHARE,
    ]


def test_pairing_stays_random_while_the_scores_hardly_spread() -> None:
    assert [random_share(10, spread) for spread in (0.1, 0.4, 0.8, 3.0)] == [1, 1, RANDOM_SHARE, RANDOM_SHARE]
    assert 1 > random_share(10, 0.5) > random_share(10, 0.6) > RANDOM_SHARE


@given(st.integers(2, 15), seeds)
@settings(deadline=None, max_examples=60)
def test_no_pair_is_repeated_in_the_random_phase_while_a_new_one_exists(count: int, seed: int) -> None:
    now = after_waves(situation(count), 2, seed)
    known = {question.pair.unordered for question in now.asked}
    plan = plan_wave(now, POLICY, np.random.default_rng(seed))
    if len(known) < count * (count - 1) // 2:
        assert known.isdisjoint(unordered(plan))
        assert {planned.mode for planned in plan.comparisons} == {PairMode.COVERAGE}


def test_the_first_wave_depends_on_chance_and_not_on_ids() -> None:
    partners = set()
    for seed in range(60):
        (partner,) = [
            pair
            for pair in unordered(plan_wave(situation(6), POLICY, np.random.default_rng(seed)))
            if essay_id(0) in pair
        ]
        partners.add(partner)
    assert len(partners) == 5
