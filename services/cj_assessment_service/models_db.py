"""The tables. Migrations are the only schema authority; these classes are what they must add up to."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Enum,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    MetaData,
    Numeric,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.batches import BatchState, BatchStatus, StopReason
from cj_assessment_service.domain.comparisons import PairMode, PlanUse
from cj_assessment_service.domain.panels import JudgeRole
from cj_assessment_service.domain.policies import PairStrategy
from cj_assessment_service.domain.privacy import NameHandling

JsonPayload = dict[str, object]
"""An opaque document: written and read through `implementations/json_codecs` only."""

_NOT_YET = text("completed_at is null")
_UNPUBLISHED = text("published_at is null and dead_at is null")


def _enum(values: type[StrEnum], name: str) -> Enum:
    return Enum(values, name=name, values_callable=lambda members: [member.value for member in members])


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - the declarative base reads this class attribute
        datetime: DateTime(timezone=True),
        JsonPayload: JSONB,
    }


class CJBatchUpload(Base):
    """One assessment job: who asked for what, and how it ended."""

    __tablename__ = "cj_batch_uploads"
    __table_args__ = (
        UniqueConstraint("request_fingerprint", name="uq_cj_batch_uploads_request_fingerprint"),
        UniqueConstraint("request_event_id", name="uq_cj_batch_uploads_request_event_id"),
        CheckConstraint("(completed_at is null) = (stop_reason is null)", name="ended_with_reason"),
        CheckConstraint(
            "texts_deleted_at is null or completed_at is not null", name="texts_deleted_after_the_end"
        ),
        Index("ix_cj_batch_uploads_open", "id", postgresql_where=_NOT_YET),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    bos_batch_id: Mapped[str] = mapped_column(String(255), index=True)
    request_fingerprint: Mapped[str] = mapped_column(String(64))
    request_event_id: Mapped[UUID | None]
    trace_parent: Mapped[str | None] = mapped_column(String(64))
    event_correlation_id: Mapped[UUID]
    language: Mapped[str] = mapped_column(String(10))
    course_code: Mapped[str | None] = mapped_column(String(50))
    assignment_id: Mapped[str | None] = mapped_column(String(100), index=True)
    user_id: Mapped[str] = mapped_column(String(255), index=True)
    org_id: Mapped[str | None] = mapped_column(String(255), index=True)
    pair_seed: Mapped[int] = mapped_column(BigInteger)
    budget_requested: Mapped[int | None]
    max_cost: Mapped[Decimal | None] = mapped_column(Numeric(18, 8))
    max_seconds: Mapped[float | None]
    target_reliability: Mapped[float | None]
    max_expected_grade_changes: Mapped[float | None]
    answer_form: Mapped[AnswerForm] = mapped_column(_enum(AnswerForm, "cj_answer_form_enum"))
    pair_strategy: Mapped[PairStrategy | None] = mapped_column(_enum(PairStrategy, "cj_pair_strategy_enum"))
    pair_plan_use: Mapped[PlanUse | None] = mapped_column(_enum(PlanUse, "cj_pair_plan_use_enum"))
    reuse_answers: Mapped[bool] = mapped_column(server_default=text("false"))
    local_only: Mapped[bool] = mapped_column(server_default=text("false"))
    name_handling: Mapped[NameHandling] = mapped_column(
        _enum(NameHandling, "cj_name_handling_enum"), server_default=text("'not_looked_for'")
    )
    names_replaced: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    texts_with_names: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    requested_essay_count: Mapped[int]
    expected_essay_count: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    status: Mapped[BatchStatus] = mapped_column(_enum(BatchStatus, "cj_batch_status_enum"), index=True)
    stop_reason: Mapped[StopReason | None] = mapped_column(_enum(StopReason, "cj_stop_reason_enum"))
    failure_detail: Mapped[str | None] = mapped_column(Text)
    original_request: Mapped[JsonPayload]
    task_text: Mapped[str] = mapped_column(Text, server_default=text("''"))
    rubric_text: Mapped[str] = mapped_column(Text, server_default=text("''"))
    instructions_text: Mapped[str] = mapped_column(Text, server_default=text("''"))
    system_prompt: Mapped[str | None] = mapped_column(Text)
    prompt_template: Mapped[JsonPayload | None]
    grade_scale_definition: Mapped[JsonPayload | None]
    processing_metadata: Mapped[JsonPayload] = mapped_column(server_default=text("'{}'::jsonb"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())
    finish_requested_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    texts_deleted_at: Mapped[datetime | None]


class CJBatchState(Base):
    """Where the batch stands: its counts, its budget, and who holds the hand-over."""

    __tablename__ = "cj_batch_states"
    __table_args__ = (
        CheckConstraint(
            "completed_comparisons >= 0 and failed_comparisons >= 0"
            " and completed_comparisons + failed_comparisons <= submitted_comparisons"
            " and submitted_comparisons <= total_budget",
            name="counts_within_budget",
        ),
        CheckConstraint(
            "(state = 'SCORING') = (claim_token is not null) and (claim_token is null) = (claimed_at is null)",
            name="scoring_is_claimed",
        ),
        CheckConstraint(
            "(reliability_low is null) = (reliability_high is null)", name="reliability_has_both_limits"
        ),
        Index(
            "ix_cj_batch_states_active",
            "last_activity_at",
            postgresql_where=text("state in ('INITIALIZING', 'WAITING_CALLBACKS', 'SCORING')"),
        ),
    )

    batch_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("cj_batch_uploads.id", ondelete="CASCADE"), primary_key=True
    )
    state: Mapped[BatchState] = mapped_column(_enum(BatchState, "cj_batch_state_enum"), index=True)
    total_budget: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    submitted_comparisons: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    completed_comparisons: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    failed_comparisons: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    current_iteration: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    reliability: Mapped[float | None]
    reliability_low: Mapped[float | None]
    reliability_high: Mapped[float | None]
    expected_grade_changes: Mapped[float | None]
    spent_cost: Mapped[Decimal] = mapped_column(Numeric(18, 8), server_default=text("0"))
    prompt_tokens: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    completion_tokens: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    cached_tokens: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    unpriced_comparisons: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    claim_token: Mapped[UUID | None]
    claimed_at: Mapped[datetime | None]
    take_overs: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    last_activity_at: Mapped[datetime] = mapped_column(server_default=func.now())
    processing_metadata: Mapped[JsonPayload] = mapped_column(server_default=text("'{}'::jsonb"))


class PanelSeat(Base):
    """One judge of a batch: its role, and its share of the questions that go to this role; with `excluded_at`, its
    decisions do not enter the scale.
    """

    __tablename__ = "cj_panel_seats"
    __table_args__ = (
        UniqueConstraint("cj_batch_id", "judge", name="uq_cj_panel_seats_judge"),
        CheckConstraint("share > 0", name="share_above_zero"),
    )

    cj_batch_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("cj_batch_uploads.id", ondelete="CASCADE"), primary_key=True
    )
    place: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    judge: Mapped[str] = mapped_column(Text)
    role: Mapped[JudgeRole] = mapped_column(_enum(JudgeRole, "cj_judge_role_enum"))
    share: Mapped[float]
    destination: Mapped[str | None] = mapped_column(Text)
    excluded_at: Mapped[datetime | None]


class ProcessedEssay(Base):
    """An essay within one batch: its text, or why it could not be had."""

    __tablename__ = "cj_processed_essays"
    __table_args__ = (
        CheckConstraint(
            "(assessment_input_text is null) = (failure_code is not null or text_deleted)"
            " and (failure_code is null) = (failure_reason is null)",
            name="text_or_failure",
        ),
        CheckConstraint(
            "(known_grade is not null) = is_anchor or failure_code is not null", name="anchor_has_grade"
        ),
        CheckConstraint("(current_bt_score is null) = (current_bt_se is null)", name="score_with_error"),
    )

    cj_batch_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("cj_batch_uploads.id", ondelete="CASCADE"), primary_key=True
    )
    els_essay_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    name: Mapped[str | None] = mapped_column(Text)
    text_storage_id: Mapped[str | None] = mapped_column(String(256))
    assessment_input_text: Mapped[str | None] = mapped_column(Text)
    text_deleted: Mapped[bool] = mapped_column(server_default=text("false"))
    failure_code: Mapped[str | None] = mapped_column(String(100))
    failure_reason: Mapped[str | None] = mapped_column(Text)
    findings: Mapped[JsonPayload] = mapped_column(server_default=text("'{}'::jsonb"))
    requested: Mapped[bool]
    is_anchor: Mapped[bool]
    known_grade: Mapped[str | None] = mapped_column(String(50))
    current_bt_score: Mapped[float | None] = mapped_column(Float)
    current_bt_se: Mapped[float | None] = mapped_column(Float)
    comparison_count: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    win_count: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    infit: Mapped[float | None] = mapped_column(Float)
    component: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    processing_metadata: Mapped[JsonPayload] = mapped_column(server_default=text("'{}'::jsonb"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


class ComparisonPair(Base):
    """One question to one judge, and its one answer."""

    __tablename__ = "cj_comparison_pairs"
    __table_args__ = (
        ForeignKeyConstraint(
            ["cj_batch_id", "essay_a_els_id"],
            ["cj_processed_essays.cj_batch_id", "cj_processed_essays.els_essay_id"],
            ondelete="CASCADE",
            name="fk_cj_comparison_pairs_essay_a",
        ),
        ForeignKeyConstraint(
            ["cj_batch_id", "essay_b_els_id"],
            ["cj_processed_essays.cj_batch_id", "cj_processed_essays.els_essay_id"],
            ondelete="CASCADE",
            name="fk_cj_comparison_pairs_essay_b",
        ),
        UniqueConstraint("request_correlation_id", name="uq_cj_comparison_pairs_request_correlation_id"),
        CheckConstraint("essay_a_els_id <> essay_b_els_id", name="two_essays"),
        CheckConstraint("winner in ('essay_a', 'essay_b', 'tie')", name="known_winner"),
        CheckConstraint("level between 1 and 3", name="level_range"),
        CheckConstraint("level is null or winner is not null and winner <> 'tie'", name="level_needs_winner"),
        CheckConstraint(
            "(completed_at is null) = (winner is null and error_code is null)"
            " and (winner is null or error_code is null)",
            name="one_outcome",
        ),
        CheckConstraint("confidence between 1 and 5", name="confidence_range"),
        CheckConstraint("p_first between 0 and 1", name="p_first_range"),
        Index("ix_cj_comparison_pairs_batch", "cj_batch_id", "id"),
        Index("ix_cj_comparison_pairs_essay_b", "cj_batch_id", "essay_b_els_id"),
        Index("ix_cj_comparison_pairs_essay_a", "cj_batch_id", "essay_a_els_id"),
        Index("ix_cj_comparison_pairs_outstanding", "submitted_at", postgresql_where=_NOT_YET),
        Index(
            "ix_cj_comparison_pairs_content_key",
            "content_key",
            postgresql_where=text("winner is not null and not is_reused"),
        ),
        Index(
            "ix_cj_comparison_pairs_provider_submission_id",
            "provider_submission_id",
            postgresql_where=_NOT_YET,
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    cj_batch_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("cj_batch_uploads.id", ondelete="CASCADE")
    )
    request_correlation_id: Mapped[UUID]
    wave: Mapped[int]
    attempt: Mapped[int]
    repeat: Mapped[int]
    pair_generation_mode: Mapped[PairMode] = mapped_column(_enum(PairMode, "cj_pair_mode_enum"))
    essay_a_els_id: Mapped[str] = mapped_column(String(255))
    essay_b_els_id: Mapped[str] = mapped_column(String(255))
    judge: Mapped[str] = mapped_column(Text)
    content_key: Mapped[str | None] = mapped_column(String(64))
    prompt_version: Mapped[str | None] = mapped_column(String(100))
    provider_submission_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("cj_provider_submissions.id", ondelete="SET NULL")
    )
    submitted_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    sendings: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    completed_at: Mapped[datetime | None]
    winner: Mapped[str | None] = mapped_column(String(20))
    level: Mapped[int | None] = mapped_column(SmallInteger)
    p_first: Mapped[float | None] = mapped_column(Float)
    confidence: Mapped[float | None] = mapped_column(Float)
    remarks: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    is_reused: Mapped[bool] = mapped_column(server_default=text("false"))
    justification: Mapped[str | None] = mapped_column(Text)
    error_code: Mapped[str | None] = mapped_column(String(100))
    error_message: Mapped[str | None] = mapped_column(Text)
    provider: Mapped[str | None] = mapped_column(String(100))
    model: Mapped[str | None] = mapped_column(String(255))
    prompt_tokens: Mapped[int | None]
    completion_tokens: Mapped[int | None]
    cached_tokens: Mapped[int | None]
    attempts: Mapped[int | None]
    characters_sent: Mapped[int | None]
    cost: Mapped[Decimal | None] = mapped_column(Numeric(18, 8))
    response_seconds: Mapped[float | None] = mapped_column(Float)


class ProviderSubmission(Base):
    """Questions of one wave handed to a provider as a whole; without `provider_id` while nobody knows whether they arrived."""

    __tablename__ = "cj_provider_submissions"
    __table_args__ = (
        CheckConstraint("(provider_id is null) = (submitted_at is null)", name="submitted_under_a_name"),
        Index("ix_cj_provider_submissions_open", "created_at", postgresql_where=text("over_at is null")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    cj_batch_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("cj_batch_uploads.id", ondelete="CASCADE"), index=True
    )
    judge: Mapped[str] = mapped_column(Text)
    provider_id: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    until: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    over_at: Mapped[datetime | None]


class AssessmentInstruction(Base):
    """How an assignment, or a whole course, is assessed; without `org_id` for every organisation that has no own one."""

    __tablename__ = "assessment_instructions"
    __table_args__ = (
        UniqueConstraint(
            *("assignment_id", "course_id", "org_id"),
            name="uq_assessment_instructions_owner",
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("(assignment_id is null) <> (course_id is null)", name="chk_context_type"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    assignment_id: Mapped[str | None] = mapped_column(String(100))
    course_id: Mapped[str | None] = mapped_column(String(50), index=True)
    org_id: Mapped[str | None] = mapped_column(String(255))
    instructions_text: Mapped[str] = mapped_column(Text)
    grade_scale: Mapped[str] = mapped_column(String(50), index=True)
    grade_scale_definition: Mapped[JsonPayload]
    context_origin: Mapped[str] = mapped_column(String(64), index=True)
    student_prompt_storage_id: Mapped[str | None] = mapped_column(String(255))
    judge_rubric_storage_id: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[datetime]


class AnchorEssayReference(Base):
    """An essay with a known grade, registered for an assignment and a scale; without `org_id` for every organisation."""

    __tablename__ = "anchor_essay_references"
    __table_args__ = (
        UniqueConstraint(
            *("assignment_id", "anchor_label", "grade_scale", "org_id"),
            name="uq_anchor_assignment_label_scale_owner",
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    assignment_id: Mapped[str] = mapped_column(String(100))
    org_id: Mapped[str | None] = mapped_column(String(255))
    anchor_label: Mapped[str] = mapped_column(String(255))
    grade: Mapped[str] = mapped_column(String(50))
    grade_scale: Mapped[str] = mapped_column(String(50))
    text_storage_id: Mapped[str] = mapped_column(String(256))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class GradeCalibration(Base):
    """What the projected grades of a batch rest on, or why there are none."""

    __tablename__ = "grade_calibrations"
    __table_args__ = (
        CheckConstraint(
            "(calibration is null) = (unavailable_reason is not null)", name="calibration_or_reason"
        ),
    )

    cj_batch_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("cj_batch_uploads.id", ondelete="CASCADE"), primary_key=True
    )
    grade_scale: Mapped[str | None] = mapped_column(String(50))
    calibration: Mapped[JsonPayload | None]
    unavailable_reason: Mapped[str | None] = mapped_column(String(50))
    created_at: Mapped[datetime]


class GradeProjection(Base):
    """The projected grade of one essay in one batch."""

    __tablename__ = "grade_projections"
    __table_args__ = (
        ForeignKeyConstraint(
            ["cj_batch_id", "els_essay_id"],
            ["cj_processed_essays.cj_batch_id", "cj_processed_essays.els_essay_id"],
            ondelete="CASCADE",
            name="fk_grade_projections_essay",
        ),
        CheckConstraint("confidence_score between 0 and 1", name="confidence_is_probability"),
        CheckConstraint("normalized_score between 0 and 1", name="normalized_score_range"),
        Index("idx_batch_grade", "cj_batch_id", "primary_grade"),
    )

    cj_batch_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    els_essay_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    primary_grade: Mapped[str] = mapped_column(String(50))
    base_grade: Mapped[str] = mapped_column(String(50))
    grade_scale: Mapped[str] = mapped_column(String(50), index=True)
    confidence_score: Mapped[float]
    confidence_label: Mapped[str] = mapped_column(String(10))
    normalized_score: Mapped[float]
    second_grade: Mapped[str | None] = mapped_column(String(50))
    second_probability: Mapped[float | None]
    grade_probabilities: Mapped[JsonPayload]
    assessment_method: Mapped[str] = mapped_column(String(50), server_default=text("'cj_assessment'"))
    created_at: Mapped[datetime]


class EventOutbox(Base):
    """Events waiting to be published, written in the transaction that makes them true."""

    __tablename__ = "event_outbox"
    __table_args__ = (
        Index("ix_event_outbox_due", "next_attempt_at", postgresql_where=_UNPUBLISHED),
        Index("ix_event_outbox_key_order", "topic", "event_key", "sequence", postgresql_where=_UNPUBLISHED),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    aggregate_id: Mapped[str] = mapped_column(String(255), index=True)
    aggregate_type: Mapped[str] = mapped_column(String(100))
    event_type: Mapped[str] = mapped_column(String(255))
    topic: Mapped[str] = mapped_column(String(255))
    event_key: Mapped[str] = mapped_column(String(255))
    event_data: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    next_attempt_at: Mapped[datetime] = mapped_column(server_default=func.now())
    published_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    retry_count: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    last_error: Mapped[str | None] = mapped_column(Text)


class OrphanAnswer(Base):
    """An answer whose question is not in the ledger (yet)."""

    __tablename__ = "orphan_answers"

    request_id: Mapped[UUID] = mapped_column(primary_key=True)
    outcome: Mapped[JsonPayload]
    received_at: Mapped[datetime] = mapped_column(index=True)


class DeadLetter(Base):
    """A message that can never be handled as it is, where no broker keeps it."""

    __tablename__ = "dead_letters"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    topic: Mapped[str] = mapped_column(String(255))
    event_key: Mapped[str] = mapped_column(String(255))
    value: Mapped[bytes]
    reason: Mapped[str] = mapped_column(Text)
    parked_at: Mapped[datetime]


class StoredContent(Base):
    """Texts of the built-in content store, named by their SHA-256."""

    __tablename__ = "stored_contents"

    storage_id: Mapped[str] = mapped_column(String(256), primary_key=True)
    content: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
