"""Anchors graded from each other."""

import pytest

from cj_assessment_service.cj_core_logic.grade_projection.anchor_check import check_anchors
from cj_assessment_service.cj_core_logic.grade_projection.calibration import calibrate
from cj_assessment_service.cj_core_logic.grade_projection.projection import project
from cj_assessment_service.domain.grades import Calibration
from cj_assessment_service.tests.unit.cj_core_logic.grade_projection.anchors import (
    CEFR,
    anchor_scores,
    essay,
)

PAIRS = [(grade, 1.5 * step + shift) for step, grade in enumerate(CEFR.grades) for shift in (-0.2, 0.2)]


def test_anchors_in_order_predict_each_other() -> None:
    check = check_anchors(CEFR, anchor_scores(PAIRS))
    assert check is not None
    assert (check.exact, check.adjacent, check.mean_steps, check.kappa) == (1.0, 1.0, 0.0, 1.0)


def test_each_anchor_is_graded_without_its_own_grade() -> None:
    anchors = anchor_scores([*PAIRS[:4], ("B2", 0.2), *PAIRS[6:]])
    check = check_anchors(CEFR, anchors)
    without = calibrate(CEFR, [*anchors[:4], *anchors[5:]])
    assert check is not None
    assert isinstance(without, Calibration)
    wanted = project(essay(0.2, 0.3), without)
    left_out = check.anchors[4]
    assert (left_out.grade, left_out.projected) == ("B2", wanted.base_grade)
    assert left_out.probability == pytest.approx(wanted.probabilities[3].probability)
    assert check.exact < 1.0
    assert check.mean_steps > 0.0


def test_an_anchor_that_cannot_be_spared_is_not_projected() -> None:
    check = check_anchors(CEFR, anchor_scores([("A1", -2.0), ("A1", -2.2), ("C1", 2.0)]))
    assert check is not None
    assert [anchor.projected is None for anchor in check.anchors] == [False, False, True]


def test_without_anchors_to_spare_there_is_no_check() -> None:
    assert check_anchors(CEFR, anchor_scores([("A1", -2.0), ("C1", 2.0)])) is None
