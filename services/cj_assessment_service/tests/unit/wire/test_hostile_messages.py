"""Whatever arrives is either understood or refused; there is no third way."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cj_assessment_service.domain.comparisons import JudgeFailure, Outcome, Verdict
from cj_assessment_service.domain.errors import ErrorCode, MessageUnreadable, Rejected
from cj_assessment_service.domain.requests import AssessmentRequest
from cj_assessment_service.tests.fixtures.hostile_messages import (
    ANSWER,
    FAILED_ANSWER,
    HOSTILE,
    PANEL,
    REQUEST,
    Path,
    changed,
    places,
    with_panel,
)
from cj_assessment_service.wire.assessment_request import (
    RequestDefaults,
    decode_request_event,
    requester_of,
)
from cj_assessment_service.wire.comparison_result import decode_comparison_result

DEFAULTS = RequestDefaults(judge="offline")

hostile = st.sampled_from(HOSTILE) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
requests = st.sampled_from([REQUEST, with_panel()])
answers = st.sampled_from([ANSWER, FAILED_ANSWER])


def request(value: bytes) -> AssessmentRequest | None:
    try:
        return decode_request_event(value, DEFAULTS)
    except Rejected:
        requester_of(value)
        return None


def answer(value: bytes) -> Outcome | None:
    try:
        return decode_comparison_result(value)
    except MessageUnreadable:
        return None


def request_with(at: Path, value: object) -> AssessmentRequest:
    return decode_request_event(json.dumps(changed(REQUEST, at, value)).encode(), DEFAULTS)


def answer_with(at: Path, value: object, of: dict[str, Any] = ANSWER) -> Outcome:
    return decode_comparison_result(json.dumps(changed(of, at, value)).encode())


@given(st.binary() | st.builds(lambda value: json.dumps(value).encode(), hostile))
def test_any_bytes_are_read_or_refused(value: bytes) -> None:
    request(value)
    answer(value)


@settings(max_examples=300)
@given(st.data(), requests)
def test_a_request_with_anything_anywhere_is_read_or_refused(data: st.DataObject, document: Any) -> None:
    for _ in range(data.draw(st.integers(1, 3))):
        document = changed(document, data.draw(st.sampled_from(list(places(document)))), data.draw(hostile))
    request(json.dumps(document).encode())


@settings(max_examples=300)
@given(st.data(), answers)
def test_an_answer_with_anything_anywhere_is_read_or_refused(data: st.DataObject, document: Any) -> None:
    for _ in range(data.draw(st.integers(1, 3))):
        document = changed(document, data.draw(st.sampled_from(list(places(document)))), data.draw(hostile))
    answer(json.dumps(document).encode())


def test_the_examples_are_read() -> None:
    judged, failed = (
        answer_with(("source_service",), "lps"),
        answer_with(("source_service",), "lps", FAILED_ANSWER),
    )
    assert isinstance(judged.reply, Verdict)
    assert isinstance(failed.reply, JudgeFailure)
    assert failed.reply.code is ErrorCode.RATE_LIMIT
    assert request(json.dumps(with_panel()).encode()) is not None


@pytest.mark.parametrize(
    ("at", "value"),
    [
        (("data", "entity_id"), "x" * 256),
        (("data", "user_id"), ""),
        (("data", "user_id"), None),
        (("data", "org_id"), "x" * 256),
        (("data", "assignment_id"), "x" * 101),
        (("data", "language"), "x" * 11),
        (("data", "course_code"), "ENG9"),
        (("data", "essays_for_cj", 0, "essay_id"), "a\0"),
        (("data", "essays_for_cj", 0, "essay_id"), "b"),
        (("data", "essays_for_cj", 0, "text_storage_id"), "x" * 257),
        (("data", "llm_config_overrides", "judge_rubric_override"), "\0"),
        (("data", "llm_config_overrides", "temperature_override"), 2.1),
        (("data", "llm_config_overrides", "model_override"), "m?batch=yes"),
        (("metadata", "max_comparisons"), 0),
        (("metadata", "max_comparisons"), 10**8),
        (("metadata", "max_cost"), -1),
        (("metadata", "max_cost"), float("nan")),
        (("metadata", "max_seconds"), float("inf")),
        (("metadata", "seed"), 2**63),
        (("metadata", "seed"), -1),
        (("metadata", "panel"), PANEL),
        (("metadata", "batch_config_overrides", "batch_size"), 9),
    ],
)
def test_what_no_table_could_hold_or_nobody_may_ask_is_refused(at: Path, value: object) -> None:
    with pytest.raises(Rejected):
        request_with(at, value)


@pytest.mark.parametrize(
    ("at", "value"),
    [
        (("data", "cost_estimate"), -0.1),
        (("data", "cost_estimate"), 1000),
        (("data", "response_time_ms"), 10**400),
        (("data", "token_usage", "prompt_tokens"), 2**31),
        (("data", "provider"), "x" * 101),
        (("data", "model"), "\0"),
        (("data", "judge"), "x" * 501),
        (("data", "confidence"), float("nan")),
        (("data", "completed_at"), "0001-01-01T00:00:00+14:00"),
    ],
)
def test_an_answer_no_table_could_hold_is_unreadable(at: Path, value: object) -> None:
    with pytest.raises(MessageUnreadable):
        answer_with(at, value)


def test_a_time_without_a_zone_is_utc() -> None:
    assert answer_with(("data", "completed_at"), "2026-05-04T12:00:00").completed_at == datetime(
        2026, 5, 4, 12, tzinfo=UTC
    )


def test_an_answer_that_was_paid_for_is_not_lost_for_one_character_of_its_words() -> None:
    reply = answer_with(("data", "justification"), "a\0b").reply
    assert isinstance(reply, Verdict)
    assert reply.justification == "a\ufffdb"
    failure = answer_with(("data", "error_detail", "message"), "\0", FAILED_ANSWER).reply
    assert isinstance(failure, JudgeFailure)
    assert failure.message == "\ufffd"


def test_a_price_is_kept_to_eight_places() -> None:
    reply = answer_with(("data", "cost_estimate"), 0.123456789).reply
    assert reply.usage is not None
    assert str(reply.usage.cost) == "0.12345679"


def test_an_echo_of_any_shape_is_no_reason_to_lose_an_answer() -> None:
    assert isinstance(answer_with(("data", "request_metadata"), {"mine": 1}).reply, Verdict)


def test_a_malformed_trace_is_none() -> None:
    assert request_with(("metadata", "traceparent"), "00-abc").trace_parent is None
    assert request_with(("metadata", "seed"), 1).trace_parent == REQUEST["metadata"]["traceparent"]


def test_what_is_told_of_an_unreadable_message_repeats_nothing_of_it() -> None:
    secret = "Confidential\0" * 10
    with pytest.raises(MessageUnreadable) as caught:
        request_with(("data", "student_prompt_ref", "references"), {secret: {"storage_id": 7}})
    assert "Confidential" not in str(caught.value)
    assert "student_prompt_ref.references.….storage_id" in str(caught.value)


def test_whom_to_answer_is_known_where_the_request_says_so() -> None:
    requester = requester_of(json.dumps(changed(REQUEST, ("data", "user_id"), None)).encode())
    assert requester is not None
    assert (requester.outer_id, str(requester.correlation_id)) == ("batch-1", REQUEST["correlation_id"])
    assert requester_of(b"{}") is None
    assert requester_of(json.dumps(changed(REQUEST, ("data", "entity_id"), "\0")).encode()) is None
