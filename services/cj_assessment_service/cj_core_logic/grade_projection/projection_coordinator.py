"""Reads what a projection needs and hands it to the pure functions beside it."""

from dataclasses import dataclass

from cj_assessment_service.cj_core_logic.grade_projection.calibration import AnchorScore, calibrate
from cj_assessment_service.cj_core_logic.grade_projection.projection import project
from cj_assessment_service.domain.grades import (
    ProjectedGrades,
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
        """Every essay of the board gets a grade, anchors included, so that each can be held against what is known."""
        async with self.sessions.session() as session:
            brief = await self.batches.get_brief(session, batch_id)
            items = await self.essays.get_essays_for_batch(session, batch_id)
        if brief.scale is None:
            return ProjectionUnavailable(ProjectionUnavailableReason.NO_SCALE)
        scores = {score.essay_id: score for score in board.scores}
        anchors = [
            AnchorScore(
                item.essay_id, item.known_grade, scores[item.essay_id].score, scores[item.essay_id].se
            )
            for item in items
            if item.known_grade is not None and item.essay_id in scores
        ]
        calibration = calibrate(brief.scale, anchors)
        if isinstance(calibration, ProjectionUnavailable):
            return calibration
        return ProjectedGrades(calibration, tuple(project(score, calibration) for score in board.scores))

    async def load(self, batch_id: BatchId) -> ProjectionOutcome | None:
        """What was stored when the batch was finalised."""
        async with self.sessions.session() as session:
            return await self.projections.get_for_batch(session, batch_id)
