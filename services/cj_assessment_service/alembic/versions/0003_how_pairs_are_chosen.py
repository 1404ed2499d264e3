"""How pairs are chosen

Revision ID: 0003
Revises: 0002
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STRATEGY = sa.Enum(
    "information",
    "a_optimal",
    "optimal_graph",
    "progressive",
    "swiss",
    "random",
    name="cj_pair_strategy_enum",
)
PLAN_USE = sa.Enum("first", "only", name="cj_pair_plan_use_enum")


def upgrade() -> None:
    STRATEGY.create(op.get_bind())
    PLAN_USE.create(op.get_bind())
    op.add_column("cj_batch_uploads", sa.Column("pair_strategy", STRATEGY, nullable=True))
    op.add_column("cj_batch_uploads", sa.Column("pair_plan_use", PLAN_USE, nullable=True))


def downgrade() -> None:
    op.drop_column("cj_batch_uploads", "pair_plan_use")
    op.drop_column("cj_batch_uploads", "pair_strategy")
    PLAN_USE.drop(op.get_bind())
    STRATEGY.drop(op.get_bind())
