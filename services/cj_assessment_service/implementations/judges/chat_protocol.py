"""The chat completions protocol of OpenAI: the body of a question and what the body of an answer says."""

import json
from collections.abc import Mapping
from math import isfinite
from types import MappingProxyType

from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming
from openai.types.shared_params import ResponseFormatJSONSchema

from cj_assessment_service.cj_core_logic.judging.verdicts import answer_schema
from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.judges import ComparisonTask
from cj_assessment_service.implementations.judges.model_answer import (
    Ending,
    ModelAnswer,
    TokenChoice,
    as_items,
    as_model_name,
    as_text,
    counts_of,
    member,
)
from cj_assessment_service.implementations.judges.model_endpoint import ModelEndpoint
from cj_assessment_service.implementations.judges.model_options import ModelOptions
from cj_assessment_service.implementations.judges.provider_profiles import LengthField
from cj_assessment_service.implementations.judges.structures import Structure

TOP_TOKENS = 20
"""The most alternatives a server names for each token."""

_SCHEMAS: Mapping[AnswerForm, ResponseFormatJSONSchema] = MappingProxyType(
    {
        answers: {
            "type": "json_schema",
            "json_schema": {"name": "verdict", "schema": dict(answer_schema(answers)), "strict": True},
        }
        for answers in AnswerForm
    }
)
_ENDINGS: Mapping[str, Ending] = MappingProxyType(
    {"length": Ending.CUT_OFF, "content_filter": Ending.FILTERED}
)


def chat_request(
    task: ComparisonTask, endpoint: ModelEndpoint, options: ModelOptions, structure: Structure
) -> CompletionCreateParamsNonStreaming:
    """The part that is the same for a whole batch stands first, so that providers can keep it."""
    body: CompletionCreateParamsNonStreaming = {
        "model": endpoint.model,
        "messages": [
            {"role": "system", "content": task.prompt.system},
            {"role": "user", "content": task.prompt.user},
        ],
    }
    if structure is Structure.SCHEMA:
        body["response_format"] = _SCHEMAS[task.answers]
    if endpoint.profile.length_field is LengthField.MAX_COMPLETION_TOKENS:
        body["max_completion_tokens"] = options.answer_tokens
    else:
        body["max_tokens"] = options.answer_tokens
    if options.temperature is not None:
        body["temperature"] = options.temperature
    if options.effort is not None:
        body["reasoning_effort"] = options.effort
    if options.verbosity is not None:
        body["verbosity"] = options.verbosity
    if options.reads_probabilities:
        body["logprobs"] = True
        body["top_logprobs"] = TOP_TOKENS
    return body


def read_chat_answer(body: str) -> ModelAnswer | None:
    """None when the body is not a chat completion at all."""
    try:
        completion: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    choices = as_items(member(completion, "choices"))
    if not choices:
        return None
    message, usage = member(choices[0], "message"), member(completion, "usage")
    return ModelAnswer(
        model=as_model_name(member(completion, "model")),
        text=_content(member(message, "content")),
        refusal=as_text(member(message, "refusal")),
        ending=_ENDINGS.get(as_text(member(choices[0], "finish_reason")) or "", Ending.COMPLETE),
        counts=counts_of(
            member(usage, "prompt_tokens"),
            member(member(usage, "prompt_tokens_details"), "cached_tokens"),
            0,
            member(usage, "completion_tokens"),
        ),
        tokens=_tokens(member(choices[0], "logprobs")),
    )


def _content(content: object) -> str | None:
    """Some servers send blocks, of which only those of type text are the answer and not thoughts."""
    if not isinstance(content, list):
        return as_text(content)
    texts = [as_text(member(block, "text")) for block in content if member(block, "type") == "text"]
    return "".join(text for text in texts if text) or None


def _tokens(logprobs: object) -> tuple[TokenChoice, ...]:
    return tuple(_choice(token) for token in as_items(member(logprobs, "content")))


def _choice(token: object) -> TokenChoice:
    """The token that was said is an option too, even if the server does not list it."""
    said = _bytes(token)
    listed = {_bytes(option): _logprob(option) for option in as_items(member(token, "top_logprobs"))}
    return TokenChoice(said, tuple(({said: _logprob(token)} | listed).items()))


def _bytes(token: object) -> bytes:
    """Parts of a character have no text of their own, so the bytes count where they are given."""
    octets = member(token, "bytes")
    if isinstance(octets, list) and all(type(octet) is int and 0 <= octet < 256 for octet in octets):
        return bytes(octets)
    return (as_text(member(token, "token")) or "").encode("utf-8", "replace")


def _logprob(token: object) -> float:
    value = member(token, "logprob")
    return float(value) if isinstance(value, int | float) and isfinite(value) else float("-inf")
