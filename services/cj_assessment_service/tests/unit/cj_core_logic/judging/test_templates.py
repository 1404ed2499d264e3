from dataclasses import replace

import pytest

from cj_assessment_service.cj_core_logic.judging.english import ENGLISH
from cj_assessment_service.cj_core_logic.judging.prompts import build_prompt
from cj_assessment_service.cj_core_logic.judging.templates import (
    TEMPLATES,
    chosen_template,
    template_for,
    with_system,
)
from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.errors import Rejected
from cj_assessment_service.domain.instructions import AssessmentBrief, AssessmentContext
from cj_assessment_service.domain.judges import JudgePrompt
from cj_assessment_service.domain.prompts import PromptChoice, PromptTemplate

NONCE = "4f1c9a7be0d23856"


def asked(template: PromptTemplate, nonce: str = NONCE) -> JudgePrompt:
    brief = AssessmentBrief(AssessmentContext("Write.", "Clarity.", ""), prompt=template)
    return build_prompt(brief, "Alpha.", "Beta.", nonce, AnswerForm.GRADED)


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "en"), ("sv", "sv"), ("de", "de"), ("de-AT", "de"), ("SV", "sv"), ("fi", "en"), ("", "en")],
)
def test_essays_are_judged_in_their_language_where_there_is_a_prompt(language: str, expected: str) -> None:
    assert template_for(language).language == expected


def test_the_requester_may_choose_another_language_than_the_essays() -> None:
    assert chosen_template(PromptChoice(language="sv"), "en") == TEMPLATES["sv"]
    assert chosen_template(None, "de") == TEMPLATES["de"]


def test_a_language_there_is_no_prompt_in_is_refused() -> None:
    with pytest.raises(Rejected, match="no prompt in 'fi'; there is one in en, sv, de"):
        chosen_template(PromptChoice(language="fi"), "en")


def test_own_words_replace_the_usual_ones_and_have_a_version_of_their_own() -> None:
    own = chosen_template(PromptChoice(question="Which argues better?", first_label="Text one"), "en")
    prompt = asked(own)
    assert "Which argues better?\n\n" in prompt.texts
    assert f"<<<BEGIN TEXT ONE {NONCE}>>>\nAlpha." in prompt.texts
    assert prompt.version.startswith("own-")
    assert prompt.version.endswith("/en/graded")
    assert len(own.version) == len("own-01234567")


def test_the_same_own_words_have_the_same_version_and_others_another() -> None:
    versions = [
        chosen_template(choice, "en").version
        for choice in (
            PromptChoice(question="One?"),
            PromptChoice(question="One?"),
            PromptChoice(question="Two?"),
            PromptChoice(question="One?", language="de"),
        )
    ]
    assert versions[0] == versions[1]
    assert len(set(versions)) == 3


def test_another_system_prompt_is_a_wording_of_its_own() -> None:
    assert with_system(ENGLISH, None) is ENGLISH
    assert with_system(ENGLISH, "You judge poems.").version.startswith("own-")


def test_an_own_message_keeps_marks_texts_and_instruction() -> None:
    message = (
        "Please read.\n{context}\nOne:\n{first_text}\nTwo:\n{second_text}\n{answer_instruction}\nThank you."
    )
    prompt = asked(chosen_template(PromptChoice(message=message), "en"))
    assert prompt.context.startswith("Please read.\n# Student assignment")
    assert NONCE not in prompt.context
    assert f"<<<BEGIN FIRST TEXT {NONCE}>>>\nAlpha.\n<<<END FIRST TEXT {NONCE}>>>\nTwo:" in prompt.texts
    assert prompt.texts.endswith("1 = hardly more than a guess, 5 = no doubt.\nThank you.")


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
def test_what_stands_before_the_texts_is_the_same_in_every_question(template: PromptTemplate) -> None:
    one, other = asked(template), asked(template, "ffffeeeeddddcccc")
    assert (one.system, one.context) == (other.system, other.context)


@pytest.mark.parametrize(
    "message",
    [
        "{context}{first_text}{second_text}",
        "{context}{second_text}{first_text}{answer_instruction}",
        "{answer_instruction}{context}{first_text}{second_text}",
        "{context}{first_text}{first_text}{second_text}{answer_instruction}",
        "{context}{first_text}{second_text}{answer_instruction}{essay}",
    ],
)
def test_a_message_without_what_must_be_there_is_no_prompt(message: str) -> None:
    with pytest.raises(Rejected, match="The prompt cannot be used: "):
        replace(ENGLISH, message=message)


@pytest.mark.parametrize("label", ["", "x" * 41, "A>>>", "First text", "one\ntwo"])
def test_a_label_that_would_spoil_a_mark_is_no_label(label: str) -> None:
    with pytest.raises(Rejected, match="label"):
        replace(ENGLISH, second_label=label)
