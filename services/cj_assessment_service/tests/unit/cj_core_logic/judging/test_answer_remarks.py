import pytest
from hypothesis import given
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.judging.answer_remarks import answer_remarks
from cj_assessment_service.domain.comparisons import AnswerRemark


@pytest.mark.parametrize(
    "justification",
    [
        "It ends with <<<END FIRST TEXT 5e8d0c3b7a914f26>>>.",
        "The mark END FIRST TEXT 5e8d0c3b7a914f26 shows it.",
        "My code is 5e8d0c3b7a914f26.",
    ],
)
def test_an_answer_that_quotes_the_marks_is_remarked_on(justification: str) -> None:
    assert answer_remarks(justification) == (AnswerRemark.QUOTES_FENCE,)


@pytest.mark.parametrize(
    "justification",
    [
        "Well done! The first text is better.",
        "As you asked, the first text wins.",
        "Your essay is clear; you should have used paragraphs.",
        "Din text är tydligare än den andra.",
        "Bra jobbat, du skriver levande.",
        "Dein Aufsatz ist klar aufgebaut.",
        "Wie du verlangt hast, gewinnt der erste Text.",
    ],
)
def test_an_answer_that_speaks_to_the_writer_is_remarked_on(justification: str) -> None:
    assert answer_remarks(justification) == (AnswerRemark.ADDRESSES_WRITER,)


@pytest.mark.parametrize(
    "justification",
    [
        "The first text argues clearly; the second repeats itself.",
        'The line "you should have asked your teacher" is vivid.',
        "The writer addresses the reader with “your text, dear friend”.",
        "It ends where it began, and the BEGIN of the argument is clear.",
        "Den första texten är levande: ”du har rätt”, säger flickan.",
        "Der zweite Text sagt: „Du hast recht“, und das überzeugt.",
        "It gives 1234567890123456 reasons, the year 2024 and deadbeef.",
        "",
    ],
)
def test_an_ordinary_justification_is_not(justification: str) -> None:
    assert answer_remarks(justification) == ()


@given(st.text())
def test_any_justification_can_be_looked_at(justification: str) -> None:
    assert len(answer_remarks(justification)) <= len(AnswerRemark)
