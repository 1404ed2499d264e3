"""The request event `ELS_CJAssessmentRequestV1`."""

import re
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal
from uuid import UUID

from pydantic import Field, PositiveInt, ValidationError, field_validator

from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.batches import BatchSettings
from cj_assessment_service.domain.comparisons import OrientedPair, PlanUse
from cj_assessment_service.domain.errors import ErrorCode, Rejected
from cj_assessment_service.domain.essays import (
    LONGEST_EXCERPT,
    EssayReference,
    FailedEssay,
    Suspicion,
    TextFinding,
)
from cj_assessment_service.domain.identifiers import (
    AssignmentId,
    CorrelationId,
    EssayId,
    EventId,
    OrganisationId,
    OuterBatchId,
    StorageId,
    UserId,
)
from cj_assessment_service.domain.panels import JudgeRole, Panel, PanelMember
from cj_assessment_service.domain.policies import PairStrategy
from cj_assessment_service.domain.privacy import NameHandling, PrivacySettings
from cj_assessment_service.domain.prompts import PromptChoice
from cj_assessment_service.domain.requests import AssessmentRequest
from cj_assessment_service.wire.envelope import (
    SOURCE_SERVICE,
    Envelope,
    StorageLocation,
    StorageReference,
    WireModel,
    unreadable,
)
from cj_assessment_service.wire.topics import REQUESTED

STUDENT_PROMPT = "student_prompt_text"
"""The kind under which a request refers to its task."""

_TRACE_PARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
"""Of the W3C's trace context."""


class CourseCode(StrEnum):
    ENG5 = "ENG5"
    ENG6 = "ENG6"
    ENG7 = "ENG7"
    SV1 = "SV1"
    SV2 = "SV2"
    SV3 = "SV3"


class LLMConfigOverrides(WireModel):
    model_override: str | None = None
    temperature_override: float | None = Field(default=None, ge=0.0, le=2.0)
    max_tokens_override: PositiveInt | None = None
    provider_override: str | None = None
    system_prompt_override: str | None = None
    judge_rubric_override: str | None = None
    reasoning_effort: Literal["none", "low", "medium", "high"] | None = None
    output_verbosity: Literal["low", "medium", "high"] | None = None


class EssayToAssess(WireModel):
    essay_id: str = Field(min_length=1, max_length=255)
    text_storage_id: str = Field(min_length=1, max_length=256)


class AssessmentRequestV1(WireModel):
    entity_id: str = Field(min_length=1, max_length=255)
    entity_type: str = "batch"
    event_name: str = "els.cj_assessment.requested"
    parent_id: str | None = None
    timestamp: datetime | None = None
    essays_for_cj: tuple[EssayToAssess, ...]
    language: str = Field(max_length=10)
    course_code: CourseCode | None = None
    student_prompt_ref: StorageReference | None = None
    llm_config_overrides: LLMConfigOverrides | None = None
    assignment_id: str | None = Field(default=None, max_length=100)
    user_id: str = Field(min_length=1, max_length=255)
    org_id: str | None = None


class EssayName(WireModel):
    essay_id: str
    name: str


class EssayFinding(WireModel):
    essay_id: str
    suspicion: Suspicion
    excerpt: str = Field(max_length=LONGEST_EXCERPT)


class RefusedEssay(WireModel):
    essay_id: str
    reason: str
    name: str | None = None


class PairToAsk(WireModel):
    first: str
    second: str


class PanelSeat(WireModel):
    judge: str = Field(min_length=1)
    role: JudgeRole = JudgeRole.PRIMARY
    share: float = Field(default=1.0, gt=0)


class PrivacyOfRequest(WireModel):
    local_only: bool = False
    names: NameHandling = NameHandling.NOT_LOOKED_FOR
    replacements: int = Field(default=0, ge=0)
    texts_changed: int = Field(default=0, ge=0)


class PromptWords(WireModel):
    """A prompt in another language than the essays', or with own words; see PromptChoice."""

    language: str | None = Field(default=None, max_length=10)
    system: str | None = None
    question: str | None = None
    task_heading: str | None = None
    criteria_heading: str | None = None
    instructions_heading: str | None = None
    first_label: str | None = None
    second_label: str | None = None
    message: str | None = None


