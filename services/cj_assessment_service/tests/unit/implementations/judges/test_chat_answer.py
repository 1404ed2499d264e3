from decimal import Decimal

import pytest

from cj_assessment_service.implementations.judges.chat_answer import ChatAnswer, price_of, read_chat_answer
from cj_assessment_service.implementations.judges.chat_endpoint import OPENAI_BASE_URL
from cj_assessment_service.tests.fixtures.openai_double import completion


def answer(prompt_tokens: int, cached_tokens: int, completion_tokens: int) -> ChatAnswer:
    return ChatAnswer("gpt-4o-mini", "x", None, "stop", prompt_tokens, cached_tokens, completion_tokens)


def test_a_completion_is_read_whole() -> None:
    body = completion({"role": "assistant", "content": "hello", "refusal": None})
    assert read_chat_answer(body) == ChatAnswer("gpt-4o-mini", "hello", None, "stop", 1000, 800, 20)


def test_no_more_tokens_can_be_cached_than_were_sent() -> None:
    usage = '{"prompt_tokens": 5, "prompt_tokens_details": {"cached_tokens": 9}}'
    read = read_chat_answer(f'{{"choices": [{{}}], "usage": {usage}}}')
    assert read is not None
    assert (read.prompt_tokens, read.cached_tokens) == (5, 5)


def test_cached_tokens_cost_less() -> None:
    # per million tokens: 0.15 USD in, 0.075 cached, 0.60 out
    assert price_of(answer(1000, 800, 20), "gpt-4o-mini", OPENAI_BASE_URL) == Decimal("0.000102")
    assert price_of(answer(1000, 0, 20), "gpt-4o-mini", OPENAI_BASE_URL) == Decimal("0.000162")


@pytest.mark.parametrize(
    ("model", "base_url"),
    [("no-such-model", OPENAI_BASE_URL), ("gpt-4o-mini", "http://127.0.0.1:8000/v1")],
)
def test_a_price_on_no_list_is_unknown_and_not_zero(model: str, base_url: str) -> None:
    assert price_of(answer(1000, 0, 20), model, base_url) is None


def test_without_counted_tokens_the_price_is_unknown() -> None:
    assert price_of(answer(0, 0, 0), "gpt-4o-mini", OPENAI_BASE_URL) is None
