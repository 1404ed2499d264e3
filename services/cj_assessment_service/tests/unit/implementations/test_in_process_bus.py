"""Messages within one process keep the promises of their far relatives."""

import asyncio

from cj_assessment_service.domain.messages import Message
from cj_assessment_service.implementations.in_process_bus import InProcessMessageBus, InProcessSource


async def polled(source: InProcessSource, limit: int) -> tuple[Message, ...]:
    return tuple(delivery.message for delivery in await source.poll(limit))


def message(number: int, topic: str = "t") -> Message:
    return Message(topic, "k", str(number).encode())


async def test_messages_arrive_in_order_and_in_bulk() -> None:
    bus = InProcessMessageBus()
    source = bus.subscribe("t")
    for number in range(5):
        await bus.publish(message(number))
    assert await polled(source, 3) == tuple(message(n) for n in range(3))
    assert await polled(source, 3) == (message(3), message(4))


async def test_what_was_not_confirmed_is_delivered_again_first() -> None:
    bus = InProcessMessageBus()
    source = bus.subscribe("t")
    for number in range(3):
        await bus.publish(message(number))
    await source.poll(2)
    await source.redeliver()
    again = await source.poll(10)
    assert [delivery.message for delivery in again] == [message(0), message(1)]
    await source.confirm(again)
    assert await polled(source, 10) == (message(2),)


async def test_a_source_is_drained_only_when_everything_is_confirmed() -> None:
    bus = InProcessMessageBus()
    source = bus.subscribe("t")
    await bus.publish(message(1))
    waiting = asyncio.ensure_future(source.drained())
    taken = await source.poll(1)
    await asyncio.sleep(0)
    assert not waiting.done()
    await source.confirm(taken)
    await waiting


async def test_a_topic_reaches_only_its_own_subscribers() -> None:
    bus = InProcessMessageBus()
    mine, other = bus.subscribe("a"), bus.subscribe("b")
    await bus.publish(message(1, "a"))
    await bus.publish(message(2, "b"))
    assert await polled(mine, 10) == (message(1, "a"),)
    assert await polled(other, 10) == (message(2, "b"),)
