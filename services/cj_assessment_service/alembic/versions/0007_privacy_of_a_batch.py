"""What was done about names, where questions went, and batches whose texts were deleted

Revision ID: 0007
Revises: 0006
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NAMES = postgresql.ENUM(
    "not_looked_for", "kept", "replaced", "replaced_in_texts", name="cj_name_handling_enum", create_type=False
)
_TEXT_OR_FAILURE = "ck_cj_processed_essays_text_or_failure"
_AFTER_THE_END = "ck_cj_batch_uploads_texts_deleted_after_the_end"


def upgrade() -> None:
    _NAMES.create(op.get_bind())
    for column in (
        sa.Column("local_only", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("name_handling", _NAMES, server_default=sa.text("'not_looked_for'"), nullable=False),
        sa.Column("names_replaced", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("texts_with_names", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("texts_deleted_at", sa.DateTime(timezone=True), nullable=True),
    ):
        op.add_column("cj_batch_uploads", column)
    op.create_check_constraint(
        op.f(_AFTER_THE_END), "cj_batch_uploads", "texts_deleted_at is null or completed_at is not null"
    )
    op.add_column("cj_panel_seats", sa.Column("destination", sa.Text(), nullable=True))
    op.add_column(
        "cj_processed_essays",
        sa.Column("text_deleted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    _replace_text_or_failure("failure_code is not null or text_deleted")


def downgrade() -> None:
    # what was deleted does not come back: such an essay counts as one that could not be loaded
    op.execute(
        "update cj_processed_essays set failure_code = 'RESOURCE_NOT_FOUND', failure_reason = 'The text was deleted.'"
        " where text_deleted and failure_code is null"
    )
    _replace_text_or_failure("failure_code is not null")
    op.drop_column("cj_processed_essays", "text_deleted")
    op.drop_column("cj_panel_seats", "destination")
    op.drop_constraint(op.f(_AFTER_THE_END), "cj_batch_uploads")
    for name in ("texts_deleted_at", "texts_with_names", "names_replaced", "name_handling", "local_only"):
        op.drop_column("cj_batch_uploads", name)
    _NAMES.drop(op.get_bind())


def _replace_text_or_failure(has_no_text: str) -> None:
    op.drop_constraint(op.f(_TEXT_OR_FAILURE), "cj_processed_essays")
    op.create_check_constraint(
        op.f(_TEXT_OR_FAILURE),
        "cj_processed_essays",
        f"(assessment_input_text is null) = ({has_no_text}) and (failure_code is null) = (failure_reason is null)",
    )
