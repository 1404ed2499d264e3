from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings

from cj_assessment_service.cj_core_logic.pairing.planner import PairingSituation
from cj_assessment_service.cj_core_logic.pairing.retry import plan_retries
from cj_assessment_service.domain.comparisons import AskedComparison, AskedState, PairMode, PlannedComparison
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.judges import EveryPair, OfferedPairs
from cj_assessment_service.domain.policies import PairingPolicy
from cj_assessment_service.tests.unit.cj_core_logic.pairing.situations import (
    NO_LIMIT,
    POLICY,
    decided,
    essay_id,
    failed,
    items,
    outstanding,
    pair,
    policies,
    seeds,
    situation,
    situations,
    unordered,
)


def retries(count: int, *asked: AskedComparison, limit: int = NO_LIMIT) -> tuple[PlannedComparison, ...]:
    return plan_retries(situation(count, *asked, limit=limit), POLICY, np.random.default_rng(0)).comparisons


def test_a_failed_question_is_repeated_with_the_next_attempt() -> None:
    (planned,) = retries(3, failed(0, 1, wave=1), failed(1, 0, wave=2, attempt=2), decided(1, 2))
    assert (planned.pair.unordered, planned.mode, planned.attempt) == (
        (essay_id(0), essay_id(1)),
        PairMode.RETRY,
        3,
    )


@pytest.mark.parametrize(
    "asked",
    [
        (failed(0, 1, attempt=3),),
        (failed(0, 1, code=ErrorCode.AUTHENTICATION_ERROR),),
        (failed(0, 1, code=None),),
        (failed(0, 1, wave=1), decided(0, 1, wave=2)),
        (failed(0, 1, wave=1), outstanding(1, 0, wave=2)),
        (*[decided(0, 1)] * 4, failed(0, 1, wave=2)),
    ],
    ids=[
        "attempts used up",
        "not curable",
        "reason unknown",
        "answered since",
        "asked since",
        "judged enough",
    ],
)
def test_other_questions_are_not_repeated(asked: tuple[AskedComparison, ...]) -> None:
    assert retries(2, *asked) == ()


def test_the_least_compared_essays_come_first() -> None:
    asked = (decided(0, 1), decided(0, 2), failed(0, 3, wave=2), failed(1, 2, wave=2), failed(3, 4, wave=2))
    assert [planned.pair.unordered for planned in retries(5, *asked, limit=1)] == [(essay_id(3), essay_id(4))]


def test_a_limit_of_zero_plans_nothing() -> None:
    assert retries(2, failed(0, 1), limit=0) == ()


def test_a_repeated_question_is_shown_the_fair_way_round() -> None:
    asked = (decided(0, 1, wave=1), failed(0, 1, wave=2))
    (planned,) = retries(2, *asked)
    assert planned.pair == pair(1, 0)


def test_one_essay_in_several_repeats_alternates_between_the_places() -> None:
    plan = retries(5, *[failed(0, other) for other in range(1, 5)])
    assert Counter(planned.pair.first == essay_id(0) for planned in plan) == {True: 2, False: 2}


def test_a_recording_that_holds_nothing_more_is_not_asked_again() -> None:
    offer = OfferedPairs(((pair(0, 1), 1), (pair(1, 2), 2)))
    now = PairingSituation(items(3), (failed(0, 1), failed(1, 2)), offer, NO_LIMIT)
    plan = plan_retries(now, POLICY, np.random.default_rng(0))
    assert [planned.pair for planned in plan.comparisons] == [pair(1, 2)]


@given(situations(), policies, seeds)
@settings(deadline=None, max_examples=80)
def test_repeats_keep_every_bound(now: PairingSituation, policy: PairingPolicy, seed: int) -> None:
    plan = plan_retries(now, policy, np.random.default_rng(seed))
    covered = Counter(q.pair.unordered for q in now.asked if q.state is not AskedState.FAILED)
    assert len(plan) <= now.limit
    assert len(unordered(plan)) == len(set(unordered(plan)))
    for planned in plan.comparisons:
        assert planned.mode is PairMode.RETRY
        assert 2 <= planned.attempt <= policy.max_attempts_per_question
        if isinstance(now.offer, EveryPair):
            assert covered[planned.pair.unordered] < policy.max_judgements_per_pair


@given(situations(), policies, seeds)
@settings(deadline=None, max_examples=50)
def test_the_same_seed_gives_the_same_repeats_whatever_the_order(
    now: PairingSituation, policy: PairingPolicy, seed: int
) -> None:
    turned = PairingSituation(now.items[::-1], now.asked[::-1], now.offer, now.limit)
    assert plan_retries(now, policy, np.random.default_rng(seed)) == plan_retries(
        turned, policy, np.random.default_rng(seed)
    )
