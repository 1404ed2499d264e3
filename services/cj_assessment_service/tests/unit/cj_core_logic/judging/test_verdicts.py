import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from cj_assessment_service.cj_core_logic.judging.verdicts import answer_schema, parse_verdict
from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.comparisons import JudgeFailure, JudgeReply, JudgeUsage, Verdict, Winner
from cj_assessment_service.domain.errors import ErrorCode

USAGE = JudgeUsage(provider="double", model="m", seconds=0.5, prompt_tokens=10, completion_tokens=3)
PLAIN = '{"winner": "second", "confidence": 4, "justification": "Clearer."}'


def read(text: str, answers: AnswerForm = AnswerForm.WINNER) -> JudgeReply:
    return parse_verdict(text, answers, USAGE)


READABLE = {
    "plain": PLAIN,
    "blanks around": f"\n  {PLAIN}\n\n",
    "code fence": f"```json\n{PLAIN}\n```",
    "code fence without a language": f"```\n{PLAIN}\n```\n",
    "code fence in capitals": f"```JSON\n{PLAIN}\n```",
}

UNREADABLE = {
    "nothing": "",
    "blanks": " \n\t ",
    "prose": "The second text is better.",
    "prose before": f"Here is my answer:\n{PLAIN}",
    "prose after": f"{PLAIN}\nI hope this helps.",
    "prose before a fence": f"Sure!\n```json\n{PLAIN}\n```",
    "fence that never ends": f"```json\n{PLAIN}",
    "two objects": f"{PLAIN}\n{PLAIN}",
    "two fences": f"```\n{PLAIN}\n```\n```\n{PLAIN}\n```",
    "cut off": PLAIN[:-1],
    "a list": f"[{PLAIN}]",
    "a string": '"second"',
    "null": "null",
    "single quotes": PLAIN.replace('"', "'"),
    "no winner": '{"confidence": 4, "justification": "Clearer."}',
    "empty winner": '{"winner": "", "confidence": 4, "justification": "x"}',
    "null winner": '{"winner": null, "confidence": 4, "justification": "x"}',
    "winner as a list": '{"winner": ["second"], "confidence": 4, "justification": "x"}',
    "a draw": '{"winner": "tie", "confidence": 1, "justification": "x"}',
    "capital winner": '{"winner": "Second", "confidence": 4, "justification": "x"}',
    "essay letter": '{"winner": "B", "confidence": 4, "justification": "x"}',
    "two winners": '{"winner": "first", "winner": "second", "confidence": 4, "justification": "x"}',
    "confidence 0": '{"winner": "first", "confidence": 0, "justification": "x"}',
    "confidence 6": '{"winner": "first", "confidence": 6, "justification": "x"}',
    "confidence in halves": '{"winner": "first", "confidence": 3.5, "justification": "x"}',
    "confidence as text": '{"winner": "first", "confidence": "4", "justification": "x"}',
    "confidence true": '{"winner": "first", "confidence": true, "justification": "x"}',
    "confidence NaN": '{"winner": "first", "confidence": NaN, "justification": "x"}',
    "endless confidence": f'{{"winner": "first", "confidence": {"9" * 5000}, "justification": "x"}}',
    "no justification": '{"winner": "first", "confidence": 4}',
    "justification as a list": '{"winner": "first", "confidence": 4, "justification": ["x"]}',
    "a key too many": '{"winner": "first", "confidence": 4, "justification": "x", "grade": "A"}',
    "a margin nobody asked for": '{"winner": "first", "margin": "far", "confidence": 4, "justification": "x"}',
    "nested too deeply": "[" * 100_000,
    "control characters": "\x00\x07",
}


@pytest.mark.parametrize("text", READABLE.values(), ids=READABLE.keys())
def test_a_plain_answer_is_read(text: str) -> None:
    assert read(text) == Verdict(Winner.SECOND, USAGE, "Clearer.", 4.0)


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_anything_else_is_a_failure_with_its_usage(text: str) -> None:
    reply = read(text)
    assert isinstance(reply, JudgeFailure)
    assert (reply.code, reply.usage) == (ErrorCode.INVALID_RESPONSE, USAGE)


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_the_message_of_a_failure_is_a_short_printable_sentence(text: str) -> None:
    reply = read(text)
    assert isinstance(reply, JudgeFailure)
    assert reply.message.startswith("The judge's answer cannot be read: ")
    assert reply.message.isprintable()
    assert len(reply.message) < 400


def test_the_message_says_what_is_wrong() -> None:
    reply = read('{"winner": "tie", "confidence": 1, "justification": "x"}')
    assert isinstance(reply, JudgeFailure)
    assert 'its winner is none of "first", "second"' in reply.message


