"""What was left behind is found and carried on, from every state."""

from dataclasses import replace

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from cj_assessment_service.batch_monitor import BatchMonitor
from cj_assessment_service.domain.batches import BatchState
from cj_assessment_service.domain.errors import BatchBusy
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.domain.panels import Panel
from cj_assessment_service.domain.privacy import PrivacySettings
from cj_assessment_service.protocols import RunLockProtocol
from cj_assessment_service.tests.fixtures.repositories import PostgresDataAccess
from cj_assessment_service.tests.integration.batches import age, claim_first_wave
from cj_assessment_service.tests.integration.workflow import SETTINGS, Workflow


async def left_behind(workflow: Workflow, access: PostgresDataAccess, state: BatchState) -> BatchId:
    if state is BatchState.WAITING_CALLBACKS:
        return await workflow.start(4)
    request = await workflow.request(4)
    preparation = workflow.orchestrator.preparation
    batch_id = await preparation.create(request)
    assert batch_id is not None
    if state is BatchState.SCORING:
        await preparation.prepare(batch_id)
        await claim_first_wave(access, batch_id)
    return batch_id


@pytest.mark.parametrize("state", [BatchState.INITIALIZING, BatchState.WAITING_CALLBACKS, BatchState.SCORING])
async def test_a_batch_left_in_any_state_is_carried_to_its_end(
    workflow: Workflow,
    postgres_data_access: PostgresDataAccess,
    test_db_engine: AsyncEngine,
    state: BatchState,
) -> None:
    batch_id = await left_behind(workflow, postgres_data_access, state)
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
