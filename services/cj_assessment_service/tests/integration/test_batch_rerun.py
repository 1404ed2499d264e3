"""A batch is run again as a new one, from the request that was accepted for it."""

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from cj_assessment_service.cj_core_logic.batch_rerun import BatchRerun
from cj_assessment_service.domain.errors import TextsDeleted, UnknownBatch
from cj_assessment_service.domain.identifiers import BatchId, CorrelationId
from cj_assessment_service.domain.requests import Rerun
from cj_assessment_service.tests.integration.workflow import Workflow


async def rerun(workflow: Workflow, batch_id: BatchId, wanted: Rerun) -> BatchId:
    """Begun, as if the event that the acceptance left had come back already."""
    new = await (await workflow.container.get(BatchRerun)).rerun(batch_id, wanted)
    await workflow.orchestrator.begin(new)
    return new


def wish(seed: int | None = None) -> Rerun:
    return Rerun(CorrelationId(uuid4()), seed)


async def test_the_same_essays_are_judged_again_in_a_batch_of_their_own(workflow: Workflow) -> None:
    first = await workflow.start(6)
    ended = await workflow.answer_until_the_end(first)
    wanted = wish()
    second = await rerun(workflow, first, wanted)
    assert second != first
    overview = await workflow.answer_until_the_end(second)
    assert overview.status.is_complete
    assert overview.identity.correlation_id == wanted.correlation_id
    assert (overview.settings, overview.essays_loaded) == (ended.settings, ended.essays_loaded)
    assert (overview.progress, overview.reliability) == (ended.progress, ended.reliability)
    assert await workflow.overview(first) == ended


async def test_another_seed_asks_other_pairs(workflow: Workflow) -> None:
    first = await workflow.start(12)
    second = await rerun(workflow, first, wish(seed=8))
    pairs = [{one.pair for one in await workflow.outstanding(each)} for each in (first, second)]
    assert pairs[0] != pairs[1]
    assert (await workflow.overview(second)).settings.seed == 8


async def test_one_wish_makes_one_batch_however_often_it_is_uttered(
    workflow: Workflow, test_db_engine: AsyncEngine
) -> None:
    first = await workflow.start(4)
    wanted = wish()
    batches = await asyncio.gather(*(rerun(workflow, first, wanted) for _ in range(6)))
    assert len(set(batches)) == 1
    async with test_db_engine.connect() as connection:
        count = await connection.scalar(text("select count(*) from cj_batch_uploads"))
    assert count == 2


async def test_without_its_texts_a_batch_cannot_be_run_again(
    workflow: Workflow, test_db_engine: AsyncEngine
) -> None:
    batch_id = await workflow.start(4)
    await workflow.answer_until_the_end(batch_id)
    async with test_db_engine.begin() as connection:
        await connection.execute(text("update cj_batch_uploads set texts_deleted_at = now()"))
    with pytest.raises(TextsDeleted, match=str(batch_id)):
        await rerun(workflow, batch_id, wish())
    with pytest.raises(UnknownBatch, match="4711"):
        await rerun(workflow, BatchId(4711), wish())
