"""Messages leave for Kafka."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from cj_assessment_service.domain.errors import TryAgain
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.implementations.kafka.producer import Record, RecordProducer
from cj_assessment_service.protocols import MessagePublisherProtocol


@dataclass(frozen=True, slots=True)
class KafkaPublisher(MessagePublisherProtocol):
    producer: RecordProducer

    async def publish(self, message: Message) -> None:
        await self.producer.send(Record(message.topic, message.key, message.value))

    async def publish_all(self, messages: Sequence[Message]) -> tuple[TryAgain | None, ...]:
        of_key: defaultdict[str, list[Message]] = defaultdict(list)
        for message in messages:
            of_key[message.key].append(message)
        ends = await asyncio.gather(*(self._publish_in_order(each) for each in of_key.values()))
        ends_of_key = dict(zip(of_key, map(iter, ends), strict=True))
        return tuple(next(ends_of_key[message.key]) for message in messages)

    async def _publish_in_order(self, messages: Sequence[Message]) -> list[TryAgain | None]:
        ends: list[TryAgain | None] = []
        for place, message in enumerate(messages):
            try:
                await self.publish(message)
            except TryAgain as error:
                return ends + [error] * (len(messages) - place)
            ends.append(None)
        return ends
