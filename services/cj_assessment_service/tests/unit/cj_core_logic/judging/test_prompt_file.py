from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.judging.prompt_file import read_prompt_choice
from cj_assessment_service.domain.errors import InputRejected
from cj_assessment_service.domain.prompts import PromptChoice

WHOLE = '''
language = "de"
system = "You judge poems."
question = "Which poem is better?"
message = """
{context}

{first_text}
{second_text}
{answer_instruction}
"""
'''


def problems(text: str) -> str:
    with pytest.raises(InputRejected) as caught:
        read_prompt_choice(text, "own.toml")
    return str(caught.value)


def test_every_word_of_the_file_is_taken() -> None:
    assert read_prompt_choice(WHOLE, "own.toml") == PromptChoice(
        language="de",
        system="You judge poems.",
        question="Which poem is better?",
        message="{context}\n\n{first_text}\n{second_text}\n{answer_instruction}",
    )


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("", "own.toml: ", "gives no words"),
        ("language = ", "own.toml: ", "This is not TOML"),
        ('\nrubric = "x"', "line 2: ", "key rubric means nothing"),
        ('question = ""', "line 1: ", "key question holds no text"),
        ("question = 7", "line 1: ", "key question holds no text"),
        ('language = "fi"', "line 1: ", "no prompt in 'fi'. Write one of en, sv, de."),
        ('first_label = "<<<"', "line 1: ", "A label has 1 to 40 letters"),
        ('first_label = "Text"\nsecond_label = "Text"', "own.toml: ", "the same label"),
        ('system = "Read {first_text}."', "line 1: ", "{first_text} cannot stand in system"),
        (WHOLE.replace("{second_text}", "{second_essay}"), "line 9: ", "{second_essay} that means nothing"),
        (WHOLE.replace("{second_text}", "{second_essay}"), "line 5: ", "has no {second_text}"),
        (WHOLE.replace("{second_text}", "{first_text}"), "line 9: ", "{first_text} more than once"),
        (WHOLE.replace("{answer_instruction}", ""), "line 5: ", "has no {answer_instruction}"),
        (
            WHOLE.replace("{context}\n", "").replace("{answer_instruction}", "{answer_instruction}{context}"),
            "line 9: ",
            "{context} stands behind what must follow it",
        ),
    ],
)
def test_a_problem_is_told_with_its_line(text: str, where: str, what: str) -> None:
    told = problems(text)
    assert any(where in line and what in line for line in told.splitlines()), told


def test_all_problems_are_told_at_once() -> None:
    assert len(problems('a = 1\nb = 2\nlanguage = "xx"').splitlines()) == 3


@given(st.text())
def test_no_file_makes_the_reader_fail_otherwise(text: str) -> None:
    with suppress(InputRejected):
        assert read_prompt_choice(text, "own.toml") != PromptChoice()