def test_confidence_may_be_missing() -> None:
    reply = read('{"winner": "first", "justification": "x"}')
    assert reply == Verdict(Winner.FIRST, USAGE, "x", None)


def test_a_long_justification_is_cut_at_500_characters() -> None:
    reply = read(json.dumps({"winner": "first", "justification": "å" * 900}))
    assert isinstance(reply, Verdict)
    assert reply.justification == "å" * 500


def test_a_justification_becomes_one_line_that_a_database_accepts() -> None:
    text = r'{"winner": "first", "justification": " Nul\u0000, half \ud83d,\nnew\tline. "}'
    reply = read(text)
    assert isinstance(reply, Verdict)
    assert reply.justification == "Nul, half , new line."


def test_an_empty_justification_is_none() -> None:
    assert read('{"winner": "first", "justification": " "}') == Verdict(Winner.FIRST, USAGE)


@settings(deadline=None)
@given(st.text())
def test_no_text_makes_the_parser_raise(text: str) -> None:
    read(text)


def graded(**answer: object) -> str:
    return json.dumps({"justification": "x", "confidence": 3} | answer)


@pytest.mark.parametrize(("margin", "level"), [("slightly", 1), ("clearly", 2), ("far", 3)])
@pytest.mark.parametrize("answers", [AnswerForm.GRADED, AnswerForm.GRADED_OR_TIE])
def test_the_margin_is_read_as_a_level(answers: AnswerForm, margin: str, level: int) -> None:
    assert read(graded(winner="second", margin=margin), answers) == Verdict(
        Winner.SECOND, USAGE, "x", 3.0, level
    )


@pytest.mark.parametrize(
    ("answers", "text"),
    [
        (AnswerForm.WINNER_OR_TIE, graded(winner="tie")),
        (AnswerForm.GRADED_OR_TIE, graded(winner="tie", margin=None)),
        (AnswerForm.GRADED_OR_TIE, graded(winner="tie")),
    ],
)
def test_a_tie_is_read_where_one_is_allowed(answers: AnswerForm, text: str) -> None:
    assert read(text, answers) == Verdict(Winner.TIE, USAGE, "x", 3.0)


@pytest.mark.parametrize(
    ("answers", "text", "what"),
    [
        (AnswerForm.GRADED, graded(winner="first"), "margin is none of"),
        (AnswerForm.GRADED, graded(winner="first", margin=None), "margin is none of"),
        (AnswerForm.GRADED, graded(winner="first", margin="Far"), "margin is none of"),
        (AnswerForm.GRADED, graded(winner="first", margin=3), "margin is none of"),
        (AnswerForm.GRADED, graded(winner="first", margin=["far"]), "margin is none of"),
        (AnswerForm.GRADED, graded(winner="tie", margin=None), 'winner is none of "first", "second".'),
        (AnswerForm.GRADED_OR_TIE, graded(winner="first", margin=None), "margin is none of"),
        (AnswerForm.GRADED_OR_TIE, graded(winner="tie", margin="slightly"), "a tie and yet names a margin"),
        (AnswerForm.GRADED_OR_TIE, graded(winner="draw"), 'winner is none of "first", "second", "tie"'),
        (AnswerForm.WINNER_OR_TIE, graded(winner="tie", margin=None), "keys nobody asked for"),
    ],
)
def test_an_answer_of_another_form_is_a_failure_that_says_why(
    answers: AnswerForm, text: str, what: str
) -> None:
    reply = read(text, answers)
    assert isinstance(reply, JudgeFailure)
    assert what in reply.message


ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "winner": st.sampled_from(["first", "second", "tie", None, 1]),
        "margin": st.sampled_from(["slightly", "clearly", "far", "none", None, 1]),
        "confidence": st.sampled_from([0, 1, 3, 5, 6, "4", 2.5, True]),
        "justification": st.sampled_from(["x", "", None, 7]),
        "grade": st.just("A"),
    },
)


@settings(deadline=None)
@given(ANSWERS, st.sampled_from(AnswerForm))
def test_what_the_schema_admits_is_read_and_what_it_refuses_is_not(
    answer: dict[str, object], answers: AnswerForm
) -> None:
    # the parser alone lets a model keep its confidence to itself and leave out the margin of a tie
    complete = {"confidence": 1} | answer
    if answers is AnswerForm.GRADED_OR_TIE:
        complete = {"margin": None} | complete
    admitted = Draft202012Validator(dict(answer_schema(answers))).is_valid(complete)
    # the schema alone cannot make the margin depend on the winner
    consistent = not answers.asks_margin or (answer.get("winner") == "tie") == (answer.get("margin") is None)
    assert isinstance(read(json.dumps(answer), answers), Verdict) == (admitted and consistent)
