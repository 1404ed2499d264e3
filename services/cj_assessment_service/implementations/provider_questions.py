"""A question as the LLM provider service takes it."""

from dataclasses import dataclass, replace
from typing import Final

from cj_assessment_service.cj_core_logic.judging.prompt_blocks import PromptBlock, prompt_blocks
from cj_assessment_service.domain.errors import InvalidJudge
from cj_assessment_service.domain.judges import ComparisonTask, JudgeSpec, RateLimits
from cj_assessment_service.implementations.judges.model_options import ModelOptions, options_of_model
from cj_assessment_service.wire.judge_overrides import BatchingMode, LLMConfigOverrides
from cj_assessment_service.wire.provider_service import (
    ComparisonBody,
    ComparisonMetadata,
    PromptBlockBody,
)
from cj_assessment_service.wire.topics import COMPARISON_RESULT

LARGEST_BUNDLE: Final = 64
LONGEST_MODEL: Final = 255
_CACHED_FOR: Final = "5m"


@dataclass(frozen=True, slots=True)
class ProviderJudge:
    """A model of a provider, as the service knows them."""

    provider: str
    model: str
    options: ModelOptions


def read_provider_judge(judge: str) -> ProviderJudge:
    """Raises InvalidJudge for a name that the service could make nothing of."""
    spec = JudgeSpec.parse(judge)
    model = spec.argument.strip()
    if not model or "@" in model or len(model) > LONGEST_MODEL:
        raise InvalidJudge(
            "The LLM provider service asks models by provider and name, at addresses of its own. Write for example"
            " openai:MODEL, without @ and what follows."
        )
    return ProviderJudge(spec.kind, model, options_of_model(spec, model, RateLimits()))


def priced_judge(judge: str) -> str:
    """The judge at its full price: whether the service grants the batch mode of a provider is its own affair."""
    spec = JudgeSpec.parse(judge)
    return str(replace(spec, options=tuple(option for option in spec.options if option[0] != "batch")))


def comparison_body(task: ComparisonTask, wave_size: int) -> ComparisonBody:
    """Raises InvalidJudge."""
    judge, request = read_provider_judge(task.request.judge), task.request
    options, blocks = judge.options, prompt_blocks(task.prompt)
    user_prompt = "\n\n".join(block.content for block in blocks)
    return ComparisonBody(
        user_prompt=user_prompt,
        prompt_blocks=tuple(_block(block) for block in blocks),
        callback_topic=COMPARISON_RESULT,
        correlation_id=request.request_id,
        llm_config_overrides=LLMConfigOverrides(
            provider_override=judge.provider,
            model_override=judge.model,
            temperature_override=options.temperature,
            max_tokens_override=options.answer_tokens,
            system_prompt_override=task.prompt.system or None,
            reasoning_effort=options.effort,
            output_verbosity=options.verbosity,
        ),
        metadata=ComparisonMetadata(
            essay_a_id=request.pair.first,
            essay_b_id=request.pair.second,
            bos_batch_id=task.outer_id,
            cj_batch_id=str(request.batch_id),
            cj_llm_batching_mode=_batching_mode(options),
            comparison_iteration=request.wave,
            preferred_bundle_size=min(wave_size, LARGEST_BUNDLE),
            reasoning_effort=options.effort,
            output_verbosity=options.verbosity,
            characters_sent=len(task.prompt.system) + len(user_prompt),
        ),
    )


def _batching_mode(options: ModelOptions) -> BatchingMode:
    return "provider_batch_api" if options.answers_in_batches else "serial_bundle"


def _block(block: PromptBlock) -> PromptBlockBody:
    return PromptBlockBody(
        content=block.content,
        cacheable=block.is_shared,
        ttl=_CACHED_FOR if block.is_shared else None,
        content_hash=block.content_hash,
    )
