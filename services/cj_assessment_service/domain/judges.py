"""Judges by name, and what they are shown."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.comparisons import ComparisonRequest, OrientedPair
from cj_assessment_service.domain.errors import InvalidJudge


@dataclass(frozen=True, slots=True)
class JudgeSpec:
    """A judge as the user names it: `kind`, `kind:argument` or `kind:argument?option=value&…`, for example
    `openai:gpt-5-mini?effort=low` or `replay:file.csv`. The options stand in the order they were given.

    What is wrong with a name is told without repeating its argument or options: someone may have typed a password there.
    """

    kind: str
    argument: str = ""
    options: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, text: str) -> "JudgeSpec":
        """Raises InvalidJudge when no kind is named, and for an option without a value."""
        name, _, choices = text.strip().partition("?")
        kind, _, argument = name.partition(":")
        if not kind.strip():
            raise InvalidJudge(
                "The name of a judge begins with its kind. Write for example offline or openai:MODEL."
            )
        parts = [part.partition("=") for part in choices.split("&") if part.strip()]
        if not all(option.strip() and equals and value.strip() for option, equals, value in parts):
            raise InvalidJudge(
                f"An option of the {kind} judge has no name or no value. Write {kind}:…?option=value&option=value."
            )
        return cls(
            kind.strip().lower(),
            argument,
            tuple((option.strip(), value.strip()) for option, _, value in parts),
        )

    def options_among(self, *known: str) -> Mapping[str, str]:
        """The options by name. Raises InvalidJudge for one that is given twice or is none of the known."""
        given = dict(self.options)
        if unknown := given.keys() - set(known):
            remedy = (
                f"It knows {', '.join(known)}." if known else "It has none: leave out ? and what follows."
            )
            raise InvalidJudge(f"The {self.kind} judge does not know {len(unknown)} of its options. {remedy}")
        if len(given) != len(self.options):
            raise InvalidJudge(
                f"An option of the {self.kind} judge is given twice. Give each once: {', '.join(known)}."
            )
        return given

    def __str__(self) -> str:
        name = f"{self.kind}:{self.argument}" if self.argument else self.kind
        choices = "&".join(f"{option}={value}" for option, value in self.options)
        return f"{name}?{choices}" if choices else name


@dataclass(frozen=True, slots=True)
class JudgePrompt:
    """What a language model is sent. `system` and `context` are the same for a whole batch (so that providers can
    cache them) and `texts` holds the two fenced essays followed by the answer instruction.
    """

    system: str
    context: str
    texts: str
    version: str

    @property
    def user(self) -> str:
        return "\n\n".join(part for part in (self.context, self.texts) if part)


@dataclass(frozen=True, slots=True)
class ComparisonTask:
    """A recorded request with everything a judge may look at. Essay ids are for the ledger, not for the model. `answers`
    is what the prompt asks for; an answer of another form is none. `alternates` are the judges to be asked in this order
    when the one named in the request cannot be reached. `outer_id` is what the requester calls the batch, empty where it does
    not matter.
    """

    request: ComparisonRequest
    first_text: str
    second_text: str
    prompt: JudgePrompt
    language: str
    answers: AnswerForm
    alternates: tuple[str, ...] = ()
    outer_id: str = ""


@dataclass(frozen=True, slots=True)
class OfferedPairs:
    """The oriented pairs a recorded judge can answer, and how often each."""

    counts: tuple[tuple[OrientedPair, int], ...]


@dataclass(frozen=True, slots=True)
class EveryPair:
    """The judge can answer any pair, any number of times."""


JudgeOffer = OfferedPairs | EveryPair


@dataclass(frozen=True, slots=True)
class RateLimits:
    """What a provider allows, None where it sets no limit: requests and tokens a minute, and questions at once."""

    requests_per_minute: float | None = None
    tokens_per_minute: float | None = None
    concurrency: int | None = None


@dataclass(frozen=True, slots=True)
class JudgeTraits:
    """What must be known of a judge before it is asked.

    `offer` are the pairs it can answer; `notice` is what people must read before they rely on it, None when there is
    nothing. `destination` is the host that texts are sent to, None when they stay on this machine; judges with the same
    destination share its `limits`. `caches_prompts`: the beginning of a prompt costs less once it was read.
    `answers_in_batches`: it is handed all questions of a wave at once and answers within a day.
    """

    offer: JudgeOffer = EveryPair()
    notice: str | None = None
    destination: str | None = None
    limits: RateLimits = RateLimits()
    caches_prompts: bool = False
    answers_in_batches: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """The most one attempt at a question can take: tokens (prompt and answer) and USD, None where the price is unknown."""

    tokens: int
    cost: Decimal | None


FREE: Final = Quote(0, Decimal(0))


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the questions of one wave may cost in USD together (None: anything), and when the last of them may leave, as
    seconds since the epoch (None: whenever).
    """

    cost: Decimal | None = None
    until: float | None = None

    def less(self, cost: Decimal) -> "Allowance":
        """When so much of it is spent, or kept for others."""
        return self if self.cost is None else replace(self, cost=max(Decimal(0), self.cost - cost))


UNLIMITED: Final = Allowance()


@dataclass(frozen=True, slots=True)
class ComparisonOrder:
    """One question as it travels to a judge elsewhere, with what it alone may take. `trace_parent` names the trace it
    belongs to (W3C Trace Context), None where nobody follows it.
    """

    task: ComparisonTask
    allowance: Allowance
    trace_parent: str | None = None
