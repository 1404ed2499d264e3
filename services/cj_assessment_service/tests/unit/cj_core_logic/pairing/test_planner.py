from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.pairing import candidates
from cj_assessment_service.cj_core_logic.pairing.planner import PairingSituation, count_askable, plan_wave
from cj_assessment_service.domain.comparisons import AskedState, PairMode
from cj_assessment_service.domain.judges import EveryPair, OfferedPairs
from cj_assessment_service.domain.policies import PairingPolicy
from cj_assessment_service.tests.unit.cj_core_logic.pairing.situations import (
    POLICY,
    after_waves,
    decided,
    essay_id,
    essays_of,
    failed,
    outstanding,
    pair,
    policies,
    seeds,
    situation,
    situations,
    unordered,
)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@given(situations(), policies, seeds)
@settings(deadline=None, max_examples=80)
def test_a_wave_has_each_essay_once_and_keeps_the_limit(
    now: PairingSituation, policy: PairingPolicy, seed: int
) -> None:
    plan = plan_wave(now, policy, rng(seed))
    essays = essays_of(plan)
    assert len(essays) == len(set(essays))
    assert len(plan) <= min(now.limit, len(now.items) // 2)


@given(situations(), policies, seeds)
@settings(deadline=None, max_examples=100)
def test_a_wave_is_empty_exactly_when_nothing_can_be_asked(
    now: PairingSituation, policy: PairingPolicy, seed: int
) -> None:
    expected = count_askable(now, policy) > 0 and now.limit > 0
    assert bool(plan_wave(now, policy, rng(seed))) == expected


@given(situations(), policies, seeds)
@settings(deadline=None, max_examples=80)
def test_caps_are_kept_and_modes_are_true(now: PairingSituation, policy: PairingPolicy, seed: int) -> None:
    covered = Counter(q.pair.unordered for q in now.asked if q.state is not AskedState.FAILED)
    for planned in plan_wave(now, policy, rng(seed)).comparisons:
        before = covered[planned.pair.unordered]
        assert planned.mode is (PairMode.RESAMPLING if before else PairMode.COVERAGE)
        assert planned.attempt <= policy.max_attempts_per_question
        if isinstance(now.offer, EveryPair):
            assert before < policy.max_judgements_per_pair


@given(situations(), policies, seeds, st.data())
@settings(deadline=None, max_examples=50)
def test_the_plan_depends_on_the_seed_and_not_on_the_order_of_the_input(
    now: PairingSituation, policy: PairingPolicy, seed: int, data: st.DataObject
) -> None:
    shuffled = replace(
        now,
        items=tuple(data.draw(st.permutations(now.items))),
        asked=tuple(data.draw(st.permutations(now.asked))),
    )
    assert plan_wave(now, policy, rng(seed)) == plan_wave(shuffled, policy, rng(seed))


def test_different_seeds_give_different_waves() -> None:
    assert plan_wave(situation(10), POLICY, rng(1)) != plan_wave(situation(10), POLICY, rng(2))


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_essays_have_nothing_to_be_asked(count: int) -> None:
    assert count_askable(situation(count), POLICY) == 0
    assert not plan_wave(situation(count), POLICY, rng())


def test_askable_judgements_fall_with_what_is_decided_outstanding_or_failed_for_good() -> None:
    assert count_askable(situation(3), POLICY) == 12
    assert count_askable(situation(3, decided(0, 1), outstanding(1, 0), failed(0, 2)), POLICY) == 10
    assert count_askable(situation(3, failed(0, 2, attempt=3)), POLICY) == 8


def test_more_judgements_than_the_cap_take_nothing_from_other_pairs() -> None:
    assert count_askable(situation(3, *[decided(0, 1)] * 6), POLICY) == 8


def test_a_recorded_judge_can_be_asked_for_what_it_has_left() -> None:
    offer = OfferedPairs(((pair(0, 1), 3), (pair(1, 0), 1), (pair(0, 9), 5)))
    now = replace(situation(2, decided(0, 1), failed(1, 0), failed(1, 0)), offer=offer)
    assert count_askable(now, POLICY) == 2


def test_a_question_that_failed_too_often_is_not_asked_again() -> None:
    given_up = [failed(0, 1, wave, attempt=wave) for wave in (1, 2, 3)]
    for seed in range(10):
        plan = plan_wave(situation(4, *given_up), POLICY, rng(seed))
        assert (essay_id(0), essay_id(1)) not in unordered(plan)
    assert not plan_wave(situation(2, *given_up), POLICY, rng())


def test_a_failed_question_is_asked_again_when_nothing_else_is_left() -> None:
    (planned,) = plan_wave(situation(2, failed(0, 1)), POLICY, rng()).comparisons
    assert (planned.mode, planned.attempt) == (PairMode.COVERAGE, 2)


def test_an_odd_wave_leaves_out_the_essay_with_most_comparisons() -> None:
    now = situation(5, decided(3, 0), decided(1, 3), decided(4, 2))
    for seed in range(10):
        assert essay_id(3) not in essays_of(plan_wave(now, POLICY, rng(seed)))


def test_chance_decides_who_stays_out_among_equals() -> None:
    out = Counter[str]()
    for seed in range(500):
        plan = plan_wave(situation(5), POLICY, rng(seed))
        out.update({essay_id(number) for number in range(5)} - set(essays_of(plan)))
    assert all(70 <= out[essay_id(number)] <= 130 for number in range(5))


def test_a_short_wave_does_not_favour_any_id() -> None:
    seen = Counter[str]()
    for seed in range(500):
        seen.update(essays_of(plan_wave(situation(10, limit=1), POLICY, rng(seed))))
    assert all(70 <= seen[essay_id(number)] <= 130 for number in range(10))


def test_comparisons_are_spread_evenly() -> None:
    now = after_waves(situation(9), 9)
    count = Counter(essay for question in now.asked for essay in question.pair.unordered)
    assert max(count.values()) - min(count.values()) <= 1


def test_a_large_batch_is_paired_nearly_completely_among_neighbours_and_random_essays() -> None:
    scores = np.linspace(-4, 4, 701).tolist()
    now = after_waves(situation(701, scores=scores), 4)
    plan = plan_wave(now, POLICY, rng())
    assert len(plan) >= 340
    assert len(set(essays_of(plan))) == 2 * len(plan)


def test_a_large_batch_is_searched_completely_before_it_is_called_saturated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(candidates, "_ALL_PAIRS_UP_TO", 40)
    monkeypatch.setattr(candidates, "_NEIGHBOURS", 1)
    monkeypatch.setattr(candidates, "_RANDOM_ROUNDS", 0)
    once = PairingPolicy(max_judgements_per_pair=1)
    asked = [decided(a, b) for a in range(41) for b in range(a + 1, 41) if (a, b) != (0, 40)]
    now = situation(41, *asked, scores=[float(number) for number in range(41)])
    assert unordered(plan_wave(now, once, rng())) == [(essay_id(0), essay_id(40))]
