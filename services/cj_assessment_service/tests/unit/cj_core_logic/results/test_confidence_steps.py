"""Whether a surer judge is right more often."""

from dataclasses import replace

from cj_assessment_service.cj_core_logic.results.confidence_steps import (
    anchor_grades,
    confidence_steps,
    with_confidence_steps,
)
from cj_assessment_service.cj_core_logic.results.quality import judge_summaries
from cj_assessment_service.domain.comparisons import OrientedPair, RecordedComparison, Winner
from cj_assessment_service.domain.essays import EssayItem
from cj_assessment_service.domain.identifiers import EssayId, Grade
from cj_assessment_service.domain.results import ConfidenceStep
from cj_assessment_service.domain.scores import EssayScore, PositionEffect, Scoreboard
from cj_assessment_service.tests.fixtures.results import Shape, a_result

RESULT = a_result(Shape(essays=4, anchors=0, waves=1))
A, B, C = (EssayId(name) for name in "abc")
BOARD = Scoreboard(
    tuple(EssayScore(name, score, 0.5, 4, 2) for name, score in ((A, 1.0), (B, 0.0), (C, -1.0))),
    1.0,
    0.5,
    None,
    PositionEffect(0.0, 1.0),
    components=1,
    decisions=4,
)


def said(first: EssayId, second: EssayId, winner: Winner, confidence: float | None) -> RecordedComparison:
    return replace(
        RESULT.comparisons[0], pair=OrientedPair(first, second), winner=winner, confidence=confidence
    )


def test_anchors_are_held_against_their_grades_and_others_against_the_scale() -> None:
    told = [
        said(A, B, Winner.FIRST, 5),
        said(A, B, Winner.SECOND, 4.6),
        said(B, C, Winner.SECOND, 2),
        said(A, C, Winner.TIE, 2),
        said(A, C, Winner.FIRST, None),
    ]
    assert confidence_steps(told, BOARD, {A: 1, B: 2}) == (
        ConfidenceStep(2, decisions=1, agreeing=0, anchor_decisions=0, anchor_right=0),
        ConfidenceStep(5, decisions=0, agreeing=0, anchor_decisions=2, anchor_right=1),
    )


def test_anchors_of_one_grade_are_like_other_essays() -> None:
    (step,) = confidence_steps([said(A, B, Winner.FIRST, 3)], BOARD, {A: 2, B: 2})
    assert (step.decisions, step.agreeing, step.anchor_decisions) == (1, 1, 0)


def test_without_a_scale_only_anchors_count() -> None:
    assert confidence_steps([said(A, C, Winner.FIRST, 3)], None, {}) == ()


def test_grades_rise_along_the_scale_and_essays_without_one_have_none() -> None:
    scale = RESULT.scale
    assert scale is not None
    low, high = scale.grades[0], scale.grades[-1]
    items = [EssayItem(A, known_grade=Grade(high)), EssayItem(B, known_grade=Grade(low)), EssayItem(C)]
    grades = anchor_grades(items, scale)
    assert set(grades) == {A, B}
    assert grades[A] > grades[B]
    assert anchor_grades(items, None) == {}


def test_every_judge_gets_its_own_steps() -> None:
    told = [said(A, B, Winner.FIRST, 5), replace(said(B, C, Winner.FIRST, 1), judge="other")]
    judges = with_confidence_steps(judge_summaries(told, BOARD), told, BOARD, {})
    assert {judge.judge: [step.confidence for step in judge.confidence] for judge in judges} == {
        told[0].judge: [5],
        "other": [1],
    }
