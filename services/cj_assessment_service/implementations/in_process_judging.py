"""Judges that work inside this process: questions go into a queue, answers leave as messages."""

import asyncio
from collections.abc import Sequence

from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.comparisons import Outcome
from cj_assessment_service.domain.judges import Allowance, ComparisonTask, JudgeSpec, JudgeTraits
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.protocols import (
    JudgeProtocol,
    JudgeProviderProtocol,
    LLMInteractionProtocol,
    MessagePublisherProtocol,
)
from cj_assessment_service.wire.comparison_result import encode_comparison_result
from cj_assessment_service.wire.topics import COMPARISON_RESULT


class InProcessJudging(LLMInteractionProtocol):
    """At most `concurrency` questions are with the judges at once; the rest waits in the queue.

    A question lost with the process stays outstanding in the ledger and is sent again when the batch is resumed.
    """

    def __init__(
        self,
        judges: JudgeProviderProtocol,
        publisher: MessagePublisherProtocol,
        clock: Clock,
        concurrency: int,
    ) -> None:
        self._provider = judges
        self._publisher = publisher
        self._clock = clock
        self._concurrency = concurrency
        self._open: dict[str, JudgeProtocol] = {}
        self._questions: asyncio.Queue[tuple[ComparisonTask, JudgeProtocol]] = asyncio.Queue()

    async def perform_comparisons(
        self,
        tasks: Sequence[ComparisonTask],
        allowance: Allowance,  # noqa: ARG002 - not yet held
    ) -> None:
        for task, judge in [(task, self._judge(task.request.judge)) for task in tasks]:
            self._questions.put_nowait((task, judge))

    async def get_traits(self, judge: str) -> JudgeTraits:
        return self._judge(judge).traits

    async def run(self) -> None:
        """Works until cancelled, then closes the judges."""
        try:
            async with asyncio.TaskGroup() as workers:
                for _ in range(self._concurrency):
                    workers.create_task(self._work())
        finally:
            for judge in self._open.values():
                await judge.close()

    async def _work(self) -> None:
        while True:
            task, judge = await self._questions.get()
            reply = await judge.compare(task)
            outcome = Outcome(task.request.request_id, reply, self._clock.now())
            value = encode_comparison_result(task.request, outcome)
            await self._publisher.publish(Message(COMPARISON_RESULT, str(task.request.batch_id), value))

    def _judge(self, name: str) -> JudgeProtocol:
        if name not in self._open:
            self._open[name] = self._provider.open(JudgeSpec.parse(name))
        return self._open[name]
