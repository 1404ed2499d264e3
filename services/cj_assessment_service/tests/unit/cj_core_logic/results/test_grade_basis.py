"""What each grade rests on, and what is said about anchors."""

from dataclasses import replace

import pytest

from cj_assessment_service.cj_core_logic.results.anchor_warnings import anchor_warnings
from cj_assessment_service.cj_core_logic.results.basis import anchors_met, grade_basis
from cj_assessment_service.domain.comparisons import OrientedPair
from cj_assessment_service.domain.grades import (
    AnchorCheck,
    Calibration,
    ConfidenceLabel,
    GradeProjection,
    Inversion,
    LeftOutAnchor,
)
from cj_assessment_service.domain.identifiers import EssayId, Grade
from cj_assessment_service.domain.scores import EssayScore
from cj_assessment_service.tests.fixtures.results import a_result

RESULT = a_result()
assert RESULT.calibration is not None
PROJECTION = GradeProjection(
    EssayId("x"), Grade("A1"), Grade("A1"), (), 0.6, ConfidenceLabel.MID, normalised_score=0.0
)
CALIBRATION: Calibration = replace(RESULT.calibration, inversions=(), check=None)
QUIET = replace(CALIBRATION, anchors=tuple(replace(anchor, misplaced=0.01) for anchor in CALIBRATION.anchors))


@pytest.mark.parametrize(
    ("grade", "below", "above"), [("A1", None, 0.1), ("A2", -0.1, 1.14), ("C2", -4.26, None)]
)
def test_distances_are_to_the_ends_of_the_grade(grade: str, below: float | None, above: float | None) -> None:
    score = EssayScore(EssayId("x"), CALIBRATION.cut_points[0] - 0.1, 0.3, comparisons=9, wins=4)
    basis = grade_basis(score, replace(PROJECTION, base_grade=Grade(grade)), CALIBRATION, ())
    expected = [pytest.approx(each) if each is not None else None for each in (below, above)]
    assert [basis.above_lower_cut, basis.below_upper_cut] == expected


def test_only_answered_comparisons_with_anchors_count() -> None:
    anchor, other = CALIBRATION.anchors[0].essay_id, EssayId("other")
    answered = replace(RESULT.comparisons[0], pair=OrientedPair(other, anchor))
    open_question = replace(answered, pair=OrientedPair(EssayId("late"), anchor), winner=None)
    assert anchors_met([answered, answered, open_question], CALIBRATION) == {other: (anchor,)}


def test_anchors_in_order_need_no_words() -> None:
    assert anchor_warnings(QUIET) == ()


def test_inversions_and_contradicted_anchors_are_named() -> None:
    first, second = QUIET.anchors[:2]
    inverted = replace(QUIET, inversions=(Inversion(first.essay_id, second.essay_id),))
    drifting = replace(QUIET, anchors=(replace(first, misplaced=0.9), second))
    assert f"{first.essay_id} ({first.grade}) below {second.essay_id}" in anchor_warnings(inverted)[0]
    assert f"known grade of {first.essay_id} ({first.grade})" in anchor_warnings(drifting)[0]


def test_anchors_that_do_not_predict_each_other_are_said_so() -> None:
    left_out = tuple(LeftOutAnchor(a.essay_id, a.grade, Grade("A1"), 0.1) for a in QUIET.anchors)
    check = AnchorCheck(left_out, exact=0.1, adjacent=0.5, mean_steps=2.0, kappa=0.1)
    assert "only 50%" in anchor_warnings(replace(QUIET, check=check))[0]
    assert anchor_warnings(replace(QUIET, check=replace(check, adjacent=0.9))) == ()
