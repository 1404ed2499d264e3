"""Where a grade lies on its scale, for readers who know only numbers."""

from cj_assessment_service.domain.grades import GradeScale
from cj_assessment_service.domain.identifiers import Grade

MODIFIER_STEP = 1 / 3
"""How far a minus or plus lies from its grade, in steps between neighbouring grades."""


def normalised_position(grade: Grade, scale: GradeScale) -> float:
    """0 for the lowest result the scale can give, 1 for the highest, by equal steps from grade to grade; a minus or
    plus counts a third of a step. Rises strictly with the grade. Raises ValueError for a grade of another scale.

    The lowest result is the below-lowest grade where there is one, and the minus of the lowest grade where that is
    allowed; the highest likewise.
    """
    bottom = _lowest_step(scale)
    top = _highest_step(scale)
    if top == bottom:
        return 0.0
    return (_step(grade, scale) - bottom) / (top - bottom)


def _step(grade: Grade, scale: GradeScale) -> float:
    """The index with its minus or plus; a listed grade such as D+ stands for itself."""
    if scale.accepts(grade):
        return scale.index_of(grade)
    base = Grade(grade[:-1])
    if grade.endswith("-") and base in scale.minus_for:
        return scale.index_of(base) - MODIFIER_STEP
    if grade.endswith("+") and base in scale.plus_for:
        return scale.index_of(base) + MODIFIER_STEP
    raise ValueError(f"{grade!r} is not a grade of the scale {scale.scale_id}")


def _lowest_step(scale: GradeScale) -> float:
    if scale.below_lowest is not None:
        return -1.0
    return -MODIFIER_STEP if scale.grades[0] in scale.minus_for else 0.0


def _highest_step(scale: GradeScale) -> float:
    top = len(scale.grades) - 1.0
    return top + MODIFIER_STEP if scale.grades[-1] in scale.plus_for else top
