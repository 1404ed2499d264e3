import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from cj_assessment_service.cj_core_logic.judging.verdicts import ANSWER_SCHEMA, parse_verdict
from cj_assessment_service.domain.comparisons import JudgeFailure, JudgeUsage, Verdict, Winner
from cj_assessment_service.domain.errors import ErrorCode

USAGE = JudgeUsage(provider="double", model="m", seconds=0.5, prompt_tokens=10, completion_tokens=3)
PLAIN = '{"winner": "second", "confidence": 4, "justification": "Clearer."}'

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
    "nested too deeply": "[" * 100_000,
    "control characters": "\x00\x07",
}


@pytest.mark.parametrize("text", READABLE.values(), ids=READABLE.keys())
def test_a_plain_answer_is_read(text: str) -> None:
    assert parse_verdict(text, USAGE) == Verdict(Winner.SECOND, USAGE, "Clearer.", 4.0)


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_anything_else_is_a_failure_with_its_usage(text: str) -> None:
    reply = parse_verdict(text, USAGE)
    assert isinstance(reply, JudgeFailure)
    assert (reply.code, reply.usage) == (ErrorCode.INVALID_RESPONSE, USAGE)


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_the_message_of_a_failure_is_a_short_printable_sentence(text: str) -> None:
    reply = parse_verdict(text, USAGE)
    assert isinstance(reply, JudgeFailure)
    assert reply.message.startswith("The judge's answer cannot be read: ")
    assert reply.message.isprintable()
    assert len(reply.message) < 400


def test_the_message_says_what_is_wrong() -> None:
    reply = parse_verdict('{"winner": "tie", "confidence": 1, "justification": "x"}', USAGE)
    assert isinstance(reply, JudgeFailure)
    assert 'its winner is neither "first" nor "second"' in reply.message


def test_confidence_may_be_missing() -> None:
    reply = parse_verdict('{"winner": "first", "justification": "x"}', USAGE)
    assert reply == Verdict(Winner.FIRST, USAGE, "x", None)


def test_a_long_justification_is_cut_at_500_characters() -> None:
    reply = parse_verdict(json.dumps({"winner": "first", "justification": "å" * 900}), USAGE)
    assert isinstance(reply, Verdict)
    assert reply.justification == "å" * 500


def test_a_justification_becomes_one_line_that_a_database_accepts() -> None:
    text = r'{"winner": "first", "justification": " Nul\u0000, half \ud83d,\nnew\tline. "}'
    reply = parse_verdict(text, USAGE)
    assert isinstance(reply, Verdict)
    assert reply.justification == "Nul, half , new line."


def test_an_empty_justification_is_none() -> None:
    assert parse_verdict('{"winner": "first", "justification": " "}', USAGE) == Verdict(Winner.FIRST, USAGE)


@settings(deadline=None)
@given(st.text())
def test_no_text_makes_the_parser_raise(text: str) -> None:
    parse_verdict(text, USAGE)


ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "winner": st.sampled_from(["first", "second", "tie", None, 1]),
        "confidence": st.sampled_from([0, 1, 3, 5, 6, "4", 2.5, True]),
        "justification": st.sampled_from(["x", "", None, 7]),
        "grade": st.just("A"),
    },
)


@settings(deadline=None)
@given(ANSWERS)
def test_what_the_schema_admits_is_read_and_what_it_refuses_is_not(answer: dict[str, object]) -> None:
    # the parser alone lets a model keep its confidence to itself
    complete = {"confidence": 1} | answer
    admitted = Draft202012Validator(dict(ANSWER_SCHEMA)).is_valid(complete)
    assert isinstance(parse_verdict(json.dumps(answer), USAGE), Verdict) == admitted
