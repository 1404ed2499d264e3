"""Batches go on in the background: answers do not wait for it, and what goes wrong with one batch is its own affair."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from cj_assessment_service.cj_core_logic.batch_callback_handler import BatchCallbackHandler
from cj_assessment_service.cj_core_logic.callback_persistence_service import CallbackPersistenceService
from cj_assessment_service.cj_core_logic.hand_over_runner import MOST_WAITING, HandOverRunner
from cj_assessment_service.domain.batches import BatchState, BatchStatus
from cj_assessment_service.domain.comparisons import Outcome
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.tests.integration.batches import NOW
from cj_assessment_service.tests.integration.callback_simulator import smaller_id_wins
from cj_assessment_service.tests.integration.waiting import until
from cj_assessment_service.tests.integration.workflow import SETTINGS, Workflow


async def answer_wave(workflow: Workflow, *batch_ids: BatchId) -> None:
    """In bulk, as they come from a broker; by a handler that hands over in the background."""
    persistence = await workflow.container.get(CallbackPersistenceService)
    handler = BatchCallbackHandler(persistence, await workflow.container.get(HandOverRunner))
    requests = [request for batch_id in batch_ids for request in await workflow.outstanding(batch_id)]
    await handler.handle([Outcome(one.request_id, smaller_id_wins(one), NOW) for one in requests])


@asynccontextmanager
async def running(runner: HandOverRunner) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as loops:
        loop = loops.create_task(runner.run())
        yield
        loop.cancel()


async def test_answers_are_recorded_before_anybody_scores_and_the_batch_goes_on_later(
    workflow: Workflow,
) -> None:
    batch_id = await workflow.start(6)
    runner = await workflow.container.get(HandOverRunner)
    await answer_wave(workflow, batch_id)
    overview = await workflow.overview(batch_id)
    assert (overview.state, overview.progress.pending, overview.wave) == (BatchState.SCORING, 0, 1)
    async with running(runner):
        await runner.drained()
        assert (await workflow.overview(batch_id)).wave == 2


async def test_who_records_waits_while_too_many_batches_do(workflow: Workflow) -> None:
    runner = await workflow.container.get(HandOverRunner)
    batch_ids = [await workflow.start(2) for _ in range(MOST_WAITING + 1)]
    recording = asyncio.create_task(answer_wave(workflow, *batch_ids))

    async def recorded() -> bool | None:
        overviews = [await workflow.overview(batch_id) for batch_id in batch_ids]
        return all(overview.progress.pending == 0 for overview in overviews) or None

    await until(recorded)
    assert not recording.done()
    async with running(runner):
        await recording
        await runner.drained()
    for batch_id in batch_ids:
        assert (await workflow.overview(batch_id)).wave == 2


async def test_a_batch_that_breaks_what_continues_it_does_not_stop_the_others_and_is_tried_again(
    workflow: Workflow, test_db_engine: AsyncEngine
) -> None:
    broken = await workflow.start(4, replace(SETTINGS, budget=2))
    outer_id = (await workflow.overview(broken)).identity.outer_id
    others = [await workflow.start(4, replace(SETTINGS, budget=2)) for _ in range(5)]
    runner = await workflow.container.get(HandOverRunner)
    async with test_db_engine.begin() as connection:
        change = f"alter table event_outbox add constraint broken check (aggregate_id <> '{outer_id}')"
        await connection.execute(text(change))
    try:
        async with running(runner):
            await answer_wave(workflow, broken, *others)

            async def others_ended() -> bool | None:
                overviews = [await workflow.overview(batch_id) for batch_id in others]
                return all(overview.status.is_complete for overview in overviews) or None

            await until(others_ended)
            assert (await workflow.overview(broken)).state is BatchState.SCORING
            async with test_db_engine.begin() as connection:
                await connection.execute(text("alter table event_outbox drop constraint broken"))
            await runner.drained()
        assert (await workflow.overview(broken)).status is BatchStatus.COMPLETE_MAX_COMPARISONS
    finally:
        async with test_db_engine.begin() as connection:
            await connection.execute(text("alter table event_outbox drop constraint if exists broken"))
