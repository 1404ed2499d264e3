"""Reads what a projection needs and hands it to the pure functions beside it."""

import asyncio
from dataclasses import dataclass

from cj_assessment_service.cj_core_logic.grade_projection.grading import grade_all
from cj_assessment_service.domain.grades import (
    ProjectionOutcome,
    ProjectionUnavailable,
    ProjectionUnavailableReason,
)
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.domain.scores import Scoreboard
from cj_assessment_service.protocols import (
    CJBatchRepositoryProtocol,
    CJEssayRepositoryProtocol,
    GradeProjectionRepositoryProtocol,
    SessionProviderProtocol,
)


@dataclass(frozen=True, slots=True)
class GradeProjectionCoordinator:
    sessions: SessionProviderProtocol
    batches: CJBatchRepositoryProtocol
    essays: CJEssayRepositoryProtocol
    projections: GradeProjectionRepositoryProtocol

    async def project(self, batch_id: BatchId, board: Scoreboard) -> ProjectionOutcome:
        """In a thread, because checking many anchors takes seconds."""
        async with self.sessions.session() as session:
            brief = await self.batches.get_brief(session, batch_id)
            items = await self.essays.get_essays_for_batch(session, batch_id)
        if brief.scale is None:
            return ProjectionUnavailable(ProjectionUnavailableReason.NO_SCALE)
        known = {item.essay_id: item.known_grade for item in items if item.known_grade is not None}
        return await asyncio.to_thread(grade_all, brief.scale, known, board)

    async def load(self, batch_id: BatchId) -> ProjectionOutcome | None:
        """What was stored when the batch was finalised."""
        async with self.sessions.session() as session:
            return await self.projections.get_for_batch(session, batch_id)
