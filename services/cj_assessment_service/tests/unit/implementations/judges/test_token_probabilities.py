import json
import math

import pytest

from cj_assessment_service.implementations.judges.chat_protocol import read_chat_answer
from cj_assessment_service.implementations.judges.model_answer import TokenChoice
from cj_assessment_service.implementations.judges.token_probabilities import first_probability
from cj_assessment_service.tests.fixtures.openai_double import completion, log_probabilities, verdict


def answer(before: str, options: dict[str, float], after: str) -> tuple[str, list[TokenChoice]]:
    """The first of the options is what was said."""
    said = next(iter(options))
    choice = tuple((token.encode(), math.log(p)) for token, p in options.items())
    tokens = [
        TokenChoice(before.encode(), ((before.encode(), 0.0),)),
        TokenChoice(said.encode(), choice),
        TokenChoice(after.encode(), ((after.encode(), 0.0),)),
    ]
    return before + said + after, tokens


@pytest.mark.parametrize(
    ("before", "options", "after"),
    [
        ('{"winner":"', {"first": 0.6, "second": 0.2, "{": 0.2}, '"}'),
        ('{"winner":"', {"fi": 0.5, "first": 0.1, "sec": 0.15, "s": 0.05}, 'rst"}'),
        ('{"winner": ', {'"first': 0.6, '"second': 0.2}, '"}'),
        ('{"winner"', {': "first"': 0.6, ': "second"': 0.1, ':"second",': 0.1}, "}"),
        ('{"winner":"', {"second": 0.2, "first": 0.6}, '"}'),
        ('{"winner":"', {"first": 0.6, "Second": 0.2}, '"}'),
    ],
)
def test_what_can_only_begin_first_stands_against_what_can_only_begin_second(
    before: str, options: dict[str, float], after: str
) -> None:
    assert first_probability(*answer(before, options, after)) == pytest.approx(0.75)


def test_a_tie_is_left_out_of_the_two() -> None:
    said = answer('{"winner":"', {"first": 0.45, "second": 0.15, "tie": 0.3}, '"}')
    assert first_probability(*said) == pytest.approx(0.75)


def test_where_a_tie_is_most_probable_neither_has_a_probability() -> None:
    assert first_probability(*answer('{"winner":"', {"tie": 0.5, "first": 0.3, "second": 0.2}, '"}')) is None


@pytest.mark.parametrize(
    "said",
    [
        # the same words elsewhere, a word that is no verdict, and probabilities that are none
        answer('{"justification":"', {"first": 0.6, "second": 0.4}, ' is better"}'),
        answer('{"winner":"first","winner":"', {"first": 0.6, "second": 0.4}, '"}'),
        answer('{"winner":"', {"firstly": 0.6, "second": 0.4}, '"}'),
        answer('{"winner":"', {"first": 0.3, "second": 0.1, "neither": 0.6}, '"}'),
        answer('{"winner":"', {"first": 0.9, "second": 0.9}, '"}'),
        answer('{"confidence":', {'5,"winner":"first"': 0.6, '4,"winner":"first"': 0.4}, "}"),
    ],
)
def test_where_the_place_is_not_certain_there_is_no_probability(said: tuple[str, list[TokenChoice]]) -> None:
    assert first_probability(*said) is None


def test_tokens_of_another_text_tell_nothing() -> None:
    _, tokens = answer('{"winner":"', {"first": 0.6, "second": 0.4}, '"}')
    assert first_probability('{"winner": "first"}', tokens) is None
    assert first_probability('{"winner":"first"}', ()) is None


def test_a_quoted_verdict_in_the_justification_is_not_the_verdict() -> None:
    content = verdict("second", justification='It says {"winner": "first"} in its last line.')
    body = completion(
        {"content": content}, logprobs=log_probabilities(content, {"first": 0.1, "second": 0.9})
    )
    read = read_chat_answer(body)
    assert read is not None
    assert first_probability(content, read.tokens) == pytest.approx(0.1)


def test_parts_of_characters_are_put_together_by_their_bytes() -> None:
    content = json.dumps({"justification": "é", "winner": "first"}, ensure_ascii=False)
    start = content.index("first")
    raw = content.encode()
    cuts = [raw[:20], raw[20:21], raw[21 : start + 1], raw[start + 1 : start + 6], raw[start + 6 :]]
    tokens = [TokenChoice(cut, ((cut, 0.0),)) for cut in cuts]
    assert first_probability(content, tokens) == 1.0
