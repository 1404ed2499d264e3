"""Questions leave for workers with what each of them alone may cost."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from cj_assessment_service.domain.comparisons import JudgeFailure
from cj_assessment_service.domain.errors import ErrorCode, TryAgain
from cj_assessment_service.domain.judges import UNLIMITED, Allowance, ComparisonOrder, ComparisonTask
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.implementations.in_process_bus import InProcessMessageBus
from cj_assessment_service.tests.fixtures.judging_ways import JUDGE, over_workers, worker_judging
from cj_assessment_service.tests.unit.implementations.dispatch.scripts import (
    CENT,
    NamedJudges,
    ScriptedJudge,
    fails,
    tasks,
    with_alternates,
)
from cj_assessment_service.wire.comparison_request import decode_comparison_request
from cj_assessment_service.wire.topics import COMPARISON_REQUESTED

JUDGES = NamedJudges(
    {"cheap": ScriptedJudge(), "dear": ScriptedJudge(price=3 * CENT), "unpriced": ScriptedJudge(price=None)}
)


async def sent(asked: Sequence[ComparisonTask], allowance: Allowance) -> list[ComparisonOrder]:
    bus = InProcessMessageBus()
    questions = bus.subscribe(COMPARISON_REQUESTED)
    await worker_judging(JUDGES, bus).perform_comparisons(asked, allowance)
    if questions.is_empty:
        return []
    arrived = [delivery.message for delivery in await questions.poll(100)]
    assert {message.key for message in arrived} == {str(asked[0].request.batch_id)}
    return [decode_comparison_request(message.value) for message in arrived]


async def test_a_question_travels_with_all_its_judge_may_look_at() -> None:
    asked = with_alternates(tasks(3, "cheap", context="A rubric."), "dear")
    assert [order.task for order in await sent(asked, UNLIMITED)] == list(asked)


async def test_where_money_is_limited_every_question_has_a_purse_of_its_own() -> None:
    orders = await sent(tasks(5, "cheap"), Allowance(cost=3 * CENT, until=4e9))
    assert [order.allowance for order in orders] == [Allowance(cost=CENT, until=4e9)] * 3


async def test_the_purse_is_large_enough_for_an_alternate() -> None:
    asked = with_alternates(tasks(4, "cheap"), "unpriced", "dear")
    orders = await sent(asked, Allowance(cost=7 * CENT))
    assert [order.allowance.cost for order in orders] == [3 * CENT] * 2


async def test_an_attempt_that_failed_and_was_paid_for_leaves_nothing_for_another() -> None:
    judge = ScriptedJudge((fails(ErrorCode.TIMEOUT, cost=CENT),), seconds=0.0)
    async with over_workers(judge) as judging:
        await judging.way.perform_comparisons(tasks(3, JUDGE), Allowance(cost=2 * CENT))
        outcomes = await judging.outcomes(3)
    assert len(judge.asked_at) == 2
    codes = sorted(o.reply.code for o in outcomes if isinstance(o.reply, JudgeFailure))
    assert codes == [ErrorCode.COST_LIMIT_EXCEEDED, ErrorCode.TIMEOUT, ErrorCode.TIMEOUT]
    costs = (o.reply.usage.cost for o in outcomes if o.reply.usage is not None)
    assert sum((cost for cost in costs if cost is not None), Decimal(0)) == 2 * CENT


async def test_a_carrier_that_takes_no_questions_is_to_be_tried_again() -> None:
    class FullBus(InProcessMessageBus):
        async def publish_all(self, messages: Sequence[Message]) -> tuple[TryAgain | None, ...]:
            return (None, *(TryAgain("The carrier takes no more.") for _ in messages[1:]))

    with pytest.raises(TryAgain, match="no more"):
        await worker_judging(JUDGES, FullBus()).perform_comparisons(tasks(3, "cheap"), UNLIMITED)
