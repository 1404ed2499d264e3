"""The way to one destination, shared by all judges and batches of this process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiolimiter import AsyncLimiter

from cj_assessment_service.domain.comparisons import JudgeFailure, JudgeReply
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.judges import RateLimits
from cj_assessment_service.implementations.dispatch.adaptive_concurrency import AdaptiveConcurrency

_OVERLOAD = frozenset({ErrorCode.RATE_LIMIT, ErrorCode.SERVICE_UNAVAILABLE})
_SHORTEST_PERIOD = 1.0
"""Seconds in which a rate is kept. Short, because a bucket that holds a whole minute lets twice the rate pass within one."""


class Lane:
    """Never more questions, tokens and questions at once than its limits allow; where a provider asks to wait, nobody
    leaves before.
    """

    def __init__(self, concurrency: int) -> None:
        self._gate = AdaptiveConcurrency(concurrency)
        self._limits = RateLimits()
        self._requests: AsyncLimiter | None = None
        self._tokens: AsyncLimiter | None = None
        self._drawing = asyncio.Lock()
        self._quiet_until = 0.0

    @property
    def concurrency(self) -> int:
        """What is allowed at once by now."""
        return self._gate.limit

    def keep_to(self, limits: RateLimits) -> None:
        """In addition to what it keeps to already: of two limits the tighter one counts."""
        if _is_tighter(limits.requests_per_minute, self._limits.requests_per_minute):
            self._requests = _limiter(limits.requests_per_minute)
        if _is_tighter(limits.tokens_per_minute, self._limits.tokens_per_minute):
            self._tokens = _limiter(limits.tokens_per_minute)
        if limits.concurrency is not None:
            self._gate.lower(limits.concurrency)
        self._limits = RateLimits(
            _tighter(limits.requests_per_minute, self._limits.requests_per_minute),
            _tighter(limits.tokens_per_minute, self._limits.tokens_per_minute),
            self._gate.ceiling,
        )

    @asynccontextmanager
    async def turn(self, tokens: int) -> AsyncIterator[None]:
        """A question of at most so many tokens may leave while the block runs."""
        await self._gate.enter()
        try:
            if self._requests is not None:
                await self._requests.acquire()
            if self._tokens is not None:
                # one after the other, or all would gather their tokens little by little and leave together
                async with self._drawing:
                    await _draw(self._tokens, tokens)
            await self._quiet()
            yield
        finally:
            self._gate.leave()

    def learn(self, reply: JudgeReply, left_at: float, now: float) -> None:
        """From what came of a question that left at `left_at`, both on the clock of the event loop."""
        if not isinstance(reply, JudgeFailure):
            self._gate.went_well()
        elif reply.code in _OVERLOAD:
            self._gate.overloaded(left_at, now)

    def rest(self, until: float) -> None:
        """Nobody leaves before, on the clock of the event loop."""
        self._quiet_until = max(self._quiet_until, until)

    async def _quiet(self) -> None:
        seconds = self._quiet_until - asyncio.get_running_loop().time()
        if seconds > 0:
            await asyncio.sleep(seconds)
            # somebody may have been told to wait meanwhile
            await self._quiet()


def _limiter(per_minute: float | None) -> AsyncLimiter | None:
    """Holds at least one question, however few may leave."""
    if per_minute is None:
        return None
    period = max(_SHORTEST_PERIOD, 60.0 / per_minute)
    return AsyncLimiter(max(1.0, per_minute * period / 60.0), period)


async def _draw(limiter: AsyncLimiter, tokens: int) -> None:
    """Bit by bit, because a question may be larger than what may leave at once."""
    missing = float(tokens)
    while missing > 0:
        portion = min(missing, limiter.max_rate)
        await limiter.acquire(portion)
        missing -= portion


def _is_tighter(limit: float | None, kept: float | None) -> bool:
    return limit is not None and (kept is None or limit < kept)


def _tighter(limit: float | None, kept: float | None) -> float | None:
    return limit if _is_tighter(limit, kept) else kept
