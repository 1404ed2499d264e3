"""The registry of built-in scales."""

import pytest

from cj_assessment_service.cj_core_logic.grade_projection.scales import (
    get_grade_index,
    get_scale,
    get_uniform_priors,
    list_available_scales,
    validate_grade_for_scale,
)
from cj_assessment_service.domain.errors import UnknownGradeScale
from cj_assessment_service.domain.grades import GradeScale
from cj_assessment_service.domain.identifiers import Grade, GradeScaleId

NINTHS = (1 / 9,) * 9


def expected(
    scale_id: str,
    name: str,
    grades: str,
    priors: tuple[float, ...] | None,
    below: str | None = None,
    modifiers: tuple[str, str] = ("", ""),
) -> GradeScale:
    return GradeScale(
        GradeScaleId(scale_id),
        name,
        tuple(Grade(grade) for grade in grades.split(", ")),
        priors,
        Grade(below) if below is not None else None,
        *(frozenset(Grade(grade) for grade in signed.split()) for signed in modifiers),
    )


REGISTRY = (
    expected("cefr", "Common European Framework of Reference (A1-C2)", "A1, A2, B1, B2, C1, C2", None),
    expected(
        "eng5_np_legacy_9_step", "ENG5 NP Legacy (9-step)", "F+, E-, E+, D-, D+, C-, C+, B, A", NINTHS, "F"
    ),
    expected(
        "eng5_np_national_9_step", "ENG5 NP National (9-step)", "1, 2, 3, 4, 5, 6, 7, 8, 9", NINTHS, "0"
    ),
    expected(
        "swedish_8_anchor",
        "Swedish National Exam (8-anchor)",
        "F, E, D, D+, C, C+, B, A",
        (0.02, 0.08, 0.15, 0.20, 0.25, 0.15, 0.10, 0.05),
        modifiers=("E D C B A", "E B"),
    ),
)


def test_the_scales_are_listed_in_order() -> None:
    assert list_available_scales() == tuple(scale.scale_id for scale in REGISTRY)


@pytest.mark.parametrize("scale", REGISTRY, ids=lambda scale: scale.scale_id)
def test_every_scale_is_exactly_as_specified(scale: GradeScale) -> None:
    assert get_scale(scale.scale_id) == scale


def test_an_unknown_scale_is_refused_with_the_known_ones() -> None:
    with pytest.raises(
        UnknownGradeScale, match=r"'swedish'.*cefr, eng5_np_legacy_9_step, .*swedish_8_anchor"
    ):
        get_scale(GradeScaleId("swedish"))


@pytest.mark.parametrize(
    ("grade", "scale_id", "valid"),
    [
        ("D+", "swedish_8_anchor", True),
        ("E-", "swedish_8_anchor", False),
        ("F", "eng5_np_legacy_9_step", True),
        ("0", "eng5_np_national_9_step", True),
        ("10", "eng5_np_national_9_step", False),
        ("b2", "cefr", False),
        ("", "cefr", False),
    ],
)
def test_anchors_carry_listed_grades_and_the_below_lowest_one(grade: str, scale_id: str, valid: bool) -> None:
    assert validate_grade_for_scale(grade, GradeScaleId(scale_id)) is valid


def test_grades_are_counted_from_the_lowest() -> None:
    legacy = GradeScaleId("eng5_np_legacy_9_step")
    assert [get_grade_index(Grade(grade), legacy) for grade in ("F", "F+", "E-", "A")] == [-1, 0, 1, 8]


def test_a_foreign_grade_has_no_index() -> None:
    with pytest.raises(ValueError, match="'F' is not a grade of the scale cefr"):
        get_grade_index(Grade("F"), GradeScaleId("cefr"))


@pytest.mark.parametrize("scale_id", list_available_scales())
def test_uniform_priors_share_equally(scale_id: GradeScaleId) -> None:
    priors = get_uniform_priors(scale_id)
    assert len(priors) == len(get_scale(scale_id).grades)
    assert sum(priors) == pytest.approx(1.0)
    assert len(set(priors)) == 1
