"""Goals of a batch, and how far it came

Revision ID: 0004
Revises: 0003
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_OLD_REASONS = (
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
)
_LIMITS = "ck_cj_batch_states_reliability_has_both_limits"


def upgrade() -> None:
    op.execute("alter type cj_stop_reason_enum add value 'grades_settled' after 'stable'")
    op.execute("alter type cj_stop_reason_enum add value 'order_decided' after 'grades_settled'")
    op.add_column("cj_batch_uploads", sa.Column("max_expected_grade_changes", sa.Double(), nullable=True))
    for name in ("reliability_low", "reliability_high", "expected_grade_changes"):
        op.add_column("cj_batch_states", sa.Column(name, sa.Double(), nullable=True))
    op.create_check_constraint(
        op.f(_LIMITS), "cj_batch_states", "(reliability_low is null) = (reliability_high is null)"
    )
    op.drop_column("cj_batch_states", "quiet_waves")


def downgrade() -> None:
    op.add_column(
        "cj_batch_states",
        sa.Column("quiet_waves", sa.Integer(), server_default=sa.text("0"), nullable=False),
    )
    op.drop_constraint(op.f(_LIMITS), "cj_batch_states")
    for name in ("expected_grade_changes", "reliability_high", "reliability_low"):
        op.drop_column("cj_batch_states", name)
    op.drop_column("cj_batch_uploads", "max_expected_grade_changes")
    _forget_new_reasons()


def _forget_new_reasons() -> None:
    """PostgreSQL cannot take a value from an enumeration, so the column moves to a new one."""
    op.execute("alter type cj_stop_reason_enum rename to cj_newer_stop_reason_enum")
    sa.Enum(*_OLD_REASONS, name="cj_stop_reason_enum").create(op.get_bind())
    op.execute(
        "alter table cj_batch_uploads alter column stop_reason type cj_stop_reason_enum using"
        " (case when stop_reason::text in ('grades_settled', 'order_decided') then 'stable' else stop_reason::text end)"
        "::cj_stop_reason_enum"
    )
    op.execute("drop type cj_newer_stop_reason_enum")
