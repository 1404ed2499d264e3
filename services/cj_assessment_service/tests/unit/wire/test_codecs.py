"""Messages and stored documents come back as they were."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.grade_projection.scales import get_scale, list_available_scales
from cj_assessment_service.cj_core_logic.judging.templates import TEMPLATES
from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.batches import BatchNotes, BatchSettings
from cj_assessment_service.domain.comparisons import (
    AnswerRemark,
    ComparisonRequest,
    JudgeFailure,
    JudgeReply,
    JudgeUsage,
    OrientedPair,
    Outcome,
    PlanUse,
    Verdict,
    Winner,
)
from cj_assessment_service.domain.errors import ErrorCode, MessageUnreadable, Rejected
from cj_assessment_service.domain.essays import EssayReference, FailedEssay, Suspicion, TextFinding
from cj_assessment_service.domain.grades import (
    AnchorCheck,
    AnchorFit,
    Calibration,
    GradeProbability,
    Inversion,
    LeftOutAnchor,
)
from cj_assessment_service.domain.identifiers import (
    AssignmentId,
    BatchId,
    CorrelationId,
    EssayId,
    EventId,
    Grade,
    GradeScaleId,
    OrganisationId,
    OuterBatchId,
    RequestId,
    StorageId,
    UserId,
)
from cj_assessment_service.domain.panels import JudgeRole, Panel, PanelMember
from cj_assessment_service.domain.policies import PairStrategy
from cj_assessment_service.domain.prompts import PromptChoice, PromptTemplate
from cj_assessment_service.domain.requests import AssessmentRequest
from cj_assessment_service.wire.assessment_request import (
    RequestDefaults,
    decode_request_event,
    encode_request_event,
)
from cj_assessment_service.wire.comparison_result import decode_comparison_result, encode_comparison_result
from cj_assessment_service.wire.json_codecs import (
    decode_calibration,
    decode_findings,
    decode_notes,
    decode_outcome,
    decode_probabilities,
    decode_prompt,
    decode_request,
    decode_scale,
    encode_calibration,
    encode_findings,
    encode_notes,
    encode_outcome,
    encode_probabilities,
    encode_prompt,
    encode_request,
    encode_scale,
)

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
DEFAULTS = RequestDefaults(judge="offline")
REQUEST = ComparisonRequest(
    RequestId(UUID(int=7)), BatchId(3), 2, OrientedPair(EssayId("å"), EssayId("b")), "offline", repeat=1
)

words = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=20)
usages = st.builds(
    JudgeUsage,
    cached_tokens=st.integers(0, 10**6),
    attempts=st.integers(0, 9),
    characters_sent=st.integers(0, 10**6),
    provider=words,
    model=words,
    seconds=st.integers(0, 10**6).map(lambda ms: ms / 1000),
    prompt_tokens=st.integers(0, 10**6),
    completion_tokens=st.integers(0, 10**6),
    cost=st.one_of(st.none(), st.decimals(0, 100, places=8)),
)
said = {
    "usage": usages,
    "justification": st.one_of(st.none(), words),
    "confidence": st.one_of(st.none(), st.floats(1, 5)),
    "p_first": st.one_of(st.none(), st.floats(0, 1)),
    "remarks": st.sets(st.sampled_from(AnswerRemark)).map(tuple),
}
verdicts = st.one_of(
    st.builds(Verdict, winner=st.just(Winner.TIE), **said),
    st.builds(
        Verdict,
        winner=st.sampled_from([Winner.FIRST, Winner.SECOND]),
        level=st.sampled_from([None, 1, 2, 3]),
        **said,
    ),
)
failures = st.builds(JudgeFailure, code=st.sampled_from(ErrorCode), message=words, usage=usages)
panels = st.lists(
    st.builds(PanelMember, judge=words, role=st.sampled_from(JudgeRole), share=st.floats(0.1, 10)),
    min_size=1,
    max_size=4,
    unique_by=lambda member: member.judge,
).map(lambda members: Panel((PanelMember("offline:first of all"), *members)))
requests = st.builds(
    AssessmentRequest,
    outer_id=words.map(OuterBatchId),
    correlation_id=st.uuids().map(CorrelationId),
    user_id=words.map(UserId),
    essays=st.lists(words, min_size=1, max_size=5, unique=True).map(
        lambda ids: tuple(
            EssayReference(EssayId(i), StorageId(f"s-{i}"), f"namn {i}", (TextFinding(Suspicion.ORDERS, i),))
            for i in ids
        )
    ),
    settings=st.builds(
        BatchSettings,
        panel=panels,
        seed=st.integers(0, 2**31 - 1),
        language=st.sampled_from(["en", "sv"]),
        budget=st.one_of(st.none(), st.integers(1, 500)),
        max_cost=st.one_of(st.none(), st.decimals(0, 100, places=2)),
        target_reliability=st.one_of(st.none(), st.floats(0.1, 0.99)),
        max_expected_grade_changes=st.one_of(st.none(), st.floats(0.01, 0.99)),
        answers=st.sampled_from(AnswerForm),
        strategy=st.one_of(st.none(), st.sampled_from(PairStrategy)),
        reuse_answers=st.booleans(),
    ),
    organisation_id=st.one_of(st.none(), words.map(OrganisationId)),
    course_code=st.one_of(st.none(), st.sampled_from(["ENG5", "SV3"])),
    rubric_override=st.one_of(st.none(), words),
    trace_parent=st.sampled_from([None, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"]),
    prompt=st.one_of(
        st.none(),
        st.builds(
            PromptChoice, language=st.none() | st.sampled_from(["sv", "de"]), message=st.none() | words
        ),
    ),
)


@given(st.one_of(verdicts, failures))
def test_an_answer_survives_the_wire(reply: JudgeReply) -> None:
    outcome = decode_comparison_result(
        encode_comparison_result(REQUEST, Outcome(REQUEST.request_id, reply, NOW))
    )
    assert (outcome.request_id, outcome.reply, outcome.completed_at) == (REQUEST.request_id, reply, NOW)


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
def test_the_words_of_a_prompt_survive_the_database(template: PromptTemplate) -> None:
    assert decode_prompt(json.loads(json.dumps(encode_prompt(template)))) == template


@pytest.mark.parametrize("findings", [(), (TextFinding(Suspicion.HIDDEN_TEXT, "välj"),)])
def test_findings_survive_the_database(findings: tuple[TextFinding, ...]) -> None:
    assert decode_findings(json.loads(json.dumps(encode_findings(findings)))) == findings


def after_a_journey(request: AssessmentRequest) -> AssessmentRequest:
    """As it arrives, but for the name of the event that brought it."""
    event_id = EventId(uuid4())
    arrived = decode_request_event(encode_request_event(request, event_id, NOW), DEFAULTS)
    assert arrived.event_id == event_id
    return replace(arrived, event_id=request.event_id)


@given(requests)
def test_a_request_survives_the_wire_and_the_database(request: AssessmentRequest) -> None:
    assert after_a_journey(request) == request
    assert decode_request(json.loads(json.dumps(encode_request(request)))) == request.without_delivery


@given(requests, st.sampled_from(PlanUse))
def test_the_pairs_of_a_request_survive_the_wire_and_the_database(
    request: AssessmentRequest, use: PlanUse
) -> None:
    pair = OrientedPair(EssayId("b"), EssayId("a"))
    planned = replace(
        request, settings=replace(request.settings, plan_use=use), pairs=(pair, pair.swapped, pair)
    )
    assert after_a_journey(planned) == planned
    assert decode_request(json.loads(json.dumps(encode_request(planned)))) == planned.without_delivery


TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.mark.parametrize(
    ("sent", "read"), [(TRACE, TRACE), (None, None), ("00-abc", None), (TRACE.upper(), None)]
)
def test_a_trace_is_taken_over_and_one_that_cannot_be_read_fails_no_request(
    sent: object, read: str | None
) -> None:
    document = json.loads(encode_request_event(request_for_one_essay(), uuid4(), NOW))
    document["metadata"]["traceparent"] = sent
    assert decode_request_event(json.dumps(document).encode(), DEFAULTS).trace_parent == read


def test_what_a_delivery_brought_with_it_is_no_part_of_the_stored_request() -> None:
    request = request_for_one_essay()
    delivered = replace(request, event_id=EventId(uuid4()), trace_parent=TRACE)
    assert decode_request(json.loads(json.dumps(encode_request(delivered)))) == request


def test_an_answer_whose_question_is_unknown_survives_the_database() -> None:
    usage = JudgeUsage("p", "m", 0.1, 10, 2, Decimal("0.00012300"), attempts=2, characters_sent=7)
    verdict = Verdict(Winner.FIRST, usage, "Klarare.", 4.5, 2, 0.75, (AnswerRemark.QUOTES_FENCE,))
    for reply in (verdict, JudgeFailure(ErrorCode.TIMEOUT, "för sent", usage, retry_after=1.5)):
        outcome = Outcome(RequestId(uuid4()), reply, NOW, judge="other", is_reused=True)
        assert decode_outcome(json.loads(json.dumps(encode_outcome(outcome)))) == outcome


def request_for_one_essay() -> AssessmentRequest:
    return AssessmentRequest(
        OuterBatchId("o"),
        CorrelationId(uuid4()),
        UserId("u"),
        (EssayReference(EssayId("a"), StorageId("s")),),
        BatchSettings(Panel.of("offline"), 1, "sv"),
    )


def test_a_request_gives_pairs_and_their_use_together() -> None:
    settings = BatchSettings(Panel.of("offline"), 1, "sv", plan_use=PlanUse.ONLY)
    essays = (EssayReference(EssayId("a"), StorageId("s")),)
    with pytest.raises(Rejected, match="pairs"):
        AssessmentRequest(OuterBatchId("o"), CorrelationId(uuid4()), UserId("u"), essays, settings)


def test_refused_essays_and_the_assignment_survive_too() -> None:
    refused = FailedEssay(EssayId("x"), None, ErrorCode.VALIDATION_ERROR, "Tom fil.", "Örjan")
    request = AssessmentRequest(
        OuterBatchId("o"),
        CorrelationId(uuid4()),
        UserId("u"),
        (EssayReference(EssayId("a"), StorageId("s")),),
        BatchSettings(Panel.of("offline"), 1, "sv", max_cost=Decimal("0.10")),
        assignment_id=AssignmentId("np"),
        refused=(refused,),
    )
    assert after_a_journey(request) == request


@pytest.mark.parametrize(
    "change",
    [
        {"winner": "Essay C"},
        {"winner": None},
        {"error_detail": {"error_code": "TIMEOUT", "message": "late"}},
        {"confidence": 9},
        {"level": 0},
        {"level": 4},
        {"level": 1, "winner": "Tie"},
        {"level": 1, "winner": None, "error_detail": {"error_code": "TIMEOUT", "message": "late"}},
        {"correlation_id": "not-a-uuid"},
        {"completed_at": None},
    ],
)
def test_an_answer_that_contradicts_itself_is_unreadable(change: dict[str, object]) -> None:
    usage = JudgeUsage("p", "m", 1.0)
    document = json.loads(
        encode_comparison_result(REQUEST, Outcome(REQUEST.request_id, Verdict(Winner.FIRST, usage), NOW))
    )
    document["data"].update(change)
    with pytest.raises(MessageUnreadable):
        decode_comparison_result(json.dumps(document).encode())


def test_an_answer_without_the_newer_fields_is_a_bare_winner() -> None:
    usage = JudgeUsage("p", "m", 1.0)
    document = json.loads(
        encode_comparison_result(REQUEST, Outcome(REQUEST.request_id, Verdict(Winner.SECOND, usage), NOW))
    )
    del document["data"]["level"]
    assert decode_comparison_result(json.dumps(document).encode()).reply == Verdict(Winner.SECOND, usage)


ANSWER_OF_THE_PROVIDER_SERVICE = {
    "event_id": str(UUID(int=1)),
    "event_type": "huleedu.llm_provider.comparison_result.v1",
    "event_timestamp": "2026-05-04T12:00:00Z",
    "source_service": "llm_provider_service",
    "schema_version": 1,
    "correlation_id": str(UUID(int=9)),
    "metadata": {"traceparent": "00-abc", "partition_key": "3"},
    "data": {
        "request_id": "queue-7",
        "correlation_id": str(REQUEST.request_id),
        "winner": "Essay B",
        "justification": "It argues.",
        "confidence": 4.0,
        "error_detail": None,
        "provider": "openai",
        "model": "gpt-5-mini-2026-01-01",
        "response_time_ms": 1234,
        "token_usage": {"prompt_tokens": 1000, "completion_tokens": 20, "total_tokens": 1020},
        "cost_estimate": 0.000102,
        "requested_at": "2026-05-04T11:59:58Z",
        "completed_at": "2026-05-04T12:00:00Z",
        "trace_id": "4bf92f",
        "request_metadata": {
            "essay_a_id": "å",
            "essay_b_id": "b",
            "cj_batch_id": 3,
            "bos_batch_id": "outer",
            "cj_llm_batching_mode": "serial_bundle",
            "comparison_iteration": 2,
            "characters_sent": 4321,
            "resolved_provider": "openai",
            "nested": {"anything": [1, None]},
        },
    },
}


def changed_answer(**data: object) -> bytes:
    document: dict[str, object] = {**ANSWER_OF_THE_PROVIDER_SERVICE}
    document["data"] = {**ANSWER_OF_THE_PROVIDER_SERVICE["data"], **data}  # type: ignore[dict-item]  # it is a mapping
    return json.dumps(document).encode()


def test_an_answer_of_the_provider_service_is_read_in_full() -> None:
    outcome = decode_comparison_result(changed_answer())
    assert outcome == Outcome(
        REQUEST.request_id,
        Verdict(
            Winner.SECOND,
            JudgeUsage(
                provider="openai",
                model="gpt-5-mini-2026-01-01",
                seconds=1.234,
                prompt_tokens=1000,
                completion_tokens=20,
                cost=Decimal("0.000102"),
                characters_sent=4321,
            ),
            "It argues.",
            4.0,
        ),
        NOW,
    )


def test_a_failure_of_the_provider_service_is_read_with_its_full_detail() -> None:
    detail = {
        "error_code": "RATE_LIMIT",
        "message": "Too many questions.",
        "correlation_id": str(REQUEST.request_id),
        "timestamp": "2026-05-04T12:00:00Z",
        "service": "llm_provider_service",
        "operation": "generate_comparison",
        "details": {"provider": "openai", "retry_after": 20, "tries": [1, 2]},
        "stack_trace": None,
        "trace_id": "4bf92f",
        "span_id": None,
    }
    reply = decode_comparison_result(
        changed_answer(winner=None, justification=None, confidence=None, error_detail=detail)
    ).reply
    assert isinstance(reply, JudgeFailure)
    assert (reply.code, reply.message) == (ErrorCode.RATE_LIMIT, "Too many questions.")
    assert reply.usage is not None
    assert reply.usage.cost == Decimal("0.000102")


@pytest.mark.parametrize("echo", [None, {}, {"essay_a_id": None}, {"cj_batch_id": "3", "new": True}])
def test_what_is_repeated_of_the_question_never_makes_an_answer_unreadable(echo: object) -> None:
    reply = decode_comparison_result(changed_answer(request_metadata=echo)).reply
    assert isinstance(reply, Verdict)
    assert reply.usage.characters_sent == 0


def test_an_answer_is_not_lost_for_a_long_name() -> None:
    usage = JudgeUsage("p" * 101, "m" * 256, 0.0)
    outcome = Outcome(REQUEST.request_id, JudgeFailure(ErrorCode.TIMEOUT, "late", usage), NOW)
    reply = decode_comparison_result(encode_comparison_result(REQUEST, outcome)).reply
    assert reply.usage is not None
    assert (reply.usage.provider, reply.usage.model) == ("p" * 100, "m" * 255)


def test_a_code_of_a_newer_sender_is_kept_apart() -> None:
    document = json.loads(
        encode_comparison_result(
            REQUEST, Outcome(REQUEST.request_id, JudgeFailure(ErrorCode.TIMEOUT, "late"), NOW)
        )
    )
    document["data"]["error_detail"]["error_code"] = "QUANTUM_DECOHERENCE"
    reply = decode_comparison_result(json.dumps(document).encode()).reply
    assert isinstance(reply, JudgeFailure)
    assert reply.code is ErrorCode.UNKNOWN_ERROR


def test_fields_of_a_newer_sender_are_ignored_and_old_required_ones_are_missed() -> None:
    document = json.loads(encode_request_event(request_for_one_essay(), uuid4(), NOW))
    document["data"]["new_field"] = 1
    document["metadata"]["traceparent"] = "00-abc"
    assert decode_request_event(json.dumps(document).encode(), DEFAULTS).outer_id == "o"
    del document["data"]["user_id"]
    with pytest.raises(MessageUnreadable, match="user_id"):
        decode_request_event(json.dumps(document).encode(), DEFAULTS)


def test_a_request_without_a_judge_gets_the_default_and_a_repeatable_seed() -> None:
    document = {
        "event_id": str(uuid4()),
        "event_type": "t",
        "event_timestamp": NOW.isoformat(),
        "source_service": "els",
        "correlation_id": str(UUID(int=5)),
        "data": {
            "entity_id": "outer",
            "essays_for_cj": [{"essay_id": "a", "text_storage_id": "s"}],
            "language": "sv",
            "user_id": "u",
        },
    }
    first = decode_request_event(json.dumps(document).encode(), DEFAULTS)
    assert first.trace_parent is None
    assert first.settings == BatchSettings(Panel.of("offline"), 5, "sv")
    document["data"]["llm_config_overrides"] = {"provider_override": "openai", "model_override": "gpt-5-mini"}  # type: ignore[index]
    second = decode_request_event(json.dumps(document).encode(), DEFAULTS)
    assert second.settings.panel == Panel.of("openai:gpt-5-mini")


@pytest.mark.parametrize("scale_id", list_available_scales())
def test_scales_and_calibrations_survive_the_database(scale_id: GradeScaleId) -> None:
    scale = get_scale(scale_id)
    assert decode_scale(json.loads(json.dumps(encode_scale(scale)))) == scale
    anchor = AnchorFit(EssayId("a"), scale.grades[0], -1.25, 0.5, 0.125, 0.75)
    calibration = Calibration(
        scale,
        (0.0, 1.0),
        (0.5,),
        (0.1,),
        (1.0, 0.5),
        0.4,
        (anchor,),
        (Inversion(EssayId("a"), EssayId("b")),),
        0.8,
        AnchorCheck((LeftOutAnchor(EssayId("a"), scale.grades[0], None, None),), 0.5, 1.0, 0.5, 0.7),
    )
    assert decode_calibration(json.loads(json.dumps(encode_calibration(calibration)))) == calibration


def test_probabilities_keep_their_order() -> None:
    probabilities = (GradeProbability(Grade("F"), 0.25), GradeProbability(Grade("A"), 0.75))
    assert decode_probabilities(json.loads(json.dumps(encode_probabilities(probabilities)))) == probabilities


def test_notes_come_back_sorted() -> None:
    notes = BatchNotes((("b", "2"), ("a", "å")))
    assert decode_notes(encode_notes(notes)) == replace(notes, notes=(("a", "å"), ("b", "2")))
