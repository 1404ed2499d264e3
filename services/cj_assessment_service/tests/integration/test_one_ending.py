"""Whatever races for the end of a batch: exactly one outcome is told to the world."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from cj_assessment_service.batch_monitor import BatchMonitor
from cj_assessment_service.cj_core_logic.batch_cancellation import BatchCancellation
from cj_assessment_service.cj_core_logic.early_finish import EarlyFinish
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.tests.integration.batches import age
from cj_assessment_service.tests.integration.survival import (
    FAILURE,
    FAILURE_WITH_BILL,
    SUCCESS,
    ended_wholly_or_not_at_all,
    published_counts,
    remains_of,
)
from cj_assessment_service.tests.integration.workflow import SETTINGS, Workflow, open_workflow


@pytest.fixture
async def other_process(test_db_engine: AsyncEngine) -> AsyncIterator[Workflow]:
    async with open_workflow(test_db_engine) as opened:
        yield opened


async def sweep(workflow: Workflow, _: BatchId) -> object:
    return await (await workflow.container.get(BatchMonitor)).sweep()


async def cancel(workflow: Workflow, batch_id: BatchId) -> object:
    return await (await workflow.container.get(BatchCancellation)).cancel(batch_id)


async def finish(workflow: Workflow, batch_id: BatchId) -> object:
    return await (await workflow.container.get(EarlyFinish)).finish(batch_id)


async def answer(workflow: Workflow, batch_id: BatchId) -> None:
    await workflow.answer_wave(batch_id)


@pytest.mark.parametrize("turn", range(8))
@pytest.mark.parametrize(
    "racers",
    [(sweep, sweep), (answer, cancel), (answer, finish), (cancel, finish), (sweep, cancel), (cancel, cancel)],
    ids=lambda racers: "-".join(racer.__name__ for racer in racers),
)
async def test_a_batch_has_exactly_one_ending(
    workflow: Workflow,
    other_process: Workflow,
    test_db_engine: AsyncEngine,
    racers: tuple[Callable[[Workflow, BatchId], Awaitable[object]], ...],
    turn: int,
) -> None:
    batch_id = await workflow.start(4, replace(SETTINGS, budget=2 + 2 * (turn % 2), seed=turn))
    if turn % 2:
        await workflow.answer_wave(batch_id)
    await age(test_db_engine, batch_id)
    processes = (workflow, other_process)
    await asyncio.gather(
        *(racer(process, batch_id) for racer, process in zip(racers, processes, strict=True)),
        *(racer(process, batch_id) for racer, process in zip(racers, processes[::-1], strict=True)),
    )
    await workflow.answer_until_the_end(batch_id)
    remains = await remains_of(test_db_engine, workflow.reader, batch_id)
    assert remains.topics in {SUCCESS, FAILURE, FAILURE_WITH_BILL}
    assert ended_wholly_or_not_at_all(remains)
    assert set(published_counts(remains)) <= {remains.judgements}
    assert remains.result.overview.progress.pending == 0
