"""What goes wrong around a batch does not go wrong inside it."""

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from cj_assessment_service.cj_core_logic.batch_recovery import BatchRecovery
from cj_assessment_service.domain.batches import BatchStatus, StopReason
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.identifiers import AssignmentId, BatchId
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.protocols import DeadLetterProtocol
from cj_assessment_service.tests.integration.batches import comparison
from cj_assessment_service.tests.integration.callback_simulator import (
    as_messages,
    seven_of_ten,
)
from cj_assessment_service.tests.integration.workflow import SETTINGS, Workflow
from cj_assessment_service.wire.topics import COMPARISON_RESULT, REQUESTED


async def rows(engine: AsyncEngine, statement: str) -> list[object]:
    async with engine.connect() as connection:
        return list((await connection.execute(text(statement))).scalars())


async def test_an_answer_to_an_unknown_question_is_counted_and_changes_nothing(workflow: Workflow) -> None:
    batch_id = await workflow.start(4)
    stray = as_messages([comparison(batch_id, 1, 0, 1)])
    before = await workflow.overview(batch_id)
    await workflow.deliver(stray)
    assert await workflow.overview(batch_id) == before


@pytest.mark.parametrize("value", [b"", b"not json", b"{}", '{"data": "å"}'.encode()])
@pytest.mark.parametrize("topic", [COMPARISON_RESULT, REQUESTED])
async def test_an_unreadable_message_is_parked_and_the_readable_ones_are_handled(
    workflow: Workflow, topic: str, value: bytes
) -> None:
    dead_letters: DeadLetterProtocol = await workflow.container.get(DeadLetterProtocol)
    batch_id = await workflow.start(4)
    broken = Message(topic, "key", value)
    await workflow.deliver([broken, *await workflow.simulator.callbacks(batch_id)])
    [letter] = await dead_letters.list_letters(10)
    assert letter.message == broken
    assert topic in letter.reason
    assert (await workflow.overview(batch_id)).wave == 2


async def test_a_judge_that_fails_too_often_ends_in_failure_at_the_budget(workflow: Workflow) -> None:
    batch_id = await workflow.start(4, replace(SETTINGS, budget=10))
    overview = await workflow.answer_until_the_end(batch_id, seven_of_ten())
    assert (overview.status, overview.stop_reason) == (
        BatchStatus.ERROR_PROCESSING,
        StopReason.LOW_SUCCESS_RATE,
    )


async def test_an_unknown_assignment_ends_the_batch_with_its_reason_and_one_event(
    workflow: Workflow, test_db_engine: AsyncEngine
) -> None:
    request = await workflow.request(4, assignment_id=AssignmentId("nobody-configured-this"))
    batch_id = await workflow.orchestrator.start(request)
    overview = await workflow.overview(batch_id)
    assert overview.stop_reason is StopReason.PREPARATION_FAILED
    assert "nobody-configured-this" in (overview.failure_detail or "")
    assert await rows(test_db_engine, "select topic from event_outbox") == ["huleedu.cj_assessment.failed.v1"]


async def test_the_same_request_delivered_again_makes_no_second_batch(
    workflow: Workflow, test_db_engine: AsyncEngine
) -> None:
    request = await workflow.request(4)
    first = await workflow.orchestrator.start(request)
    assert await workflow.orchestrator.start(request) == first
    assert await rows(test_db_engine, "select count(*) from cj_batch_uploads") == [1]
    assert len(await workflow.outstanding(first)) == 2


async def test_events_and_the_terminal_state_become_visible_together_or_not_at_all(
    workflow: Workflow, test_db_engine: AsyncEngine
) -> None:
    batch_id = await workflow.start(4, replace(SETTINGS, budget=2))
    async with test_db_engine.begin() as connection:
        await connection.execute(text("alter table event_outbox add constraint broken check (topic = '')"))
    try:
        with pytest.raises(Exception, match="broken"):
            await workflow.answer_wave(batch_id)
        overview = await workflow.overview(batch_id)
        assert not overview.status.is_terminal
        assert overview.completed_at is None
        assert await rows(test_db_engine, "select count(*) from grade_calibrations") == [0]
    finally:
        async with test_db_engine.begin() as connection:
            await connection.execute(text("alter table event_outbox drop constraint broken"))
    await resume(workflow, batch_id)
    assert (await workflow.overview(batch_id)).status is BatchStatus.COMPLETE_MAX_COMPARISONS
    assert await rows(test_db_engine, "select count(*) from event_outbox") == [3]


async def resume(workflow: Workflow, batch_id: BatchId) -> None:
    recovery = await workflow.container.get(BatchRecovery)
    clock: Clock = await workflow.container.get(Clock)
    await recovery.resume(batch_id, clock.now())
