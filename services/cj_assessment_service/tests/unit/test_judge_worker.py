"""Workers answer every question, whatever becomes of some of them."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from cj_assessment_service.domain.comparisons import JudgeFailure, Outcome, Verdict, Winner
from cj_assessment_service.domain.errors import ErrorCode, InvalidJudge, TryAgain
from cj_assessment_service.domain.judges import UNLIMITED, Allowance, ComparisonOrder, ComparisonTask
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.domain.policies import WorkerPolicy
from cj_assessment_service.implementations.in_process_bus import InProcessMessageBus, InProcessSource
from cj_assessment_service.protocols import MessagePublisherProtocol, QuestionDispatchProtocol
from cj_assessment_service.tests.fixtures.dead_letters import KeptDeadLetters
from cj_assessment_service.tests.fixtures.judging_ways import at_work, worker
from cj_assessment_service.tests.integration.waiting import until
from cj_assessment_service.tests.unit.implementations.dispatch.scripts import tasks, usage
from cj_assessment_service.tests.unit.implementations.dispatch.virtual_time import in_virtual_time
from cj_assessment_service.wire.comparison_request import encode_comparison_request
from cj_assessment_service.wire.comparison_result import decode_comparison_result
from cj_assessment_service.wire.topics import COMPARISON_REQUESTED, COMPARISON_RESULT

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@dataclass(slots=True)
class HeldJudges(QuestionDispatchProtocol):
    """Answer as soon as they are let."""

    let: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[ComparisonTask] = field(default_factory=list)
    allowances: list[Allowance] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    is_closed: bool = False

    async def ask(self, task: ComparisonTask, allowance: Allowance) -> Outcome:
        if task.request.judge == "nobody":
            raise InvalidJudge("There is no such judge here.")
        self.asked.append(task)
        self.allowances.append(allowance)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self.let.wait()
        finally:
            self.at_once -= 1
        return Outcome(task.request.request_id, Verdict(Winner.FIRST, usage()), NOW)

    async def close(self) -> None:
        self.is_closed = True


@dataclass(slots=True)
class BrokenCarrier(MessagePublisherProtocol):
    """Takes nothing until so many have failed."""

    bus: InProcessMessageBus
    faults: int
    tried: int = 0

    async def publish(self, message: Message) -> None:
        self.tried += 1
        if self.tried <= self.faults:
            raise TryAgain("The carrier does not answer.")
        await self.bus.publish(message)

    async def publish_all(self, messages: Sequence[Message]) -> tuple[TryAgain | None, ...]:  # noqa: ARG002 - as promised
        raise AssertionError("answers leave one by one")


@dataclass(slots=True)
class Desk:
    """Questions go in at `bus`, and all that came of them is at `answers` and `dead_letters`."""

    bus: InProcessMessageBus = field(default_factory=InProcessMessageBus)
    judges: HeldJudges = field(default_factory=HeldJudges)
    questions: InProcessSource = field(init=False)
    answers: InProcessSource = field(init=False)
    dead_letters: KeptDeadLetters = field(default_factory=KeptDeadLetters)

    def __post_init__(self) -> None:
        self.questions = self.bus.subscribe(COMPARISON_REQUESTED)
        self.answers = self.bus.subscribe(COMPARISON_RESULT)

    async def send(self, asked: Sequence[ComparisonTask], allowance: Allowance = UNLIMITED) -> None:
        for task in asked:
            value = encode_comparison_request(ComparisonOrder(task, allowance), NOW)
            await self.bus.publish(Message(COMPARISON_REQUESTED, "1", value))

    async def outcomes(self, count: int) -> list[Outcome]:
        found: list[Outcome] = []
        while len(found) < count:
            found += [
                decode_comparison_result(delivery.message.value) for delivery in await self.answers.poll(100)
            ]
        return found

    async def all_asked(self, count: int) -> None:
        await until(lambda: asyncio.sleep(0, len(self.judges.asked) >= count or None))


@asynccontextmanager
async def working(desk: Desk, policy: WorkerPolicy | None = None) -> AsyncIterator[None]:
    at_desk = worker(desk.questions, desk.judges, desk.bus, policy or WorkerPolicy(), desk.dead_letters)
    async with at_work(at_desk.run()):
        yield


async def test_a_window_of_questions_slides_over_them() -> None:
    desk, asked = Desk(), tasks(10)
    async with working(desk, WorkerPolicy(concurrency=3)):
        await desk.send(asked)
        await desk.all_asked(3)
        for _ in range(20):
            await asyncio.sleep(0)
        assert len(desk.judges.asked) == 3
        desk.judges.let.set()
        assert len(await desk.outcomes(10)) == 10
        await desk.questions.drained()
    assert desk.judges.most_at_once == 3


async def test_the_questions_of_a_worker_that_died_are_answered_by_another() -> None:
    desk, asked = Desk(), tasks(5)
    async with working(desk):
        await desk.send(asked)
        await desk.all_asked(5)
    assert desk.judges.is_closed
    assert desk.answers.is_empty
    await desk.questions.redeliver()
    desk.judges.let.set()
    async with working(desk):
        outcomes = await desk.outcomes(5)
        await desk.questions.drained()
    assert sorted(o.request_id for o in outcomes) == sorted(t.request.request_id for t in asked)


def test_a_question_is_confirmed_only_after_its_answer_is_safe() -> None:
    async def story() -> tuple[bool, int, int]:
        desk = Desk()
        carrier = BrokenCarrier(desk.bus, faults=4)
        desk.judges.let.set()
        async with at_work(worker(desk.questions, desk.judges, carrier).run()):
            await desk.send(tasks(1))
            await until(lambda: asyncio.sleep(0, carrier.tried >= 4 or None))
            waiting = asyncio.ensure_future(desk.questions.drained())
            await asyncio.sleep(0)
            was_confirmed = waiting.done()
            answered = len(await desk.outcomes(1))
            await waiting
        return was_confirmed, answered, len(desk.judges.asked)

    assert in_virtual_time(story()) == (False, 1, 1)


async def test_a_question_that_comes_again_is_answered_again_and_not_asked_again() -> None:
    desk, asked = Desk(), tasks(1)
    async with working(desk):
        await desk.send((*asked, *asked))
        await desk.all_asked(1)
        desk.judges.let.set()
        first, second = await desk.outcomes(2)
        await desk.send(asked)
        (third,) = await desk.outcomes(1)
    assert first == second == third
    assert len(desk.judges.asked) == 1


async def test_what_is_remembered_is_bounded() -> None:
    desk, asked = Desk(), tasks(8)
    desk.judges.let.set()
    async with working(desk, WorkerPolicy(concurrency=1, remembered_answers=2)):
        await desk.send(asked)
        await desk.outcomes(8)
        await desk.send(asked[-2:])
        await desk.outcomes(2)
        assert len(desk.judges.asked) == 8
        await desk.send(asked[:1])
        await desk.outcomes(1)
    assert len(desk.judges.asked) == 9


async def test_an_unreadable_question_is_parked_and_the_others_are_answered() -> None:
    desk = Desk()
    desk.judges.let.set()
    garbage = Message(COMPARISON_REQUESTED, "1", b'{"data": "nothing"}')
    async with working(desk):
        await desk.bus.publish(garbage)
        await desk.send(tasks(1))
        await until(lambda: asyncio.sleep(0, desk.dead_letters.parked or None))
        assert len(await desk.outcomes(1)) == 1
        await desk.questions.drained()
    assert [message for message, _ in desk.dead_letters.parked] == [garbage]


async def test_a_judge_that_this_worker_cannot_open_fails_its_question() -> None:
    desk = Desk()
    async with working(desk):
        await desk.send(tasks(1, "nobody"))
        (outcome,) = await desk.outcomes(1)
    assert isinstance(outcome.reply, JudgeFailure)
    assert outcome.reply.code is ErrorCode.CONFIGURATION_ERROR
    assert outcome.reply.usage is not None
    assert outcome.reply.usage.cost == 0
    assert outcome.reply.usage.attempts == 0


async def test_a_question_brings_its_own_limits() -> None:
    desk, allowance = Desk(), Allowance(until=4_102_444_800.5)
    desk.judges.let.set()
    async with working(desk):
        await desk.send(tasks(1), allowance)
        await desk.outcomes(1)
    assert desk.judges.allowances == [allowance]


async def test_the_trace_of_a_question_goes_on_in_its_answer() -> None:
    desk, (task,) = Desk(), tasks(1)
    desk.judges.let.set()
    order = ComparisonOrder(task, UNLIMITED, trace_parent=f"00-{TRACE}-00f067aa0ba902b7-01")
    async with working(desk):
        await desk.bus.publish(Message(COMPARISON_REQUESTED, "1", encode_comparison_request(order, NOW)))
        (delivery,) = await desk.answers.poll(10)
    assert TRACE in json.loads(delivery.message.value)["metadata"]["traceparent"]


async def test_a_worker_that_is_stopped_takes_nothing_new_and_finishes_what_it_has() -> None:
    desk = Desk()
    stopped = worker(desk.questions, desk.judges, desk.bus)
    running = asyncio.create_task(stopped.run())
    await desk.send(tasks(2))
    await desk.all_asked(2)
    stopped.stop()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await desk.send(tasks(3))
    desk.judges.let.set()
    await asyncio.wait_for(running, 10)
    assert len(await desk.outcomes(2)) == 2
    assert desk.answers.is_empty
    assert len(desk.judges.asked) == 2
    assert desk.judges.is_closed
    assert len(await desk.questions.poll(10)) == 3


async def test_a_worker_that_is_stopped_does_not_wait_for_ever() -> None:
    desk = Desk()
    stopped = worker(desk.questions, desk.judges, desk.bus, WorkerPolicy(drain_seconds=0.05))
    running = asyncio.create_task(stopped.run())
    await desk.send(tasks(2))
    await desk.all_asked(2)
    stopped.stop()
    await asyncio.wait_for(running, 10)
    assert (desk.judges.at_once, desk.judges.is_closed) == (0, True)
    await desk.questions.redeliver()
    assert len(await desk.questions.poll(10)) == 2


async def test_an_idle_worker_stops_at_once() -> None:
    desk = Desk()
    stopped = worker(desk.questions, desk.judges, desk.bus, WorkerPolicy(drain_seconds=1000))
    stopped.stop()
    await asyncio.wait_for(stopped.run(), 10)
    assert desk.judges.is_closed


async def test_a_source_that_breaks_ends_the_worker_with_its_fault() -> None:
    class BrokenSource(InProcessSource):
        async def poll(self, limit: int) -> tuple[()]:
            raise RuntimeError(f"no {limit} messages")

    judges = HeldJudges()
    with pytest.raises(ExceptionGroup) as raised:
        await worker(BrokenSource(), judges, InProcessMessageBus()).run()
    assert raised.group_contains(RuntimeError)
    assert judges.is_closed
