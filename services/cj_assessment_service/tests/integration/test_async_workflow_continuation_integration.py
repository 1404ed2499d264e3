"""From one wave to the next, under every delivery a broker may come up with."""

import asyncio
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import create_async_engine

from cj_assessment_service.domain.batches import BatchState, BatchStatus
from cj_assessment_service.domain.comparisons import ComparisonRequest, JudgeFailure, JudgeReply
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.tests.integration.callback_simulator import smaller_id_wins
from cj_assessment_service.tests.integration.workflow import SETTINGS, Workflow, open_workflow


async def test_the_first_wave_is_recorded_before_it_is_sent(workflow: Workflow) -> None:
    batch_id = await workflow.start(6)
    recorded = {request.request_id for request in await workflow.outstanding(batch_id)}
    assert recorded == {task.request.request_id for task in workflow.judges.asked}
    assert len(recorded) == 3


async def test_nothing_happens_before_the_last_answer_of_a_wave(workflow: Workflow) -> None:
    batch_id = await workflow.start(6)
    callbacks = await workflow.simulator.callbacks(batch_id)
    await workflow.deliver(callbacks[:-1])
    overview = await workflow.overview(batch_id)
    assert (overview.wave, overview.state) == (1, BatchState.WAITING_CALLBACKS)
    await workflow.deliver(callbacks[-1:])
    assert (await workflow.overview(batch_id)).wave == 2


@pytest.mark.parametrize("at_once", [8, 32])
async def test_every_answer_delivered_twice_at_once_changes_nothing(workflow: Workflow, at_once: int) -> None:
    batch_id = await workflow.start(12, replace(SETTINGS, budget=60))
    limit = asyncio.Semaphore(at_once)

    async def deliver(message: Message) -> None:
        async with limit:
            await workflow.deliver([message])

    while not (await workflow.overview(batch_id)).status.is_terminal:
        callbacks = await workflow.simulator.callbacks(batch_id)
        await asyncio.gather(*(deliver(message) for message in (*callbacks, *callbacks)))
    overview = await workflow.overview(batch_id)
    asked = Counter(task.request.wave for task in workflow.judges.asked)
    assert overview.progress.completed == overview.progress.submitted == sum(asked.values())
    assert sorted(asked) == list(range(1, overview.wave + 1))


async def test_an_answer_after_the_end_changes_nothing(workflow: Workflow) -> None:
    batch_id = await workflow.start(4)
    first_wave = await workflow.simulator.callbacks(batch_id)
    ended = await workflow.answer_until_the_end(batch_id)
    await workflow.deliver(first_wave)
    assert await workflow.overview(batch_id) == ended


async def test_two_essays_end_by_themselves(workflow: Workflow) -> None:
    overview = await workflow.answer_until_the_end(await workflow.start(2))
    assert overview.status is BatchStatus.COMPLETE_STABLE
    assert overview.progress.completed >= 1


@pytest.mark.parametrize("essays", range(2, 41))
async def test_batches_of_every_size_end_by_themselves(workflow: Workflow, essays: int) -> None:
    overview = await workflow.answer_until_the_end(await workflow.start(essays))
    assert overview.status.is_complete
    result = await workflow.reader.result(overview.identity.batch_id)
    assert all(essay.comparisons > 0 for essay in result.essays)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    essays=st.integers(2, 9),
    budget=st.one_of(st.none(), st.integers(1, 40)),
    failures=st.lists(st.sampled_from([None, ErrorCode.TIMEOUT, ErrorCode.AUTHENTICATION_ERROR]), min_size=1),
)
def test_no_pattern_of_failures_stalls_a_batch(
    database_server_url: str, essays: int, budget: int | None, failures: list[ErrorCode | None]
) -> None:
    asyncio.run(run_with_failures(database_server_url, essays, budget, failures))


async def run_with_failures(
    url: str, essays: int, budget: int | None, failures: list[ErrorCode | None]
) -> None:
    turn = iter(range(10**6))

    def answer(request: ComparisonRequest) -> JudgeReply:
        code = failures[next(turn) % len(failures)]
        return smaller_id_wins(request) if code is None else JudgeFailure(code, "no answer")

    engine = create_async_engine(url)
    async with open_workflow(engine) as workflow:
        batch_id = await workflow.start(essays, replace(SETTINGS, budget=budget))
        overview = await workflow.answer_until_the_end(batch_id, answer)
        assert overview.status.is_terminal
        assert overview.progress.pending == 0
    await engine.dispose()


async def test_failed_questions_are_asked_again_within_the_budget(workflow: Workflow) -> None:
    seen: set[tuple[str, str]] = set()

    def fails_once(request: ComparisonRequest) -> JudgeReply:
        if request.pair.unordered not in seen:
            seen.add(request.pair.unordered)
            if len(seen) % 6 == 0:
                return JudgeFailure(ErrorCode.TIMEOUT, "too slow")
        return smaller_id_wins(request)

    batch_id = await workflow.start(6)
    overview = await workflow.answer_until_the_end(batch_id, fails_once)
    result = await workflow.reader.result(batch_id)
    decided = {c.pair.unordered for c in result.comparisons if c.winner is not None}
    failed = {c.pair.unordered for c in result.comparisons if c.error is not None}
    assert overview.status.is_complete
    assert failed
    assert failed <= decided
