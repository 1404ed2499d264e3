"""Projects grades for a finished scale, or says why it cannot."""

from dataclasses import dataclass

from cj_assessment_service.cj_core_logic.grade_projection.projection_coordinator import (
    GradeProjectionCoordinator,
)
from cj_assessment_service.domain.grades import ProjectionOutcome
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.domain.scores import Scoreboard


@dataclass(frozen=True, slots=True)
class GradeProjector:
    coordinator: GradeProjectionCoordinator

    async def project(self, batch_id: BatchId, board: Scoreboard) -> ProjectionOutcome:
        """Of the scoring at hand, which may not be stored yet."""
        return await self.coordinator.project(batch_id, board)
