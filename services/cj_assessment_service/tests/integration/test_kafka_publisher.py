"""What is published is with the broker, or is said not to be."""

import asyncio

import pytest
from confluent_kafka import KafkaError

from cj_assessment_service.domain.errors import BrokerUnavailable
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.implementations.kafka.publisher import KafkaPublisher
from cj_assessment_service.tests.fixtures.kafka import FaultyKafka, Kafka, numbered, numbers, take
from cj_assessment_service.tests.fixtures.mock_kafka import PRODUCE_REQUESTS


async def test_a_message_arrives_as_it_was_published(kafka: Kafka) -> None:
    topic = await kafka.topic()
    message = Message(topic, "nyckel-å", '{"text": "Åsa"}'.encode())
    await kafka.publisher.publish(message)
    [arrived] = await take(await kafka.source(topic), 1)
    assert arrived.message == message


async def test_many_at_once_keep_the_order_of_each_key(kafka: Kafka) -> None:
    topic = await kafka.topic(partitions=3)
    messages = [numbered(topic, number, str(number % 7)) for number in range(140)]
    assert set(await kafka.publisher.publish_all(messages)) == {None}
    arrived = await take(await kafka.source(topic), 140)
    for key in range(7):
        assert numbers([one for one in arrived if one.message.key == str(key)]) == list(range(key, 140, 7))


async def test_a_large_message_passes(kafka: Kafka) -> None:
    topic = await kafka.topic()
    message = Message(topic, "k", bytes(3_000_000))  # more than a megabyte, and packed well below
    await kafka.publisher.publish(message)
    [arrived] = await take(await kafka.source(topic), 1)
    assert arrived.message == message


async def test_a_topic_that_is_not_there_is_said_in_time(kafka: Kafka) -> None:
    if kafka.is_mock:
        pytest.skip("the mock broker makes every topic that is named")
    async with asyncio.timeout(15):
        with pytest.raises(BrokerUnavailable, match="missing"):
            await kafka.publisher.publish(numbered("missing", 1))


async def test_faults_of_the_broker_are_overcome_without_repeating_a_message(
    faulty_kafka: FaultyKafka,
) -> None:
    broker, kafka = faulty_kafka
    topic = await kafka.topic()
    broker.fail_requests(
        PRODUCE_REQUESTS,
        [KafkaError.NOT_LEADER_FOR_PARTITION, KafkaError.REQUEST_TIMED_OUT, KafkaError.NOT_ENOUGH_REPLICAS],
    )
    await kafka.publish(topic, range(20))
    arrived = await take(await kafka.source(topic), 20)
    assert numbers(arrived) == list(range(20))


async def test_a_broker_that_is_away_is_said_in_time_and_taken_up_again(faulty_kafka: FaultyKafka) -> None:
    broker, kafka = faulty_kafka
    topic = await kafka.topic()
    publisher = KafkaPublisher(kafka.producer)
    await publisher.publish(numbered(topic, 0))
    broker.go_down()
    async with asyncio.timeout(15):
        ends = await publisher.publish_all(
            [numbered(topic, 1, "a"), numbered(topic, 2, "a"), numbered(topic, 3, "b")]
        )
    assert [type(end) for end in ends] == [BrokerUnavailable] * 3
    broker.come_up()
    async with asyncio.timeout(15):
        await publisher.publish(numbered(topic, 4))
    arrived = await take(await kafka.source(topic), 2)
    assert numbers(arrived) == [0, 4]


async def test_a_producer_closes_while_the_broker_is_away(faulty_kafka: FaultyKafka) -> None:
    broker, kafka = faulty_kafka
    topic = await kafka.topic()
    await kafka.publish(topic, [1])
    broker.go_down()
    left = asyncio.create_task(kafka.publisher.publish(numbered(topic, 2)))
    await asyncio.sleep(0)
    async with asyncio.timeout(15):
        await kafka.producer.close()
    with pytest.raises(BrokerUnavailable):
        await left
