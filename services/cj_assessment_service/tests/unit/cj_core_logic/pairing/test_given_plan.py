"""What a requester plans is asked to the letter."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.pairing.given_plan import pending_questions
from cj_assessment_service.cj_core_logic.pairing.planner import PairingSituation, count_askable, plan_wave
from cj_assessment_service.cj_core_logic.pairing.retry import plan_retries
from cj_assessment_service.domain.comparisons import OrientedPair, PairMode, PairPlan, PlanUse
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.judges import OfferedPairs
from cj_assessment_service.tests.unit.cj_core_logic.pairing.situations import (
    POLICY,
    answered,
    decided,
    failed,
    outstanding,
    pair,
    pairs_among,
    seeds,
    situation,
)

PLAN = (pair(1, 0), pair(0, 1), pair(1, 0), pair(3, 2))


def planned(now: PairingSituation, pairs: tuple[OrientedPair, ...], use: PlanUse) -> PairingSituation:
    return replace(now, plan=PairPlan(pairs, use))


def asked_of(now: PairingSituation, waves: int, seed: int = 0) -> list[OrientedPair]:
    for wave in range(1, waves + 1):
        now = answered(now, plan_wave(now, POLICY, np.random.default_rng([seed, wave])), wave)
    return [question.pair for question in now.asked]


@given(st.lists(pairs_among(6), min_size=1, max_size=20), seeds)
@settings(deadline=None, max_examples=40)
def test_a_locked_plan_is_asked_in_its_order_and_nothing_else_is(
    pairs: list[OrientedPair], seed: int
) -> None:
    assert asked_of(planned(situation(6), tuple(pairs), PlanUse.ONLY), 20, seed) == pairs


@given(st.lists(pairs_among(6), min_size=1, max_size=9), seeds)
@settings(deadline=None, max_examples=40)
def test_a_plan_that_goes_first_is_followed_by_the_strategy(pairs: list[OrientedPair], seed: int) -> None:
    asked = asked_of(planned(situation(6), tuple(pairs), PlanUse.FIRST), 6, seed)
    assert asked[: len(pairs)] == pairs
    assert len(asked) > len(pairs)


def test_the_limit_holds_for_plans_too() -> None:
    now = planned(situation(8, limit=2), PLAN, PlanUse.ONLY)
    assert [question.pair for question in plan_wave(now, POLICY, np.random.default_rng(0)).comparisons] == [
        *PLAN[:2]
    ]


def test_what_was_answered_or_is_being_asked_is_not_pending() -> None:
    now = planned(situation(4, decided(1, 0), outstanding(3, 2)), PLAN, PlanUse.ONLY)
    assert [question.pair for question in pending_questions(now, POLICY)] == [pair(0, 1), pair(1, 0)]
    assert count_askable(now, POLICY) == 2


def test_a_failed_question_of_the_plan_is_asked_again_as_it_stood() -> None:
    now = planned(situation(4, failed(3, 2)), (pair(3, 2),), PlanUse.ONLY)
    (question,) = pending_questions(now, POLICY)
    assert (question.pair, question.mode, question.attempt) == (pair(3, 2), PairMode.RETRY, 2)
    assert not plan_retries(now, POLICY, np.random.default_rng(0))


def test_a_question_of_the_plan_that_always_fails_is_given_up() -> None:
    vain = [failed(3, 2, wave, code=ErrorCode.PARSING_ERROR) for wave in (1, 2, 3)]
    now = planned(situation(4, *vain), (pair(3, 2),), PlanUse.ONLY)
    assert count_askable(now, POLICY) == 0
    assert not plan_wave(now, POLICY, np.random.default_rng(0))


def test_essays_that_are_not_there_are_left_out() -> None:
    now = planned(situation(2), (pair(0, 7), pair(0, 1)), PlanUse.ONLY)
    assert [question.pair for question in pending_questions(now, POLICY)] == [pair(0, 1)]


def test_a_recorded_judge_is_asked_for_what_it_has() -> None:
    offer = OfferedPairs(((pair(1, 0), 1), (pair(2, 3), 5)))
    now = replace(planned(situation(4), PLAN, PlanUse.ONLY), offer=offer)
    assert [question.pair for question in pending_questions(now, POLICY)] == [pair(1, 0)]


def test_a_plan_without_pairs_is_no_plan() -> None:
    with pytest.raises(ValueError, match="at least one pair"):
        PairPlan((), PlanUse.FIRST)
