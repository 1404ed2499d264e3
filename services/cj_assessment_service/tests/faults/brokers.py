"""Brokers that can be taken away: the mock one, or an Apache Kafka that somebody started for these tests alone."""

import asyncio
import os
import signal
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from confluent_kafka import OFFSET_END, TopicPartition
from confluent_kafka.admin import AdminClient

from cj_assessment_service.domain.policies import KafkaPolicy
from cj_assessment_service.implementations.kafka.topics import KafkaTopics
from cj_assessment_service.tests.fixtures.mock_kafka import MockKafka
from cj_assessment_service.wire.topics import CONSUMED, DEAD_LETTER_SUFFIX, PUBLISHED

PARTITIONS = 4


class Broker(ABC):
    @property
    @abstractmethod
    def bootstrap(self) -> str:
        """Its address."""

    @abstractmethod
    async def prepare(self) -> None:
        """Every topic exists and is empty."""

    @abstractmethod
    def go_away(self) -> bool:
        """From now on it does not answer; False where that cannot be arranged."""

    @abstractmethod
    def come_back(self) -> None:
        """With all it had."""


@dataclass(frozen=True, slots=True)
class MockBroker(Broker):
    mock: MockKafka

    @property
    def bootstrap(self) -> str:
        return self.mock.bootstrap

    async def prepare(self) -> None:
        for topic in (*CONSUMED, *PUBLISHED):
            self.mock.create_topic(topic, PARTITIONS)
        for topic in CONSUMED:
            self.mock.create_topic(topic + DEAD_LETTER_SUFFIX, 1)

    def go_away(self) -> bool:
        self.mock.go_down()
        return True

    def come_back(self) -> None:
        self.mock.come_up()


@dataclass(frozen=True, slots=True)
class ApacheKafka(Broker):
    """`process` is None where nobody said which one it is."""

    address: str
    process: int | None

    @property
    def bootstrap(self) -> str:
        return self.address

    async def prepare(self) -> None:
        admin = AdminClient({"bootstrap.servers": self.address})
        # those made now are empty, and have no leader yet who could empty them
        topics = (await asyncio.to_thread(admin.list_topics, timeout=10)).topics
        places = [
            TopicPartition(topic, partition, OFFSET_END)
            for topic, found in topics.items()
            if topic.removesuffix(DEAD_LETTER_SUFFIX) in {*CONSUMED, *PUBLISHED}
            for partition in found.partitions
        ]
        if places:
            for emptied in admin.delete_records(places).values():
                await asyncio.wrap_future(emptied)
        await KafkaTopics(KafkaPolicy(self.address, partitions=PARTITIONS)).ensure()

    def go_away(self) -> bool:
        if self.process is None:
            return False
        os.kill(self.process, signal.SIGSTOP)
        return True

    def come_back(self) -> None:
        if self.process is not None:
            os.kill(self.process, signal.SIGCONT)


@contextmanager
def running_broker(*, alone: bool) -> Iterator[Broker]:
    """The Apache Kafka at KAFKA_BOOTSTRAP, of the process KAFKA_PID, where tests run `alone`, for they empty its topics;
    else a mock of their own.
    """
    address = os.environ.get("KAFKA_BOOTSTRAP")
    if address is not None and alone:
        process = os.environ.get("KAFKA_PID")
        yield ApacheKafka(address, int(process) if process is not None else None)
        return
    with MockKafka() as mock:
        yield MockBroker(mock)
