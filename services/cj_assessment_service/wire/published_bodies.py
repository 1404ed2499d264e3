"""The bodies of the events the service publishes, as their readers see them; fields may be added, none goes away."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from cj_assessment_service.wire.envelope import ErrorDetail, SystemMetadata, WireModel

Share = Annotated[float, Field(ge=0, le=1)]


class ProcessingSummary(WireModel):
    """Requested essays only: total_essays = successful + failed."""

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
    parent_id: str | None = None
    timestamp: datetime
    status: Literal["COMPLETED_SUCCESSFULLY", "FAILED_CRITICALLY"]
    system_metadata: SystemMetadata
    stop_reason: str
    cj_assessment_job_id: str
    processing_summary: ProcessingSummary


class FailedV1(WireModel):
    """`cj_assessment_job_id` is INITIALIZATION_FAILED where the request never became a batch."""

    event_name: Literal["cj_assessment.failed"] = "cj_assessment.failed"
    entity_id: str
    entity_type: str = "batch"
    parent_id: str | None = None
    timestamp: datetime
    status: Literal["FAILED_CRITICALLY"] = "FAILED_CRITICALLY"
    system_metadata: SystemMetadata
    reason: str
    error_info: ErrorDetail
    cj_assessment_job_id: str


class GradeShare(WireModel):
    grade: str
    probability: Share


class EssayResult(WireModel):
    """`letter_grade` is a grade of the scale named in the metadata: an anchor's own, the projected one of any other essay,
    null where none could be projected. `bt_score` and its 95 % interval are in logits. `review_reasons` are sentences for a
    teacher; there is one exactly where `needs_review` is true.
    """

    essay_id: str
    display_name: str | None
    is_anchor: bool
    known_grade: str | None
    rank: Annotated[int, Field(ge=1)] | None
    bt_score: float
    bt_se: float
    bt_score_low: float
    bt_score_high: float
    comparison_count: int
    letter_grade: str | None
    normalized_score: Share | None
    confidence_score: Share | None
    confidence_label: Literal["HIGH", "MID", "LOW"] | None
    grade_probabilities: tuple[GradeShare, ...]
    second_grade: GradeShare | None
    needs_review: bool
    review_reasons: tuple[str, ...]
    feedback_uri: str | None = None
    metrics_uri: str | None = None


class UsageTotals(WireModel):
    """All answers of the batch, those nobody could read included. `cost` is in USD and sums the known prices,
    `unpriced_answers` counts the others; `reused_comparisons` took nothing.
    """

    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int
    cost: Decimal
    unpriced_answers: int
    reused_comparisons: int


class ResultQuality(WireModel):
    """How far the scale can be trusted. `separation_reliability` (SSR) is null when the scores do not vary, `coverage` the
    share of all pairs with a judgement, `components` 1 when all scores compare, `position_effect` the advantage of the
    essay shown first in logits.
    """

    reliability: float
    reliability_low: float | None
    reliability_high: float | None
    separation_reliability: float | None
    mean_se: float
    max_se: float
    coverage: Share
    components: int
    position_effect: float
    position_effect_se: float
    success_rate: Share | None
    misfit_essay_ids: tuple[str, ...]
    anchor_inversions: int | None
    anchor_kendall_tau: float | None


class AssessmentMetadata(WireModel):
    """`grades` are those of the scale, lowest first. `calibration_method` is "none" where no grades were projected, and the
    reason stands beside it. `llm_temperature` is null where the provider chose it.
    """

    grade_scale: str | None
    grades: tuple[str, ...]
    calibration_method: Literal["anchor", "none"]
    projection_unavailable_reason: str | None
    anchor_essays_used: int
    anchor_grade_distribution: dict[str, int]
    comparison_count: int
    stop_reason: str
    usage: UsageTotals
    processing_duration_seconds: float
    judge: str
    llm_temperature: float | None
    assignment_id: str | None
    course_code: str | None


class AssessmentResultV2(WireModel):
    """Essays best first, anchors among them. `model_used` is the model most of the judgements come from."""

    event_name: Literal["assessment.result.published"] = "assessment.result.published"
    entity_id: str
    entity_type: str = "batch"
    parent_id: str | None = None
    timestamp: datetime
    batch_id: str
    cj_assessment_job_id: str
    assignment_id: str | None
    assessment_method: Literal["cj_assessment"] = "cj_assessment"
    model_used: str | None
    model_provider: str | None
    model_version: str | None = None
    essay_results: tuple[EssayResult, ...]
    quality: ResultQuality | None
    assessment_metadata: AssessmentMetadata
    assessed_at: datetime


class ResourceConsumptionV1(WireModel):
    """`quantity` counts the successful comparisons."""

    event_name: Literal["resource.consumption"] = "resource.consumption"
    entity_id: str
    entity_type: str = "batch"
    parent_id: str | None = None
    timestamp: datetime
    user_id: str
    org_id: str | None
    resource_type: Literal["cj_comparison"] = "cj_comparison"
    quantity: int
    usage: UsageTotals
    service_name: Literal["cj_assessment_service"] = "cj_assessment_service"
    processing_id: str
    consumed_at: datetime
