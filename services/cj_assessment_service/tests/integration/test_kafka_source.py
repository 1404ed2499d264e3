"""What a member of a consumer group promises, on every broker."""

import asyncio
from contextlib import suppress

import pytest

from cj_assessment_service.domain.messages import Delivery
from cj_assessment_service.implementations.kafka.producer import Record
from cj_assessment_service.implementations.kafka.reader import open_reader
from cj_assessment_service.implementations.kafka.source import KafkaSource
from cj_assessment_service.tests.fixtures.kafka import (
    DEADLINE_SECONDS,
    GROUP,
    FaultyKafka,
    Kafka,
    numbers,
    take,
    take_until,
)

MARK = -1
"""A message that comes after all others."""


async def left_for_the_next(kafka: Kafka, topic: str) -> list[int]:
    """What a new member finds, when nobody else is in the group any more; a mark is put behind it first."""
    await kafka.publish(topic, [MARK])
    source = await kafka.source(topic)
    found: list[Delivery] = []
    while MARK not in numbers(found):
        found += await take(source, 1)
    await source.confirm(found)
    await source.close()
    return [number for number in numbers(found) if number != MARK]


async def test_messages_of_a_key_arrive_in_order_and_in_bulk(kafka: Kafka) -> None:
    topic = await kafka.topic(partitions=2)
    await kafka.publish(topic, range(600))
    source = await kafka.source(topic)
    polled = [await source.poll(200)]
    while sum(map(len, polled)) < 600:
        polled.append(await source.poll(200))
    assert numbers([one for poll in polled for one in poll]) == list(range(600))
    assert max(map(len, polled)) <= 200
    assert len(polled) < 60


async def test_what_was_not_confirmed_is_delivered_again_in_order(kafka: Kafka) -> None:
    topic = await kafka.topic()
    await kafka.publish(topic, range(10))
    source = await kafka.source(topic)
    first = await take(source, 6)
    await source.confirm(first[:2])
    await source.redeliver()
    assert numbers(await take(source, 8)) == list(range(2, 10))


async def test_a_successor_gets_what_was_not_confirmed_and_nothing_else(kafka: Kafka) -> None:
    topic = await kafka.topic()
    await kafka.publish(topic, range(10))
    source = await kafka.source(topic)
    await source.confirm((await take(source, 10))[:4])
    await source.close()
    assert await left_for_the_next(kafka, topic) == [4, 5, 6, 7, 8, 9]


async def test_what_is_confirmed_out_of_order_waits_for_what_came_before(kafka: Kafka) -> None:
    topic = await kafka.topic()
    await kafka.publish(topic, range(6))
    source = await kafka.source(topic)
    taken = await take(source, 6)
    await source.confirm(taken[3:])
    await source.close()
    assert await left_for_the_next(kafka, topic) == list(range(6))


async def test_confirming_what_came_before_confirms_what_waited(kafka: Kafka) -> None:
    topic = await kafka.topic()
    await kafka.publish(topic, range(6))
    source = await kafka.source(topic)
    taken = await take(source, 6)
    await source.confirm(taken[3:])
    await source.confirm(taken[:3])
    await source.close()
    assert await left_for_the_next(kafka, topic) == []


async def test_what_was_confirmed_is_not_delivered_again_beside_what_was_not(kafka: Kafka) -> None:
    topic = await kafka.topic()
    await kafka.publish(topic, range(5))
    source = await kafka.source(topic)
    taken = await take(source, 5)
    await source.confirm([taken[1], taken[3]])
    await source.redeliver()
    again = await take(source, 3)
    assert numbers(again) == [0, 2, 4]
    await source.confirm(taken)  # receipts of a delivery that was given up
    await source.redeliver()
    again = await take(source, 3)
    assert numbers(again) == [0, 2, 4]
    await source.confirm(again)
    await source.close()
    assert await left_for_the_next(kafka, topic) == []


async def test_a_poll_that_is_cancelled_loses_nothing(kafka: Kafka) -> None:
    topic = await kafka.topic()
    source = await kafka.source(topic)
    publishing = asyncio.create_task(kafka.publish(topic, range(50)))
    taken: list[Delivery] = []
    async with asyncio.timeout(DEADLINE_SECONDS):
        while len(taken) < 50:
            with suppress(TimeoutError):
                taken += await asyncio.wait_for(source.poll(3), 0.003)
    assert numbers(taken) == list(range(50))
    await publishing


