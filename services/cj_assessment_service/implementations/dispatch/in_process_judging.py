"""Judges that work inside this process: questions come in by waves, answers leave as messages."""

import asyncio
from collections.abc import Sequence
from contextvars import Context, copy_context

from cj_assessment_service.domain.identifiers import RequestId
from cj_assessment_service.domain.judges import Allowance, ComparisonTask, JudgeTraits
from cj_assessment_service.implementations.dispatch.dispatcher import Dispatcher
from cj_assessment_service.implementations.dispatch.wave import Wave
from cj_assessment_service.protocols import AnswerDeliveryProtocol, LLMInteractionProtocol


class InProcessJudging(LLMInteractionProtocol):
    """A question lost with the process stays outstanding in the ledger and is sent again when the batch is resumed; what is
    with the judges here already is not sent a second time. A question is worked on in the context in which it was put: its
    log lines and its trace are those of its batch.
    """

    def __init__(self, dispatcher: Dispatcher, answers: AnswerDeliveryProtocol) -> None:
        self._dispatcher = dispatcher
        self._answers = answers
        self._at_work: set[RequestId] = set()
        self._questions: asyncio.Queue[tuple[Wave, ComparisonTask, Context]] = asyncio.Queue()

    async def perform_comparisons(self, tasks: Sequence[ComparisonTask], allowance: Allowance) -> None:
        for task in tasks:
            self._dispatcher.admit(task)
        wave = self._dispatcher.open_wave(allowance)
        for task in tasks:
            if task.request.request_id not in self._at_work:
                self._at_work.add(task.request.request_id)
                self._questions.put_nowait((wave, task, copy_context()))

    async def get_traits(self, judge: str) -> JudgeTraits:
        return self._dispatcher.traits(judge)

    async def run(self) -> None:
        """Works until cancelled, then closes the judges."""
        try:
            async with asyncio.TaskGroup() as questions:
                while True:
                    wave, task, context = await self._questions.get()
                    questions.create_task(self._work(wave, task), context=context)
        finally:
            await self._dispatcher.close()

    async def _work(self, wave: Wave, task: ComparisonTask) -> None:
        try:
            outcome = await self._dispatcher.ask_within(wave, task)
            await self._answers.deliver(task.request, outcome)
        finally:
            self._at_work.discard(task.request.request_id)
