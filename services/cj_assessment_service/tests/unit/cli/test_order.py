from pathlib import Path

import pytest

from cj_assessment_service.cli.order import Order
from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.panels import Panel


def test_judges_are_asked_for_the_margin_and_for_no_ties_unless_somebody_says_so() -> None:
    order = Order(essays=Path("essays"), panel=Panel.of("offline"), out=Path("out"))
    assert order.answer_form is AnswerForm.GRADED


@pytest.mark.parametrize(
    ("answers", "allow_ties", "form"),
    [
        ("winner", False, AnswerForm.WINNER),
        ("winner", True, AnswerForm.WINNER_OR_TIE),
        ("graded", True, AnswerForm.GRADED_OR_TIE),
    ],
)
def test_the_form_of_the_answer_is_chosen_by_two_options(
    answers: str, allow_ties: bool, form: AnswerForm
) -> None:
    order = Order(
        essays=Path("essays"),
        panel=Panel.of("offline"),
        out=Path("out"),
        answers=answers,
        allow_ties=allow_ties,
    )
    assert order.answer_form is form
