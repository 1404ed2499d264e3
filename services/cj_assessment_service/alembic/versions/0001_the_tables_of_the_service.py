"""The tables of the service

Revision ID: 0001
Revises:
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "anchor_essay_references",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("assignment_id", sa.String(length=100), nullable=False),
        sa.Column("anchor_label", sa.String(length=255), nullable=False),
        sa.Column("grade", sa.String(length=50), nullable=False),
        sa.Column("grade_scale", sa.String(length=50), nullable=False),
        sa.Column("text_storage_id", sa.String(length=256), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anchor_essay_references")),
        sa.UniqueConstraint(
            "assignment_id", "anchor_label", "grade_scale", name="uq_anchor_assignment_label_scale"
        ),
    )
    op.create_table(
        "assessment_instructions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("assignment_id", sa.String(length=100), nullable=True),
        sa.Column("course_id", sa.String(length=50), nullable=True),
        sa.Column("instructions_text", sa.Text(), nullable=False),
        sa.Column("grade_scale", sa.String(length=50), nullable=False),
        sa.Column("grade_scale_definition", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("context_origin", sa.String(length=64), nullable=False),
        sa.Column("student_prompt_storage_id", sa.String(length=255), nullable=True),
        sa.Column("judge_rubric_storage_id", sa.String(length=255), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(assignment_id is null) <> (course_id is null)",
            name=op.f("ck_assessment_instructions_chk_context_type"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_instructions")),
        sa.UniqueConstraint("assignment_id", name="uq_assessment_instructions_assignment_id"),
        sa.UniqueConstraint("course_id", name="uq_assessment_instructions_course_id"),
    )
    op.create_index(
        op.f("ix_assessment_instructions_context_origin"),
        "assessment_instructions",
        ["context_origin"],
        unique=False,
    )
    op.create_index(
        op.f("ix_assessment_instructions_grade_scale"),
        "assessment_instructions",
        ["grade_scale"],
        unique=False,
    )
    op.create_table(
        "cj_batch_uploads",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("bos_batch_id", sa.String(length=255), nullable=False),
        sa.Column("request_fingerprint", sa.String(length=64), nullable=False),
        sa.Column("event_correlation_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("course_code", sa.String(length=50), nullable=True),
        sa.Column("assignment_id", sa.String(length=100), nullable=True),
        sa.Column("user_id", sa.String(length=255), nullable=False),
        sa.Column("org_id", sa.String(length=255), nullable=True),
        sa.Column("judge", sa.Text(), nullable=False),
        sa.Column("pair_seed", sa.BigInteger(), nullable=False),
        sa.Column("budget_requested", sa.Integer(), nullable=True),
        sa.Column("max_cost", sa.Numeric(precision=18, scale=8), nullable=True),
        sa.Column("max_seconds", sa.Double(), nullable=True),
        sa.Column("target_reliability", sa.Double(), nullable=True),
        sa.Column("requested_essay_count", sa.Integer(), nullable=False),
        sa.Column("expected_essay_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "PENDING",
                "FETCHING_CONTENT",
                "PERFORMING_COMPARISONS",
                "COMPLETE_STABLE",
                "COMPLETE_MAX_COMPARISONS",
                "COMPLETE_INSUFFICIENT_ESSAYS",
                "COMPLETE_FORCED_RECOVERY",
                "ERROR_PROCESSING",
                "ERROR_ESSAY_PROCESSING",
                name="cj_batch_status_enum",
            ),
            nullable=False,
        ),
        sa.Column(
            "stop_reason",
            sa.Enum(
                "stable",
                "saturated",
                "budget_exhausted",
                "cost_cap",
                "time_cap",
                "insufficient_essays",
                "low_success_rate",
                "hopeless_judge",
                "no_judgements",
                "preparation_failed",
                "processing_failed",
                name="cj_stop_reason_enum",
            ),
            nullable=True,
        ),
        sa.Column("failure_detail", sa.Text(), nullable=True),
        sa.Column("original_request", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("task_text", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("rubric_text", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("instructions_text", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("system_prompt", sa.Text(), nullable=True),
        sa.Column("grade_scale_definition", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column(
            "processing_metadata",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(completed_at is null) = (stop_reason is null)",
            name=op.f("ck_cj_batch_uploads_ended_with_reason"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cj_batch_uploads")),
        sa.UniqueConstraint("request_fingerprint", name="uq_cj_batch_uploads_request_fingerprint"),
    )
    op.create_index(
        op.f("ix_cj_batch_uploads_assignment_id"), "cj_batch_uploads", ["assignment_id"], unique=False
    )
    op.create_index(
        op.f("ix_cj_batch_uploads_bos_batch_id"), "cj_batch_uploads", ["bos_batch_id"], unique=False
    )
    op.create_index(
        "ix_cj_batch_uploads_open",
        "cj_batch_uploads",
        ["id"],
        unique=False,
        postgresql_where=sa.text("completed_at is null"),
    )
    op.create_index(op.f("ix_cj_batch_uploads_org_id"), "cj_batch_uploads", ["org_id"], unique=False)
    op.create_index(op.f("ix_cj_batch_uploads_status"), "cj_batch_uploads", ["status"], unique=False)
    op.create_index(op.f("ix_cj_batch_uploads_user_id"), "cj_batch_uploads", ["user_id"], unique=False)
    op.create_table(
        "event_outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("aggregate_id", sa.String(length=255), nullable=False),
        sa.Column("aggregate_type", sa.String(length=100), nullable=False),
        sa.Column("event_type", sa.String(length=255), nullable=False),
        sa.Column("topic", sa.String(length=255), nullable=False),
        sa.Column("event_key", sa.String(length=255), nullable=False),
        sa.Column("event_data", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "next_attempt_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retry_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_outbox")),
        sa.UniqueConstraint("sequence", name=op.f("uq_event_outbox_sequence")),
    )
    op.create_index(op.f("ix_event_outbox_aggregate_id"), "event_outbox", ["aggregate_id"], unique=False)
    op.create_index(
        "ix_event_outbox_due",
        "event_outbox",
        ["next_attempt_at"],
        unique=False,
        postgresql_where=sa.text("published_at is null and dead_at is null"),
    )
    op.create_table(
        "stored_contents",
        sa.Column("storage_id", sa.String(length=256), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("storage_id", name=op.f("pk_stored_contents")),
    )
    op.create_table(
        "cj_batch_states",
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "INITIALIZING",
                "WAITING_CALLBACKS",
                "SCORING",
                "COMPLETED",
                "FAILED",
                "CANCELLED",
                name="cj_batch_state_enum",
            ),
            nullable=False,
        ),
        sa.Column("total_budget", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("submitted_comparisons", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("completed_comparisons", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("failed_comparisons", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("current_iteration", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("quiet_waves", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("reliability", sa.Double(), nullable=True),
        sa.Column(
            "spent_cost", sa.Numeric(precision=18, scale=8), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("prompt_tokens", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("completion_tokens", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("unpriced_comparisons", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("claim_token", sa.Uuid(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "last_activity_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column(
            "processing_metadata",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(state = 'SCORING') = (claim_token is not null) and (claim_token is null) = (claimed_at is null)",
            name=op.f("ck_cj_batch_states_scoring_is_claimed"),
        ),
        sa.CheckConstraint(
            "completed_comparisons >= 0 and failed_comparisons >= 0 and completed_comparisons + failed_comparisons <= submitted_comparisons and submitted_comparisons <= total_budget",
            name=op.f("ck_cj_batch_states_counts_within_budget"),
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["cj_batch_uploads.id"],
            name=op.f("fk_cj_batch_states_batch_id_cj_batch_uploads"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_cj_batch_states")),
    )
    op.create_index(
        "ix_cj_batch_states_active",
        "cj_batch_states",
        ["last_activity_at"],
        unique=False,
        postgresql_where=sa.text("state in ('INITIALIZING', 'WAITING_CALLBACKS', 'SCORING')"),
    )
    op.create_index(op.f("ix_cj_batch_states_state"), "cj_batch_states", ["state"], unique=False)
    op.create_table(
        "cj_processed_essays",
        sa.Column("cj_batch_id", sa.BigInteger(), nullable=False),
        sa.Column("els_essay_id", sa.String(length=255), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("text_storage_id", sa.String(length=256), nullable=True),
        sa.Column("assessment_input_text", sa.Text(), nullable=True),
        sa.Column("failure_code", sa.String(length=100), nullable=True),
        sa.Column("failure_reason", sa.Text(), nullable=True),
        sa.Column("requested", sa.Boolean(), nullable=False),
        sa.Column("is_anchor", sa.Boolean(), nullable=False),
        sa.Column("known_grade", sa.String(length=50), nullable=True),
        sa.Column("current_bt_score", sa.Float(), nullable=True),
        sa.Column("current_bt_se", sa.Float(), nullable=True),
        sa.Column("comparison_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("win_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("infit", sa.Float(), nullable=True),
        sa.Column("component", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "processing_metadata",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(assessment_input_text is null) = (failure_code is not null) and (failure_code is null) = (failure_reason is null)",
            name=op.f("ck_cj_processed_essays_text_or_failure"),
        ),
        sa.CheckConstraint(
            "(current_bt_score is null) = (current_bt_se is null)",
            name=op.f("ck_cj_processed_essays_score_with_error"),
        ),
        sa.CheckConstraint(
            "(known_grade is not null) = is_anchor or failure_code is not null",
            name=op.f("ck_cj_processed_essays_anchor_has_grade"),
        ),
        sa.ForeignKeyConstraint(
            ["cj_batch_id"],
            ["cj_batch_uploads.id"],
            name=op.f("fk_cj_processed_essays_cj_batch_id_cj_batch_uploads"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("cj_batch_id", "els_essay_id", name=op.f("pk_cj_processed_essays")),
    )
    op.create_table(
        "grade_calibrations",
        sa.Column("cj_batch_id", sa.BigInteger(), nullable=False),
        sa.Column("grade_scale", sa.String(length=50), nullable=True),
        sa.Column("calibration", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("unavailable_reason", sa.String(length=50), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(calibration is null) = (unavailable_reason is not null)",
            name=op.f("ck_grade_calibrations_calibration_or_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["cj_batch_id"],
            ["cj_batch_uploads.id"],
            name=op.f("fk_grade_calibrations_cj_batch_id_cj_batch_uploads"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("cj_batch_id", name=op.f("pk_grade_calibrations")),
    )
    op.create_table(
        "cj_comparison_pairs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("cj_batch_id", sa.BigInteger(), nullable=False),
        sa.Column("request_correlation_id", sa.Uuid(), nullable=False),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("repeat", sa.Integer(), nullable=False),
        sa.Column(
            "pair_generation_mode",
            sa.Enum("coverage", "resampling", "retry", name="cj_pair_mode_enum"),
            nullable=False,
        ),
        sa.Column("essay_a_els_id", sa.String(length=255), nullable=False),
        sa.Column("essay_b_els_id", sa.String(length=255), nullable=False),
        sa.Column("judge", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("winner", sa.String(length=20), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("justification", sa.Text(), nullable=True),
        sa.Column("error_code", sa.String(length=100), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("provider", sa.String(length=100), nullable=True),
        sa.Column("model", sa.String(length=255), nullable=True),
        sa.Column("prompt_tokens", sa.Integer(), nullable=True),
        sa.Column("completion_tokens", sa.Integer(), nullable=True),
        sa.Column("cost", sa.Numeric(precision=18, scale=8), nullable=True),
        sa.Column("response_seconds", sa.Float(), nullable=True),
        sa.CheckConstraint(
            "winner in ('essay_a', 'essay_b')", name=op.f("ck_cj_comparison_pairs_winner_is_one_of_the_two")
        ),
        sa.CheckConstraint(
            "(completed_at is null) = (winner is null and error_code is null) and (winner is null or error_code is null)",
            name=op.f("ck_cj_comparison_pairs_one_outcome"),
        ),
        sa.CheckConstraint(
            "confidence between 1 and 5", name=op.f("ck_cj_comparison_pairs_confidence_range")
        ),
        sa.CheckConstraint(
            "essay_a_els_id <> essay_b_els_id", name=op.f("ck_cj_comparison_pairs_two_essays")
        ),
        sa.ForeignKeyConstraint(
            ["cj_batch_id", "essay_a_els_id"],
            ["cj_processed_essays.cj_batch_id", "cj_processed_essays.els_essay_id"],
            name="fk_cj_comparison_pairs_essay_a",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["cj_batch_id", "essay_b_els_id"],
            ["cj_processed_essays.cj_batch_id", "cj_processed_essays.els_essay_id"],
            name="fk_cj_comparison_pairs_essay_b",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["cj_batch_id"],
            ["cj_batch_uploads.id"],
            name=op.f("fk_cj_comparison_pairs_cj_batch_id_cj_batch_uploads"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cj_comparison_pairs")),
        sa.UniqueConstraint("request_correlation_id", name="uq_cj_comparison_pairs_request_correlation_id"),
    )
    op.create_index(
        "ix_cj_comparison_pairs_batch", "cj_comparison_pairs", ["cj_batch_id", "id"], unique=False
    )
    op.create_index(
        "ix_cj_comparison_pairs_essay_a",
        "cj_comparison_pairs",
        ["cj_batch_id", "essay_a_els_id"],
        unique=False,
    )
    op.create_index(
        "ix_cj_comparison_pairs_essay_b",
        "cj_comparison_pairs",
        ["cj_batch_id", "essay_b_els_id"],
        unique=False,
    )
    op.create_index(
        "ix_cj_comparison_pairs_outstanding",
        "cj_comparison_pairs",
        ["submitted_at"],
        unique=False,
        postgresql_where=sa.text("completed_at is null"),
    )
    op.create_table(
        "grade_projections",
        sa.Column("cj_batch_id", sa.BigInteger(), nullable=False),
        sa.Column("els_essay_id", sa.String(length=255), nullable=False),
        sa.Column("primary_grade", sa.String(length=50), nullable=False),
        sa.Column("base_grade", sa.String(length=50), nullable=False),
        sa.Column("grade_scale", sa.String(length=50), nullable=False),
        sa.Column("confidence_score", sa.Double(), nullable=False),
        sa.Column("confidence_label", sa.String(length=10), nullable=False),
        sa.Column("normalized_score", sa.Double(), nullable=False),
        sa.Column("second_grade", sa.String(length=50), nullable=True),
        sa.Column("second_probability", sa.Double(), nullable=True),
        sa.Column("grade_probabilities", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "assessment_method",
            sa.String(length=50),
            server_default=sa.text("'cj_assessment'"),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "confidence_score between 0 and 1", name=op.f("ck_grade_projections_confidence_is_probability")
        ),
        sa.CheckConstraint(
            "normalized_score between 0 and 1", name=op.f("ck_grade_projections_normalized_score_range")
        ),
        sa.ForeignKeyConstraint(
            ["cj_batch_id", "els_essay_id"],
            ["cj_processed_essays.cj_batch_id", "cj_processed_essays.els_essay_id"],
            name="fk_grade_projections_essay",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("cj_batch_id", "els_essay_id", name=op.f("pk_grade_projections")),
    )
    op.create_index("idx_batch_grade", "grade_projections", ["cj_batch_id", "primary_grade"], unique=False)
    op.create_index(
        op.f("ix_grade_projections_grade_scale"), "grade_projections", ["grade_scale"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_grade_projections_grade_scale"), table_name="grade_projections")
    op.drop_index("idx_batch_grade", table_name="grade_projections")
    op.drop_table("grade_projections")
    op.drop_index(
        "ix_cj_comparison_pairs_outstanding",
        table_name="cj_comparison_pairs",
        postgresql_where=sa.text("completed_at is null"),
    )
    op.drop_index("ix_cj_comparison_pairs_essay_b", table_name="cj_comparison_pairs")
    op.drop_index("ix_cj_comparison_pairs_essay_a", table_name="cj_comparison_pairs")
    op.drop_index("ix_cj_comparison_pairs_batch", table_name="cj_comparison_pairs")
    op.drop_table("cj_comparison_pairs")
    op.drop_table("grade_calibrations")
    op.drop_table("cj_processed_essays")
    op.drop_index(op.f("ix_cj_batch_states_state"), table_name="cj_batch_states")
    op.drop_index(
        "ix_cj_batch_states_active",
        table_name="cj_batch_states",
        postgresql_where=sa.text("state in ('INITIALIZING', 'WAITING_CALLBACKS', 'SCORING')"),
    )
    op.drop_table("cj_batch_states")
    op.drop_table("stored_contents")
    op.drop_index(
        "ix_event_outbox_due",
        table_name="event_outbox",
        postgresql_where=sa.text("published_at is null and dead_at is null"),
    )
    op.drop_index(op.f("ix_event_outbox_aggregate_id"), table_name="event_outbox")
    op.drop_table("event_outbox")
    op.drop_index(op.f("ix_cj_batch_uploads_user_id"), table_name="cj_batch_uploads")
    op.drop_index(op.f("ix_cj_batch_uploads_status"), table_name="cj_batch_uploads")
    op.drop_index(op.f("ix_cj_batch_uploads_org_id"), table_name="cj_batch_uploads")
    op.drop_index(
        "ix_cj_batch_uploads_open",
        table_name="cj_batch_uploads",
        postgresql_where=sa.text("completed_at is null"),
    )
    op.drop_index(op.f("ix_cj_batch_uploads_bos_batch_id"), table_name="cj_batch_uploads")
    op.drop_index(op.f("ix_cj_batch_uploads_assignment_id"), table_name="cj_batch_uploads")
    op.drop_table("cj_batch_uploads")
    op.drop_index(op.f("ix_assessment_instructions_grade_scale"), table_name="assessment_instructions")
    op.drop_index(op.f("ix_assessment_instructions_context_origin"), table_name="assessment_instructions")
    op.drop_table("assessment_instructions")
    op.drop_table("anchor_essay_references")
    for name in ("cj_batch_status_enum", "cj_batch_state_enum", "cj_stop_reason_enum", "cj_pair_mode_enum"):
        sa.Enum(name=name).drop(op.get_bind())
