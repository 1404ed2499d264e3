"""Graded answers and ties

Revision ID: 0002
Revises: 0001
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_FORMS = sa.Enum("winner", "graded", "winner_or_tie", "graded_or_tie", name="cj_answer_form_enum")


def upgrade() -> None:
    _FORMS.create(op.get_bind())
    # whatever was asked until now was asked for the bare winner
    op.add_column(
        "cj_batch_uploads", sa.Column("answer_form", _FORMS, server_default="winner", nullable=False)
    )
    op.alter_column("cj_batch_uploads", "answer_form", server_default=None)
    op.add_column("cj_comparison_pairs", sa.Column("level", sa.SmallInteger(), nullable=True))
    op.drop_constraint(op.f("ck_cj_comparison_pairs_winner_is_one_of_the_two"), "cj_comparison_pairs")
    op.create_check_constraint(
        op.f("ck_cj_comparison_pairs_known_winner"),
        "cj_comparison_pairs",
        "winner in ('essay_a', 'essay_b', 'tie')",
    )
    op.create_check_constraint(
        op.f("ck_cj_comparison_pairs_level_range"), "cj_comparison_pairs", "level between 1 and 3"
    )
    op.create_check_constraint(
        op.f("ck_cj_comparison_pairs_level_needs_winner"),
        "cj_comparison_pairs",
        "level is null or winner is not null and winner <> 'tie'",
    )


def downgrade() -> None:
    """Refused by the database while ties are stored: the older schema has no word for them."""
    op.drop_constraint(op.f("ck_cj_comparison_pairs_level_needs_winner"), "cj_comparison_pairs")
    op.drop_constraint(op.f("ck_cj_comparison_pairs_level_range"), "cj_comparison_pairs")
    op.drop_constraint(op.f("ck_cj_comparison_pairs_known_winner"), "cj_comparison_pairs")
    op.create_check_constraint(
        op.f("ck_cj_comparison_pairs_winner_is_one_of_the_two"),
        "cj_comparison_pairs",
        "winner in ('essay_a', 'essay_b')",
    )
    op.drop_column("cj_comparison_pairs", "level")
    op.drop_column("cj_batch_uploads", "answer_form")
    _FORMS.drop(op.get_bind())
