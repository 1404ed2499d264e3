"""The request event `ELS_CJAssessmentRequestV1`."""

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final
from uuid import UUID

from pydantic import Field, ValidationError

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
    SystemMetadata,
    TraceContext,
    WireModel,
    unreadable,
)
from cj_assessment_service.wire.fields import (
    LONGEST_RUN_SECONDS,
    MOST_COMPARISONS,
    MOST_ESSAYS,
    MOST_PAIRS,
    AssignmentName,
    CostLimit,
    Count,
    Id,
    JudgeName,
    LanguageCode,
    Moment,
    StorageName,
    Text,
)
from cj_assessment_service.wire.judge_overrides import (
    BATCHES_OF_PROVIDER,
    BatchConfigOverrides,
    LLMConfigOverrides,
    judge_of,
    refuse_two_ways,
)
from cj_assessment_service.wire.topics import REQUESTED

STUDENT_PROMPT = "student_prompt_text"
"""The kind under which a request refers to its task."""

_TRACE_PARENT: Final = re.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


class CourseCode(StrEnum):
    ENG5 = "ENG5"
    ENG6 = "ENG6"
    ENG7 = "ENG7"
    SV1 = "SV1"
    SV2 = "SV2"
    SV3 = "SV3"


class EssayToAssess(WireModel):
    """`spellcheck_metrics` are taken and not read."""

    essay_id: Id
    text_storage_id: StorageName
    spellcheck_metrics: dict[str, object] | None = None


class AssessmentRequestV1(WireModel):
    """`entity_id` is the requester's id of the batch. Without an `assignment_id` the task comes from `student_prompt_ref`
    and no grades are projected.
    """

    entity_id: Id
    entity_type: str = "batch"
    event_name: str = "els.cj_assessment.requested"
    parent_id: str | None = None
    timestamp: Moment | None = None
    system_metadata: SystemMetadata | None = None
    essays_for_cj: Annotated[tuple[EssayToAssess, ...], Field(max_length=MOST_ESSAYS)]
    language: LanguageCode
    course_code: CourseCode | None = None
    student_prompt_ref: StorageReference | None = None
    llm_config_overrides: LLMConfigOverrides | None = None
    assignment_id: AssignmentName | None = None
    user_id: Id
    org_id: Id | None = None


class EssayName(WireModel):
    essay_id: Id
    name: Text


class EssayFinding(WireModel):
    essay_id: Id
    suspicion: Suspicion
    excerpt: Annotated[Text, Field(max_length=LONGEST_EXCERPT)]


class RefusedEssay(WireModel):
    essay_id: Id
    reason: Text
    name: Text | None = None


class PairToAsk(WireModel):
    first: Id
    second: Id


class PanelSeat(WireModel):
    judge: JudgeName
    role: JudgeRole = JudgeRole.PRIMARY
    share: float = Field(default=1.0, gt=0, le=1e6)


class PrivacyOfRequest(WireModel):
    local_only: bool = False
    names: NameHandling = NameHandling.NOT_LOOKED_FOR
    replacements: Count = 0
    texts_changed: Count = 0


class PromptWords(WireModel):
    """A prompt in another language than the essays', or with own words; see PromptChoice."""

    language: LanguageCode | None = None
    system: Text | None = None
    question: Text | None = None
    task_heading: Text | None = None
    criteria_heading: Text | None = None
    instructions_heading: Text | None = None
    first_label: Text | None = None
    second_label: Text | None = None
    message: Text | None = None


class RequestMetadata(TraceContext):
    """What an envelope may carry. `llm_batching_mode_hint` counts where the batch overrides name no mode, and a mode nobody
    knows is none. `traceparent` is the W3C trace of the request; one that is malformed is none.
    """

    max_comparisons: int | None = Field(default=None, ge=1, le=MOST_COMPARISONS)
    batch_config_overrides: BatchConfigOverrides | None = None
    llm_batching_mode_hint: str | None = None
    panel: Annotated[tuple[PanelSeat, ...], Field(max_length=100)] = ()
    reuse_answers: bool = False
    privacy: PrivacyOfRequest = PrivacyOfRequest()
    seed: int | None = Field(default=None, ge=0, lt=2**63)
    max_cost: CostLimit | None = None
    max_seconds: float | None = Field(default=None, ge=0, le=LONGEST_RUN_SECONDS)
    target_reliability: float | None = Field(default=None, gt=0, lt=1)
    max_expected_grade_changes: float | None = Field(default=None, ge=0, le=1)
    answers: AnswerForm = AnswerForm.GRADED
    strategy: PairStrategy | None = None
    plan_use: PlanUse | None = None
    pairs: Annotated[tuple[PairToAsk, ...], Field(max_length=MOST_PAIRS)] = ()
    names: tuple[EssayName, ...] = ()
    findings: tuple[EssayFinding, ...] = ()
    refused: Annotated[tuple[RefusedEssay, ...], Field(max_length=MOST_ESSAYS)] = ()
    prompt: PromptWords | None = None


