"""Agreement with another measure."""

import pytest

from cj_assessment_service.cj_core_logic.grade_projection.scales import get_scale
from cj_assessment_service.cj_core_logic.results.criterion import criterion_agreement, criterion_of
from cj_assessment_service.domain.analyses import AnalysedItem
from cj_assessment_service.domain.decision_tables import CriterionValue
from cj_assessment_service.domain.errors import InputRejected
from cj_assessment_service.domain.identifiers import EssayId, GradeScaleId

CEFR = get_scale(GradeScaleId("cefr"))


def items(*scores: float) -> list[AnalysedItem]:
    return [
        AnalysedItem(EssayId(f"x{place}"), score, 0.1, score - 0.2, score + 0.2, 1, 5, 2, 1.0, 1.0, 0)
        for place, score in enumerate(scores)
    ]


def values(*texts: str) -> list[CriterionValue]:
    return [
        CriterionValue(EssayId(f"x{place}"), text, f"row {place + 2}") for place, text in enumerate(texts)
    ]


def test_the_same_order_agrees_fully_whatever_the_numbers() -> None:
    agreement = criterion_agreement(
        items(-2.0, -1.9, 0.1, 3.0), criterion_of(values("1", "1", "2", "2"), None)
    )
    assert agreement.items == 4
    assert agreement.qwk == pytest.approx(1.0)
    assert agreement.kendall == pytest.approx(4 / (6 * 4) ** 0.5)


def test_a_reversed_order_disagrees() -> None:
    agreement = criterion_agreement(items(3.0, 2.0, 1.0, 0.0), criterion_of(values("1", "1", "2", "2"), None))
    assert agreement.qwk == pytest.approx(-1.0)
    assert agreement.spearman is not None
    assert agreement.spearman < 0


def test_grades_count_as_the_steps_of_their_scale() -> None:
    assert list(criterion_of(values("A1", "C2"), CEFR).values.values()) == [0.0, 5.0]


def test_numbers_stay_numbers_beside_a_scale() -> None:
    criterion = criterion_of(values("12", "15,5"), CEFR)
    assert (list(criterion.values.values()), criterion.scale) == ([12.0, 15.5], None)


def test_a_value_that_is_neither_is_named() -> None:
    with pytest.raises(InputRejected, match="row 3: The value 'good' is no number"):
        criterion_of(values("1", "good"), None)


def test_a_measure_with_a_value_for_every_item_has_no_categories() -> None:
    agreement = criterion_agreement(items(0.0, 1.0, 2.0), criterion_of(values("1.5", "2.5", "3.5"), None))
    assert agreement.qwk is None
    assert agreement.pearson == pytest.approx(1.0)


def test_a_constant_criterion_says_nothing() -> None:
    agreement = criterion_agreement(items(0.0, 1.0), criterion_of(values("1", "1"), None))
    assert (agreement.spearman, agreement.kendall, agreement.pearson, agreement.qwk) == (None,) * 4
