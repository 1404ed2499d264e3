"""What was left behind is found and carried on, from every state."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from cj_assessment_service.batch_monitor import PAGE, BatchMonitor
from cj_assessment_service.domain.batches import BatchState, BatchStatus, StopReason
from cj_assessment_service.domain.errors import BatchBusy
from cj_assessment_service.domain.panels import Panel
from cj_assessment_service.domain.privacy import PrivacySettings
from cj_assessment_service.protocols import RunLockProtocol
from cj_assessment_service.tests.fixtures.repositories import PostgresDataAccess
from cj_assessment_service.tests.integration.batches import age
from cj_assessment_service.tests.integration.left_behind import batch_left_in
from cj_assessment_service.tests.integration.survival import FAILURE, remains_of
from cj_assessment_service.tests.integration.workflow import SETTINGS, Workflow, open_workflow


@pytest.mark.parametrize("state", [BatchState.INITIALIZING, BatchState.WAITING_CALLBACKS, BatchState.SCORING])
async def test_a_batch_left_in_any_state_is_carried_to_its_end(
    workflow: Workflow,
    postgres_data_access: PostgresDataAccess,
    test_db_engine: AsyncEngine,
    state: BatchState,
) -> None:
    batch_id = await batch_left_in(state, workflow, postgres_data_access)
    await age(test_db_engine, batch_id)
    monitor = await workflow.container.get(BatchMonitor)
    assert await monitor.sweep() == (batch_id,)
    assert len(await workflow.outstanding(batch_id)) == 2
    assert (await workflow.answer_until_the_end(batch_id)).status.is_complete


async def test_outstanding_questions_are_sent_again_under_their_own_ids(
    workflow: Workflow, test_db_engine: AsyncEngine
) -> None:
    batch_id = await workflow.start(4)
    first = [task.request for task in workflow.judges.asked]
    await age(test_db_engine, batch_id)
    await (await workflow.container.get(BatchMonitor)).sweep()
    assert [task.request for task in workflow.judges.asked[len(first) :]] == first


async def test_a_lively_batch_and_an_ended_one_are_left_alone(
    workflow: Workflow, test_db_engine: AsyncEngine
) -> None:
    await workflow.start(4)
    ended = await workflow.start(2)
    await workflow.answer_until_the_end(ended)
    await age(test_db_engine, ended)
    assert await (await workflow.container.get(BatchMonitor)).sweep() == ()


async def test_a_batch_whose_judge_must_not_be_asked_here_holds_up_nothing(
    workflow: Workflow, test_db_engine: AsyncEngine
) -> None:
    remote = await workflow.start(4, replace(SETTINGS, privacy=PrivacySettings(local_only=True)))
    other = await workflow.start(4, replace(SETTINGS, panel=Panel.of("other")))
    workflow.judges.destinations["silent"] = "judge.example"
    for batch_id in (remote, other):
        await age(test_db_engine, batch_id)
    assert await (await workflow.container.get(BatchMonitor)).sweep() == (other,)


async def test_a_batch_another_process_drives_is_left_to_it(
    workflow: Workflow, test_db_engine: AsyncEngine
) -> None:
    batch_id = await workflow.start(4)
    await age(test_db_engine, batch_id)
    lock: RunLockProtocol = await workflow.container.get(RunLockProtocol)
    monitor = await workflow.container.get(BatchMonitor)
    async with lock.hold(batch_id):
        assert await monitor.sweep() == ()
        with pytest.raises(BatchBusy, match=str(batch_id)):
            async with lock.hold(batch_id):
                pass
    assert await monitor.sweep() == (batch_id,)


async def take_overs_become(engine: AsyncEngine, number: int) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("update cj_batch_states set take_overs = :n"), {"n": number})


async def test_a_hand_over_that_nobody_gets_further_ends_its_batch_with_the_reason(
    workflow: Workflow, postgres_data_access: PostgresDataAccess, test_db_engine: AsyncEngine
) -> None:
    monitor = await workflow.container.get(BatchMonitor)
    batch_id = await batch_left_in(BatchState.SCORING, workflow, postgres_data_access)
    await take_overs_become(test_db_engine, monitor.policy.most_take_overs)
    await age(test_db_engine, batch_id)
    assert await monitor.sweep() == (batch_id,)
    overview = await workflow.overview(batch_id)
    assert (overview.status, overview.stop_reason) == (
        BatchStatus.ERROR_PROCESSING,
        StopReason.PROCESSING_FAILED,
    )
    assert "6 times" in (overview.failure_detail or "")
    assert (await remains_of(test_db_engine, workflow.reader, batch_id)).topics == FAILURE


async def test_the_last_take_over_allowed_still_carries_the_batch_on(
    workflow: Workflow, postgres_data_access: PostgresDataAccess, test_db_engine: AsyncEngine
) -> None:
    monitor = await workflow.container.get(BatchMonitor)
    batch_id = await batch_left_in(BatchState.SCORING, workflow, postgres_data_access)
    await take_overs_become(test_db_engine, monitor.policy.most_take_overs - 1)
    await age(test_db_engine, batch_id)
    await monitor.sweep()
    assert (await workflow.overview(batch_id)).wave == 1


async def test_a_batch_that_waits_for_nothing_goes_on(
    workflow: Workflow, test_db_engine: AsyncEngine
) -> None:
    batch_id = await workflow.start(4)
    async with test_db_engine.begin() as connection:
        await connection.execute(
            text("update cj_comparison_pairs set completed_at = now(), error_code = 'TIMEOUT';")
        )
        await connection.execute(
            text("update cj_batch_states set failed_comparisons = submitted_comparisons")
        )
    await age(test_db_engine, batch_id)
    assert await (await workflow.container.get(BatchMonitor)).sweep() == (batch_id,)
    assert (await workflow.overview(batch_id)).wave == 2


async def test_whatever_is_wrong_with_one_batch_keeps_nothing_from_the_others(
    workflow: Workflow, postgres_data_access: PostgresDataAccess, test_db_engine: AsyncEngine
) -> None:
    broken = await batch_left_in(BatchState.INITIALIZING, workflow, postgres_data_access)
    others = [
        await batch_left_in(state, workflow, postgres_data_access)
        for state in (BatchState.INITIALIZING, BatchState.SCORING, BatchState.WAITING_CALLBACKS)
    ]
    async with test_db_engine.begin() as connection:
        await connection.execute(
            text("update cj_batch_uploads set original_request = '{}' where id = :id"), {"id": broken}
        )
    for batch_id in (broken, *others):
        await age(test_db_engine, batch_id)
    assert set(await (await workflow.container.get(BatchMonitor)).sweep()) == set(others)


async def test_more_batches_than_fit_on_a_page_are_all_seen_to(
    workflow: Workflow, test_db_engine: AsyncEngine
) -> None:
    batches = [await workflow.start(2) for _ in range(PAGE + 3)]
    for batch_id in batches:
        await age(test_db_engine, batch_id)
    assert await (await workflow.container.get(BatchMonitor)).sweep() == tuple(batches)


async def test_two_monitors_at_once_begin_and_take_over_each_batch_once(
    workflow: Workflow, postgres_data_access: PostgresDataAccess, test_db_engine: AsyncEngine
) -> None:
    batches = [
        await batch_left_in(state, workflow, postgres_data_access)
        for state in [BatchState.INITIALIZING, BatchState.SCORING] * 4
    ]
    for batch_id in batches:
        await age(test_db_engine, batch_id)
    async with open_workflow(test_db_engine) as other:
        monitors = [await process.container.get(BatchMonitor) for process in (workflow, other)]
        seen_to = await asyncio.gather(*(monitor.sweep() for monitor in monitors))
        asked = [task.request.request_id for task in (*workflow.judges.asked, *other.judges.asked)]
    assert sorted([*seen_to[0], *seen_to[1]]) == batches
    assert len(asked) == len(set(asked)) == 2 * len(batches)
