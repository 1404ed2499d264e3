"""What the stated shares of grades add."""

from dataclasses import replace

import pytest

from cj_assessment_service.domain.grades import GradeScale, ScorePopulation
from cj_assessment_service.tests.unit.cj_core_logic.grade_projection.anchors import (
    ALL_SCALES,
    NATIONAL,
    SWEDISH,
    calibrated,
    one_anchor_per_grade,
)


def weights(scale: GradeScale, essays: int) -> tuple[float, ...]:
    """Anchors over 7 logits around 0, a population of N(0, 2^2)."""
    anchors = [replace(a, score=a.score - 3.5) for a in one_anchor_per_grade(scale, 1.0)]
    return calibrated(scale, anchors, ScorePopulation(0.0, 2.0, essays)).share_weights


@pytest.mark.parametrize("scale", [NATIONAL, replace(SWEDISH, priors=None)], ids=["equal shares", "none"])
def test_equal_shares_say_nothing(scale: GradeScale) -> None:
    assert set(weights(scale, 20)) == {1.0}


def test_a_grade_that_is_commoner_than_the_cut_points_imply_gains() -> None:
    common = replace(SWEDISH, priors=(0.02, 0.08, 0.1, 0.1, 0.1, 0.1, 0.1, 0.4))
    found = weights(common, 5)
    assert max(found) == found[-1]
    assert found[-1] > 2.0


def test_many_essays_speak_for_themselves() -> None:
    few, many = weights(SWEDISH, 2), weights(SWEDISH, 2000)
    assert max(abs(weight - 1.0) for weight in many) < 0.02 < max(abs(weight - 1.0) for weight in few)


@pytest.mark.parametrize("scale", ALL_SCALES, ids=lambda scale: scale.scale_id)
def test_there_is_one_weight_for_each_grade_of_the_ladder(scale: GradeScale) -> None:
    assert len(weights(scale, 10)) == len(scale.ladder)
