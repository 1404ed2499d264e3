"""Questions reach their judges within every limit, and each comes back as one message."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cj_assessment_service.domain.comparisons import Verdict, Winner
from cj_assessment_service.domain.errors import ErrorCode, InvalidJudge
from cj_assessment_service.domain.judges import Allowance, JudgeTraits, RateLimits
from cj_assessment_service.domain.policies import DispatchPolicy
from cj_assessment_service.tests.unit.implementations.dispatch.scripts import (
    CENT,
    POLICY,
    ScriptedJudge,
    Turn,
    answers,
    dispatched,
    fails,
    tasks,
    usage,
    with_alternates,
)

RUBRIC = "What counts is how well the text argues. " * 200
PASSING = (
    ErrorCode.TIMEOUT,
    ErrorCode.CONNECTION_ERROR,
    ErrorCode.SERVICE_UNAVAILABLE,
    ErrorCode.RATE_LIMIT,
    ErrorCode.EXTERNAL_SERVICE_ERROR,
)


def test_every_question_comes_back_once_and_concurrency_is_bounded() -> None:
    judge, asked = ScriptedJudge(), tasks(10)
    came = dispatched({"test": judge}, asked, policy=DispatchPolicy(concurrency=3))
    assert sorted(o.request_id for o in came.outcomes) == sorted(t.request.request_id for t in asked)
    assert (judge.most_at_once, came.seconds, judge.closed) == (3, 4.0, True)


def test_judges_of_one_destination_share_its_limits() -> None:
    traits = JudgeTraits(destination="api.example", limits=RateLimits(concurrency=2))
    judges = {name: ScriptedJudge(traits_=traits) for name in ("one", "two")}
    came = dispatched(judges, (*tasks(4, "one"), *tasks(4, "two")))
    assert came.seconds == 4.0


def test_judges_of_different_destinations_do_not_wait_for_each_other() -> None:
    slow, fast = ScriptedJudge(seconds=100.0), ScriptedJudge()
    dispatched({"slow": slow, "fast": fast}, (*tasks(40, "slow"), *tasks(16, "fast")))
    assert max(fast.asked_at) == 0.0


def test_an_unknown_judge_is_refused_before_anything_is_asked() -> None:
    known = ScriptedJudge()
    with pytest.raises(InvalidJudge):
        dispatched({"test": known}, (*tasks(1), *tasks(1, "nobody")))
    assert known.asked_at == []


def test_a_question_that_is_with_its_judge_already_is_not_sent_again() -> None:
    judge, asked = ScriptedJudge(), tasks(3)
    dispatched({"test": judge}, (*asked, *asked))
    assert len(judge.asked_at) == 3


@pytest.mark.parametrize("code", PASSING)
def test_a_passing_fault_is_asked_again_after_a_growing_wait(code: ErrorCode) -> None:
    judge = ScriptedJudge((fails(code), fails(code), answers), seconds=0.0)
    came = dispatched({"test": judge}, tasks(1))
    assert len(came.verdicts) == 1
    first, second, third = judge.asked_at
    assert 1.0 <= second - first <= 2.0
    assert 2.0 <= third - second <= 3.0


def test_what_all_attempts_took_is_summed_up() -> None:
    fault = fails(ErrorCode.EXTERNAL_SERVICE_ERROR, cost=CENT)
    took = dispatched({"test": ScriptedJudge((fault, fault, answers))}, tasks(1)).usage
    assert (took.attempts, took.characters_sent, took.prompt_tokens, took.cost) == (3, 1200, 300, 3 * CENT)
    assert took.seconds == 0.5


def test_one_unknown_price_makes_the_sum_unknown() -> None:
    judge = ScriptedJudge((fails(ErrorCode.TIMEOUT, cost=None), answers))
    assert dispatched({"test": judge}, tasks(1)).usage.cost is None


@pytest.mark.parametrize("code", [ErrorCode.INVALID_RESPONSE, ErrorCode.AUTHENTICATION_ERROR])
def test_a_fault_that_asking_again_does_not_cure_now_is_not_asked_again(code: ErrorCode) -> None:
    judge = ScriptedJudge((fails(code), answers))
    assert dispatched({"test": judge}, tasks(1)).codes == (code,)


def test_attempts_are_limited() -> None:
    judge = ScriptedJudge((fails(ErrorCode.TIMEOUT),))
    came = dispatched({"test": judge}, tasks(1))
    assert (came.codes, len(judge.asked_at), came.usage.attempts) == ((ErrorCode.TIMEOUT,), 3, 3)


def test_the_provider_says_how_long_to_wait_and_everybody_does() -> None:
    judge = ScriptedJudge((fails(ErrorCode.RATE_LIMIT, retry_after=30.0), answers), seconds=0.0)
    came = dispatched({"test": judge}, tasks(3), policy=DispatchPolicy(concurrency=1))
    assert judge.asked_at == [0.0, 30.0, 30.0, 30.0]
    assert len(came.verdicts) == 3


def test_a_longer_wait_than_ours_fails_the_question_at_once() -> None:
    judge = ScriptedJudge((fails(ErrorCode.RATE_LIMIT, retry_after=3600.0),))
    came = dispatched({"test": judge}, tasks(1))
    assert (came.codes, came.seconds) == ((ErrorCode.RATE_LIMIT,), 1.0)


# money


def charging(price: Decimal, kind: int, tenths: int) -> Turn:
    """A verdict or a failure for so much of the price, or a failure of which nobody knows what it cost."""
    cost = price * tenths / 10
    if kind == 0:
        return fails(ErrorCode.TIMEOUT, cost=None)
    if kind == 1:
        return fails(ErrorCode.EXTERNAL_SERVICE_ERROR, cost=cost)
    return lambda _task: Verdict(Winner.FIRST, usage(cost))


@st.composite
def priced_judges(draw: st.DrawFn) -> ScriptedJudge:
    price = Decimal(draw(st.integers(1, 30))) / 1000
    turns = st.builds(charging, st.just(price), st.integers(0, 5), st.integers(0, 10))
    return ScriptedJudge(draw(st.lists(turns, min_size=1, max_size=12)), draw(st.integers(0, 4)), price)


@settings(max_examples=25, deadline=None)
@given(priced_judges(), priced_judges(), st.integers(0, 200))
def test_no_order_of_replies_spends_more_than_the_cap(
    one: ScriptedJudge, other: ScriptedJudge, thousandths: int
) -> None:
    cap = Decimal(thousandths) / 1000
    questions = (*tasks(8, "one"), *with_alternates(tasks(4, "other"), "one"))
    came = dispatched({"one": one, "other": other}, questions, Allowance(cost=cap))
    assert came.spent <= cap
    assert len(came.outcomes) == len(questions)


def test_a_question_that_does_not_fit_waits_for_what_others_give_back() -> None:
    cheap = ScriptedJudge((lambda _task: Verdict(Winner.FIRST, usage(CENT / 10)),))
    came = dispatched({"test": cheap}, tasks(6), Allowance(cost=2 * CENT))
    assert (len(came.verdicts), came.spent) == (6, 6 * CENT / 10)


def test_a_question_that_cannot_fit_any_more_never_leaves() -> None:
    judge = ScriptedJudge()
    came = dispatched({"test": judge}, tasks(10), Allowance(cost=Decimal("0.045")))
    assert came.codes == (ErrorCode.COST_LIMIT_EXCEEDED,) * 6
    assert (len(judge.asked_at), came.spent) == (4, 4 * CENT)


def test_what_never_left_took_nothing() -> None:
    took = dispatched({"test": ScriptedJudge()}, tasks(1), Allowance(cost=Decimal(0))).usage
    assert (took.attempts, took.cost, took.characters_sent) == (0, Decimal(0), 0)


def test_a_free_judge_answers_even_where_nothing_is_left_to_spend() -> None:
    free = ScriptedJudge((lambda _task: Verdict(Winner.FIRST, usage(Decimal(0))),), price=Decimal(0))
    assert len(dispatched({"test": free}, tasks(5), Allowance(cost=Decimal(0))).verdicts) == 5


def test_an_unknown_price_never_counts_as_nothing_under_a_cap() -> None:
    judge = ScriptedJudge(price=None)
    came = dispatched({"test": judge}, tasks(2), Allowance(cost=Decimal(100)))
    assert (came.codes, judge.asked_at) == ((ErrorCode.COST_LIMIT_EXCEEDED,) * 2, [])
    assert len(dispatched({"test": judge}, tasks(2)).verdicts) == 2


def test_an_answer_that_never_arrived_counts_with_the_most_it_can_have_cost() -> None:
    judge = ScriptedJudge((fails(ErrorCode.TIMEOUT, cost=None),))
    came = dispatched({"test": judge}, tasks(1), Allowance(cost=2 * CENT))
    assert (came.codes, came.spent) == ((ErrorCode.TIMEOUT,), 2 * CENT)


# time


def test_nothing_leaves_after_the_end_and_what_is_out_may_come_back() -> None:
    judge = ScriptedJudge(seconds=4.0)
    came = dispatched({"test": judge}, tasks(10), Allowance(until=10.0), DispatchPolicy(concurrency=2))
    assert judge.asked_at == [0.0, 0.0, 4.0, 4.0, 8.0, 8.0]
    assert (len(came.verdicts), came.codes) == (6, (ErrorCode.TIME_LIMIT_EXCEEDED,) * 4)
    assert came.seconds == 12.0


@pytest.mark.parametrize(
    "limits", [RateLimits(requests_per_minute=6), RateLimits(tokens_per_minute=60), RateLimits(concurrency=1)]
)
def test_no_wait_lasts_beyond_the_end(limits: RateLimits) -> None:
    judge = ScriptedJudge(seconds=20.0, traits_=JudgeTraits(limits=limits))
    came = dispatched({"test": judge}, tasks(5), Allowance(until=15.0))
    assert all(left < 15.0 for left in judge.asked_at)
    assert came.seconds <= 35.0


def test_a_question_that_failed_before_the_end_keeps_its_own_fault() -> None:
    judge = ScriptedJudge((fails(ErrorCode.RATE_LIMIT, retry_after=30.0),))
    came = dispatched({"test": judge}, tasks(1), Allowance(until=10.0))
    assert (came.codes, came.seconds) == ((ErrorCode.RATE_LIMIT,), 10.0)


# judges out of reach

DEAD = fails(ErrorCode.CONNECTION_ERROR)
QUICK = replace(POLICY, concurrency=1, attempts=1, faults_to_open=3, cooldown=10.0, patience=25.0)


def test_a_judge_out_of_reach_is_left_alone_and_tried_by_one_question_at_a_time() -> None:
    judge = ScriptedJudge((DEAD,), seconds=0.0)
    came = dispatched({"test": judge}, tasks(30), policy=QUICK)
    assert judge.asked_at == [0.0, 0.0, 0.0, 10.0, 20.0]
    assert came.codes.count(ErrorCode.CIRCUIT_BREAKER_OPEN) == 25


def test_questions_wait_for_their_judge_to_come_back() -> None:
    judge = ScriptedJudge((DEAD, DEAD, DEAD, answers), seconds=0.0)
    came = dispatched({"test": judge}, tasks(30), policy=QUICK)
    assert (len(came.verdicts), came.codes) == (27, (ErrorCode.CONNECTION_ERROR,) * 3)
    assert came.seconds <= 11.0


def test_nobody_waits_for_a_judge_beyond_the_end() -> None:
    judge = ScriptedJudge((DEAD,), seconds=0.0)
    came = dispatched({"test": judge}, tasks(5), Allowance(until=5.0), QUICK)
    assert came.codes[3:] == (ErrorCode.TIME_LIMIT_EXCEEDED,) * 2
    assert came.seconds <= 6.0


def test_an_alternate_answers_for_a_judge_out_of_reach_and_is_named() -> None:
    dead, other = ScriptedJudge((DEAD,), seconds=0.0), ScriptedJudge(seconds=0.0)
    came = dispatched({"test": dead, "other": other}, with_alternates(tasks(10), "other"), policy=QUICK)
    assert [outcome.judge for outcome in came.verdicts] == ["other"] * 10
    assert len(dead.asked_at) == 3


def test_an_alternate_out_of_reach_gives_way_to_the_next() -> None:
    dead, alive = ScriptedJudge((DEAD,)), ScriptedJudge()
    questions = with_alternates(tasks(4), "second", "third")
    came = dispatched({"test": dead, "second": dead, "third": alive}, questions, policy=QUICK)
    assert [outcome.judge for outcome in came.verdicts] == ["third"] * 4


def test_the_judge_that_was_asked_answers_again_once_it_is_back() -> None:
    judge, other = ScriptedJudge((DEAD, DEAD, DEAD, answers), seconds=0.0), ScriptedJudge(seconds=4.0)
    questions = with_alternates(tasks(8), "other")
    came = dispatched({"test": judge, "other": other}, questions, policy=QUICK)
    assert [outcome.judge for outcome in came.verdicts].count(None) > 0


def test_an_unreadable_answer_is_no_reason_to_ask_another_judge() -> None:
    odd, other = ScriptedJudge((fails(ErrorCode.INVALID_RESPONSE),)), ScriptedJudge()
    came = dispatched({"test": odd, "other": other}, with_alternates(tasks(10), "other"), policy=QUICK)
    assert came.codes == (ErrorCode.INVALID_RESPONSE,) * 10
    assert other.asked_at == []


def test_a_provider_that_asks_to_slow_down_can_be_reached() -> None:
    judge = ScriptedJudge((fails(ErrorCode.RATE_LIMIT),) * 20 + (answers,), seconds=0.0)
    came = dispatched({"test": judge}, tasks(30), policy=QUICK)
    assert came.codes == (ErrorCode.RATE_LIMIT,) * 20
    assert len(came.verdicts) == 10


def test_one_that_asks_to_wait_for_an_hour_cannot() -> None:
    judge = ScriptedJudge((fails(ErrorCode.RATE_LIMIT, retry_after=3600.0),), seconds=0.0)
    came = dispatched({"test": judge}, tasks(30), policy=QUICK)
    assert came.codes.count(ErrorCode.CIRCUIT_BREAKER_OPEN) == 25


# the cache of providers

CACHING = JudgeTraits(caches_prompts=True)


def test_the_first_question_of_a_long_beginning_goes_alone() -> None:
    judge = ScriptedJudge(traits_=CACHING)
    dispatched({"test": judge}, tasks(17, context=RUBRIC))
    assert judge.asked_at == [0.0] + [1.0] * 16


def test_the_others_follow_even_where_the_first_fails() -> None:
    judge = ScriptedJudge((fails(ErrorCode.INVALID_RESPONSE), answers), traits_=CACHING)
    assert len(dispatched({"test": judge}, tasks(5, context=RUBRIC)).verdicts) == 4
    assert judge.asked_at == [0.0] + [1.0] * 4


def test_a_first_question_that_never_left_leaves_its_place_to_the_next() -> None:
    judge = ScriptedJudge(traits_=CACHING, price=None)
    came = dispatched({"test": judge}, tasks(5, context=RUBRIC), Allowance(cost=CENT))
    assert came.codes == (ErrorCode.COST_LIMIT_EXCEEDED,) * 5


@pytest.mark.parametrize(
    ("traits", "context"), [(JudgeTraits(), RUBRIC), (CACHING, "Be kind.")], ids=["no cache", "too short"]
)
def test_nothing_waits_where_nothing_would_be_cached(traits: JudgeTraits, context: str) -> None:
    judge = ScriptedJudge(traits_=traits)
    dispatched({"test": judge}, tasks(5, context=context))
    assert judge.asked_at == [0.0] * 5


def test_every_judge_and_every_beginning_is_warmed_up_on_its_own() -> None:
    one, other = ScriptedJudge(traits_=CACHING), ScriptedJudge(traits_=CACHING)
    questions = (*tasks(3, "one", RUBRIC), *tasks(3, "one", RUBRIC + "!"), *tasks(3, "other", RUBRIC))
    dispatched({"one": one, "other": other}, questions)
    assert (one.asked_at, other.asked_at) == ([0.0] * 2 + [1.0] * 4, [0.0] + [1.0] * 2)
