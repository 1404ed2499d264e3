"""Looks at topics and at what groups committed, without being a member of any."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from confluent_kafka import KafkaException, TopicPartition
from confluent_kafka import Message as KafkaMessage
from confluent_kafka.aio import AIOConsumer

from cj_assessment_service.domain.errors import BrokerUnavailable
from cj_assessment_service.domain.policies import KafkaPolicy
from cj_assessment_service.implementations.kafka.clients import logger, reader_settings, unavailable

PATIENCE_SECONDS = 5.0
READ_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Extent:
    """The offsets of a partition: `low` of its oldest message, `high` of the next one to come."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class KafkaReader:
    client: AIOConsumer

    async def partitions(self, topics: Sequence[str]) -> tuple[TopicPartition, ...]:
        """Of those topics that exist."""
        found = (await self.client.list_topics(timeout=PATIENCE_SECONDS)).topics
        return tuple(
            TopicPartition(topic, partition)
            for topic in topics
            if topic in found
            for partition in found[topic].partitions
        )

    async def extent(self, place: TopicPartition) -> Extent:
        low, high = await self.client.get_watermark_offsets(place, timeout=PATIENCE_SECONDS)
        return Extent(low, high)

    async def committed(self, place: TopicPartition) -> TopicPartition:
        """With the note that was committed beside the offset; below zero when there is none."""
        marks: list[TopicPartition] = await self.client.committed(
            [TopicPartition(place.topic, place.partition)], timeout=PATIENCE_SECONDS
        )
        return marks[0]

    async def commit(self, mark: TopicPartition) -> None:
        await self.client.commit(offsets=[mark], asynchronous=False)

    async def messages(
        self, place: TopicPartition, first: int, end: int
    ) -> AsyncGenerator[tuple[int, KafkaMessage], None]:
        """Those from `first` up to the one before `end`, each with its offset. Raises BrokerUnavailable when they stop coming."""
        await self.client.assign([TopicPartition(place.topic, place.partition, first)])
        position, silent = first, 0.0
        while position < end:
            read: list[KafkaMessage] = await self.client.consume(end - position, READ_SECONDS)
            silent = 0.0 if read else silent + READ_SECONDS
            if silent > PATIENCE_SECONDS:
                raise BrokerUnavailable(f"Kafka does not give what {place.topic} holds.")
            for offset, message in _sound(read):
                position = offset + 1
                if offset < end:
                    yield offset, message


def _sound(read: Sequence[KafkaMessage]) -> Iterator[tuple[int, KafkaMessage]]:
    for message in read:
        offset = message.offset()
        if message.error() is not None or offset is None:
            raise KafkaException(message.error())
        yield offset, message


@asynccontextmanager
async def open_reader(policy: KafkaPolicy, group: str) -> AsyncIterator[KafkaReader]:
    """For the offsets of this group. What goes wrong with Kafka inside the block is raised as BrokerUnavailable."""
    client = AIOConsumer({**reader_settings(policy, group), "logger": logger}, max_workers=1)
    try:
        yield KafkaReader(client)
    except KafkaException as error:
        raise unavailable("Kafka does not answer", error.args[0]) from error
    finally:
        await client.close()
