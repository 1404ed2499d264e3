"""How a request changes the judge it is put to: parts of the judge's name, as the overrides of the request give them."""

from collections.abc import Collection
from typing import Annotated, Literal

from pydantic import Field

from cj_assessment_service.domain.errors import Rejected
from cj_assessment_service.domain.judges import JudgeSpec
from cj_assessment_service.wire.envelope import WireModel
from cj_assessment_service.wire.fields import LARGEST_COUNT, Text

BATCHES_OF_PROVIDER = "provider_batch_api"

BatchingMode = Literal["per_request", "serial_bundle", "provider_batch_api"]
Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]
Verbosity = Literal["low", "medium", "high"]


class LLMConfigOverrides(WireModel):
    """A model without a provider is one of the usual judge's provider. What the judge cannot take ends the batch with a
    failure that says so.
    """

    model_override: Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^?\x00]+$")] | None = None
    temperature_override: float | None = Field(default=None, ge=0.0, le=2.0)
    max_tokens_override: int | None = Field(default=None, ge=1, le=LARGEST_COUNT)
    provider_override: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^:?\x00]+$")] | None = (
        None
    )
    system_prompt_override: Text | None = None
    judge_rubric_override: Text | None = None
    reasoning_effort: Effort | None = None
    output_verbosity: Verbosity | None = None

    @property
    def names_a_judge(self) -> bool:
        return self.provider_override is not None or self.model_override is not None or bool(self.options)

    @property
    def options(self) -> dict[str, str]:
        """By the names they have in a judge's name; a temperature of 0 is one like any other."""
        given = {
            "effort": self.reasoning_effort,
            "verbosity": self.output_verbosity,
            "temperature": f"{self.temperature_override:g}"
            if self.temperature_override is not None
            else None,
            "max_tokens": str(self.max_tokens_override) if self.max_tokens_override is not None else None,
        }
        return {option: value for option, value in given.items() if value is not None}


class BatchConfigOverrides(WireModel):
    """Only the batching mode changes anything: waves are as large as the design of the batch needs them, a batch waits
    for all answers, and how many batches run at once is the installation's to say.
    """

    batch_size: int | None = Field(default=None, ge=10, le=200)
    max_concurrent_batches: int | None = Field(default=None, ge=1, le=5)
    partial_completion_threshold: float | None = Field(default=None, ge=0.5, le=1.0)
    llm_batching_mode_override: BatchingMode | None = None


def judge_of(overrides: LLMConfigOverrides, usual: str, batch_kinds: Collection[str]) -> str:
    """The judge by its full name; those of the `batch_kinds` are asked in the batch mode of their provider. Raises
    InvalidJudge.
    """
    known = JudgeSpec.parse(usual)
    spec = JudgeSpec.parse(overrides.provider_override) if overrides.provider_override is not None else known
    argument = overrides.model_override
    if argument is None:
        argument = known.argument if spec.kind == known.kind else ""
    # the usual judge keeps its own options where the request says nothing else
    options = dict(known.options) if (spec.kind, argument) == (known.kind, known.argument) else {}
    options |= overrides.options
    if spec.kind in batch_kinds:
        options["batch"] = "yes"
    return str(JudgeSpec(spec.kind, argument, tuple(options.items())))


def refuse_two_ways(overrides: LLMConfigOverrides, batch: BatchConfigOverrides) -> None:
    """For a request with a panel, whose members say everything in their names. Raises Rejected."""
    if overrides.names_a_judge or batch.llm_batching_mode_override == BATCHES_OF_PROVIDER:
        raise Rejected(
            "The request names its judges in a panel and changes the judge by overrides as well. Write the options into"
            " the names of the panel, for example openai:gpt-5-mini?effort=low&temperature=0."
        )
