"""How a model is asked, as it stands after the question mark of the judge's name: `openai:gpt-5-mini?effort=low&rpm=500`."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Final, Literal, TypeVar

from cj_assessment_service.domain.errors import InvalidJudge
from cj_assessment_service.domain.judges import JudgeSpec, RateLimits
from cj_assessment_service.implementations.judges.model_endpoint import ModelEndpoint
from cj_assessment_service.implementations.judges.provider_profiles import Feature

Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]
Verbosity = Literal["low", "medium", "high"]

EFFORTS: Final[tuple[Effort, ...]] = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
ANTHROPIC_EFFORTS: Final = EFFORTS[2:]
VERBOSITIES: Final[tuple[Verbosity, ...]] = ("low", "medium", "high")

PLAIN_ANSWER_TOKENS: Final = 4096
REASONED_ANSWER_TOKENS: Final = 16384
"""Reasoning counts as part of the answer. A verdict itself has about 100 tokens."""

PLAIN_SECONDS: Final = 60.0
REASONING_SECONDS: Final = 300.0

_YES_NO = ("yes", "no")
_OPTIONS = (
    "effort", "verbosity", "temperature", "max_tokens", "logprobs", "seconds", "rpm", "tpm", "concurrency", "batch",
)  # fmt: skip
_REASONS = re.compile(
    r"(^|/)(o\d|gpt-[5-9]|gpt-oss|gemini-(2\.5|[3-9])|magistral|qwq|qwen3|deepseek-r|claude-[a-z]+-[5-9])|reason|think",
    re.IGNORECASE,
)
"""Names of models that think before they answer without being asked to. One that is missing here is at worst cut off, and
the failure says what to do.
"""

_Word = TypeVar("_Word", bound=str)
_Number = TypeVar("_Number", int, float)


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """`answer_tokens` is the most an answer may have, reasoning included; `seconds` the most it may take. What is None is
    left to the provider. `answers_in_batches`: it is asked through the provider's batch mode.
    """

    effort: Effort | None = None
    verbosity: Verbosity | None = None
    temperature: float | None = None
    answer_tokens: int = PLAIN_ANSWER_TOKENS
    reads_probabilities: bool = False
    seconds: float = PLAIN_SECONDS
    limits: RateLimits = field(default_factory=RateLimits)
    answers_in_batches: bool = False


def read_options(spec: JudgeSpec, endpoint: ModelEndpoint, limits: RateLimits) -> ModelOptions:
    """`limits` are those of the judges file; the name's own go before them. Raises InvalidJudge for what the provider does
    not offer, and for a value that is none.
    """
    given = spec.options_among(*_OPTIONS)
    for feature in Feature:
        if given.get(feature.value, "no") != "no" and feature not in endpoint.profile.features:
            raise InvalidJudge(
                f"The {spec.kind} judge has no option {feature.value}: its provider does not offer it. Leave it out."
            )
    return options_of_model(spec, endpoint.model, limits)


def options_of_model(spec: JudgeSpec, model: str, limits: RateLimits) -> ModelOptions:
    """Whatever its provider offers. Raises InvalidJudge for an option nobody knows, and for a value that is none."""
    value = _Values(spec.kind, spec.options_among(*_OPTIONS))
    effort = value.one_of("effort", ANTHROPIC_EFFORTS if spec.kind == "anthropic" else EFFORTS)
    reasons = effort not in {None, "none"} or (effort is None and _REASONS.search(model) is not None)
    return ModelOptions(
        effort=effort,
        verbosity=value.one_of("verbosity", VERBOSITIES),
        temperature=value.number("temperature", 0.0, 2.0),
        answer_tokens=value.count("max_tokens")
        or (REASONED_ANSWER_TOKENS if reasons else PLAIN_ANSWER_TOKENS),
        reads_probabilities=value.one_of("logprobs", _YES_NO) == "yes",
        seconds=value.number("seconds", 0.001, 86_400.0) or (REASONING_SECONDS if reasons else PLAIN_SECONDS),
        limits=_limits(value, limits),
        answers_in_batches=value.one_of("batch", _YES_NO) == "yes",
    )


def _limits(value: "_Values", limits: RateLimits) -> RateLimits:
    own = {
        "requests_per_minute": value.number("rpm", 0.001, 1e9),
        "tokens_per_minute": value.number("tpm", 1.0, 1e12),
    }
    chosen = {name: number for name, number in own.items() if number is not None}
    return replace(limits, concurrency=value.count("concurrency") or limits.concurrency, **chosen)


@dataclass(frozen=True, slots=True)
class _Values:
    """Options by name; None where one was not given. Each method raises InvalidJudge."""

    kind: str
    given: Mapping[str, str]

    def one_of(self, option: str, words: Sequence[_Word]) -> _Word | None:
        if option not in self.given:
            return None
        for word in words:
            if word == self.given[option]:
                return word
        raise self._wrong(option, f"one of {', '.join(words)}")

    def number(self, option: str, lowest: float, highest: float) -> float | None:
        found = self._converted(option, float, f"a number from {lowest:g} to {highest:g}")
        if found is not None and not (isfinite(found) and lowest <= found <= highest):
            raise self._wrong(option, f"a number from {lowest:g} to {highest:g}")
        return found

    def count(self, option: str) -> int | None:
        found = self._converted(option, int, "a whole number above 0")
        if found is not None and found < 1:
            raise self._wrong(option, "a whole number above 0")
        return found

    def _converted(self, option: str, convert: Callable[[str], _Number], wanted: str) -> _Number | None:
        if option not in self.given:
            return None
        try:
            return convert(self.given[option])
        except ValueError as error:
            raise self._wrong(option, wanted) from error

    def _wrong(self, option: str, wanted: str) -> InvalidJudge:
        return InvalidJudge(f"The option {option} of the {self.kind} judge must be {wanted}.")
