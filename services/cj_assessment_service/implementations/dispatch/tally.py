"""What all attempts at one question took together."""

from dataclasses import dataclass, replace
from decimal import Decimal

from cj_assessment_service.domain.comparisons import JudgeFailure, JudgeReply, JudgeUsage
from cj_assessment_service.domain.judges import JudgeSpec


@dataclass(slots=True)
class Tally:
    """Counts across all judges the question went to. `last` is the reply of the last attempt that left."""

    attempts: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    characters_sent: int = 0
    cost: Decimal | None = Decimal(0)
    last: JudgeReply | None = None

    def add(self, reply: JudgeReply, cost: Decimal | None) -> None:
        """One attempt; its `cost` in USD, None where that is unknown."""
        self.last = reply
        self.cost = None if cost is None or self.cost is None else self.cost + cost
        usage = reply.usage
        self.attempts += usage.attempts if usage is not None else 1
        if usage is not None:
            self.prompt_tokens += usage.prompt_tokens
            self.cached_tokens += usage.cached_tokens
            self.completion_tokens += usage.completion_tokens
            self.characters_sent += usage.characters_sent

    def onto(self, reply: JudgeReply, judge: str) -> JudgeReply:
        """The reply of `judge` with all that the question took; provider, model and seconds are those of the reply."""
        spec = JudgeSpec.parse(judge)
        usage = reply.usage or JudgeUsage(spec.kind, spec.argument or spec.kind, seconds=0.0)
        summed = replace(
            usage,
            attempts=self.attempts,
            prompt_tokens=self.prompt_tokens,
            cached_tokens=self.cached_tokens,
            completion_tokens=self.completion_tokens,
            characters_sent=self.characters_sent,
            cost=self.cost,
        )
        if isinstance(reply, JudgeFailure):
            return replace(reply, usage=summed)
        return replace(reply, usage=summed)
