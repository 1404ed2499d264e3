"""Anchors in PostgreSQL."""

from collections.abc import Mapping
from operator import attrgetter

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession

from cj_assessment_service.domain.essays import AnchorDraft, AnchorReference
from cj_assessment_service.domain.identifiers import (
    AnchorId,
    AssignmentId,
    Grade,
    GradeScaleId,
    OrganisationId,
    StorageId,
)
from cj_assessment_service.implementations.ownership import owned_by, visible_to
from cj_assessment_service.models_db import AnchorEssayReference
from cj_assessment_service.protocols import AnchorRepositoryProtocol


class PostgreSQLAnchorRepository(AnchorRepositoryProtocol):
    async def upsert_anchor(self, session: AsyncSession, draft: AnchorDraft) -> AnchorId:
        statement = insert(AnchorEssayReference).values(
            assignment_id=draft.assignment_id,
            org_id=draft.organisation_id,
            anchor_label=draft.label,
            grade=draft.grade,
            grade_scale=draft.scale_id,
            text_storage_id=draft.storage_id,
        )
        anchor_id = (
            await session.execute(
                statement.on_conflict_do_update(
                    constraint="uq_anchor_assignment_label_scale_owner",
                    set_={
                        "grade": statement.excluded.grade,
                        "text_storage_id": statement.excluded.text_storage_id,
                    },
                ).returning(AnchorEssayReference.id)
            )
        ).scalar_one()
        return AnchorId(anchor_id)

    async def list_anchors(
        self,
        session: AsyncSession,
        organisation: OrganisationId | None,
        assignment_id: AssignmentId,
        scale_id: GradeScaleId,
    ) -> tuple[AnchorReference, ...]:
        rows = await session.scalars(
            select(AnchorEssayReference)
            .where(
                visible_to(AnchorEssayReference.org_id, organisation),
                AnchorEssayReference.assignment_id == assignment_id,
                AnchorEssayReference.grade_scale == scale_id,
            )
            .ext(distinct_on(AnchorEssayReference.anchor_label))
            .order_by(AnchorEssayReference.anchor_label, AnchorEssayReference.org_id.nulls_last())
        )
        return tuple(
            AnchorReference(
                anchor_id=AnchorId(row.id),
                label=row.anchor_label,
                grade=Grade(row.grade),
                storage_id=StorageId(row.text_storage_id),
                organisation_id=OrganisationId(row.org_id) if row.org_id is not None else None,
            )
            for row in sorted(rows, key=attrgetter("id"))
        )

    async def count_anchors_by_scale(
        self, session: AsyncSession, organisation: OrganisationId | None, assignment_id: AssignmentId
    ) -> Mapping[GradeScaleId, int]:
        rows = await session.execute(
            select(AnchorEssayReference.grade_scale, func.count())
            .where(
                visible_to(AnchorEssayReference.org_id, organisation),
                AnchorEssayReference.assignment_id == assignment_id,
            )
            .group_by(AnchorEssayReference.grade_scale)
        )
        return {GradeScaleId(scale): count for scale, count in rows}

    async def delete_anchors(
        self, session: AsyncSession, organisation: OrganisationId | None, assignment_id: AssignmentId
    ) -> int:
        removed = await session.scalars(
            delete(AnchorEssayReference)
            .where(
                owned_by(AnchorEssayReference.org_id, organisation),
                AnchorEssayReference.assignment_id == assignment_id,
            )
            .returning(AnchorEssayReference.id)
        )
        return len(removed.all())
