"""What a chat completion says. Servers differ, so nothing is taken for granted: what is missing is missing."""

import json
from dataclasses import dataclass
from decimal import Decimal

from genai_prices import Usage, calc_price

_LONGEST_MODEL_NAME = 200
_HIGHEST_COUNT = 2**31 - 1


@dataclass(frozen=True, slots=True)
class ChatAnswer:
    """The first choice of a completion. Texts are None and counts 0 where the server gave none."""

    model: str | None
    content: str | None
    refusal: str | None
    finish_reason: str | None
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int


def read_chat_answer(body: str) -> ChatAnswer | None:
    """None when the body is not a chat completion at all."""
    try:
        completion: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    choices = _member(completion, "choices")
    if not isinstance(choices, list) or not choices:
        return None
    message, usage = _member(choices[0], "message"), _member(completion, "usage")
    prompt_tokens = _count(_member(usage, "prompt_tokens"))
    return ChatAnswer(
        model=_model_name(_member(completion, "model")),
        content=_text(_member(message, "content")),
        refusal=_text(_member(message, "refusal")),
        finish_reason=_text(_member(choices[0], "finish_reason")),
        prompt_tokens=prompt_tokens,
        cached_tokens=min(
            prompt_tokens, _count(_member(_member(usage, "prompt_tokens_details"), "cached_tokens"))
        ),
        completion_tokens=_count(_member(usage, "completion_tokens")),
    )


def price_of(answer: ChatAnswer, model: str, base_url: str) -> Decimal | None:
    """In USD by the provider's list; None when the server counted no tokens, or no list has this model there."""
    if answer.prompt_tokens == 0 and answer.completion_tokens == 0:
        return None
    usage = Usage(
        input_tokens=answer.prompt_tokens,
        cache_read_tokens=answer.cached_tokens,
        output_tokens=answer.completion_tokens,
    )
    try:
        return calc_price(usage, model, provider_api_url=base_url).total_price
    except LookupError:
        return None


def _member(value: object, key: str) -> object:
    return value.get(key) if isinstance(value, dict) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _model_name(value: object) -> str | None:
    """Only what may be stored and shown."""
    name = _text(value)
    return name if name and name.isprintable() and len(name) <= _LONGEST_MODEL_NAME else None


def _count(value: object) -> int:
    return value if type(value) is int and 0 <= value <= _HIGHEST_COUNT else 0
