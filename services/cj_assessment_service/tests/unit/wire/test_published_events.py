"""What the service publishes about a batch."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from cj_assessment_service.domain.batches import BatchIdentity, BatchStatus, StopReason
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.events import (
    BatchCompleted,
    BatchFailed,
    PublishedEssay,
    ResourceConsumed,
    ResultPublished,
)
from cj_assessment_service.domain.grades import ProjectionUnavailableReason
from cj_assessment_service.domain.identifiers import (
    BatchId,
    CorrelationId,
    EssayId,
    Grade,
    OuterBatchId,
    UserId,
)
from cj_assessment_service.wire.published_events import encode_event

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
IDENTITY = BatchIdentity(
    BatchId(3), OuterBatchId("outer"), CorrelationId(UUID(int=9)), UserId("u"), None, None, None
)
COMPLETED = BatchCompleted(
    IDENTITY,
    BatchStatus.COMPLETE_STABLE,
    StopReason.STABLE,
    successful=(EssayId("a"), EssayId("b")),
    failed=(EssayId("c"),),
    seconds=1.234,
    single_essay=False,
    at=NOW,
)


def test_the_thin_event_counts_every_requested_essay_once() -> None:
    document = json.loads(encode_event(COMPLETED).message.value)
    summary = document["data"]["processing_summary"]
    assert summary["total_essays"] == summary["successful"] + summary["failed"] == 3
    assert document["data"]["status"] == "COMPLETED_SUCCESSFULLY"
    assert document["event_type"] == "huleedu.cj_assessment.completed.v1"
    assert document["correlation_id"] == str(IDENTITY.correlation_id)


def test_the_same_event_always_has_the_same_id_and_other_events_have_others() -> None:
    consumed = ResourceConsumed(IDENTITY, 12, NOW)
    assert encode_event(COMPLETED).event_id == encode_event(COMPLETED).event_id
    assert encode_event(COMPLETED).event_id != encode_event(consumed).event_id


def test_messages_of_one_batch_share_a_key() -> None:
    failed = BatchFailed(IDENTITY, StopReason.HOPELESS_JUDGE, ErrorCode.EXTERNAL_SERVICE_ERROR, "Why.", NOW)
    assert {encode_event(event).message.key for event in (COMPLETED, failed)} == {"outer"}


def test_a_result_without_grades_says_why_and_invents_none() -> None:
    essays = (
        PublishedEssay(EssayId("a"), "Åsa", None, 1, 0.5, 0.3, None),
        PublishedEssay(EssayId("anchor"), None, Grade("B1"), 2, -0.5, 0.3, None),
    )
    event = ResultPublished(
        IDENTITY,
        StopReason.BUDGET_EXHAUSTED,
        essays,
        scale=None,
        projection_unavailable=ProjectionUnavailableReason.TOO_FEW_ANCHOR_GRADES,
        judge="offline",
        comparisons=17,
        reliability=0.8,
        cost=Decimal("0.25"),
        seconds=3.0,
        at=NOW,
    )
    data = json.loads(encode_event(event).message.value)["data"]
    metadata = data["assessment_metadata"]
    assert (metadata["calibration_method"], metadata["comparison_count"]) == ("none", 17)
    assert metadata["projection_unavailable_reason"] == "too_few_anchor_grades"
    assert [essay["letter_grade"] for essay in data["essay_results"]] == [None, None]
    assert [essay["known_grade"] for essay in data["essay_results"]] == [None, "B1"]


def test_consumption_is_what_was_really_judged() -> None:
    data = json.loads(encode_event(ResourceConsumed(IDENTITY, 12, NOW)).message.value)["data"]
    assert (data["quantity"], data["user_id"], data["processing_id"]) == (12, "u", "3")