class RequestMetadata(WireModel):
    """What an envelope may carry. A trace that cannot be read is left out: no request fails for it."""

    traceparent: str | None = None
    max_comparisons: PositiveInt | None = None
    panel: tuple[PanelSeat, ...] = ()
    reuse_answers: bool = False
    privacy: PrivacyOfRequest = PrivacyOfRequest()
    seed: int | None = None
    max_cost: Decimal | None = None
    max_seconds: float | None = None
    target_reliability: float | None = None
    max_expected_grade_changes: float | None = None
    answers: AnswerForm = AnswerForm.GRADED
    strategy: PairStrategy | None = None
    plan_use: PlanUse | None = None
    pairs: tuple[PairToAsk, ...] = ()
    names: tuple[EssayName, ...] = ()
    findings: tuple[EssayFinding, ...] = ()
    refused: tuple[RefusedEssay, ...] = ()
    prompt: PromptWords | None = None

    @field_validator("traceparent", mode="before")
    @classmethod
    def _readable_trace(cls, value: object) -> str | None:
        return value if isinstance(value, str) and _TRACE_PARENT.fullmatch(value) else None


RequestEnvelope = Envelope[AssessmentRequestV1, RequestMetadata]


class RequestDefaults(WireModel):
    """What a request gets that names no judge of its own."""

    judge: str


def decode_request_event(value: bytes, defaults: RequestDefaults) -> AssessmentRequest:
    """Raises MessageUnreadable, or Rejected when what it says cannot be a request."""
    try:
        envelope = RequestEnvelope.model_validate_json(value)
    except ValidationError as error:
        raise unreadable(REQUESTED, error) from error
    data = envelope.data
    metadata = envelope.metadata or RequestMetadata()
    overrides = data.llm_config_overrides or LLMConfigOverrides()
    names = {named.essay_id: named.name for named in metadata.names}
    return AssessmentRequest(
        outer_id=OuterBatchId(data.entity_id),
        correlation_id=CorrelationId(envelope.correlation_id),
        user_id=UserId(data.user_id),
        essays=tuple(
            EssayReference(
                essay_id=EssayId(e.essay_id),
                storage_id=StorageId(e.text_storage_id),
                name=names.get(e.essay_id),
                findings=tuple(
                    TextFinding(f.suspicion, f.excerpt) for f in metadata.findings if f.essay_id == e.essay_id
                ),
            )
            for e in data.essays_for_cj
        ),
        settings=BatchSettings(
            panel=_panel_of(metadata) or Panel.of(_judge_of(overrides) or defaults.judge),
            seed=metadata.seed if metadata.seed is not None else _seed_of(envelope.correlation_id),
            language=data.language,
            budget=metadata.max_comparisons,
            max_cost=metadata.max_cost,
            max_seconds=metadata.max_seconds,
            target_reliability=metadata.target_reliability,
            max_expected_grade_changes=metadata.max_expected_grade_changes,
            answers=metadata.answers,
            strategy=metadata.strategy,
            plan_use=metadata.plan_use,
            reuse_answers=metadata.reuse_answers,
            privacy=PrivacySettings(**metadata.privacy.model_dump()),
        ),
        assignment_id=AssignmentId(data.assignment_id) if data.assignment_id is not None else None,
        organisation_id=OrganisationId(data.org_id) if data.org_id is not None else None,
        course_code=data.course_code,
        task_storage_id=_task_of(data),
        rubric_override=overrides.judge_rubric_override,
        system_prompt_override=overrides.system_prompt_override,
        refused=tuple(
            FailedEssay(EssayId(e.essay_id), None, ErrorCode.VALIDATION_ERROR, e.reason, e.name)
            for e in metadata.refused
        ),
        pairs=_pairs_of(metadata),
        prompt=PromptChoice(**metadata.prompt.model_dump()) if metadata.prompt is not None else None,
        event_id=EventId(envelope.event_id),
        trace_parent=metadata.traceparent,
    )


