"""Questions that nobody answers in time go out again, or have failed, and their batch goes on."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from cj_assessment_service.batch_monitor import BatchMonitor
from cj_assessment_service.cj_core_logic.batch_recovery import BatchRecovery
from cj_assessment_service.domain.batches import BatchState
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.identifiers import BatchId, RequestId
from cj_assessment_service.metrics import Metrics
from cj_assessment_service.tests.integration.batches import age
from cj_assessment_service.tests.integration.callback_simulator import as_messages
from cj_assessment_service.tests.integration.workflow import SETTINGS, Workflow, open_workflow


@pytest.fixture
async def other_process(test_db_engine: AsyncEngine) -> AsyncIterator[Workflow]:
    async with open_workflow(test_db_engine) as opened:
        yield opened


async def sweep(workflow: Workflow) -> tuple[BatchId, ...]:
    return await (await workflow.container.get(BatchMonitor)).sweep()


def asked(*processes: Workflow) -> list[RequestId]:
    return [task.request.request_id for process in processes for task in process.judges.asked]


async def settled(workflow: Workflow, outcome: str) -> float:
    metrics = await workflow.container.get(Metrics)
    return metrics.registry.get_sample_value("cj_questions_overdue_total", {"outcome": outcome}) or 0.0


async def failures(workflow: Workflow, batch_id: BatchId) -> list[ErrorCode]:
    recorded = await workflow.reader.recorded(batch_id)
    return [one.error for one in recorded if one.error is not None]


async def test_a_question_nobody_answers_is_sent_again_and_then_fails_and_its_batch_goes_on(
    workflow: Workflow, test_db_engine: AsyncEngine
) -> None:
    batch_id = await workflow.start(6)
    lost, *others = await workflow.outstanding(batch_id)
    await workflow.deliver(as_messages(others))
    await age(test_db_engine, batch_id)
    assert await sweep(workflow) == (batch_id,)
    assert asked(workflow).count(lost.request_id) == 2
    assert await sweep(workflow) == ()
    await age(test_db_engine, batch_id)
    assert await sweep(workflow) == (batch_id,)
    overview = await workflow.overview(batch_id)
    assert (overview.wave, overview.progress.failed) == (2, 1)
    assert await failures(workflow, batch_id) == [ErrorCode.TIMEOUT]
    assert lost.pair.unordered in {task.request.pair.unordered for task in workflow.judges.asked[4:]}
    assert (await settled(workflow, "sent_again"), await settled(workflow, "given_up")) == (1, 1)
    assert (await workflow.answer_until_the_end(batch_id)).status.is_complete


async def test_an_answer_that_comes_after_its_question_was_given_up_changes_nothing(
    workflow: Workflow, test_db_engine: AsyncEngine
) -> None:
    batch_id = await workflow.start(6)
    late = await workflow.outstanding(batch_id)
    for _ in range(2):
        await age(test_db_engine, batch_id)
        await sweep(workflow)
    before = await workflow.overview(batch_id)
    assert before.wave == 2
    await workflow.deliver(as_messages(late))
    assert (await workflow.overview(batch_id)).progress == before.progress


async def test_questions_recorded_by_a_process_that_died_are_sent_after_its_lease(
    workflow: Workflow, test_db_engine: AsyncEngine
) -> None:
    batch_id = await workflow.start(6)
    first = asked(workflow)
    async with test_db_engine.begin() as connection:
        await connection.execute(text("update cj_comparison_pairs set sendings = 0, sent_at = null"))
    assert await sweep(workflow) == ()
    await age(test_db_engine, batch_id, timedelta(minutes=3))
    assert await sweep(workflow) == (batch_id,)
    assert asked(workflow) == first * 2
    assert await sweep(workflow) == ()


@pytest.mark.parametrize("turn", range(5))
async def test_two_monitors_at_once_send_each_overdue_question_once(
    workflow: Workflow, other_process: Workflow, test_db_engine: AsyncEngine, turn: int
) -> None:
    batches = [await workflow.start(4, replace(SETTINGS, seed=turn)) for _ in range(6)]
    first = asked(workflow)
    for batch_id in batches:
        await age(test_db_engine, batch_id)
    seen_to = await asyncio.gather(sweep(workflow), sweep(other_process))
    assert sorted([*seen_to[0], *seen_to[1]]) == batches
    assert sorted(asked(workflow, other_process)) == sorted(first * 2)


async def test_beside_questions_that_are_out_none_is_sent_again_under_a_cost_limit(
    workflow: Workflow, test_db_engine: AsyncEngine
) -> None:
    batch_id = await workflow.start(6, replace(SETTINGS, max_cost=Decimal(1)))
    first = asked(workflow)
    await age(test_db_engine, batch_id)
    async with test_db_engine.begin() as connection:
        await connection.execute(
            text("update cj_comparison_pairs set sent_at = now() where request_correlation_id = :id"),
            {"id": first[0]},
        )
    assert await sweep(workflow) == (batch_id,)
    assert asked(workflow) == first
    assert await failures(workflow, batch_id) == [ErrorCode.TIMEOUT] * 2
    assert (await workflow.overview(batch_id)).state is BatchState.WAITING_CALLBACKS


async def test_under_a_cost_limit_a_wave_that_is_lost_as_a_whole_is_sent_again(
    workflow: Workflow, test_db_engine: AsyncEngine
) -> None:
    batch_id = await workflow.start(6, replace(SETTINGS, max_cost=Decimal(1)))
    first = asked(workflow)
    await age(test_db_engine, batch_id)
    await sweep(workflow)
    assert asked(workflow) == first * 2
    assert workflow.judges.allowances[-1].cost == 1


async def test_who_knows_that_nobody_drives_the_batch_sends_everything_at_once(workflow: Workflow) -> None:
    batch_id = await workflow.start(6)
    first = asked(workflow)
    recovery = await workflow.container.get(BatchRecovery)
    clock: Clock = await workflow.container.get(Clock)
    await recovery.resume(batch_id, clock.now())
    assert asked(workflow) == first * 2
