"""A consumer confirms only what is done, and never stops for one message."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from cj_assessment_service.domain.errors import TryAgain
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.implementations.in_process_bus import InProcessMessageBus, InProcessSource
from cj_assessment_service.kafka_consumer import FEW_AT_ONCE, IN_BULK, BackOff, MessageConsumer, Portions
from cj_assessment_service.protocols import MessageProcessorProtocol
from cj_assessment_service.tests.fixtures.telemetry import new_telemetry
from cj_assessment_service.tests.integration.waiting import until

QUOTED = "the words of an essay"
AT_ONCE = BackOff(first=0.0001, longest=0.0002)


def do_nothing(_: Message) -> None:
    return


@dataclass(slots=True)
class Handling(MessageProcessorProtocol):
    """Remembers what it handled and parked; `fault` may raise for a message, `slow` holds up the handling of a key."""

    fault: Callable[[Message], None] = do_nothing
    slow: dict[str, asyncio.Event] = field(default_factory=dict)
    handled: list[Message] = field(default_factory=list)
    parked: list[tuple[Message, str]] = field(default_factory=list)
    calls: int = 0

    async def process(self, messages: Sequence[Message]) -> None:
        self.calls += 1
        for message in messages:
            if message.key in self.slow:
                await self.slow[message.key].wait()
            self.fault(message)
        self.handled.extend(messages)

    async def park(self, message: Message, reason: str) -> None:
        self.parked.append((message, reason))


def message(number: int, key: str = "k") -> Message:
    return Message("t", key, str(number).encode())


async def reaches(condition: Callable[[], bool]) -> None:
    async def look() -> bool | None:
        return condition() or None

    await until(look)


@asynccontextmanager
async def consuming(
    handling: Handling, messages: Sequence[Message], portions: Portions = IN_BULK
) -> AsyncIterator[tuple[InProcessSource, MessageConsumer]]:
    bus = InProcessMessageBus()
    source = bus.subscribe("t")
    await bus.publish_all(messages)
    telemetry = new_telemetry()
    consumer = MessageConsumer("answers", source, handling, telemetry, portions, AT_ONCE)
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(consumer.run())
        yield source, consumer
        consumer.stop()
        await running


async def test_many_messages_are_handled_together() -> None:
    handling = Handling()
    async with consuming(handling, [message(number) for number in range(1200)]) as (source, _):
        await source.drained()
    assert (handling.calls, len(handling.handled)) == (3, 1200)


async def test_a_passing_fault_is_tried_until_it_passes_and_parks_nothing() -> None:
    faults = iter(range(1100))  # so many that waits no longer double

    def away(_: Message) -> None:
        if next(faults, None) is not None:
            raise TryAgain("the database is away")

    handling = Handling(away)
    async with consuming(handling, [message(1), message(2)]) as (source, _):
        await source.drained()
    assert handling.handled == [message(1), message(2)]
    assert handling.parked == []


async def test_one_message_that_cannot_be_handled_is_parked_and_the_others_are_handled() -> None:
    def burst(each: Message) -> None:
        if each == message(3):
            raise ZeroDivisionError(QUOTED)

    handling = Handling(burst)
    async with consuming(handling, [message(number) for number in range(7)]) as (source, _):
        await source.drained()
    assert [each for each, _ in handling.parked] == [message(3)]
    assert {int(each.value) for each in handling.handled} == {0, 1, 2, 4, 5, 6}


async def test_what_is_said_of_a_fault_never_quotes_it(caplog: pytest.LogCaptureFixture) -> None:
    def burst(each: Message) -> None:
        raise ValueError(f"{QUOTED} {each}")

    handling = Handling(burst)
    async with consuming(handling, [message(1)]) as (source, _):
        await source.drained()
    [(_, reason)] = handling.parked
    assert "ValueError" in reason
    # fields travel beside the message of a record
    told = "".join(str(vars(record)) for record in caplog.records)
    assert "ValueError" in told
    assert QUOTED not in reason + told


async def test_a_fault_that_was_not_foreseen_but_passes_parks_nothing() -> None:
    faults = iter(range(4))

    def stumble(_: Message) -> None:
        if next(faults, None) is not None:
            raise RuntimeError("for a moment")

    handling = Handling(stumble)
    async with consuming(handling, [message(1), message(2)]) as (source, _):
        await source.drained()
    assert handling.parked == []
    assert handling.handled == [message(1), message(2)]


async def test_a_passing_fault_of_one_message_does_not_save_another_from_being_parked() -> None:
    heals = asyncio.Event()

    def both(each: Message) -> None:
        if each == message(0, "a") and not heals.is_set():
            raise TryAgain("not yet")
        if each == message(1, "b"):
            raise RuntimeError("never")

    handling = Handling(both)
    async with consuming(handling, [message(0, "a"), message(1, "b")], FEW_AT_ONCE) as (source, _):
        await reaches(lambda: len(handling.parked) == 1)
        heals.set()
        await source.drained()
    assert [each for each, _ in handling.parked] == [message(1, "b")]
    assert handling.handled[-1] == message(0, "a")


async def test_a_slow_message_holds_up_only_those_with_its_key() -> None:
    slow = asyncio.Event()
    handling = Handling(slow={"slow": slow})
    messages = [
        message(0, "slow"),
        message(1, "slow"),
        *(message(number, str(number)) for number in range(2, 8)),
    ]
    async with consuming(handling, messages, FEW_AT_ONCE) as (source, _):
        await reaches(lambda: len(handling.handled) == 6)
        slow.set()
        await source.drained()
    assert handling.handled[-2:] == messages[:2]


async def test_of_several_only_the_failed_one_is_handled_again() -> None:
    faults = iter(range(3))

    def away(each: Message) -> None:
        if each.key == "b" and next(faults, None) is not None:
            raise TryAgain("its content is away")

    handling = Handling(away)
    async with consuming(handling, [message(1, "a"), message(2, "b"), message(3, "c")], FEW_AT_ONCE) as (
        source,
        _,
    ):
        await source.drained()
    assert sorted(each.key for each in handling.handled) == ["a", "b", "c"]


async def test_a_consumer_that_is_asked_to_stop_finishes_what_it_polled() -> None:
    gate = asyncio.Event()
    handling = Handling(slow={"k": gate})
    async with consuming(handling, [message(1)]) as (source, consumer):
        await reaches(lambda: handling.calls == 1)
        consumer.stop()
        gate.set()
    assert handling.handled == [message(1)]
    await asyncio.wait_for(source.drained(), 1)


async def test_a_consumer_that_waits_for_messages_stops_at_once() -> None:
    async with consuming(Handling(), []) as (_, consumer):
        await asyncio.sleep(0)
        consumer.stop()
