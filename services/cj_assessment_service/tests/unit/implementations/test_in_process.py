"""Messages and judges within one process keep the promises of their far relatives."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.comparisons import (
    ComparisonRequest,
    JudgeReply,
    JudgeUsage,
    OrientedPair,
    Verdict,
    Winner,
)
from cj_assessment_service.domain.errors import InvalidJudge
from cj_assessment_service.domain.identifiers import BatchId, EssayId, RequestId
from cj_assessment_service.domain.judges import (
    FREE,
    UNLIMITED,
    ComparisonTask,
    JudgePrompt,
    JudgeSpec,
    JudgeTraits,
    Quote,
)
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.implementations.in_process_bus import InProcessMessageBus
from cj_assessment_service.implementations.in_process_judging import InProcessJudging
from cj_assessment_service.implementations.system_clock import SystemClock
from cj_assessment_service.protocols import BatchJudgeProtocol, JudgeProtocol, JudgeProviderProtocol
from cj_assessment_service.wire.comparison_result import decode_comparison_result
from cj_assessment_service.wire.topics import COMPARISON_RESULT


def message(number: int, topic: str = "t") -> Message:
    return Message(topic, "k", str(number).encode())


async def test_messages_arrive_in_order_and_in_bulk() -> None:
    bus = InProcessMessageBus()
    source = bus.subscribe("t")
    for number in range(5):
        await bus.publish(message(number))
    assert await source.poll(3) == tuple(message(n) for n in range(3))
    assert await source.poll(3) == (message(3), message(4))


async def test_what_was_not_committed_is_delivered_again_first() -> None:
    bus = InProcessMessageBus()
    source = bus.subscribe("t")
    for number in range(3):
        await bus.publish(message(number))
    await source.poll(2)
    await source.redeliver()
    assert await source.poll(10) == (message(0), message(1))
    await source.commit()
    assert await source.poll(10) == (message(2),)


async def test_a_source_is_drained_only_when_everything_is_committed() -> None:
    bus = InProcessMessageBus()
    source = bus.subscribe("t")
    await bus.publish(message(1))
    waiting = asyncio.ensure_future(source.drained())
    await source.poll(1)
    await asyncio.sleep(0)
    assert not waiting.done()
    await source.commit()
    await waiting


async def test_a_topic_reaches_only_its_own_subscribers() -> None:
    bus = InProcessMessageBus()
    mine, other = bus.subscribe("a"), bus.subscribe("b")
    await bus.publish(message(1, "a"))
    await bus.publish(message(2, "b"))
    assert await mine.poll(10) == (message(1, "a"),)
    assert await other.poll(10) == (message(2, "b"),)


class CountingJudge(JudgeProtocol):
    """Answers when it is let go, and counts how many questions it has at once."""

    def __init__(self) -> None:
        self.at_once = 0
        self.most_at_once = 0
        self.closed = False
        self.go = asyncio.Event()
        self.three_asked = asyncio.Event()

    @property
    def traits(self) -> JudgeTraits:
        return JudgeTraits()

    def quote(self, task: ComparisonTask) -> Quote:  # noqa: ARG002 - every question is free
        return FREE

    async def compare(self, task: ComparisonTask) -> JudgeReply:
        self.at_once += 1
        self.most_at_once = max(self.at_once, self.most_at_once)
        if self.at_once == 3:
            self.three_asked.set()
        await self.go.wait()
        self.at_once -= 1
        return Verdict(Winner.FIRST, JudgeUsage("test", task.language, 0.0))

    async def close(self) -> None:
        self.closed = True


class OneJudge(JudgeProviderProtocol):
    def __init__(self, judge: JudgeProtocol) -> None:
        self.judge = judge

    def open(self, spec: JudgeSpec) -> JudgeProtocol:
        if spec.kind != "test":
            raise InvalidJudge("only the test judge exists")
        return self.judge

    def open_batch(self, spec: JudgeSpec) -> BatchJudgeProtocol:
        raise InvalidJudge(f"{spec} takes no batches")


def tasks(count: int, judge: str = "test") -> Sequence[ComparisonTask]:
    pair = OrientedPair(EssayId("a"), EssayId("b"))
    prompt = JudgePrompt("", "", "", "v")
    return [
        ComparisonTask(
            ComparisonRequest(RequestId(uuid4()), BatchId(1), 1, pair, judge),
            "x",
            "y",
            prompt,
            "en",
            AnswerForm.WINNER,
        )
        for _ in range(count)
    ]


async def test_every_question_is_answered_by_one_message_and_concurrency_is_bounded() -> None:
    bus, judge = InProcessMessageBus(), CountingJudge()
    answers = bus.subscribe(COMPARISON_RESULT)
    judging = InProcessJudging(OneJudge(judge), bus, SystemClock(), concurrency=3)
    asked = tasks(10)
    await judging.perform_comparisons(asked, UNLIMITED)
    working = asyncio.ensure_future(judging.run())
    async with asyncio.timeout(10):
        await judge.three_asked.wait()
    judge.go.set()
    received: list[Message] = []
    async with asyncio.timeout(10):
        while len(received) < 10:
            received.extend(await answers.poll(10))
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    outcomes = [decode_comparison_result(m.value) for m in received]
    assert {outcome.request_id for outcome in outcomes} == {task.request.request_id for task in asked}
    assert all(outcome.completed_at <= datetime.now(UTC) for outcome in outcomes)
    assert judge.most_at_once == 3
    assert judge.closed


async def test_an_unknown_judge_is_refused_before_anything_is_asked() -> None:
    judging = InProcessJudging(OneJudge(CountingJudge()), InProcessMessageBus(), SystemClock(), 1)
    with pytest.raises(InvalidJudge):
        await judging.perform_comparisons(tasks(1, "nobody"), UNLIMITED)
