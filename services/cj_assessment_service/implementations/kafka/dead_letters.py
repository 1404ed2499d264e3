"""Messages that cannot be handled, in a topic of their own beside the one they came from."""

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime

from confluent_kafka import Message as KafkaMessage
from confluent_kafka import TopicPartition

from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.identifiers import DeadLetterId
from cj_assessment_service.domain.messages import DeadLetter, Message
from cj_assessment_service.domain.policies import KafkaPolicy
from cj_assessment_service.implementations.kafka.producer import Record, RecordProducer
from cj_assessment_service.implementations.kafka.reader import Extent, KafkaReader, open_reader
from cj_assessment_service.implementations.kafka.replayed import ReplayedOffsets
from cj_assessment_service.protocols import DeadLetterProtocol
from cj_assessment_service.wire.topics import CONSUMED, DEAD_LETTER_SUFFIX

GROUP = "dead-letters"

REASON = "cj-reason"
TOPIC = "cj-topic"
PARKED_AT = "cj-parked-at"


@dataclass(frozen=True, slots=True)
class KafkaDeadLetters(DeadLetterProtocol):
    """The committed offsets of a group without members remember what was sent again."""

    policy: KafkaPolicy
    producer: RecordProducer
    clock: Clock
    topics: Sequence[str] = CONSUMED

    async def park(self, message: Message, reason: str) -> None:
        headers = {TOPIC: message.topic, REASON: reason, PARKED_AT: self.clock.now().isoformat()}
        await self.producer.send(
            Record(
                message.topic + DEAD_LETTER_SUFFIX,
                message.key,
                message.value,
                tuple((name, value.encode()) for name, value in headers.items()),
            )
        )

    async def list_letters(self, limit: int) -> tuple[DeadLetter, ...]:
        letters: list[DeadLetter] = []
        async with open_reader(self.policy, GROUP) as reader:
            for place in await reader.partitions([topic + DEAD_LETTER_SUFFIX for topic in self.topics]):
                letters += await _read(reader, place, limit)
        return tuple(sorted(letters, key=lambda letter: letter.parked_at)[:limit])

    async def replay(self, letter: DeadLetter) -> None:
        place = _place(letter.letter_id)
        message = letter.message
        await self.producer.send(Record(message.topic, message.key, message.value))
        async with open_reader(self.policy, GROUP) as reader:
            replayed = (await _replayed(reader, place, await reader.extent(place))).adding(place.offset)
            await reader.commit(TopicPartition(place.topic, place.partition, replayed.first, replayed.note()))


async def _read(reader: KafkaReader, place: TopicPartition, limit: int) -> list[DeadLetter]:
    """Those of one partition that were not sent again, at most `limit`."""
    extent = await reader.extent(place)
    replayed = await _replayed(reader, place, extent)
    letters: list[DeadLetter] = []
    async with aclosing(reader.messages(place, replayed.first, extent.high)) as messages:
        async for offset, message in messages:
            if offset not in replayed:
                letters.append(_letter(message))
            if len(letters) == limit:
                break
    return letters


async def _replayed(reader: KafkaReader, place: TopicPartition, extent: Extent) -> ReplayedOffsets:
    mark = await reader.committed(place)
    return ReplayedOffsets.read(max(extent.low, mark.offset), mark.metadata or "")


def _letter(message: KafkaMessage) -> DeadLetter:
    topic, key, value = message.topic() or "", message.key() or b"", message.value() or b""
    headers = message.headers() or []
    told = {name: content.decode() for name, content in dict(headers).items() if isinstance(content, bytes)}
    original = told.get(TOPIC, topic.removesuffix(DEAD_LETTER_SUFFIX))
    return DeadLetter(
        DeadLetterId(f"{topic}:{message.partition()}:{message.offset()}"),
        Message(original, key.decode(errors="replace"), value),
        told.get(REASON, "It was parked without a reason."),
        datetime.fromisoformat(told[PARKED_AT]) if PARKED_AT in told else _arrival(message),
    )


def _arrival(message: KafkaMessage) -> datetime:
    _, milliseconds = message.timestamp()
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _place(letter_id: DeadLetterId) -> TopicPartition:
    topic, partition, offset = letter_id.rsplit(":", 2)
    return TopicPartition(topic, int(partition), int(offset))
