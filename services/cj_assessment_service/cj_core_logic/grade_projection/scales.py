"""The grade scales that come with the service, and questions about them by id."""

from cj_assessment_service.cj_core_logic.grade_projection.scale_definition import (
    read_definition,
    refuse,
)
from cj_assessment_service.domain.errors import UnknownGradeScale
from cj_assessment_service.domain.grades import GradeScale
from cj_assessment_service.domain.identifiers import Grade, GradeScaleId


def _grades(names: str) -> tuple[Grade, ...]:
    return tuple(Grade(name) for name in names.split())


_BUILT_IN = {
    scale.scale_id: scale
    for scale in (
        GradeScale(
            scale_id=GradeScaleId("swedish_8_anchor"),
            display_name="Swedish National Exam (8-anchor)",
            grades=_grades("F E D D+ C C+ B A"),
            priors=(0.02, 0.08, 0.15, 0.20, 0.25, 0.15, 0.10, 0.05),
            minus_for=frozenset(_grades("E D C B A")),
            plus_for=frozenset(_grades("E B")),
        ),
        GradeScale(
            scale_id=GradeScaleId("eng5_np_legacy_9_step"),
            display_name="ENG5 NP Legacy (9-step)",
            grades=_grades("F+ E- E+ D- D+ C- C+ B A"),
            priors=(1 / 9,) * 9,
            below_lowest=Grade("F"),
        ),
        GradeScale(
            scale_id=GradeScaleId("eng5_np_national_9_step"),
            display_name="ENG5 NP National (9-step)",
            grades=_grades("1 2 3 4 5 6 7 8 9"),
            priors=(1 / 9,) * 9,
            below_lowest=Grade("0"),
        ),
        GradeScale(
            scale_id=GradeScaleId("cefr"),
            display_name="Common European Framework of Reference (A1-C2)",
            grades=_grades("A1 A2 B1 B2 C1 C2"),
        ),
    )
}


def get_scale(scale_id: GradeScaleId) -> GradeScale:
    """Raises UnknownGradeScale, which lists the scales there are."""
    if scale_id not in _BUILT_IN:
        raise UnknownGradeScale(
            f"There is no grade scale {str(scale_id)!r}. Choose one of {', '.join(list_available_scales())}."
        )
    return _BUILT_IN[scale_id]


def list_available_scales() -> tuple[GradeScaleId, ...]:
    """Sorted."""
    return tuple(sorted(_BUILT_IN))


def validate_grade_for_scale(grade: str, scale_id: GradeScaleId) -> bool:
    """Whether an anchor may carry the grade: a listed one or the below-lowest one. Raises UnknownGradeScale."""
    return get_scale(scale_id).accepts(grade)


def get_grade_index(grade: Grade, scale_id: GradeScaleId) -> int:
    """0 for the lowest grade, -1 for the below-lowest one. Raises ValueError for any other, and UnknownGradeScale."""
    scale = get_scale(scale_id)
    if not scale.accepts(grade):
        raise ValueError(f"{grade!r} is not a grade of the scale {scale_id}")
    return scale.index_of(grade)


def get_uniform_priors(scale_id: GradeScaleId) -> tuple[float, ...]:
    """An equal share for each grade. Raises UnknownGradeScale."""
    count = len(get_scale(scale_id).grades)
    return (1 / count,) * count


def parse_scale_definition(text: str, where: str) -> GradeScale:
    """A user's own scale from TOML; `where` names the text in messages. Raises InvalidGradeScale with place, key and
    remedy.

    Keys: `id`, `name`, `grades` (lowest first); optional `priors` (population shares, as a list in the order of the
    grades or as a table by grade), `below_lowest`, `minus_for`, `plus_for`.
    """
    scale = read_definition(text, where)
    if scale.scale_id in _BUILT_IN:
        raise refuse(where, "id", f"{scale.scale_id!r} is a built-in scale.", "Give yours another id.")
    return scale
