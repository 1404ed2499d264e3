"""Questions handed to a provider as a whole

Revision ID: 0009
Revises: 0008
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_OF_QUESTION = "fk_cj_comparison_pairs_provider_submission_id_cj_provider_submissions"


def upgrade() -> None:
    op.create_table(
        "cj_provider_submissions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cj_batch_id", sa.BigInteger(), nullable=False),
        sa.Column("judge", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(provider_id is null) = (submitted_at is null)",
            name=op.f("ck_cj_provider_submissions_submitted_under_a_name"),
        ),
        sa.ForeignKeyConstraint(
            ["cj_batch_id"],
            ["cj_batch_uploads.id"],
            name=op.f("fk_cj_provider_submissions_cj_batch_id_cj_batch_uploads"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cj_provider_submissions")),
    )
    op.create_index(
        op.f("ix_cj_provider_submissions_cj_batch_id"), "cj_provider_submissions", ["cj_batch_id"]
    )
    op.create_index(
        "ix_cj_provider_submissions_open",
        "cj_provider_submissions",
        ["created_at"],
        postgresql_where=sa.text("over_at is null"),
    )
    op.add_column("cj_comparison_pairs", sa.Column("provider_submission_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f(_OF_QUESTION),
        "cj_comparison_pairs",
        "cj_provider_submissions",
        ["provider_submission_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_index(
        "ix_cj_comparison_pairs_provider_submission_id",
        "cj_comparison_pairs",
        ["provider_submission_id"],
        postgresql_where=sa.text("completed_at is null"),
    )


def downgrade() -> None:
    op.drop_index("ix_cj_comparison_pairs_provider_submission_id", "cj_comparison_pairs")
    op.drop_constraint(op.f(_OF_QUESTION), "cj_comparison_pairs")
    op.drop_column("cj_comparison_pairs", "provider_submission_id")
    op.drop_table("cj_provider_submissions")
