"""A batch that is finished early ends with what it has, from whatever state."""

import asyncio
from dataclasses import replace

import pytest

from cj_assessment_service.cj_core_logic.early_finish import EarlyFinish
from cj_assessment_service.domain.batches import BatchState, BatchStatus, StopReason
from cj_assessment_service.domain.errors import ErrorCode, UnknownBatch
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.tests.fixtures.repositories import PostgresDataAccess
from cj_assessment_service.tests.integration.left_behind import batch_left_in
from cj_assessment_service.tests.integration.workflow import SETTINGS, Workflow


async def finish(workflow: Workflow, batch_id: BatchId) -> bool:
    return await (await workflow.container.get(EarlyFinish)).finish(batch_id)


async def test_what_is_out_is_withdrawn_and_the_scale_is_made_of_what_was_judged(workflow: Workflow) -> None:
    batch_id = await workflow.start(6)
    await workflow.answer_wave(batch_id)
    await workflow.answer_wave(batch_id)
    before = await workflow.overview(batch_id)
    assert await finish(workflow, batch_id)
    overview = await workflow.overview(batch_id)
    assert overview.status is BatchStatus.COMPLETE_MAX_COMPARISONS
    assert overview.stop_reason is StopReason.FINISHED_EARLY
    assert overview.progress.completed == before.progress.completed
    assert overview.progress.unsent == overview.progress.failed == before.progress.pending
    assert overview.progress.success_rate == 1.0
    errors = {one.error for one in await workflow.reader.recorded(batch_id)} - {None}
    assert errors == {ErrorCode.QUESTION_WITHDRAWN}
    assert not await finish(workflow, batch_id)


async def test_late_answers_to_withdrawn_questions_change_nothing(workflow: Workflow) -> None:
    batch_id = await workflow.start(6)
    await workflow.answer_wave(batch_id)
    late = await workflow.simulator.callbacks(batch_id)
    await finish(workflow, batch_id)
    ended = await workflow.overview(batch_id)
    await workflow.deliver(late)
    assert await workflow.overview(batch_id) == ended


@pytest.mark.parametrize("state", [BatchState.INITIALIZING, BatchState.WAITING_CALLBACKS, BatchState.SCORING])
async def test_without_any_judgement_there_is_nothing_to_finish(
    workflow: Workflow, postgres_data_access: PostgresDataAccess, state: BatchState
) -> None:
    batch_id = await batch_left_in(state, workflow, postgres_data_access)
    assert await finish(workflow, batch_id)
    await workflow.orchestrator.begin(batch_id)
    overview = await workflow.overview(batch_id)
    assert overview.stop_reason is StopReason.NO_JUDGEMENTS
    if state is not BatchState.WAITING_CALLBACKS:
        assert workflow.judges.asked == []


async def test_a_single_essay_is_still_too_few(workflow: Workflow) -> None:
    preparation = workflow.orchestrator.preparation
    batch_id = await preparation.create(await workflow.request(1))
    assert batch_id is not None
    await finish(workflow, batch_id)
    await workflow.orchestrator.begin(batch_id)
    assert (await workflow.overview(batch_id)).status is BatchStatus.COMPLETE_INSUFFICIENT_ESSAYS


async def test_an_unknown_batch_is_named(workflow: Workflow) -> None:
    with pytest.raises(UnknownBatch, match="4711"):
        await finish(workflow, BatchId(4711))


@pytest.mark.parametrize("turn", range(20))
async def test_wanted_at_any_moment_no_further_wave_is_opened(workflow: Workflow, turn: int) -> None:
    batch_id = await workflow.start(8, replace(SETTINGS, seed=turn))
    await workflow.answer_wave(batch_id)
    callbacks = await workflow.simulator.callbacks(batch_id)

    async def finish_by_and_by() -> None:
        for _ in range(turn):  # so that it is wanted at another moment of the hand-over each time
            await asyncio.sleep(0)
        await finish(workflow, batch_id)

    await asyncio.gather(workflow.deliver(callbacks), finish_by_and_by())
    overview = await workflow.overview(batch_id)
    assert overview.stop_reason is StopReason.FINISHED_EARLY
    assert overview.progress.pending == 0
    assert overview.wave <= 3


async def test_impatience_does_no_harm(workflow: Workflow) -> None:
    batch_id = await workflow.start(6)
    await workflow.answer_wave(batch_id)
    await asyncio.gather(*(finish(workflow, batch_id) for _ in range(8)))
    assert (await workflow.overview(batch_id)).stop_reason is StopReason.FINISHED_EARLY
