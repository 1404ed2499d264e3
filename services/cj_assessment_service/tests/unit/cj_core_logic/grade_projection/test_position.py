"""Positions on the scale."""

from itertools import pairwise

import pytest

from cj_assessment_service.cj_core_logic.grade_projection.position import normalised_position
from cj_assessment_service.domain.grades import GradeScale
from cj_assessment_service.domain.identifiers import Grade, GradeScaleId
from cj_assessment_service.tests.unit.cj_core_logic.grade_projection.anchors import (
    ALL_SCALES,
    CEFR,
    NATIONAL,
    SWEDISH,
)


def with_modifiers(scale: GradeScale) -> list[Grade]:
    """Everything a projection may say, lowest first."""
    said = []
    for grade in scale.ladder:
        said += [Grade(f"{grade}-")] if grade in scale.minus_for else []
        said += [grade]
        said += [Grade(f"{grade}+")] if grade in scale.plus_for else []
    return said


def everything_modified() -> GradeScale:
    grades = (Grade("C"), Grade("B"), Grade("A"))
    return GradeScale(GradeScaleId("x"), "x", grades, minus_for=frozenset(grades), plus_for=frozenset(grades))


@pytest.mark.parametrize("scale", [*ALL_SCALES, everything_modified()], ids=lambda scale: scale.scale_id)
def test_positions_rise_strictly_from_0_to_1(scale: GradeScale) -> None:
    positions = [normalised_position(grade, scale) for grade in with_modifiers(scale)]
    assert positions[0] == 0.0
    assert positions[-1] == 1.0
    assert all(low < high for low, high in pairwise(positions))


def test_national_grades_are_ninths() -> None:
    positions = [normalised_position(grade, NATIONAL) for grade in NATIONAL.ladder]
    assert positions == pytest.approx([index / 9 for index in range(10)])


def test_a_modifier_is_a_third_of_a_step() -> None:
    assert normalised_position(Grade("E+"), SWEDISH) == pytest.approx((1 + 1 / 3) / 7)
    assert normalised_position(Grade("D-"), SWEDISH) == pytest.approx((2 - 1 / 3) / 7)


def test_a_listed_plus_grade_is_a_step_of_its_own() -> None:
    assert normalised_position(Grade("D+"), SWEDISH) == pytest.approx(3 / 7)


@pytest.mark.parametrize("grade", ["", "-", "A1+", "U", "0"])
def test_a_foreign_grade_has_no_position(grade: str) -> None:
    with pytest.raises(ValueError, match="cefr"):
        normalised_position(Grade(grade), CEFR)
