"""The Messages protocol of Anthropic: the body of a question and what the body of an answer says."""

import json
from collections.abc import Mapping
from types import MappingProxyType

from anthropic.types import OutputConfigParam, TextBlockParam
from anthropic.types.message_create_params import MessageCreateParamsNonStreaming

from cj_assessment_service.cj_core_logic.judging.verdicts import answer_schema
from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.judges import ComparisonTask
from cj_assessment_service.implementations.judges.model_answer import (
    Ending,
    ModelAnswer,
    as_count,
    as_items,
    as_model_name,
    as_text,
    counts_of,
    member,
)
from cj_assessment_service.implementations.judges.model_endpoint import ModelEndpoint
from cj_assessment_service.implementations.judges.model_options import ModelOptions
from cj_assessment_service.implementations.judges.structures import Structure

_ENDINGS: Mapping[str, Ending] = MappingProxyType(
    {
        "max_tokens": Ending.CUT_OFF,
        "model_context_window_exceeded": Ending.CUT_OFF,
        "refusal": Ending.REFUSED,
    }
)


def messages_request(
    task: ComparisonTask, endpoint: ModelEndpoint, options: ModelOptions, structure: Structure
) -> MessageCreateParamsNonStreaming:
    """The last block that is the same for a whole batch is marked to be kept, with all that stands before it."""
    prompt = task.prompt
    kept = [_kept(prompt.context)] if prompt.context else []
    body: MessageCreateParamsNonStreaming = {
        "model": endpoint.model,
        "max_tokens": options.answer_tokens,
        "system": [_block(prompt.system) if kept else _kept(prompt.system)],
        "messages": [{"role": "user", "content": [*kept, _block(prompt.texts)]}],
    }
    if config := _output_config(task.answers, options, structure):
        body["output_config"] = config
    return body


def read_message(body: str) -> ModelAnswer | None:
    """None when the body is not a message at all."""
    try:
        message: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(member(message, "content"), list):
        return None
    blocks = as_items(member(message, "content"))
    texts = [as_text(member(block, "text")) for block in blocks if member(block, "type") == "text"]
    usage, stopped = member(message, "usage"), member(message, "stop_reason")
    read, written = (as_count(member(usage, f"cache_{use}_input_tokens")) for use in ("read", "creation"))
    return ModelAnswer(
        model=as_model_name(member(message, "model")),
        text="".join(text for text in texts if text) or None,
        refusal=as_text(member(member(message, "stop_details"), "explanation")),
        ending=_ENDINGS.get(as_text(stopped) or "", Ending.COMPLETE),
        # the provider counts apart what it read, what it stored and the rest
        counts=counts_of(
            as_count(member(usage, "input_tokens")) + read + written,
            read,
            written,
            member(usage, "output_tokens"),
        ),
    )


def _output_config(answers: AnswerForm, options: ModelOptions, structure: Structure) -> OutputConfigParam:
    config: OutputConfigParam = {}
    if structure is Structure.SCHEMA:
        config["format"] = {"type": "json_schema", "schema": dict(answer_schema(answers))}
    match options.effort:
        case "low" | "medium" | "high" | "xhigh" | "max" as effort:
            config["effort"] = effort
        case _:
            pass
    return config


def _block(text: str) -> TextBlockParam:
    return {"type": "text", "text": text}


def _kept(text: str) -> TextBlockParam:
    return {"type": "text", "text": text, "cache_control": {"type": "ephemeral"}}
