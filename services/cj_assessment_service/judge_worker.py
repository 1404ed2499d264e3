"""Takes questions from their topic, puts them to the judges and answers with messages."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type
from tenacity.wait import wait_random_exponential

from cj_assessment_service.cj_core_logic.judging.refusals import unasked
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.comparisons import JudgeFailure, Outcome
from cj_assessment_service.domain.errors import InvalidJudge, MessageUnreadable, TryAgain
from cj_assessment_service.domain.identifiers import RequestId
from cj_assessment_service.domain.judges import ComparisonOrder
from cj_assessment_service.domain.messages import Delivery, Message
from cj_assessment_service.domain.policies import WorkerPolicy
from cj_assessment_service.protocols import (
    AnswerDeliveryProtocol,
    DeadLetterProtocol,
    MessageSourceProtocol,
    QuestionDispatchProtocol,
    TelemetryProtocol,
)
from cj_assessment_service.wire.comparison_request import decode_comparison_request
from cj_assessment_service.wire.topics import COMPARISON_RESULT

LONGEST_BACK_OFF_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class JudgeWorker:
    """Any number of workers share the questions. One is confirmed only after its answer is safe with the carrier, so that the
    questions of a worker that died are delivered to another; one that comes again to the same worker is not asked again.
    """

    source: MessageSourceProtocol
    judges: QuestionDispatchProtocol
    answers: AnswerDeliveryProtocol
    dead_letters: DeadLetterProtocol
    policy: WorkerPolicy
    telemetry: TelemetryProtocol
    clock: Clock
    _serving: set[asyncio.Task[None]] = field(default_factory=set, init=False)
    _asked: OrderedDict[RequestId, asyncio.Task[Outcome]] = field(default_factory=OrderedDict, init=False)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    async def run(self) -> None:
        """Until `stop`, or until cancelled; then closes the judges. After `stop` nothing new is taken, and what is with the
        judges has `drain_seconds` to be answered. What is not is left to other workers, as everything is when cancelled.
        """
        try:
            async with asyncio.TaskGroup() as group:
                taking = group.create_task(self._take(group))
                await self._stopping.wait()
                taking.cancel()
                await self._drain()
        finally:
            await self.judges.close()

    def stop(self) -> None:
        """Lets `run` come to its end."""
        self._stopping.set()

    async def _take(self, group: asyncio.TaskGroup) -> None:
        """As many as may be served at once, and a next one whenever one is done."""
        while True:
            while len(self._serving) >= self.policy.concurrency:
                await asyncio.wait(self._serving, return_when=asyncio.FIRST_COMPLETED)
            for delivery in await self.source.poll(self.policy.concurrency - len(self._serving)):
                serving = group.create_task(self._serve(delivery, group))
                self._serving.add(serving)
                serving.add_done_callback(self._serving.discard)

    async def _drain(self) -> None:
        if self._serving:
            _, late = await asyncio.wait(self._serving, timeout=self.policy.drain_seconds)
            for unfinished in (*late, *self._asked.values()):
                unfinished.cancel()

    async def _serve(self, delivery: Delivery, group: asyncio.TaskGroup) -> None:
        try:
            order = decode_comparison_request(delivery.message.value)
        except MessageUnreadable as error:
            await self._park(delivery.message, str(error))
        else:
            request = order.task.request
            with self.telemetry.answering_question(order.trace_parent):
                outcome = await self._outcome(order, group)
                await self._surely(COMPARISON_RESULT, lambda: self.answers.deliver(request, outcome))
        await self.source.confirm([delivery])

    async def _outcome(self, order: ComparisonOrder, group: asyncio.TaskGroup) -> Outcome:
        """Asked once, however often the question is delivered while it is remembered."""
        request_id = order.task.request.request_id
        if request_id not in self._asked:
            self._asked[request_id] = group.create_task(self._ask(order))
            self._forget_the_oldest()
        return await asyncio.shield(self._asked[request_id])

    async def _ask(self, order: ComparisonOrder) -> Outcome:
        try:
            return await self.judges.ask(order.task, order.allowance)
        except InvalidJudge as error:
            return unasked(order.task.request, JudgeFailure(error.code, str(error)), self.clock.now())

    def _forget_the_oldest(self) -> None:
        """But none that is with its judge: there are never more of these than are served at once."""
        while len(self._asked) > self.policy.concurrency + self.policy.remembered_answers:
            oldest = next(request_id for request_id, asked in self._asked.items() if asked.done())
            del self._asked[oldest]

    async def _park(self, message: Message, reason: str) -> None:
        await self._surely(message.topic, lambda: self.dead_letters.park(message, reason))
        self.telemetry.message_parked(message, reason)

    async def _surely(self, topic: str, leave: Callable[[], Awaitable[None]]) -> None:
        """Until the carrier has it: an answer is paid for."""

        def report(state: RetryCallState) -> None:
            self.telemetry.delivery_failed(
                topic, str(state.outcome.exception()) if state.outcome is not None else ""
            )

        retrying = AsyncRetrying(
            retry=retry_if_exception_type(TryAgain),
            wait=wait_random_exponential(multiplier=1.0, max=LONGEST_BACK_OFF_SECONDS),
            before_sleep=report,
        )
        async for attempt in retrying:
            with attempt:
                await leave()
