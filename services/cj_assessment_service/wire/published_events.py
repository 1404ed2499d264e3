"""What the service publishes: the thin completion, the failure, the rich result and the consumption."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar, assert_never
from uuid import UUID, uuid5

from pydantic import BaseModel

from cj_assessment_service.domain.batches import BatchIdentity, Progress
from cj_assessment_service.domain.events import (
    BatchCompleted,
    BatchEvent,
    BatchFailed,
    BatchRequested,
    Consumption,
    PublishedEssay,
    PublishedEvent,
    PublishedQuality,
    RequestRefused,
    ResourceConsumed,
    ResultPublished,
)
from cj_assessment_service.domain.grades import GradeProbability
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.wire.assessment_request import encode_request_event
from cj_assessment_service.wire.envelope import (
    SOURCE_SERVICE,
    Envelope,
    ErrorDetail,
    SystemMetadata,
    TraceContext,
)
from cj_assessment_service.wire.published_bodies import (
    AssessmentMetadata,
    AssessmentResultV2,
    CompletedV1,
    EssayResult,
    FailedV1,
    GradeShare,
    ProcessingSummary,
    ResourceConsumptionV1,
    ResultQuality,
    UsageTotals,
)
from cj_assessment_service.wire.topics import (
    COMPLETED,
    FAILED,
    REQUESTED,
    RESOURCE_CONSUMPTION,
    RESULT_PUBLISHED,
)

Data = TypeVar("Data", bound=BaseModel)

NO_BATCH = "INITIALIZATION_FAILED"
"""The job id in the failure of a request that never became a batch."""

_EVENT_NAMESPACE = UUID("6b0f4f53-5d0e-4d0a-9d35-3f1a6f3d8a52")


@dataclass(frozen=True, slots=True)
class EncodedEvent:
    """An event ready for the outbox; `event_id` depends only on what the event is about."""

    event_id: UUID
    message: Message


@dataclass(frozen=True, slots=True)
class _Head:
    """What an envelope says besides its data. `about` names what the event is about, once and for all."""

    topic: str
    about: str
    key: str
    correlation_id: UUID
    trace_parent: str | None
    at: datetime
    schema_version: int = 1

    @classmethod
    def of(cls, event: BatchEvent, topic: str, schema_version: int = 1) -> "_Head":
        identity = event.identity
        return cls(
            topic=topic,
            about=f"{identity.correlation_id}/{identity.batch_id}",
            key=identity.outer_id,
            correlation_id=identity.correlation_id,
            trace_parent=identity.trace_parent,
            at=event.at,
            schema_version=schema_version,
        )

    @property
    def event_id(self) -> UUID:
        return uuid5(_EVENT_NAMESPACE, f"{self.about}/{self.topic}")


def encode_event(event: PublishedEvent) -> EncodedEvent:
    match event:
        case BatchRequested():
            return _requested(event)
        case BatchCompleted():
            return _encode(_Head.of(event, COMPLETED), _completed(event))
        case BatchFailed():
            return _encode(_Head.of(event, FAILED), _failed(event))
        case ResultPublished():
            return _encode(_Head.of(event, RESULT_PUBLISHED, schema_version=2), _result(event))
        case ResourceConsumed():
            return _encode(_Head.of(event, RESOURCE_CONSUMPTION), _consumption(event))
        case RequestRefused():
            head = _Head(
                topic=FAILED,
                about=str(event.event_id),
                key=event.outer_id,
                correlation_id=event.correlation_id,
                trace_parent=event.trace_parent,
                at=event.at,
            )
            return _encode(head, _refused(event))
        case _:
            assert_never(event)


def _encode(head: _Head, data: Data) -> EncodedEvent:
    event_id = head.event_id
    envelope = Envelope[Data, TraceContext](
        event_id=event_id,
        event_type=head.topic,
        event_timestamp=head.at,
        source_service=SOURCE_SERVICE,
        correlation_id=head.correlation_id,
        schema_version=head.schema_version,
        data=data,
        metadata=TraceContext(traceparent=head.trace_parent) if head.trace_parent is not None else None,
    )
    return EncodedEvent(event_id, Message(head.topic, head.key, envelope.model_dump_json().encode()))


def _requested(event: BatchRequested) -> EncodedEvent:
    head = _Head.of(event, REQUESTED)
    value = encode_request_event(event.request, head.event_id, head.at)
    return EncodedEvent(head.event_id, Message(head.topic, head.key, value))


def _completed(event: BatchCompleted) -> CompletedV1:
    return CompletedV1(
        entity_id=event.identity.outer_id,
        timestamp=event.at,
        status="COMPLETED_SUCCESSFULLY" if event.successful else "FAILED_CRITICALLY",
        system_metadata=_stage("completed", COMPLETED, event.identity, event.started_at, event.at),
        stop_reason=event.reason.value,
        cj_assessment_job_id=str(event.identity.batch_id),
        processing_summary=ProcessingSummary(
            total_essays=len(event.successful) + len(event.failed),
            successful=len(event.successful),
            failed=len(event.failed),
            successful_essay_ids=event.successful,
            failed_essay_ids=event.failed,
            processing_time_seconds=round((event.at - event.started_at).total_seconds(), 2),
            single_essay_batch=event.single_essay,
        ),
    )


def _failed(event: BatchFailed) -> FailedV1:
    error = ErrorDetail(
        error_code=event.code.value,
        message=event.detail,
        correlation_id=event.identity.correlation_id,
        timestamp=event.at,
        service=SOURCE_SERVICE,
        operation="assess",
        details={"reason": event.reason.value, **_figures(event.progress)},
    )
    stage = _stage("failed", FAILED, event.identity, event.started_at, event.at)
    return FailedV1(
        entity_id=event.identity.outer_id,
        timestamp=event.at,
        system_metadata=stage.model_copy(update={"error_info": error.model_dump(mode="json")}),
        reason=event.reason.value,
        error_info=error,
        cj_assessment_job_id=str(event.identity.batch_id),
    )


def _refused(event: RequestRefused) -> FailedV1:
    error = ErrorDetail(
        error_code=event.code.value,
        message=event.detail,
        correlation_id=event.correlation_id,
        timestamp=event.at,
        service=SOURCE_SERVICE,
        operation="read_request",
        details={"request_event_id": str(event.event_id)},
    )
    return FailedV1(
        entity_id=event.outer_id,
        timestamp=event.at,
        system_metadata=SystemMetadata(
            entity_id=event.outer_id,
            entity_type="batch",
            timestamp=event.at,
            processing_stage="failed",
            completed_at=event.at,
            event=FAILED,
            error_info=error.model_dump(mode="json"),
        ),
        reason="request_refused",
        error_info=error,
        cj_assessment_job_id=NO_BATCH,
    )


def _stage(
    stage: str, topic: str, identity: BatchIdentity, started_at: datetime, at: datetime
) -> SystemMetadata:
    return SystemMetadata(
        entity_id=identity.outer_id,
        entity_type="batch",
        timestamp=at,
        processing_stage=stage,
        started_at=started_at,
        completed_at=at,
        event=topic,
    )


def _figures(progress: Progress) -> dict[str, object]:
    return {
        "submitted": progress.submitted,
        "completed": progress.completed,
        "failed": progress.failed,
        "budget": progress.budget,
        "success_rate": progress.success_rate,
    }


def _result(event: ResultPublished) -> AssessmentResultV2:
    made_by = event.attribution
    return AssessmentResultV2(
        entity_id=event.identity.outer_id,
        timestamp=event.at,
        batch_id=event.identity.outer_id,
        cj_assessment_job_id=str(event.identity.batch_id),
        assignment_id=event.identity.assignment_id,
        model_used=made_by.model if made_by is not None else None,
        model_provider=made_by.provider if made_by is not None else None,
        essay_results=tuple(_essay(essay) for essay in event.essays),
        quality=_quality(event.quality) if event.quality is not None else None,
        assessment_metadata=_metadata(event),
        assessed_at=event.at,
    )


def _metadata(event: ResultPublished) -> AssessmentMetadata:
    anchors = [essay.known_grade for essay in event.essays if essay.known_grade is not None]
    unavailable = event.projection_unavailable
    return AssessmentMetadata(
        grade_scale=event.scale.scale_id if event.scale is not None else None,
        grades=event.scale.ladder if event.scale is not None else (),
        calibration_method="none" if unavailable is not None else "anchor",
        projection_unavailable_reason=unavailable.value if unavailable is not None else None,
        anchor_essays_used=len(anchors) if unavailable is None else 0,
        anchor_grade_distribution={grade: anchors.count(grade) for grade in sorted(set(anchors))},
        comparison_count=event.comparisons,
        stop_reason=event.reason.value,
        usage=_usage(event.consumption),
        processing_duration_seconds=(event.at - event.started_at).total_seconds(),
        judge=event.judge,
        llm_temperature=event.attribution.temperature if event.attribution is not None else None,
        assignment_id=event.identity.assignment_id,
        course_code=event.identity.course_code,
    )


def _quality(quality: PublishedQuality) -> ResultQuality:
    low, high = quality.reliability_limits or (None, None)
    anchors = quality.anchors
    return ResultQuality(
        reliability=quality.reliability,
        reliability_low=low,
        reliability_high=high,
        separation_reliability=quality.separation_reliability,
        mean_se=quality.mean_se,
        max_se=quality.max_se,
        coverage=quality.coverage,
        components=quality.components,
        position_effect=quality.position.estimate,
        position_effect_se=quality.position.se,
        success_rate=quality.success_rate,
        misfit_essay_ids=quality.misfits,
        anchor_inversions=anchors.inversions if anchors is not None else None,
        anchor_kendall_tau=anchors.kendall_tau if anchors is not None else None,
    )


def _essay(essay: PublishedEssay) -> EssayResult:
    projection, known = essay.projection, essay.known_grade
    low, high = essay.interval
    projected = projection.grade if projection is not None else None
    second = projection.second if projection is not None else None
    return EssayResult(
        essay_id=essay.essay_id,
        display_name=f"ANCHOR GRADE {known}" if known is not None and essay.name is None else essay.name,
        is_anchor=known is not None,
        known_grade=known,
        rank=essay.rank,
        bt_score=essay.score,
        bt_se=essay.se,
        bt_score_low=low,
        bt_score_high=high,
        comparison_count=essay.comparisons,
        letter_grade=known if known is not None else projected,
        normalized_score=projection.normalised_score if projection is not None else None,
        confidence_score=projection.confidence if projection is not None else None,
        confidence_label=projection.confidence_label.value if projection is not None else None,
        grade_probabilities=tuple(
            _share(one) for one in (projection.probabilities if projection is not None else ())
        ),
        second_grade=_share(second) if second is not None else None,
        needs_review=bool(essay.review_reasons),
        review_reasons=essay.review_reasons,
    )


def _share(one: GradeProbability) -> GradeShare:
    # sums of floating-point numbers may end a hair outside
    return GradeShare(grade=one.grade, probability=min(1.0, max(0.0, one.probability)))


def _usage(consumption: Consumption) -> UsageTotals:
    return UsageTotals(
        prompt_tokens=consumption.prompt_tokens,
        completion_tokens=consumption.completion_tokens,
        cached_tokens=consumption.cached_tokens,
        cost=consumption.cost,
        unpriced_answers=consumption.unpriced,
        reused_comparisons=consumption.reused,
    )


def _consumption(event: ResourceConsumed) -> ResourceConsumptionV1:
    return ResourceConsumptionV1(
        entity_id=event.identity.outer_id,
        timestamp=event.at,
        user_id=event.identity.user_id,
        org_id=event.identity.organisation_id,
        quantity=event.quantity,
        usage=_usage(event.consumption),
        processing_id=str(event.identity.batch_id),
        consumed_at=event.at,
    )
