"""What the service needs of a broker is made, or missed loudly; and how the broker is can be asked."""

import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._config import ConfigResource

from cj_assessment_service.domain.errors import BrokerUnavailable, ConfigurationRejected
from cj_assessment_service.domain.messages import ConsumerLag
from cj_assessment_service.implementations.kafka.health import KafkaHealth
from cj_assessment_service.implementations.kafka.sources import KafkaSources
from cj_assessment_service.implementations.kafka.topics import KafkaTopics
from cj_assessment_service.tests.fixtures.kafka import FaultyKafka, Kafka, numbered, take
from cj_assessment_service.tests.fixtures.telemetry import new_telemetry
from cj_assessment_service.wire.topics import (
    COMPARISON_REQUESTED,
    COMPARISON_RESULT,
    CONSUMED,
    DEAD_LETTER_SUFFIX,
    REQUESTED,
    ConsumerGroup,
)


async def test_missing_topics_are_made_with_one_for_dead_letters_each(kafka: Kafka) -> None:
    if kafka.is_mock:
        pytest.skip("the mock broker makes no topics on request")
    topics, topic = KafkaTopics(kafka.policy), f"topic-{uuid4()}"
    await topics.ensure((topic,))
    await topics.ensure((topic,))
    admin = AdminClient({"bootstrap.servers": kafka.bootstrap})
    found = admin.list_topics(timeout=5).topics
    assert len(found[topic].partitions) == kafka.policy.partitions
    resource = ConfigResource("topic", topic + DEAD_LETTER_SUFFIX)
    kept = (await asyncio.wrap_future(admin.describe_configs([resource])[resource]))["retention.ms"]
    assert kept.value == "-1"


async def test_topics_that_are_there_are_left_alone(faulty_kafka: FaultyKafka) -> None:
    _, kafka = faulty_kafka
    for topic in (REQUESTED, REQUESTED + DEAD_LETTER_SUFFIX):
        await kafka.topic(name=topic)
    await KafkaTopics(kafka.policy).ensure((REQUESTED,))


async def test_a_broker_that_makes_no_topics_is_told_with_the_remedy(faulty_kafka: FaultyKafka) -> None:
    _, kafka = faulty_kafka
    with pytest.raises(ConfigurationRejected, match=f"Create these topics yourself: {REQUESTED}"):
        await KafkaTopics(kafka.policy, patience=1.0).ensure((REQUESTED,))


async def test_a_broker_that_is_not_there_is_not_taken_for_one_without_topics(kafka: Kafka) -> None:
    nobody = replace(kafka.policy, bootstrap_servers="127.0.0.1:1")
    with pytest.raises(BrokerUnavailable):
        await KafkaTopics(nobody, patience=1.0).ensure((REQUESTED,))
    assert not await KafkaHealth(nobody).is_reachable()
    assert await KafkaHealth(nobody).lags() == ()


async def test_a_broker_that_answers_is_reachable(kafka: Kafka) -> None:
    assert await KafkaHealth(kafka.policy).is_reachable()


async def test_lag_counts_what_each_group_has_not_confirmed(faulty_kafka: FaultyKafka) -> None:
    _, kafka = faulty_kafka
    for topic in CONSUMED:
        await kafka.topic(3, topic)
    for key in range(10):
        await kafka.publisher.publish(numbered(COMPARISON_RESULT, key, str(key)))
    await kafka.publisher.publish(numbered(REQUESTED, 1))
    telemetry = new_telemetry()
    source = await KafkaSources(kafka.policy, telemetry).open_source(ConsumerGroup.ANSWERS)
    taken = await take(source, 10)
    health = KafkaHealth(kafka.policy)
    assert set(await health.lags()) == lags(answers=10, requests=1)
    await source.confirm(taken)
    assert set(await health.lags()) == lags(answers=0, requests=1)
    await source.close()


def lags(answers: int, requests: int) -> set[ConsumerLag]:
    return {
        ConsumerLag("answers", COMPARISON_RESULT, answers),
        ConsumerLag("requests", REQUESTED, requests),
        ConsumerLag("workers", COMPARISON_REQUESTED, 0),
    }
