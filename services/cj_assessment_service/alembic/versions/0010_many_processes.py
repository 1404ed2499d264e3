"""What many processes on one database need: stopped repeats, dated sendings, orphans, dead letters, ordered events

Revision ID: 0010
Revises: 0009
"""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_UPLOADS = "cj_batch_uploads"
_UNPUBLISHED = sa.text("published_at is null and dead_at is null")
_OLD_STATUSES = (
    "PENDING",
    "FETCHING_CONTENT",
    "PERFORMING_COMPARISONS",
    "COMPLETE_STABLE",
    "COMPLETE_MAX_COMPARISONS",
    "COMPLETE_INSUFFICIENT_ESSAYS",
    "COMPLETE_FORCED_RECOVERY",
    "ERROR_PROCESSING",
    "ERROR_ESSAY_PROCESSING",
)
_OLD_REASONS = (
    "stable",
    "grades_settled",
    "order_decided",
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
)


def upgrade() -> None:
    op.execute("alter type cj_batch_status_enum add value 'CANCELLED'")
    op.execute("alter type cj_stop_reason_enum add value 'finished_early'")
    op.execute("alter type cj_stop_reason_enum add value 'cancelled'")
    op.add_column(_UPLOADS, sa.Column("request_event_id", sa.Uuid(), nullable=True))
    op.add_column(_UPLOADS, sa.Column("trace_parent", sa.String(length=64), nullable=True))
    op.add_column(_UPLOADS, sa.Column("finish_requested_at", sa.DateTime(timezone=True), nullable=True))
    op.create_unique_constraint("uq_cj_batch_uploads_request_event_id", _UPLOADS, ["request_event_id"])
    op.add_column("cj_comparison_pairs", sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "cj_comparison_pairs",
        sa.Column("sendings", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
    )
    op.add_column(
        "cj_batch_states",
        sa.Column("take_overs", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
    )
    op.create_table(
        "orphan_answers",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", postgresql.JSONB(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_orphan_answers")),
    )
    op.create_index(op.f("ix_orphan_answers_received_at"), "orphan_answers", ["received_at"])
    op.create_table(
        "dead_letters",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("topic", sa.String(length=255), nullable=False),
        sa.Column("event_key", sa.String(length=255), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("parked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dead_letters")),
    )
    op.create_index(
        "ix_event_outbox_key_order",
        "event_outbox",
        ["topic", "event_key", "sequence"],
        postgresql_where=_UNPUBLISHED,
    )
    op.execute(
        "create function wake_outbox_relays() returns trigger language plpgsql as"
        " $$ begin perform pg_notify('event_outbox', ''); return null; end $$"
    )
    op.execute(
        "create trigger event_outbox_written after insert on event_outbox"
        " for each statement execute function wake_outbox_relays()"
    )


def downgrade() -> None:
    op.execute("drop trigger event_outbox_written on event_outbox")
    op.execute("drop function wake_outbox_relays()")
    op.drop_index("ix_event_outbox_key_order", "event_outbox")
    op.drop_table("dead_letters")
    op.drop_table("orphan_answers")
    op.drop_column("cj_batch_states", "take_overs")
    op.drop_column("cj_comparison_pairs", "sendings")
    op.drop_column("cj_comparison_pairs", "sent_at")
    op.drop_constraint("uq_cj_batch_uploads_request_event_id", _UPLOADS)
    for column in ("finish_requested_at", "trace_parent", "request_event_id"):
        op.drop_column(_UPLOADS, column)
    _go_back_to(
        "cj_stop_reason_enum",
        "stop_reason",
        _OLD_REASONS,
        {"finished_early": "budget_exhausted", "cancelled": "processing_failed"},
    )
    _go_back_to("cj_batch_status_enum", "status", _OLD_STATUSES, {"CANCELLED": "ERROR_PROCESSING"})


def _go_back_to(name: str, column: str, old: Sequence[str], nearest: Mapping[str, str]) -> None:
    """PostgreSQL cannot take a value from an enumeration, so the column moves to a new one."""
    cases = " ".join(f"when '{new}' then '{kept}'" for new, kept in nearest.items())
    op.execute(f"alter type {name} rename to newer_{name}")
    sa.Enum(*old, name=name).create(op.get_bind())
    op.execute(
        f"alter table {_UPLOADS} alter column {column} type {name} using"
        f" (case {column}::text {cases} else {column}::text end)::{name}"
    )
    op.execute(f"drop type newer_{name}")