def encode_request_event(request: AssessmentRequest, event_id: UUID, at: datetime) -> bytes:
    settings = request.settings
    return (
        RequestEnvelope(
            event_id=event_id,
            event_type=REQUESTED,
            event_timestamp=at,
            source_service=SOURCE_SERVICE,
            correlation_id=request.correlation_id,
            data=AssessmentRequestV1(
                entity_id=request.outer_id,
                timestamp=at,
                essays_for_cj=tuple(
                    EssayToAssess(essay_id=e.essay_id, text_storage_id=e.storage_id) for e in request.essays
                ),
                language=settings.language,
                course_code=CourseCode(request.course_code) if request.course_code is not None else None,
                student_prompt_ref=_task_reference(request.task_storage_id),
                llm_config_overrides=LLMConfigOverrides(
                    judge_rubric_override=request.rubric_override,
                    system_prompt_override=request.system_prompt_override,
                ),
                assignment_id=request.assignment_id,
                user_id=request.user_id,
                org_id=request.organisation_id,
            ),
            metadata=RequestMetadata(
                traceparent=request.trace_parent,
                max_comparisons=settings.budget,
                panel=tuple(
                    PanelSeat(judge=member.judge, role=member.role, share=member.share)
                    for member in settings.panel.members
                ),
                reuse_answers=settings.reuse_answers,
                privacy=PrivacyOfRequest(
                    local_only=settings.privacy.local_only,
                    names=settings.privacy.names,
                    replacements=settings.privacy.replacements,
                    texts_changed=settings.privacy.texts_changed,
                ),
                seed=settings.seed,
                max_cost=settings.max_cost,
                max_seconds=settings.max_seconds,
                target_reliability=settings.target_reliability,
                max_expected_grade_changes=settings.max_expected_grade_changes,
                answers=settings.answers,
                strategy=settings.strategy,
                plan_use=settings.plan_use,
                pairs=tuple(PairToAsk(first=pair.first, second=pair.second) for pair in request.pairs),
                names=tuple(
                    EssayName(essay_id=e.essay_id, name=e.name) for e in request.essays if e.name is not None
                ),
                findings=tuple(
                    EssayFinding(essay_id=e.essay_id, suspicion=f.suspicion, excerpt=f.excerpt)
                    for e in request.essays
                    for f in e.findings
                ),
                refused=tuple(
                    RefusedEssay(essay_id=e.essay_id, reason=e.reason, name=e.name) for e in request.refused
                ),
                prompt=PromptWords(**asdict(request.prompt)) if request.prompt is not None else None,
            ),
        )
        .model_dump_json()
        .encode()
    )


def _pairs_of(metadata: RequestMetadata) -> tuple[OrientedPair, ...]:
    """Raises Rejected."""
    for pair in metadata.pairs:
        if pair.first == pair.second:
            raise Rejected(f"The plan compares the essay {pair.first} with itself.")
    return tuple(OrientedPair(EssayId(pair.first), EssayId(pair.second)) for pair in metadata.pairs)


def _panel_of(metadata: RequestMetadata) -> Panel | None:
    """Raises InvalidJudge."""
    if not metadata.panel:
        return None
    return Panel(tuple(PanelMember(seat.judge, seat.role, seat.share) for seat in metadata.panel))


def _judge_of(overrides: LLMConfigOverrides) -> str | None:
    if overrides.provider_override is None:
        return None
    model = overrides.model_override
    return f"{overrides.provider_override}:{model}" if model else overrides.provider_override


def _seed_of(correlation_id: UUID) -> int:
    """A seed for a request that names none: the same for every delivery of it."""
    return correlation_id.int % 2**31


def _task_of(data: AssessmentRequestV1) -> StorageId | None:
    """A task sent with an assignment run is ignored: the assignment has its own."""
    if data.student_prompt_ref is None or data.assignment_id is not None:
        return None
    location = data.student_prompt_ref.references.get(STUDENT_PROMPT)
    return StorageId(location.storage_id) if location is not None else None


def _task_reference(storage_id: StorageId | None) -> StorageReference | None:
    if storage_id is None:
        return None
    return StorageReference(references={STUDENT_PROMPT: StorageLocation(storage_id=storage_id)})
