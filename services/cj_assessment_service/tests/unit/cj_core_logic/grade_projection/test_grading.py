"""A whole scale graded, or the reason why not."""

import pytest

from cj_assessment_service.cj_core_logic.grade_projection.grading import grade_all
from cj_assessment_service.domain.grades import (
    ProjectedGrades,
    ProjectionUnavailable,
    ProjectionUnavailableReason,
)
from cj_assessment_service.domain.identifiers import EssayId, Grade
from cj_assessment_service.domain.scores import EssayScore, PositionEffect, Scoreboard
from cj_assessment_service.tests.unit.cj_core_logic.grade_projection.anchors import CEFR

Reason = ProjectionUnavailableReason


def board(scores: list[float], components: int = 1, comparisons: int = 10) -> Scoreboard:
    essays = tuple(
        EssayScore(EssayId(f"e{place}"), score, 0.4, comparisons=comparisons, wins=5)
        for place, score in enumerate(scores)
    )
    return Scoreboard(essays, 2.0, 0.9, None, PositionEffect(0.0, 0.1), components, decisions=50)


def known(**grades: str) -> dict[EssayId, Grade]:
    return {EssayId(essay): Grade(grade) for essay, grade in grades.items()}


def test_every_essay_gets_a_grade_and_the_anchors_are_checked() -> None:
    outcome = grade_all(CEFR, known(e0="A1", e1="A2", e3="C1"), board([-3.0, -1.5, 0.0, 2.6]))
    assert isinstance(outcome, ProjectedGrades)
    assert [projection.essay_id for projection in outcome.projections] == ["e0", "e1", "e2", "e3"]
    assert outcome.calibration.check is not None
    assert len(outcome.calibration.check.anchors) == 3


@pytest.mark.parametrize(
    ("anchors", "scale", "reason"),
    [
        (known(), board([0.0, 1.0]), Reason.NO_ANCHORS),
        (known(e0="A1", e1="A1"), board([0.0, 1.0]), Reason.TOO_FEW_ANCHOR_GRADES),
        (known(e0="C1", e1="A1"), board([0.0, 1.0]), Reason.REVERSED_ANCHORS),
        (known(e0="A1", e1="C1"), board([0.0, 1.0], components=2), Reason.DISCONNECTED_SCALE),
        (known(e0="A1", e1="C1"), board([0.0, 1.0], comparisons=0), Reason.NO_SCORES),
        (known(e0="A1", e1="C1"), board([]), Reason.NO_SCORES),
    ],
)
def test_without_usable_anchors_there_are_no_grades_and_a_reason(
    anchors: dict[EssayId, Grade], scale: Scoreboard, reason: Reason
) -> None:
    assert grade_all(CEFR, anchors, scale) == ProjectionUnavailable(reason)
