"""Anchors in PostgreSQL."""

from collections.abc import Mapping

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from cj_assessment_service.domain.essays import AnchorReference
from cj_assessment_service.domain.identifiers import AnchorId, AssignmentId, Grade, GradeScaleId, StorageId
from cj_assessment_service.models_db import AnchorEssayReference
from cj_assessment_service.protocols import AnchorRepositoryProtocol


class PostgreSQLAnchorRepository(AnchorRepositoryProtocol):
    async def upsert_anchor(
        self,
        session: AsyncSession,
        assignment_id: AssignmentId,
        scale_id: GradeScaleId,
        label: str,
        grade: Grade,
        storage_id: StorageId,
    ) -> AnchorId:
        statement = insert(AnchorEssayReference).values(
            assignment_id=assignment_id,
            anchor_label=label,
            grade=grade,
            grade_scale=scale_id,
            text_storage_id=storage_id,
        )
        anchor_id = (
            await session.execute(
                statement.on_conflict_do_update(
                    constraint="uq_anchor_assignment_label_scale",
                    set_={
                        "grade": statement.excluded.grade,
                        "text_storage_id": statement.excluded.text_storage_id,
                    },
                ).returning(AnchorEssayReference.id)
            )
        ).scalar_one()
        return AnchorId(anchor_id)

    async def list_anchors(
        self, session: AsyncSession, assignment_id: AssignmentId, scale_id: GradeScaleId
    ) -> tuple[AnchorReference, ...]:
        rows = await session.scalars(
            select(AnchorEssayReference)
            .where(
                AnchorEssayReference.assignment_id == assignment_id,
                AnchorEssayReference.grade_scale == scale_id,
            )
            .order_by(AnchorEssayReference.id)
        )
        return tuple(
            AnchorReference(
                anchor_id=AnchorId(row.id),
                label=row.anchor_label,
                grade=Grade(row.grade),
                storage_id=StorageId(row.text_storage_id),
            )
            for row in rows
        )

    async def count_anchors_by_scale(
        self, session: AsyncSession, assignment_id: AssignmentId
    ) -> Mapping[GradeScaleId, int]:
        rows = await session.execute(
            select(AnchorEssayReference.grade_scale, func.count())
            .where(AnchorEssayReference.assignment_id == assignment_id)
            .group_by(AnchorEssayReference.grade_scale)
        )
        return {GradeScaleId(scale): count for scale, count in rows}

    async def delete_anchors(self, session: AsyncSession, assignment_id: AssignmentId) -> int:
        removed = await session.scalars(
            delete(AnchorEssayReference)
            .where(AnchorEssayReference.assignment_id == assignment_id)
            .returning(AnchorEssayReference.id)
        )
        return len(removed.all())
