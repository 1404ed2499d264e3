"""Instructions and anchors belong to an organisation, or to the platform where they name none

Revision ID: 0011
Revises: 0010
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_INSTRUCTIONS = "assessment_instructions"
_ANCHORS = "anchor_essay_references"


def upgrade() -> None:
    for table in (_INSTRUCTIONS, _ANCHORS):
        op.add_column(table, sa.Column("org_id", sa.String(length=255), nullable=True))
    op.drop_constraint("uq_assessment_instructions_assignment_id", _INSTRUCTIONS)
    op.drop_constraint("uq_assessment_instructions_course_id", _INSTRUCTIONS)
    op.create_unique_constraint(
        "uq_assessment_instructions_owner",
        _INSTRUCTIONS,
        ["assignment_id", "course_id", "org_id"],
        postgresql_nulls_not_distinct=True,
    )
    op.create_index("ix_assessment_instructions_course_id", _INSTRUCTIONS, ["course_id"])
    op.drop_constraint("uq_anchor_assignment_label_scale", _ANCHORS)
    op.create_unique_constraint(
        "uq_anchor_assignment_label_scale_owner",
        _ANCHORS,
        ["assignment_id", "anchor_label", "grade_scale", "org_id"],
        postgresql_nulls_not_distinct=True,
    )


def downgrade() -> None:
    # without the column they would be everybody's
    op.execute("delete from assessment_instructions where org_id is not null")
    op.execute("delete from anchor_essay_references where org_id is not null")
    op.drop_constraint("uq_anchor_assignment_label_scale_owner", _ANCHORS)
    op.create_unique_constraint(
        "uq_anchor_assignment_label_scale", _ANCHORS, ["assignment_id", "anchor_label", "grade_scale"]
    )
    op.drop_index("ix_assessment_instructions_course_id", _INSTRUCTIONS)
    op.drop_constraint("uq_assessment_instructions_owner", _INSTRUCTIONS)
    op.create_unique_constraint("uq_assessment_instructions_course_id", _INSTRUCTIONS, ["course_id"])
    op.create_unique_constraint("uq_assessment_instructions_assignment_id", _INSTRUCTIONS, ["assignment_id"])
    for table in (_ANCHORS, _INSTRUCTIONS):
        op.drop_column(table, "org_id")