async def test_a_message_without_key_and_value_is_empty(kafka: Kafka) -> None:
    topic = await kafka.topic()
    await kafka.producer.send(Record(topic, "", b""))
    message = (await take(await kafka.source(topic), 1))[0].message
    assert (message.topic, message.key, message.value) == (topic, "", b"")


@pytest.mark.parametrize("confirmed", [0, 17])
async def test_two_members_share_the_work_and_lose_nothing(kafka: Kafka, confirmed: int) -> None:
    """One has everything, some of it unconfirmed, when the other joins; the other leaves before the end."""
    topic = await kafka.topic(partitions=4)
    for key in range(40):
        await kafka.publish(topic, range(key * 10, key * 10 + 10), str(key))
    first = await kafka.source(topic)
    held = await take(first, 100)
    await first.confirm(held[:confirmed])
    second = await kafka.source(topic)
    done, stop = set(numbers(held[:confirmed])), asyncio.Event()
    workers = [asyncio.create_task(work(source, done, stop)) for source in (first, second)]
    async with asyncio.timeout(DEADLINE_SECONDS):
        await stop.wait()
        await asyncio.gather(*workers)
    assert done == set(range(400))
    await first.close()
    await second.close()
    async with open_reader(kafka.policy, GROUP) as reader:
        places = await reader.partitions([topic])
        ends = [(await reader.extent(place)).high for place in places]
        marks = [max(0, (await reader.committed(place)).offset) for place in places]
    # a commit is refused while the group shares its partitions out: such messages come again, and none is skipped
    third, left = await kafka.source(topic), sum(ends) - sum(marks)
    assert len({*numbers(await take(third, left))}) == left


async def work(source: KafkaSource, done: set[int], stop: asyncio.Event) -> None:
    """Confirms what it gets until all are done. What it held before a partition went to the other is redelivered there."""
    await source.redeliver()
    while not stop.is_set():
        try:
            polled = await asyncio.wait_for(source.poll(7), 1.0)
        except TimeoutError:
            continue
        await source.confirm(polled)
        done.update(numbers(polled))
        if len(done) == 400:
            stop.set()


async def test_confirmations_of_a_partition_that_went_to_another_are_ignored(kafka: Kafka) -> None:
    topic = await kafka.topic(partitions=2)
    for key in range(20):
        await kafka.publish(topic, [key], str(key))
    first = await kafka.source(topic)
    held = await take(first, 20)
    second = await kafka.source(topic)
    waiting = asyncio.create_task(first.poll(10))  # the partition is given up while it waits for more
    moved = await take(second, 1)
    await first.confirm(held)
    waiting.cancel()
    await first.close()
    async with open_reader(kafka.policy, GROUP) as reader:
        marks = [(await reader.committed(place)).offset for place in await reader.partitions([topic])]
    # the partition that stayed is done; of the one that moved nothing is, whatever the first says
    assert [mark > 0 for mark in sorted(marks)] == [False, True]
    assert set(numbers(moved)) < set(numbers(held))


async def test_a_broker_that_is_away_is_waited_for(faulty_kafka: FaultyKafka) -> None:
    broker, kafka = faulty_kafka
    topic = await kafka.topic()
    await kafka.publish(topic, range(5))
    source = await kafka.source(topic)
    taken = await take(source, 5)
    await source.confirm(taken[:2])
    broker.go_down()
    await source.confirm(taken[2:3])
    waiting = asyncio.create_task(take_until(source, 5))
    await asyncio.sleep(8)  # longer than the session lasts, so that the membership is lost too
    broker.come_up()
    await kafka.publish(topic, [5])
    # the third was confirmed while nobody could be told: it may come again, and the others must
    assert numbers(await waiting)[-3:] == [3, 4, 5]


async def test_a_source_closes_while_the_broker_is_away(faulty_kafka: FaultyKafka) -> None:
    broker, kafka = faulty_kafka
    topic = await kafka.topic()
    await kafka.publish(topic, [1])
    source = await kafka.source(topic)
    await take(source, 1)
    broker.go_down()
    async with asyncio.timeout(15):
        await source.close()
