"""A chat judge whose provider caches prompts and has a price list."""

from dataclasses import dataclass, replace
from decimal import Decimal

from benchmarks.provider_double import ANSWER_TOKENS, Received
from cj_assessment_service.domain.comparisons import JudgeReply, JudgeUsage
from cj_assessment_service.domain.judges import ComparisonTask, JudgeSpec, JudgeTraits, Quote
from cj_assessment_service.implementations.judges.registry import EntryPointJudges
from cj_assessment_service.protocols import BatchJudgeProtocol, JudgeProtocol, JudgeProviderProtocol

PROMPT_PRICE, CACHED_PRICE, ANSWER_PRICE = (Decimal(p) / 10**6 for p in ("0.25", "0.025", "2"))
"""USD a token."""

MOST_ANSWER_TOKENS = 200


@dataclass(frozen=True, slots=True)
class PricedJudges(JudgeProviderProtocol):
    """The installed ones, each with traits and prices of its provider."""

    def open(self, spec: JudgeSpec) -> JudgeProtocol:
        return PricedJudge(EntryPointJudges().open(spec))

    def open_batch(self, spec: JudgeSpec) -> BatchJudgeProtocol:
        return EntryPointJudges().open_batch(spec)


@dataclass(frozen=True, slots=True)
class PricedJudge(JudgeProtocol):
    wrapped: JudgeProtocol

    @property
    def traits(self) -> JudgeTraits:
        return replace(self.wrapped.traits, destination="double", caches_prompts=True)

    def quote(self, task: ComparisonTask) -> Quote:
        tokens = self.wrapped.quote(task).tokens
        return Quote(tokens + MOST_ANSWER_TOKENS, tokens * PROMPT_PRICE + MOST_ANSWER_TOKENS * ANSWER_PRICE)

    async def compare(self, task: ComparisonTask) -> JudgeReply:
        reply = await self.wrapped.compare(task)
        if reply.usage is None:
            return reply
        return replace(reply, usage=_priced(reply.usage))

    async def close(self) -> None:
        await self.wrapped.close()


def bill(received: tuple[Received, ...]) -> Decimal:
    """What the provider will ask for, in USD."""
    return sum((price(one.prompt_tokens, one.cached_tokens, ANSWER_TOKENS) for one in received), Decimal(0))


def price(prompt_tokens: int, cached_tokens: int, answer_tokens: int) -> Decimal:
    fresh = prompt_tokens - cached_tokens
    return fresh * PROMPT_PRICE + cached_tokens * CACHED_PRICE + answer_tokens * ANSWER_PRICE


def _priced(usage: JudgeUsage) -> JudgeUsage:
    return replace(
        usage,
        cost=price(usage.prompt_tokens, usage.cached_tokens, usage.completion_tokens),
        attempts=1,
    )
