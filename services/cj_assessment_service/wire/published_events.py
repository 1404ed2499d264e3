"""What the service publishes: the thin completion, the failure, the rich result and the consumption."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal, TypeVar, assert_never
from uuid import UUID, uuid5

from pydantic import BaseModel

from cj_assessment_service.domain.batches import BatchIdentity
from cj_assessment_service.domain.events import (
    BatchCompleted,
    BatchEvent,
    BatchFailed,
    BatchRequested,
    PublishedEssay,
    ResourceConsumed,
    ResultPublished,
)
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.wire.assessment_request import encode_request_event
from cj_assessment_service.wire.envelope import SOURCE_SERVICE, Envelope, ErrorDetail, NoMetadata, WireModel
from cj_assessment_service.wire.topics import (
    COMPLETED,
    FAILED,
    REQUESTED,
    RESOURCE_CONSUMPTION,
    RESULT_PUBLISHED,
)

Data = TypeVar("Data", bound=BaseModel)

_EVENT_NAMESPACE = UUID("6b0f4f53-5d0e-4d0a-9d35-3f1a6f3d8a52")


class ProcessingSummary(WireModel):
    total_essays: int
    successful: int
    failed: int
    successful_essay_ids: tuple[str, ...]
    failed_essay_ids: tuple[str, ...]
    processing_time_seconds: float
    single_essay_batch: bool


class CompletedV1(WireModel):
    event_name: Literal["cj_assessment.completed"] = "cj_assessment.completed"
    entity_id: str
    entity_type: str = "batch"
    timestamp: datetime
    status: Literal["COMPLETED_SUCCESSFULLY", "FAILED_CRITICALLY"]
    stop_reason: str
    cj_assessment_job_id: str
    processing_summary: ProcessingSummary


class FailedV1(WireModel):
    event_name: Literal["cj_assessment.failed"] = "cj_assessment.failed"
    entity_id: str
    entity_type: str = "batch"
    timestamp: datetime
    status: Literal["FAILED_CRITICALLY"] = "FAILED_CRITICALLY"
    reason: str
    error_info: ErrorDetail
    cj_assessment_job_id: str


class GradeShare(WireModel):
    grade: str
    probability: float


class EssayResult(WireModel):
    """`letter_grade` is a grade of the scale named beside it; None where none could be projected."""

    essay_id: str
    display_name: str | None
    is_anchor: bool
    known_grade: str | None
    rank: int | None
    bt_score: float | None
    bt_se: float | None
    letter_grade: str | None
    normalized_score: float | None
    confidence_score: float | None
    confidence_label: str | None
    grade_probabilities: tuple[GradeShare, ...]


class AssessmentMetadata(WireModel):
    grade_scale: str | None
    calibration_method: Literal["anchor", "none"]
    projection_unavailable_reason: str | None
    anchor_essays_used: int
    anchor_grade_distribution: tuple[tuple[str, int], ...]
    comparison_count: int
    reliability: float | None
    stop_reason: str
    cost: Decimal
    processing_duration_seconds: float
    judge: str
    assignment_id: str | None
    course_code: str | None


class AssessmentResultV2(WireModel):
    event_name: Literal["assessment.result.published"] = "assessment.result.published"
    entity_id: str
    entity_type: str = "batch"
    timestamp: datetime
    batch_id: str
    cj_assessment_job_id: str
    assignment_id: str | None
    assessment_method: Literal["cj_assessment"] = "cj_assessment"
    essay_results: tuple[EssayResult, ...]
    assessment_metadata: AssessmentMetadata
    assessed_at: datetime


class ResourceConsumptionV1(WireModel):
    event_name: Literal["resource.consumption"] = "resource.consumption"
    entity_id: str
    entity_type: str = "batch"
    timestamp: datetime
    user_id: str
    org_id: str | None
    resource_type: Literal["cj_comparison"] = "cj_comparison"
    quantity: int
    service_name: Literal["cj_assessment_service"] = "cj_assessment_service"
    processing_id: str
    consumed_at: datetime


@dataclass(frozen=True, slots=True)
class EncodedEvent:
    """An event ready for the outbox; `event_id` depends only on the batch and the kind of event."""

    event_id: UUID
    message: Message


def encode_event(event: BatchEvent) -> EncodedEvent:
    match event:
        case BatchRequested():
            return _requested(event)
        case BatchCompleted():
            return _encode(COMPLETED, event.identity, event.at, _completed(event), schema_version=1)
        case BatchFailed():
            return _encode(FAILED, event.identity, event.at, _failed(event), schema_version=1)
        case ResultPublished():
            return _encode(RESULT_PUBLISHED, event.identity, event.at, _result(event), schema_version=2)
        case ResourceConsumed():
            return _encode(
                RESOURCE_CONSUMPTION, event.identity, event.at, _consumption(event), schema_version=1
            )
        case _:
            assert_never(event)


def _encode(
    topic: str, identity: BatchIdentity, at: datetime, data: Data, *, schema_version: int
) -> EncodedEvent:
    event_id = _event_id(identity, topic)
    envelope = Envelope[Data, NoMetadata](
        event_id=event_id,
        event_type=topic,
        event_timestamp=at,
        source_service=SOURCE_SERVICE,
        correlation_id=identity.correlation_id,
        schema_version=schema_version,
        data=data,
    )
    return EncodedEvent(event_id, Message(topic, identity.outer_id, envelope.model_dump_json().encode()))


def _event_id(identity: BatchIdentity, topic: str) -> UUID:
    return uuid5(_EVENT_NAMESPACE, f"{identity.correlation_id}/{identity.batch_id}/{topic}")


def _requested(event: BatchRequested) -> EncodedEvent:
    event_id = _event_id(event.identity, REQUESTED)
    value = encode_request_event(event.request, event_id, event.at)
    return EncodedEvent(event_id, Message(REQUESTED, event.identity.outer_id, value))


def _completed(event: BatchCompleted) -> CompletedV1:
    return CompletedV1(
        entity_id=event.identity.outer_id,
        timestamp=event.at,
        status="COMPLETED_SUCCESSFULLY" if event.successful else "FAILED_CRITICALLY",
        stop_reason=event.reason.value,
        cj_assessment_job_id=str(event.identity.batch_id),
        processing_summary=ProcessingSummary(
            total_essays=len(event.successful) + len(event.failed),
            successful=len(event.successful),
            failed=len(event.failed),
            successful_essay_ids=event.successful,
            failed_essay_ids=event.failed,
            processing_time_seconds=round(event.seconds, 2),
            single_essay_batch=event.single_essay,
        ),
    )


def _failed(event: BatchFailed) -> FailedV1:
    return FailedV1(
        entity_id=event.identity.outer_id,
        timestamp=event.at,
        reason=event.reason.value,
        error_info=ErrorDetail(
            error_code=event.code.value,
            message=event.detail,
            correlation_id=event.identity.correlation_id,
            timestamp=event.at,
            service=SOURCE_SERVICE,
        ),
        cj_assessment_job_id=str(event.identity.batch_id),
    )


def _result(event: ResultPublished) -> AssessmentResultV2:
    grades = [essay.known_grade for essay in event.essays if essay.known_grade is not None]
    return AssessmentResultV2(
        entity_id=event.identity.outer_id,
        timestamp=event.at,
        batch_id=event.identity.outer_id,
        cj_assessment_job_id=str(event.identity.batch_id),
        assignment_id=event.identity.assignment_id,
        essay_results=tuple(_essay(essay) for essay in event.essays),
        assessment_metadata=AssessmentMetadata(
            grade_scale=event.scale.scale_id if event.scale is not None else None,
            calibration_method="none" if event.projection_unavailable is not None else "anchor",
            projection_unavailable_reason=(
                event.projection_unavailable.value if event.projection_unavailable is not None else None
            ),
            anchor_essays_used=len(grades),
            anchor_grade_distribution=tuple((grade, grades.count(grade)) for grade in sorted(set(grades))),
            comparison_count=event.comparisons,
            reliability=event.reliability,
            stop_reason=event.reason.value,
            cost=event.cost,
            processing_duration_seconds=event.seconds,
            judge=event.judge,
            assignment_id=event.identity.assignment_id,
            course_code=event.identity.course_code,
        ),
        assessed_at=event.at,
    )


def _essay(essay: PublishedEssay) -> EssayResult:
    projection = essay.projection
    return EssayResult(
        essay_id=essay.essay_id,
        display_name=essay.name,
        is_anchor=essay.known_grade is not None,
        known_grade=essay.known_grade,
        rank=essay.rank,
        bt_score=essay.score,
        bt_se=essay.se,
        letter_grade=projection.grade if projection is not None else None,
        normalized_score=projection.normalised_score if projection is not None else None,
        confidence_score=projection.confidence if projection is not None else None,
        confidence_label=projection.confidence_label.value if projection is not None else None,
        grade_probabilities=tuple(
            GradeShare(grade=p.grade, probability=p.probability)
            for p in (projection.probabilities if projection is not None else ())
        ),
    )


def _consumption(event: ResourceConsumed) -> ResourceConsumptionV1:
    return ResourceConsumptionV1(
        entity_id=event.identity.outer_id,
        timestamp=event.at,
        user_id=event.identity.user_id,
        org_id=event.identity.organisation_id,
        quantity=event.quantity,
        processing_id=str(event.identity.batch_id),
        consumed_at=event.at,
    )
