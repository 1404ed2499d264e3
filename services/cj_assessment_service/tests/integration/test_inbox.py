"""However often, however late and however many at once deliver a request: one batch, one start."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.domain.requests import AssessmentRequest
from cj_assessment_service.tests.integration.batches import age
from cj_assessment_service.tests.integration.workflow import SETTINGS, Workflow, open_workflow
from cj_assessment_service.wire.assessment_request import encode_request_event
from cj_assessment_service.wire.topics import REQUESTED

ESSAYS = 6


@pytest.fixture
async def other_process(test_db_engine: AsyncEngine) -> AsyncIterator[Workflow]:
    """With connections of its own."""
    async with open_workflow(test_db_engine) as opened:
        yield opened


def delivery(request: AssessmentRequest, event_id: UUID) -> Message:
    return Message(REQUESTED, request.outer_id, encode_request_event(request, event_id, datetime.now(UTC)))


async def the_only_batch(engine: AsyncEngine) -> BatchId:
    async with engine.connect() as connection:
        (batch_id,) = (await connection.execute(text("select id from cj_batch_uploads"))).scalars()
    return BatchId(batch_id)


async def assert_started_once(engine: AsyncEngine, *processes: Workflow) -> BatchId:
    batch_id = await the_only_batch(engine)
    overview = await processes[0].overview(batch_id)
    asked = Counter(task.request.request_id for process in processes for task in process.judges.asked)
    outstanding = {request.request_id for request in await processes[0].outstanding(batch_id)}
    assert (overview.wave, overview.progress.submitted) == (1, len(outstanding))
    assert set(asked) == outstanding
    assert set(asked.values()) == {1}
    return batch_id


@pytest.mark.parametrize("turn", range(5))
async def test_the_same_event_at_two_processes_at_once(
    workflow: Workflow, other_process: Workflow, test_db_engine: AsyncEngine, turn: int
) -> None:
    message = delivery(await workflow.request(ESSAYS), UUID(int=turn))
    await asyncio.gather(
        *(process.deliver([message]) for _ in range(4) for process in (workflow, other_process))
    )
    await assert_started_once(test_db_engine, workflow, other_process)


@pytest.mark.parametrize("turn", range(5))
async def test_one_request_by_many_events_at_once(
    workflow: Workflow, other_process: Workflow, test_db_engine: AsyncEngine, turn: int
) -> None:
    request = await workflow.request(ESSAYS, replace(SETTINGS, seed=turn))
    await asyncio.gather(
        *(
            process.deliver([delivery(request, uuid4())])
            for _ in range(4)
            for process in (workflow, other_process)
        )
    )
    await assert_started_once(test_db_engine, workflow, other_process)


async def test_one_event_that_says_different_things_at_once(
    workflow: Workflow, other_process: Workflow, test_db_engine: AsyncEngine
) -> None:
    event_id = uuid4()
    messages = [delivery(await workflow.request(ESSAYS), event_id) for _ in range(6)]
    await asyncio.gather(
        *(
            process.deliver([message])
            for message, process in zip(messages, [workflow, other_process] * 3, strict=True)
        )
    )
    await assert_started_once(test_db_engine, workflow, other_process)


async def test_a_request_delivered_again_a_week_later(
    workflow: Workflow, other_process: Workflow, test_db_engine: AsyncEngine
) -> None:
    request = await workflow.request(ESSAYS)
    event_id = uuid4()
    await workflow.deliver([delivery(request, event_id)])
    batch_id = await assert_started_once(test_db_engine, workflow)
    ended = await workflow.answer_until_the_end(batch_id)
    await age(test_db_engine, batch_id, timedelta(days=7))
    await other_process.deliver([delivery(request, event_id), delivery(request, uuid4())])
    again = await workflow.overview(await the_only_batch(test_db_engine))
    assert (again.progress, again.completed_at) == (ended.progress, ended.completed_at)
    assert other_process.judges.asked == []


async def test_a_delivery_that_cannot_load_the_texts_harms_no_batch_that_has_begun(
    workflow: Workflow,
) -> None:
    batch_id = await workflow.start(ESSAYS)
    await workflow.orchestrator.finalizer.fail_unprepared(batch_id, "The task is gone.")
    assert not await workflow.orchestrator.preparation.prepare(batch_id)
    overview = await workflow.answer_until_the_end(batch_id)
    assert overview.status.is_complete
