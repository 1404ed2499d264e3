"""A cancelled batch ends at once, with one event, and never moves again."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from cj_assessment_service.batch_monitor import BatchMonitor
from cj_assessment_service.cj_core_logic.batch_cancellation import BatchCancellation
from cj_assessment_service.domain.batches import BatchState, BatchStatus, StopReason
from cj_assessment_service.domain.errors import UnknownBatch
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.tests.fixtures.repositories import PostgresDataAccess
from cj_assessment_service.tests.integration.batches import age
from cj_assessment_service.tests.integration.left_behind import batch_left_in
from cj_assessment_service.tests.integration.survival import published_counts, remains_of
from cj_assessment_service.tests.integration.workflow import Workflow
from cj_assessment_service.wire.topics import COMPLETED, FAILED, RESOURCE_CONSUMPTION


async def cancel(workflow: Workflow, batch_id: BatchId) -> bool:
    return await (await workflow.container.get(BatchCancellation)).cancel(batch_id)


async def topics(engine: AsyncEngine) -> list[str]:
    async with engine.connect() as connection:
        return list((await connection.execute(text("select topic from event_outbox"))).scalars())


@pytest.mark.parametrize("state", [BatchState.INITIALIZING, BatchState.WAITING_CALLBACKS, BatchState.SCORING])
async def test_a_batch_is_cancelled_from_any_state_and_only_once(
    workflow: Workflow,
    postgres_data_access: PostgresDataAccess,
    test_db_engine: AsyncEngine,
    state: BatchState,
) -> None:
    batch_id = await batch_left_in(state, workflow, postgres_data_access)
    assert await cancel(workflow, batch_id)
    assert not await cancel(workflow, batch_id)
    overview = await workflow.overview(batch_id)
    assert (overview.status, overview.state) == (BatchStatus.CANCELLED, BatchState.CANCELLED)
    assert overview.stop_reason is StopReason.CANCELLED
    assert await topics(test_db_engine) == [FAILED]
    await age(test_db_engine, batch_id)
    assert await (await workflow.container.get(BatchMonitor)).sweep() == ()
    await workflow.orchestrator.begin(batch_id)
    assert (await workflow.overview(batch_id)).completed_at == overview.completed_at
    assert await topics(test_db_engine) == [FAILED]


async def test_what_is_out_is_withdrawn_and_answers_that_still_come_change_nothing(
    workflow: Workflow, test_db_engine: AsyncEngine
) -> None:
    batch_id = await workflow.start(6)
    callbacks = await workflow.simulator.callbacks(batch_id)
    await workflow.deliver(callbacks[:1])
    await cancel(workflow, batch_id)
    ended = await workflow.overview(batch_id)
    await workflow.deliver(callbacks)
    assert await workflow.overview(batch_id) == ended
    assert (ended.state, ended.wave, ended.progress.pending) == (BatchState.CANCELLED, 1, 0)
    assert (ended.progress.completed, ended.progress.unsent) == (1, len(callbacks) - 1)
    assert await topics(test_db_engine) == [FAILED, RESOURCE_CONSUMPTION]
    remains = await remains_of(test_db_engine, workflow.reader, batch_id)
    assert set(published_counts(remains)) == {1}


async def test_an_ended_batch_cannot_be_cancelled_and_an_unknown_one_is_named(workflow: Workflow) -> None:
    batch_id = await workflow.start(4)
    ended = await workflow.answer_until_the_end(batch_id)
    assert not await cancel(workflow, batch_id)
    assert await workflow.overview(batch_id) == ended
    with pytest.raises(UnknownBatch, match="4711"):
        await cancel(workflow, BatchId(4711))


@pytest.mark.parametrize("turn", range(20))
async def test_cancelled_and_answered_for_the_last_time_at_once_it_ends_once(
    workflow: Workflow, test_db_engine: AsyncEngine, turn: int
) -> None:
    """Two essays end with an answer that is not always the first, so each turn starts just before some answer."""
    batch_id = await workflow.start(2)
    for _ in range(turn % 3):
        await workflow.answer_wave(batch_id)
    callbacks = await workflow.simulator.callbacks(batch_id)
    won, *_ = await asyncio.gather(cancel(workflow, batch_id), workflow.deliver(callbacks))
    overview = await workflow.overview(batch_id)
    assert won == (overview.status is BatchStatus.CANCELLED)
    told = await topics(test_db_engine)
    assert (told.count(FAILED), told.count(COMPLETED)) == ((1, 0) if won else (0, 1))
    assert overview.progress.pending == 0
    assert set(published_counts(await remains_of(test_db_engine, workflow.reader, batch_id))) <= {
        overview.progress.completed
    }
