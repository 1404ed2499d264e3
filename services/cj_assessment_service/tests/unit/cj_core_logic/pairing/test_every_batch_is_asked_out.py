"""Whole batches: retries first, then new questions, until nothing is left or the budget is gone."""

from collections import Counter
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.pairing.planner import PairingSituation, count_askable, plan_wave
from cj_assessment_service.cj_core_logic.pairing.retry import plan_retries
from cj_assessment_service.domain.comparisons import PlannedComparison
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.judges import OfferedPairs
from cj_assessment_service.domain.policies import PairingPolicy
from cj_assessment_service.tests.unit.cj_core_logic.pairing.situations import (
    POLICY,
    Judge,
    answered,
    offers_among,
    policies,
    seeds,
    situation,
)


def asked_out(start: PairingSituation, policy: PairingPolicy, judge: Judge, seed: int) -> PairingSituation:
    """`start.limit` is the budget. Raises AssertionError when a batch goes on for ever."""
    now, budget = start, start.limit
    for wave in range(1, 2_000):
        now = replace(now, limit=budget - len(now.asked))
        rng = np.random.default_rng([seed, wave])
        plan = plan_retries(now, policy, rng) or plan_wave(now, policy, rng)
        if not plan:
            return now
        now = answered(now, plan, wave, judge)
    raise AssertionError("the batch never ends")


def unreliable(seed: int, failure_rate: float) -> Judge:
    rng = np.random.default_rng(seed)
    codes = [ErrorCode.TIMEOUT, ErrorCode.INVALID_RESPONSE, ErrorCode.PARSING_ERROR]

    def judge(_: PlannedComparison) -> ErrorCode | None:
        return codes[rng.integers(len(codes))] if rng.random() < failure_rate else None

    return judge


@given(
    count=st.integers(2, 15),
    budget=st.integers(0, 150),
    policy=policies,
    failure_rate=st.sampled_from([0.0, 0.2, 0.7, 1.0]),
    seed=seeds,
)
@settings(deadline=None, max_examples=60)
def test_a_batch_ends_when_the_budget_is_spent_or_nothing_can_be_asked(
    count: int, budget: int, policy: PairingPolicy, failure_rate: float, seed: int
) -> None:
    end = asked_out(situation(count, limit=budget), policy, unreliable(seed, failure_rate), seed)
    assert len(end.asked) <= budget
    assert len(end.asked) == budget or count_askable(end, policy) == 0


@given(st.integers(2, 6), policies, seeds)
@settings(deadline=None, max_examples=40)
def test_without_a_budget_every_pair_is_judged_to_its_cap(
    count: int, policy: PairingPolicy, seed: int
) -> None:
    end = asked_out(situation(count), policy, unreliable(seed, 0.0), seed)
    judged = Counter(question.pair.unordered for question in end.asked)
    assert set(judged.values()) == {policy.max_judgements_per_pair}
    assert len(judged) == count * (count - 1) // 2


def test_a_judge_that_always_fails_is_asked_a_bounded_number_of_times() -> None:
    end = asked_out(situation(5), POLICY, unreliable(0, 1.0), 0)
    assert len(end.asked) == 10 * POLICY.max_attempts_per_question


@given(st.data(), st.integers(2, 8), policies, st.sampled_from([0.0, 0.4, 1.0]), seeds)
@settings(deadline=None, max_examples=80)
def test_a_recording_is_used_up_exactly(
    data: st.DataObject, count: int, policy: PairingPolicy, failure_rate: float, seed: int
) -> None:
    offer: OfferedPairs = data.draw(offers_among(count))
    start = replace(situation(count), offer=offer)
    end = asked_out(start, policy, unreliable(seed, failure_rate), seed)
    used = Counter(question.pair for question in end.asked)
    assert used == Counter({pair: times for pair, times in offer.counts if times})
