"""Grades for a whole scale from the items of it whose grade is known."""

from collections.abc import Sequence

from cj_assessment_service.cj_core_logic.grade_projection.calibration import AnchorScore, calibrate
from cj_assessment_service.cj_core_logic.grade_projection.projection import project
from cj_assessment_service.domain.decision_tables import KnownGrade
from cj_assessment_service.domain.grades import (
    GradeScale,
    ProjectedGrades,
    ProjectionOutcome,
    ProjectionUnavailable,
    ProjectionUnavailableReason,
)
from cj_assessment_service.domain.scores import Scoreboard


def grade_board(board: Scoreboard, known: Sequence[KnownGrade], scale: GradeScale) -> ProjectionOutcome:
    """Every item of the board gets a grade, those with a known one included; known grades of other items count for
    nothing. A scale in several parts gets none: grades are carried over by comparisons. Raises ValueError for a grade
    the scale does not have.
    """
    if board.components > 1:
        return ProjectionUnavailable(ProjectionUnavailableReason.DISCONNECTED_SCALE)
    scores = {score.essay_id: score for score in board.scores}
    anchors = [
        AnchorScore(one.item, one.grade, scores[one.item].score, scores[one.item].se)
        for one in known
        if one.item in scores
    ]
    calibration = calibrate(scale, anchors)
    if isinstance(calibration, ProjectionUnavailable):
        return calibration
    return ProjectedGrades(calibration, tuple(project(score, calibration) for score in board.scores))