RequestEnvelope = Envelope[AssessmentRequestV1, RequestMetadata]


class RequestDefaults(WireModel):
    """What a request gets that names no judge of its own; judges of the `batch_kinds` can be asked in the batch mode of
    their provider.
    """

    judge: JudgeName
    batch_kinds: frozenset[str] = frozenset({"openai", "anthropic"})


def decode_request_event(value: bytes, defaults: RequestDefaults) -> AssessmentRequest:
    """Raises MessageUnreadable, or Rejected when what it says cannot be a request."""
    try:
        envelope = RequestEnvelope.model_validate_json(value)
    except ValidationError as error:
        raise unreadable(REQUESTED, error) from error
    data = envelope.data
    metadata = envelope.metadata or RequestMetadata()
    overrides = data.llm_config_overrides or LLMConfigOverrides()
    return AssessmentRequest(
        outer_id=OuterBatchId(data.entity_id),
        correlation_id=CorrelationId(envelope.correlation_id),
        user_id=UserId(data.user_id),
        essays=_essays_of(data, metadata),
        settings=BatchSettings(
            panel=_panel_of(overrides, metadata, defaults),
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
        trace_parent=_trace_of(metadata),
    )


@dataclass(frozen=True, slots=True)
class Requester:
    """Who sent a request that could not be used, as far as an answer needs it."""

    event_id: EventId
    outer_id: OuterBatchId
    correlation_id: CorrelationId
    trace_parent: str | None


class _RequesterData(WireModel):
    entity_id: Id


def requester_of(value: bytes) -> Requester | None:
    """None where the message does not even say whom to answer."""
    try:
        envelope = Envelope[_RequesterData, TraceContext].model_validate_json(value)
    except ValidationError:
        return None
    return Requester(
        event_id=EventId(envelope.event_id),
        outer_id=OuterBatchId(envelope.data.entity_id),
        correlation_id=CorrelationId(envelope.correlation_id),
        trace_parent=_trace_of(envelope.metadata) if envelope.metadata is not None else None,
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


def _panel_of(overrides: LLMConfigOverrides, metadata: RequestMetadata, defaults: RequestDefaults) -> Panel:
    """Raises InvalidJudge, or Rejected for a panel beside other wishes about the judge."""
    batch = metadata.batch_config_overrides or BatchConfigOverrides()
    if metadata.panel:
        refuse_two_ways(overrides, batch)
        return Panel(tuple(PanelMember(seat.judge, seat.role, seat.share) for seat in metadata.panel))
    mode = batch.llm_batching_mode_override or metadata.llm_batching_mode_hint
    in_batches = defaults.batch_kinds if mode == BATCHES_OF_PROVIDER else frozenset()
    return Panel.of(judge_of(overrides, defaults.judge, in_batches))


def _essays_of(data: AssessmentRequestV1, metadata: RequestMetadata) -> tuple[EssayReference, ...]:
    names = {named.essay_id: named.name for named in metadata.names}
    findings: dict[str, list[TextFinding]] = {}
    for found in metadata.findings:
        findings.setdefault(found.essay_id, []).append(TextFinding(found.suspicion, found.excerpt))
    return tuple(
        EssayReference(
            essay_id=EssayId(essay.essay_id),
            storage_id=StorageId(essay.text_storage_id),
            name=names.get(essay.essay_id),
            findings=tuple(findings.get(essay.essay_id, ())),
        )
        for essay in data.essays_for_cj
    )


def _trace_of(metadata: TraceContext) -> str | None:
    trace = metadata.traceparent
    return trace if trace is not None and _TRACE_PARENT.fullmatch(trace) else None


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
