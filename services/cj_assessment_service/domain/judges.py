"""Judges by name, and what they are shown."""

from dataclasses import dataclass

from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.comparisons import ComparisonRequest, OrientedPair
from cj_assessment_service.domain.errors import InvalidJudge


@dataclass(frozen=True, slots=True)
class JudgeSpec:
    """A judge as the user names it: `kind` or `kind:argument`, for example `openai:gpt-5-mini` or `replay:file.csv`."""

    kind: str
    argument: str = ""

    @classmethod
    def parse(cls, text: str) -> "JudgeSpec":
        """Raises InvalidJudge when no kind is named."""
        kind, _, argument = text.strip().partition(":")
        if not kind:
            raise InvalidJudge(
                f"The judge {text!r} names no kind. Write for example offline or openai:MODEL."
            )
        return cls(kind.lower(), argument)

    def __str__(self) -> str:
        return f"{self.kind}:{self.argument}" if self.argument else self.kind


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
    is what the prompt asks for; an answer of another form is none.
    """

    request: ComparisonRequest
    first_text: str
    second_text: str
    prompt: JudgePrompt
    language: str
    answers: AnswerForm


@dataclass(frozen=True, slots=True)
class OfferedPairs:
    """The oriented pairs a recorded judge can answer, and how often each."""

    counts: tuple[tuple[OrientedPair, int], ...]


@dataclass(frozen=True, slots=True)
class EveryPair:
    """The judge can answer any pair, any number of times."""


JudgeOffer = OfferedPairs | EveryPair
