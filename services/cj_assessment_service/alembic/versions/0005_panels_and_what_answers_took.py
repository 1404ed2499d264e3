"""Panels of judges, and what is known of every question and answer

Revision ID: 0005
Revises: 0004
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ROLES = postgresql.ENUM("primary", "arbiter", "fallback", name="cj_judge_role_enum", create_type=False)
_P_FIRST_RANGE = "ck_cj_comparison_pairs_p_first_range"


def upgrade() -> None:
    _ROLES.create(op.get_bind())
    op.create_table(
        "cj_panel_seats",
        sa.Column("cj_batch_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("judge", sa.Text(), nullable=False),
        sa.Column("role", _ROLES, nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.CheckConstraint("share > 0", name=op.f("ck_cj_panel_seats_share_above_zero")),
        sa.ForeignKeyConstraint(
            ["cj_batch_id"],
            ["cj_batch_uploads.id"],
            name=op.f("fk_cj_panel_seats_cj_batch_id_cj_batch_uploads"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("cj_batch_id", "place", name=op.f("pk_cj_panel_seats")),
        sa.UniqueConstraint("cj_batch_id", "judge", name="uq_cj_panel_seats_judge"),
    )
    op.execute(
        "insert into cj_panel_seats (cj_batch_id, place, judge, role, share)"
        " select id, 0, judge, 'primary', 1 from cj_batch_uploads"
    )
    op.drop_column("cj_batch_uploads", "judge")
    op.add_column(
        "cj_batch_uploads",
        sa.Column("reuse_answers", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column(
        "cj_batch_states",
        sa.Column("cached_tokens", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
    )
    for column in (
        sa.Column("content_key", sa.String(64), nullable=True),
        sa.Column("prompt_version", sa.String(100), nullable=True),
        sa.Column("p_first", sa.Float(), nullable=True),
        sa.Column("remarks", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("is_reused", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("cached_tokens", sa.Integer(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=True),
        sa.Column("characters_sent", sa.Integer(), nullable=True),
    ):
        op.add_column("cj_comparison_pairs", column)
    op.create_check_constraint(op.f(_P_FIRST_RANGE), "cj_comparison_pairs", "p_first between 0 and 1")
    op.create_index(
        "ix_cj_comparison_pairs_content_key",
        "cj_comparison_pairs",
        ["content_key"],
        postgresql_where=sa.text("winner is not null and not is_reused"),
    )


def downgrade() -> None:
    op.drop_index("ix_cj_comparison_pairs_content_key", "cj_comparison_pairs")
    op.drop_constraint(op.f(_P_FIRST_RANGE), "cj_comparison_pairs")
    for name in (
        "characters_sent",
        "attempts",
        "cached_tokens",
        "is_reused",
        "remarks",
        "p_first",
        "prompt_version",
        "content_key",
    ):
        op.drop_column("cj_comparison_pairs", name)
    op.drop_column("cj_batch_states", "cached_tokens")
    op.drop_column("cj_batch_uploads", "reuse_answers")
    op.add_column("cj_batch_uploads", sa.Column("judge", sa.Text(), nullable=True))
    op.execute(
        "update cj_batch_uploads set judge = seat.judge from cj_panel_seats as seat"
        " where seat.cj_batch_id = cj_batch_uploads.id and seat.place = 0"
    )
    op.alter_column("cj_batch_uploads", "judge", nullable=False)
    op.drop_table("cj_panel_seats")
    _ROLES.drop(op.get_bind())
