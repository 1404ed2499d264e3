"""Grades of a whole scale from the known grades of some of its essays."""

from collections.abc import Mapping
from dataclasses import replace

from cj_assessment_service.cj_core_logic.grade_projection.anchor_check import check_anchors
from cj_assessment_service.cj_core_logic.grade_projection.calibration import AnchorScore, calibrate
from cj_assessment_service.cj_core_logic.grade_projection.projection import project
from cj_assessment_service.domain.grades import (
    GradeScale,
    ProjectedGrades,
    ProjectionOutcome,
    ProjectionUnavailable,
    ProjectionUnavailableReason,
    ScorePopulation,
)
from cj_assessment_service.domain.identifiers import EssayId, Grade
from cj_assessment_service.domain.scores import Scoreboard


def grade_all(scale: GradeScale, known: Mapping[EssayId, Grade], board: Scoreboard) -> ProjectionOutcome:
    """A grade for every essay of the board, anchors included, so that each can be held against what is known; with the
    check of how well the anchors predict each other. An anchor that was never compared says nothing and is left out.

    Unavailable without scores, when the scale of scores is in several parts (grades compare essays through their
    anchors), and for the reasons of `calibrate`. Raises ValueError for a known grade the scale does not have.
    """
    compared = [score for score in board.scores if score.comparisons > 0]
    if not compared or board.prior_sd <= 0.0:
        return ProjectionUnavailable(ProjectionUnavailableReason.NO_SCORES)
    if board.components > 1:
        return ProjectionUnavailable(ProjectionUnavailableReason.DISCONNECTED_SCALE)
    anchors = [
        AnchorScore(score.essay_id, known[score.essay_id], score.score, score.se)
        for score in compared
        if score.essay_id in known
    ]
    population = ScorePopulation(0.0, board.prior_sd, len(board.scores) - len(anchors))
    calibration = calibrate(scale, anchors, population)
    if isinstance(calibration, ProjectionUnavailable):
        return calibration
    checked = replace(calibration, check=check_anchors(scale, anchors, population))
    return ProjectedGrades(checked, tuple(project(score, checked) for score in board.scores))
