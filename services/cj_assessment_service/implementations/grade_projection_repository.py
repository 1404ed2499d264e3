"""Projected grades in PostgreSQL."""

from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from cj_assessment_service.domain.grades import (
    ConfidenceLabel,
    GradeProbability,
    ProjectedGrades,
    ProjectionOutcome,
    ProjectionUnavailable,
    ProjectionUnavailableReason,
)
from cj_assessment_service.domain.grades import GradeProjection as Projection
from cj_assessment_service.domain.identifiers import BatchId, EssayId, Grade
from cj_assessment_service.models_db import GradeCalibration, GradeProjection
from cj_assessment_service.protocols import GradeProjectionRepositoryProtocol
from cj_assessment_service.wire.json_codecs import (
    decode_calibration,
    decode_probabilities,
    encode_calibration,
    encode_probabilities,
)


class PostgreSQLGradeProjectionRepository(GradeProjectionRepositoryProtocol):
    async def replace_for_batch(
        self, session: AsyncSession, batch_id: BatchId, outcome: ProjectionOutcome, at: datetime
    ) -> None:
        await session.execute(delete(GradeProjection).where(GradeProjection.cj_batch_id == batch_id))
        await session.execute(delete(GradeCalibration).where(GradeCalibration.cj_batch_id == batch_id))
        if isinstance(outcome, ProjectionUnavailable):
            await session.execute(
                insert(GradeCalibration).values(
                    cj_batch_id=batch_id, unavailable_reason=outcome.reason.value, created_at=at
                )
            )
            return
        scale_id = outcome.calibration.scale.scale_id
        await session.execute(
            insert(GradeCalibration).values(
                cj_batch_id=batch_id,
                grade_scale=scale_id,
                calibration=encode_calibration(outcome.calibration),
                created_at=at,
            )
        )
        await session.execute(
            insert(GradeProjection),
            [_to_row(batch_id, scale_id, projection, at) for projection in outcome.projections],
        )

    async def get_for_batch(self, session: AsyncSession, batch_id: BatchId) -> ProjectionOutcome | None:
        stored = await session.get(GradeCalibration, batch_id)
        if stored is None:
            return None
        if stored.unavailable_reason is not None or stored.calibration is None:
            return ProjectionUnavailable(ProjectionUnavailableReason(str(stored.unavailable_reason)))
        rows = await session.scalars(
            select(GradeProjection)
            .where(GradeProjection.cj_batch_id == batch_id)
            .order_by(GradeProjection.els_essay_id)
        )
        return ProjectedGrades(
            calibration=decode_calibration(stored.calibration),
            projections=tuple(_to_projection(row) for row in rows),
        )


def _to_row(batch_id: BatchId, scale_id: str, projection: Projection, at: datetime) -> dict[str, object]:
    second = projection.second
    return {
        "cj_batch_id": batch_id,
        "els_essay_id": projection.essay_id,
        "primary_grade": projection.grade,
        "base_grade": projection.base_grade,
        "grade_scale": scale_id,
        "confidence_score": projection.confidence,
        "confidence_label": projection.confidence_label.value,
        "normalized_score": projection.normalised_score,
        "second_grade": second.grade if second is not None else None,
        "second_probability": second.probability if second is not None else None,
        "grade_probabilities": encode_probabilities(projection.probabilities),
        "created_at": at,
    }


def _to_projection(row: GradeProjection) -> Projection:
    second = None
    if row.second_grade is not None and row.second_probability is not None:
        second = GradeProbability(Grade(row.second_grade), row.second_probability)
    return Projection(
        essay_id=EssayId(row.els_essay_id),
        grade=Grade(row.primary_grade),
        base_grade=Grade(row.base_grade),
        probabilities=decode_probabilities(row.grade_probabilities),
        confidence=row.confidence_score,
        confidence_label=ConfidenceLabel(row.confidence_label),
        normalised_score=row.normalized_score,
        second=second,
    )
