"""However judges are reached, the workflow sees the same."""

from decimal import Decimal

import pytest

from cj_assessment_service.domain.comparisons import JudgeFailure, Verdict
from cj_assessment_service.domain.errors import ErrorCode, InvalidJudge
from cj_assessment_service.domain.judges import UNLIMITED, Allowance
from cj_assessment_service.tests.fixtures.judging_ways import (
    JUDGE,
    Way,
    in_process,
    over_the_provider_service,
    over_workers,
)
from cj_assessment_service.tests.unit.implementations.dispatch.scripts import CENT, ScriptedJudge, tasks

LONG_AGO = 1.0


@pytest.fixture(params=[in_process, over_workers, over_the_provider_service])
def way(request: pytest.FixtureRequest) -> Way:
    chosen: Way = request.param
    return chosen


def scripted() -> ScriptedJudge:
    return ScriptedJudge(seconds=0.0)


async def test_every_question_is_answered_by_exactly_one_message(way: Way) -> None:
    async with way(scripted()) as judging:
        asked = tasks(60, JUDGE)
        await judging.way.perform_comparisons(asked, UNLIMITED)
        outcomes = await judging.outcomes(len(asked))
    assert sorted(o.request_id for o in outcomes) == sorted(t.request.request_id for t in asked)
    assert all(isinstance(outcome.reply, Verdict) for outcome in outcomes)


async def test_a_judge_that_cannot_be_had_is_refused_before_anything_leaves(way: Way) -> None:
    judge = scripted()
    async with way(judge) as judging:
        with pytest.raises(InvalidJudge):
            await judging.way.perform_comparisons((*tasks(3, JUDGE), *tasks(1, "nobody")), UNLIMITED)
        with pytest.raises(InvalidJudge):
            await judging.way.get_traits("nobody")
        assert await judging.outcomes(0) == []
    assert judge.asked_at == []


async def test_the_traits_of_a_judge_stay_the_same(way: Way) -> None:
    async with way(scripted()) as judging:
        traits = await judging.way.get_traits(JUDGE)
        assert await judging.way.get_traits(JUDGE) == traits


async def test_no_more_questions_leave_than_can_be_paid_for(way: Way) -> None:
    async with way(scripted()) as judging:
        await judging.way.perform_comparisons(tasks(12, JUDGE), Allowance(cost=5 * CENT))
        outcomes = await judging.outcomes(12)
    refused = [o.reply.code for o in outcomes if isinstance(o.reply, JudgeFailure)]
    assert refused == [ErrorCode.COST_LIMIT_EXCEEDED] * 7
    costs = [outcome.reply.usage.cost for outcome in outcomes if outcome.reply.usage is not None]
    assert sum((cost for cost in costs if cost is not None), Decimal(0)) == 5 * CENT


async def test_where_a_price_is_unknown_a_cost_limit_sends_nothing(way: Way) -> None:
    judge = ScriptedJudge(seconds=0.0, price=None)
    async with way(judge) as judging:
        await judging.way.perform_comparisons(tasks(4, JUDGE), Allowance(cost=Decimal(100)))
        outcomes = await judging.outcomes(4)
    assert {type(outcome.reply) for outcome in outcomes} == {JudgeFailure}
    assert {o.reply.code for o in outcomes if isinstance(o.reply, JudgeFailure)} == {
        ErrorCode.COST_LIMIT_EXCEEDED
    }
    assert judge.asked_at == []


async def test_after_the_time_limit_nothing_leaves(way: Way) -> None:
    judge = scripted()
    async with way(judge) as judging:
        await judging.way.perform_comparisons(tasks(4, JUDGE), Allowance(until=LONG_AGO))
        outcomes = await judging.outcomes(4)
    assert [o.reply.code for o in outcomes if isinstance(o.reply, JudgeFailure)] == [
        ErrorCode.TIME_LIMIT_EXCEEDED
    ] * 4
    assert all(o.reply.usage is not None and o.reply.usage.cost == 0 for o in outcomes)
    assert judge.asked_at == []
