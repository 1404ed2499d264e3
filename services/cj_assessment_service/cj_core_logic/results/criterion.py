"""How a scale agrees with another measure of the same items."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cj_assessment_service.cj_core_logic.scoring.agreement import (
    kendall_tau,
    pearson,
    quadratic_weighted_kappa,
    spearman,
)
from cj_assessment_service.domain.analyses import AnalysedItem, CriterionAgreement
from cj_assessment_service.domain.decision_tables import CriterionValue
from cj_assessment_service.domain.errors import InputProblem, InputRejected
from cj_assessment_service.domain.grades import GradeScale
from cj_assessment_service.domain.identifiers import EssayId, Grade

MOST_CATEGORIES = 20
"""A criterion with more different values, or with a value of its own for nearly every item, is a measure, and agreement in
categories says nothing of it.
"""


@dataclass(frozen=True, slots=True)
class Criterion:
    """The value of each item as a number. `scale` is set where the values are its grades; they are steps then."""

    values: Mapping[EssayId, float]
    scale: GradeScale | None


def criterion_of(given: Sequence[CriterionValue], scale: GradeScale | None) -> Criterion:
    """Grades where all values are grades of `scale`, else numbers. Raises InputRejected with every value that is none."""
    if scale is not None and all(scale.accepts(one.value) for one in given):
        return Criterion({one.item: float(scale.index_of(Grade(one.value))) for one in given}, scale)
    numbers = {one.item: _number(one.value) for one in given}
    problems = [_problem(one) for one in given if numbers[one.item] is None]
    if problems:
        raise InputRejected(tuple(problems))
    return Criterion({item: value for item, value in numbers.items() if value is not None}, None)


def criterion_agreement(items: Sequence[AnalysedItem], criterion: Criterion) -> CriterionAgreement:
    """Over the items both know. The quadratic weighted kappa compares grades with projected grades; where there are none,
    the criterion's categories with the scores cut into them in the criterion's own proportions, which tells the order apart
    from where the lines are drawn.
    """
    both = [item for item in items if item.item in criterion.values]
    scores = [item.score for item in both]
    values = [criterion.values[item.item] for item in both]
    return CriterionAgreement(
        items=len(both),
        spearman=spearman(scores, values),
        kendall=kendall_tau(scores, values),
        pearson=pearson(scores, values),
        qwk=_graded_kappa(both, values, criterion.scale) or _cut_kappa(scores, values),
    )


def _graded_kappa(
    both: Sequence[AnalysedItem], values: Sequence[float], scale: GradeScale | None
) -> float | None:
    if scale is None:
        return None
    steps = [scale.index_of(item.projection.base_grade) for item in both if item.projection is not None]
    if len(steps) < len(both):
        return None
    return quadratic_weighted_kappa(steps, [int(value) for value in values])


def _cut_kappa(scores: Sequence[float], values: Sequence[float]) -> float | None:
    categories = sorted(set(values))
    if not 2 <= len(categories) <= min(MOST_CATEGORIES, len(values) // 2):
        return None
    place = {value: index for index, value in enumerate(categories)}
    cut = np.empty(len(scores), dtype=np.intp)
    cut[np.argsort(scores, kind="stable")] = sorted(place[value] for value in values)
    return quadratic_weighted_kappa(cut.tolist(), [place[value] for value in values])


def _number(text: str) -> float | None:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if np.isfinite(value) else None


def _problem(one: CriterionValue) -> InputProblem:
    return InputProblem(
        one.where,
        f"The value {one.value!r} is no number.",
        "Give numbers, or only grades of a scale named with --scale.",
    )
