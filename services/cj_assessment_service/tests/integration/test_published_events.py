"""What a batch tells the world when it ends, read from the outbox."""

import json
from dataclasses import replace
from typing import Any

from jsonschema import Draft202012Validator
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from cj_assessment_service.cj_core_logic.grade_projection.scales import get_scale
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.essays import FailedEssay
from cj_assessment_service.domain.identifiers import AssignmentId, EssayId, GradeScaleId
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.tests.fixtures.hostile_messages import REQUEST, changed
from cj_assessment_service.tests.integration.callback_simulator import seven_of_ten
from cj_assessment_service.tests.integration.workflow import SETTINGS, Workflow
from cj_assessment_service.wire.contracts import EVENT_CONTRACTS, json_schema
from cj_assessment_service.wire.topics import (
    COMPLETED,
    FAILED,
    REQUESTED,
    RESOURCE_CONSUMPTION,
    RESULT_PUBLISHED,
)

SCHEMAS = {contract.topic: json_schema(contract) for contract in EVENT_CONTRACTS}


async def published(engine: AsyncEngine) -> dict[str, Any]:
    """The data by topic, each event once and as its schema has it."""
    async with engine.connect() as connection:
        rows = (await connection.execute(text("select topic, event_data from event_outbox"))).all()
    for topic, value in rows:
        Draft202012Validator(SCHEMAS[topic]).validate(json.loads(value))
    found = {topic: json.loads(value)["data"] for topic, value in rows}
    assert len(found) == len(rows)
    return found


async def test_a_finished_batch_tells_its_result_with_true_counts(
    workflow: Workflow, test_db_engine: AsyncEngine
) -> None:
    assignment = AssignmentId("summer")
    scale = get_scale(GradeScaleId("eng5_np_national_9_step"))
    await workflow.configure(assignment, scale, [(0, "8"), (7, "2"), (1, "8"), (6, "2")])
    request = await workflow.request(8, assignment_id=assignment)
    refused = FailedEssay(EssayId("lost"), None, ErrorCode.VALIDATION_ERROR, "Empty file.")
    batch_id = await workflow.orchestrator.start(replace(request, refused=(refused,)))
    overview = await workflow.answer_until_the_end(batch_id)
    events = await published(test_db_engine)

    summary = events[COMPLETED]["processing_summary"]
    assert summary["total_essays"] == overview.essays_requested == 9
    assert summary["failed_essay_ids"] == ["lost"]
    result = events[RESULT_PUBLISHED]
    assert result["assessment_metadata"]["comparison_count"] == overview.progress.completed
    assert events[RESOURCE_CONSUMPTION]["quantity"] == overview.progress.completed
    assert result["assessment_metadata"]["grade_scale"] == scale.scale_id
    assert {e["letter_grade"] for e in result["essay_results"]} <= set(scale.ladder)
    assert sum(e["is_anchor"] for e in result["essay_results"]) == 4
    assert result["assessment_metadata"]["anchor_grade_distribution"] == {"2": 2, "8": 2}
    for essay in result["essay_results"]:
        assert essay["bt_score_low"] < essay["bt_score"] < essay["bt_score_high"]
    assert result["quality"]["components"] == 1
    assert result["quality"]["anchor_inversions"] == 0
    assert 0 < result["quality"]["coverage"] <= 1
    assert (result["model_provider"], result["model_used"]) == ("simulator", "by-id")


async def test_a_failed_batch_is_billed_for_what_was_judged(
    workflow: Workflow, test_db_engine: AsyncEngine
) -> None:
    batch_id = await workflow.start(4, replace(SETTINGS, budget=10))
    overview = await workflow.answer_until_the_end(batch_id, seven_of_ten())
    events = await published(test_db_engine)
    assert events.keys() == {FAILED, RESOURCE_CONSUMPTION}
    assert events[RESOURCE_CONSUMPTION]["quantity"] == overview.progress.completed > 0
    details = events[FAILED]["error_info"]["details"]
    assert (details["reason"], details["failed"]) == ("low_success_rate", overview.progress.failed)


async def test_a_request_that_cannot_be_used_is_told_to_its_sender_once(
    workflow: Workflow, test_db_engine: AsyncEngine
) -> None:
    value = json.dumps(changed(REQUEST, ("data", "user_id"), "")).encode()
    for _ in range(2):
        await workflow.deliver([Message(REQUESTED, "batch-1", value)])
    events = await published(test_db_engine)
    assert events.keys() == {FAILED}
    failed = events[FAILED]
    assert (failed["entity_id"], failed["cj_assessment_job_id"]) == ("batch-1", "INITIALIZATION_FAILED")
    assert "user_id" in failed["error_info"]["message"]


async def test_a_single_essay_is_told_as_such_and_costs_nothing(
    workflow: Workflow, test_db_engine: AsyncEngine
) -> None:
    batch_id = await workflow.start(1)
    await workflow.answer_until_the_end(batch_id)
    events = await published(test_db_engine)
    assert events[RESOURCE_CONSUMPTION]["quantity"] == 0
    assert events[COMPLETED]["processing_summary"]["single_essay_batch"] is True
    assert (events[RESULT_PUBLISHED]["model_used"], events[RESULT_PUBLISHED]["quality"]) == (None, None)


async def test_the_ending_of_a_batch_bears_the_trace_and_correlation_of_its_request(
    workflow: Workflow, test_db_engine: AsyncEngine
) -> None:
    document = changed(REQUEST, ("data", "llm_config_overrides"), None)
    await workflow.deliver([Message(REQUESTED, "batch-1", json.dumps(document).encode())])
    async with test_db_engine.connect() as connection:
        values = (await connection.execute(text("select event_data from event_outbox"))).scalars().all()
    assert values
    for value in values:
        envelope = json.loads(value)
        assert envelope["correlation_id"] == REQUEST["correlation_id"]
        trace_id = REQUEST["metadata"]["traceparent"].split("-")[1]
        assert envelope["metadata"]["traceparent"].split("-")[1] == trace_id
