"""The words a batch is asked in, and what was found in its texts

Revision ID: 0008
Revises: 0007
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("cj_batch_uploads", sa.Column("prompt_template", postgresql.JSONB(), nullable=True))
    op.add_column(
        "cj_processed_essays",
        sa.Column("findings", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("cj_processed_essays", "findings")
    op.drop_column("cj_batch_uploads", "prompt_template")
