"""What the service publishes about a batch."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.grade_projection.scales import get_scale, list_available_scales
from cj_assessment_service.domain.batches import BatchIdentity, BatchStatus, Progress, StopReason
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.events import (
    AnchorAgreement,
    Attribution,
    BatchCompleted,
    BatchFailed,
    Consumption,
    PublishedEssay,
    PublishedEvent,
    PublishedQuality,
    RequestRefused,
    ResourceConsumed,
    ResultPublished,
)
from cj_assessment_service.domain.grades import (
    ConfidenceLabel,
    GradeProbability,
    GradeProjection,
    GradeScale,
    ProjectionUnavailableReason,
)
from cj_assessment_service.domain.identifiers import (
    BatchId,
    CorrelationId,
    EssayId,
    EventId,
    Grade,
    OuterBatchId,
    UserId,
)
from cj_assessment_service.domain.scores import PositionEffect
from cj_assessment_service.wire.envelope import Envelope, TraceContext
from cj_assessment_service.wire.published_bodies import AssessmentResultV2
from cj_assessment_service.wire.published_events import encode_event

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
STARTED = NOW - timedelta(seconds=90.126)
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
IDENTITY = BatchIdentity(
    BatchId(3), OuterBatchId("outer"), CorrelationId(UUID(int=9)), UserId("u"), None, None, None
)
TAKEN = Consumption(1000, 200, 50, Decimal("0.25"), unpriced=1, reused=2)
COMPLETED = BatchCompleted(
    IDENTITY,
    BatchStatus.COMPLETE_STABLE,
    StopReason.STABLE,
    successful=(EssayId("a"), EssayId("b")),
    failed=(EssayId("c"),),
    single_essay=False,
    started_at=STARTED,
    at=NOW,
)
FAILURE = BatchFailed(
    IDENTITY,
    StopReason.LOW_SUCCESS_RATE,
    ErrorCode.EXTERNAL_SERVICE_ERROR,
    "Too few answers could be read.",
    Progress(submitted=20, completed=5, failed=15, budget=40),
    STARTED,
    NOW,
)
CONSUMED = ResourceConsumed(IDENTITY, 12, NOW, TAKEN)
REFUSED = RequestRefused(
    EventId(UUID(int=4)),
    OuterBatchId("outer"),
    CorrelationId(UUID(int=9)),
    TRACE,
    ErrorCode.PARSING_ERROR,
    "The request names no user.",
    NOW,
)
QUALITY = PublishedQuality(
    reliability=0.8,
    reliability_limits=(0.7, 0.9),
    separation_reliability=0.75,
    mean_se=0.4,
    max_se=0.6,
    components=1,
    coverage=0.5,
    position=PositionEffect(0.1, 0.05),
    success_rate=0.9,
    misfits=(EssayId("a"),),
    anchors=AnchorAgreement(2, 0.8),
)


def an_essay(essay_id: str, projection: GradeProjection | None = None, **changes: Any) -> PublishedEssay:
    essay = PublishedEssay(EssayId(essay_id), None, None, 1, 0.5, 0.3, (-0.1, 1.1), 8, projection)
    return replace(essay, **changes)


def a_result(*essays: PublishedEssay, scale: GradeScale | None = None) -> ResultPublished:
    return ResultPublished(
        IDENTITY,
        StopReason.BUDGET_EXHAUSTED,
        essays,
        scale=scale,
        projection_unavailable=None if scale else ProjectionUnavailableReason.TOO_FEW_ANCHOR_GRADES,
        judge="openai:m?temperature=0",
        attribution=Attribution("openai", "m-2026", 0.0),
        comparisons=17,
        consumption=TAKEN,
        quality=QUALITY,
        started_at=STARTED,
        at=NOW,
    )


EVERY_EVENT: tuple[PublishedEvent, ...] = (
    COMPLETED,
    FAILURE,
    CONSUMED,
    REFUSED,
    a_result(an_essay("a")),
)


def data_of(event: PublishedEvent) -> Any:
    return json.loads(encode_event(event).message.value)["data"]


def test_the_thin_event_counts_every_requested_essay_once() -> None:
    data = data_of(COMPLETED)
    summary = data["processing_summary"]
    assert summary["total_essays"] == summary["successful"] + summary["failed"] == 3
    assert (data["status"], summary["processing_time_seconds"]) == ("COMPLETED_SUCCESSFULLY", 90.13)
    stage = data["system_metadata"]
    assert (stage["processing_stage"], stage["started_at"]) == ("completed", "2026-05-04T11:58:29.874000Z")


def test_a_batch_in_which_no_essay_got_a_score_is_told_as_a_failure() -> None:
    event = replace(COMPLETED, successful=(), failed=(EssayId("a"),))
    assert data_of(event)["status"] == "FAILED_CRITICALLY"


@pytest.mark.parametrize("event", EVERY_EVENT, ids=lambda event: type(event).__name__)
def test_every_event_bears_its_topic_the_batchs_correlation_id_and_key(event: PublishedEvent) -> None:
    message = encode_event(event).message
    envelope = json.loads(message.value)
    assert envelope["event_type"] == message.topic
    assert envelope["correlation_id"] == str(IDENTITY.correlation_id)
    assert message.key == envelope["data"]["entity_id"] == "outer"
    assert envelope["event_id"] == str(encode_event(event).event_id)


def test_the_same_event_always_has_the_same_id_and_other_events_have_others() -> None:
    assert encode_event(COMPLETED).event_id == encode_event(replace(COMPLETED, at=STARTED)).event_id
    another_batch = replace(COMPLETED, identity=replace(IDENTITY, batch_id=BatchId(4)))
    ids = {encode_event(event).event_id for event in (*EVERY_EVENT, another_batch)}
    assert len(ids) == len(EVERY_EVENT) + 1


@pytest.mark.parametrize("event", [COMPLETED, FAILURE, CONSUMED, a_result()])
def test_events_carry_the_trace_of_the_request_where_it_has_one(event: PublishedEvent) -> None:
    assert not isinstance(event, RequestRefused)
    traced = replace(event, identity=replace(IDENTITY, trace_parent=TRACE))
    assert json.loads(encode_event(traced).message.value)["metadata"] == {"traceparent": TRACE}
    assert json.loads(encode_event(event).message.value)["metadata"] is None


def test_a_failure_tells_reason_and_figures() -> None:
    data = data_of(FAILURE)
    assert data["error_info"]["error_code"] == "EXTERNAL_SERVICE_ERROR"
    assert data["error_info"]["details"] == {
        "reason": "low_success_rate",
        "submitted": 20,
        "completed": 5,
        "failed": 15,
        "budget": 40,
        "success_rate": 0.25,
    }
    assert data["system_metadata"]["error_info"] == data["error_info"]


def test_a_request_that_never_became_a_batch_has_the_placeholder_for_its_job() -> None:
    data = data_of(REFUSED)
    assert (data["cj_assessment_job_id"], data["status"]) == ("INITIALIZATION_FAILED", "FAILED_CRITICALLY")
    assert data["error_info"]["details"] == {"request_event_id": str(REFUSED.event_id)}


def test_a_result_without_grades_says_why_and_invents_none() -> None:
    data = data_of(a_result(an_essay("a"), an_essay("anchor", known_grade=Grade("B1"))))
    metadata = data["assessment_metadata"]
    assert (metadata["calibration_method"], metadata["anchor_essays_used"]) == ("none", 0)
    assert metadata["projection_unavailable_reason"] == "too_few_anchor_grades"
    assert [essay["letter_grade"] for essay in data["essay_results"]] == [None, "B1"]


def test_anchors_bear_their_own_grades() -> None:
    essays = (
        an_essay("x", known_grade=Grade("C+")),
        an_essay("y", known_grade=Grade("C+"), name="Example 7"),
        an_essay("z", known_grade=Grade("A")),
    )
    data = data_of(a_result(*essays, scale=get_scale(list_available_scales()[0])))
    assert data["assessment_metadata"]["anchor_grade_distribution"] == {"A": 1, "C+": 2}
    assert [(e["display_name"], e["letter_grade"], e["is_anchor"]) for e in data["essay_results"]] == [
        ("ANCHOR GRADE C+", "C+", True),
        ("Example 7", "C+", True),
        ("ANCHOR GRADE A", "A", True),
    ]


def test_a_result_says_what_it_rests_on_and_what_it_took() -> None:
    data = data_of(a_result(an_essay("a", review_reasons=("It was compared only once.",)), an_essay("b")))
    assert (data["model_provider"], data["model_used"]) == ("openai", "m-2026")
    metadata = data["assessment_metadata"]
    assert (metadata["llm_temperature"], metadata["comparison_count"]) == (0.0, 17)
    assert metadata["usage"] == {
        "prompt_tokens": 1000,
        "completion_tokens": 200,
        "cached_tokens": 50,
        "cost": "0.25",
        "unpriced_answers": 1,
        "reused_comparisons": 2,
    }
    assert data["quality"]["separation_reliability"] == 0.75
    assert data["quality"]["anchor_inversions"] == 2
    assert data["quality"]["misfit_essay_ids"] == ["a"]
    assert [essay["needs_review"] for essay in data["essay_results"]] == [True, False]


def test_consumption_is_what_was_really_judged() -> None:
    data = data_of(CONSUMED)
    assert (data["quantity"], data["user_id"], data["processing_id"]) == (12, "u", "3")
    assert (data["usage"]["prompt_tokens"], data["usage"]["cost"]) == (1000, "0.25")


@st.composite
def graded(draw: st.DrawFn) -> tuple[GradeScale, GradeProjection]:
    """Any grade of any scale, with its minus or plus where the scale has such."""
    scale = get_scale(draw(st.sampled_from(list_available_scales())))
    base = draw(st.sampled_from(scale.ladder))
    minus = ["-"] if base in scale.minus_for else []
    plus = ["+"] if base in scale.plus_for else []
    weights = draw(
        st.lists(st.integers(1, 9), min_size=len(scale.ladder), max_size=len(scale.ladder)).map(
            lambda found: [weight / sum(found) for weight in found]
        )
    )
    shares = tuple(GradeProbability(grade, share) for grade, share in zip(scale.ladder, weights, strict=True))
    return scale, GradeProjection(
        EssayId("a"),
        Grade(base + draw(st.sampled_from(["", *minus, *plus]))),
        base,
        shares,
        confidence=draw(st.floats(0, 1)),
        confidence_label=draw(st.sampled_from(ConfidenceLabel)),
        normalised_score=draw(st.floats(0, 1)),
        second=draw(st.one_of(st.none(), st.sampled_from(shares))),
    )


@given(graded())
def test_every_grade_of_every_scale_survives_the_rich_event(
    case: tuple[GradeScale, GradeProjection],
) -> None:
    scale, projection = case
    value = encode_event(a_result(an_essay("a", projection), scale=scale)).message.value
    envelope = Envelope[AssessmentResultV2, TraceContext].model_validate_json(value)
    [essay] = envelope.data.essay_results
    assert (envelope.schema_version, essay.letter_grade) == (2, projection.grade)
    assert [(one.grade, one.probability) for one in essay.grade_probabilities] == [
        (one.grade, one.probability) for one in projection.probabilities
    ]
    assert envelope.data.assessment_metadata.grades == scale.ladder
    assert (essay.confidence_score, essay.normalized_score) == (
        projection.confidence,
        projection.normalised_score,
    )
