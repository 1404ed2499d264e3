"""Messages within one process keep the promises of their far relatives."""

import asyncio

from cj_assessment_service.domain.messages import Message
from cj_assessment_service.implementations.in_process_bus import InProcessMessageBus


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
