"""Where the questions to one judge pass, whatever batch they belong to."""

import asyncio
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from decimal import Decimal

from tenacity import AsyncRetrying, RetryCallState, retry_if_result, stop_after_attempt
from tenacity.wait import wait_exponential, wait_random

from cj_assessment_service.cj_core_logic.judging.refusals import (
    of_unknown_price,
    out_of_reach,
    too_dear,
    too_late,
)
from cj_assessment_service.domain.comparisons import JudgeFailure, JudgeReply
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.judges import ComparisonTask, JudgeTraits
from cj_assessment_service.domain.policies import DispatchPolicy
from cj_assessment_service.implementations.dispatch.circuit_breaker import CircuitBreaker
from cj_assessment_service.implementations.dispatch.lane import Lane
from cj_assessment_service.implementations.dispatch.patience import comes_back
from cj_assessment_service.implementations.dispatch.tally import Tally
from cj_assessment_service.implementations.dispatch.token_estimate import TokenEstimate
from cj_assessment_service.implementations.dispatch.warm_ups import WarmUp, WarmUps
from cj_assessment_service.implementations.dispatch.wave import Wave
from cj_assessment_service.protocols import JudgeProtocol, TelemetryProtocol


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """On its way; `tally` grows with each attempt."""

    task: ComparisonTask
    wave: Wave
    tally: Tally = field(default_factory=Tally)


@dataclass(frozen=True, slots=True, eq=False)
class Desk:
    """A judge, the lane that leads to it, and what is known of whether it can be reached. A question that was meant for
    this judge holds one of its `places` until it is settled, so that few are taken elsewhere while it is out of reach.
    """

    name: str
    judge: JudgeProtocol
    traits: JudgeTraits
    lane: Lane
    breaker: CircuitBreaker
    tokens: TokenEstimate
    places: asyncio.Semaphore
    warm_ups: WarmUps
    policy: DispatchPolicy
    telemetry: TelemetryProtocol

    def is_shut(self) -> bool:
        """Whether no question may go to this judge now."""
        return self.breaker.seconds_to_wait(asyncio.get_running_loop().time()) > 0

    async def comes_back(self, wave: Wave) -> bool:
        """Waits until a question may go to this judge again; False when it could not be reached for longer than our
        patience lasts, or the wave has ended.
        """
        return await comes_back(self.breaker, self.policy.patience, wave)

    async def ask(self, question: Question) -> JudgeReply:
        """The reply to the last attempt that left; why none left where that is so."""
        retrying = AsyncRetrying(
            retry=retry_if_result(self._may_pass),
            wait=self._seconds_before_the_next,
            stop=stop_after_attempt(self.policy.attempts),
            sleep=question.wave.sleep,
            retry_error_callback=_last_reply,
        )
        left_before = question.tally.attempts
        reply: JudgeReply = await retrying(self._attempt, question)
        last = question.tally.last
        return last if last is not None and question.tally.attempts > left_before else reply

    async def _attempt(self, question: Question) -> JudgeReply:
        task, wave = question.task, question.wave
        quote = self.judge.quote(task)
        try:
            async with (
                asyncio.timeout(wave.seconds_left) as patience,
                self._warm_up(task) as warm_up,
                self.lane.turn(self.tokens.of(quote)),
            ):
                reply = await self._pay_and_send(question, quote.cost, patience, warm_up)
                self.tokens.learn(quote, reply.usage)
                return reply
        except TimeoutError:
            return too_late()

    def _warm_up(self, task: ComparisonTask) -> AbstractAsyncContextManager[WarmUp]:
        return (
            self.warm_ups.turn(self.name, task.prompt)
            if self.traits.caches_prompts
            else nullcontext(WarmUp())
        )

    async def _pay_and_send(
        self, question: Question, most: Decimal | None, patience: asyncio.Timeout, warm_up: WarmUp
    ) -> JudgeReply:
        """`most` is what the attempt can cost in USD, None where that is unknown; `patience` ends with the wave, unless
        the question leaves before. Where money is limited, an answer whose price nobody knows (it never arrived, say)
        counts with the most.
        """
        purse = question.wave.purse
        if purse is None:
            reply = await self._send(question, patience, warm_up)
            if not never_left(reply):
                question.tally.add(reply, reply.usage.cost if reply.usage is not None else None)
            return reply
        if most is None:
            return of_unknown_price(self.name)
        if not await purse.reserve(most):
            return too_dear(most)
        charged = most
        try:
            reply = await self._send(question, patience, warm_up)
            charged = _charge(reply, most)
        finally:
            purse.settle(most, charged)
        if not never_left(reply):
            question.tally.add(reply, charged)
        return reply

    async def _send(self, question: Question, patience: asyncio.Timeout, warm_up: WarmUp) -> JudgeReply:
        loop = asyncio.get_running_loop()
        left_at = loop.time()
        if question.wave.is_over:
            return too_late()
        if not self.breaker.admits(left_at):
            return out_of_reach(self.name)
        patience.reschedule(None)
        reply = await self.judge.compare(question.task)
        warm_up.came_back(loop.time())
        self._learn(reply, left_at, loop.time())
        return reply

    def _learn(self, reply: JudgeReply, left_at: float, now: float) -> None:
        """A judge that asks to be left alone for a while can be reached; one that asks for longer than we wait cannot."""
        self.lane.learn(reply, left_at, now)
        if not isinstance(reply, JudgeFailure) or not reply.code.is_passing:
            self.breaker.reached()
        elif reply.code is ErrorCode.RATE_LIMIT and self._may_pass(reply):
            self.breaker.reached()
            self.lane.rest(now + (reply.retry_after or 0.0))
        elif self.breaker.faulted(now):
            self.telemetry.judge_out_of_reach(self.name, reply.code)

    def _may_pass(self, reply: JudgeReply) -> bool:
        return (
            isinstance(reply, JudgeFailure)
            and reply.code.is_passing
            and (reply.retry_after or 0.0) <= self.policy.longest_wait
        )

    def _seconds_before_the_next(self, state: RetryCallState) -> float:
        """As long as the provider asks for, else 1, 2, 4… seconds and up to one more."""
        reply = _last_reply(state)
        if isinstance(reply, JudgeFailure) and reply.retry_after is not None:
            return reply.retry_after
        first, longest = self.policy.first_wait, self.policy.longest_backoff
        backoff = wait_exponential(multiplier=first, max=longest) + wait_random(0.0, first)
        return backoff(state)


def never_left(reply: JudgeReply) -> bool:
    return isinstance(reply, JudgeFailure) and reply.code.never_left


def _charge(reply: JudgeReply, most: Decimal) -> Decimal:
    if never_left(reply):
        return Decimal(0)
    usage = reply.usage
    return most if usage is None or usage.cost is None else usage.cost


def _last_reply(state: RetryCallState) -> JudgeReply:
    if state.outcome is None:
        raise RuntimeError("a question that was never asked cannot be asked again")
    reply: JudgeReply = state.outcome.result()
    return reply
