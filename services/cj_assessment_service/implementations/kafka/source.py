"""Messages of a consumer group: delivered in order, committed only after they are confirmed."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from itertools import count
from typing import NamedTuple

from confluent_kafka import KafkaError, KafkaException, TopicPartition
from confluent_kafka import Message as KafkaMessage
from confluent_kafka.aio import AIOConsumer

from cj_assessment_service.domain.messages import Delivery, Message
from cj_assessment_service.domain.policies import KafkaPolicy
from cj_assessment_service.implementations.kafka.clients import consumer_settings, logger, unavailable
from cj_assessment_service.implementations.kafka.partition_offsets import PartitionOffsets
from cj_assessment_service.protocols import MessageSourceProtocol, TelemetryProtocol

LAST_FETCHES = 20
LAST_FETCH_SECONDS = 0.2
"""So often, and for so long, a source that closes fetches for what it still waits for."""

POLL_SECONDS = 0.5

GATHER_SECONDS = 0.01
"""How long the first message waits for others, so that many can be handled together."""

THREADS = 4
"""Of the client library's own waiting; one may wait for messages while another commits."""

NOTHING = "Kafka gives no messages"


class Place(NamedTuple):
    topic: str
    partition: int


class KafkaSource(MessageSourceProtocol):
    """One member of one group. A broker that is away is waited for, for as long as it takes."""

    def __init__(self, policy: KafkaPolicy, group: str, telemetry: TelemetryProtocol) -> None:
        self._group = group
        self._telemetry = telemetry
        self._consumer = AIOConsumer(
            {**consumer_settings(policy, group), "logger": logger, "on_commit": self._note_commit},
            max_workers=THREADS,
        )
        self._partitions: dict[Place, PartitionOffsets] = {}
        self._committed: dict[Place, int] = {}
        self._unanswered: set[Place] = set()
        self._to_seek: set[Place] = set()
        self._receipts = count(1)
        self._delivered: dict[int, tuple[Place, int]] = {}
        self._arrived: deque[Delivery] = deque()
        self._fetching: asyncio.Task[None] | None = None
        self._is_closed = False

    @classmethod
    async def open(
        cls, policy: KafkaPolicy, group: str, topics: Sequence[str], telemetry: TelemetryProtocol
    ) -> "KafkaSource":
        source = cls(policy, group, telemetry)
        await source._consumer.subscribe(list(topics), on_revoke=source._give_back, on_lost=source._lose)
        return source

    async def poll(self, limit: int) -> tuple[Delivery, ...]:
        while not self._arrived:
            if self._fetching is None:
                self._fetching = asyncio.create_task(self._fetch(limit))
            fetching = self._fetching
            try:
                # a caller that is cancelled leaves what is on its way to the next one
                await asyncio.shield(fetching)
            finally:
                if fetching.done():
                    self._fetching = None
        return tuple(self._arrived.popleft() for _ in range(min(limit, len(self._arrived))))

    async def confirm(self, deliveries: Sequence[Delivery]) -> None:
        done: defaultdict[Place, list[int]] = defaultdict(list)
        for delivery in deliveries:
            if delivery.receipt in self._delivered:
                place, offset = self._delivered.pop(delivery.receipt)
                done[place].append(offset)
        for place, offsets in done.items():
            self._partitions[place].confirm(offsets)
        await self._commit()

    async def redeliver(self) -> None:
        await self._stop_fetching()
        self._arrived.clear()
        self._delivered.clear()
        for place, offsets in self._partitions.items():
            if offsets.has_waiting:
                offsets.rewind()
                self._to_seek.add(place)
        await self._seek()

    async def close(self) -> None:
        if self._is_closed:
            return
        self._is_closed = True
        await self._stop_fetching()
        await self._commit_for_good()
        await self._leave()
        await self._consumer.close()

    async def _fetch(self, limit: int) -> None:
        await self._seek()
        await self._commit()
        try:
            # asked for many at once, the client would wait until it has them all
            messages: list[KafkaMessage] = await self._consumer.consume(1, POLL_SECONDS)
            if messages and limit > 1:
                messages += await self._consumer.consume(limit - 1, GATHER_SECONDS)
        except KafkaException as error:
            raise unavailable(NOTHING, error.args[0]) from error
        refusals = [refusal for message in messages if (refusal := self._take(message)) is not None]
        if refusals:
            raise unavailable(NOTHING, refusals[0])

    def _take(self, message: KafkaMessage) -> KafkaError | None:
        """What the client says instead of a message, if it does."""
        topic, partition, offset = message.topic(), message.partition(), message.offset()
        if (error := message.error()) is not None or topic is None or partition is None or offset is None:
            return error
        place = Place(topic, partition)
        offsets = self._partitions.setdefault(place, PartitionOffsets(offset))
        if place not in self._to_seek and offsets.arrive(offset):
            key, value = message.key() or b"", message.value() or b""
            delivery = Delivery(next(self._receipts), Message(topic, key.decode(errors="replace"), value))
            self._delivered[delivery.receipt] = (place, offset)
            self._arrived.append(delivery)
        return None

    async def _stop_fetching(self) -> None:
        if self._fetching is not None:
            await asyncio.wait([self._fetching])
            self._fetching = None

    async def _seek(self) -> None:
        """A partition that cannot be moved now is moved before the next fetch, and what it gives until then is left."""
        for place in tuple(self._to_seek):
            try:
                await self._consumer.seek(TopicPartition(*place, self._partitions[place].frontier))
            except KafkaException as error:
                self._telemetry.delivery_failed(
                    self._group, f"Kafka does not go back: {error.args[0].str()}."
                )
            else:
                self._to_seek.discard(place)

    async def _commit(self) -> None:
        """Asks for it, and does not wait: calls of the client take turns, and a commit may wait for a rebalance that only
        the next fetch lets happen. What Kafka does not take is committed next time; should there be none, others get those
        messages again.
        """
        due = {
            place: offsets.frontier
            for place, offsets in self._partitions.items()
            if offsets.frontier > self._committed.get(place, offsets.first)
        }
        if not due:
            return
        marks = [TopicPartition(*place, frontier) for place, frontier in due.items()]
        try:
            await self._consumer.commit(offsets=marks, asynchronous=True)
        except KafkaException as error:
            self._telemetry.delivery_failed(self._group, f"Kafka takes no commit: {error.args[0].str()}.")
        else:
            self._committed.update(due)
            self._unanswered.update(due)

    async def _note_commit(self, error: KafkaError | None, marks: Sequence[TopicPartition]) -> None:
        """Called while something is fetched, or at the end."""
        if error is not None:
            self._telemetry.delivery_failed(self._group, f"Kafka takes no commit: {error.str()}.")
        for mark in marks:
            place = Place(mark.topic, mark.partition)
            self._unanswered.discard(place)
            if error is not None or mark.error is not None:
                self._committed.pop(place, None)

    async def _commit_for_good(self) -> None:
        """A commit is refused while the group shares its partitions out anew. Fetching lets that come to its end, and brings the
        answers; the messages it gives are left to others.
        """
        for _ in range(LAST_FETCHES):
            await self._commit()
            if not self._unanswered:
                return
            await self._consumer.consume(1, LAST_FETCH_SECONDS)

    async def _leave(self) -> None:
        """The client hangs for ever when it is closed with partitions on their way to it (confluentinc/librdkafka#4884);
        who has unsubscribed gets no more, and fetching takes in those that are.
        """
        await self._consumer.unsubscribe()
        for _ in range(LAST_FETCHES):
            await self._consumer.consume(1, LAST_FETCH_SECONDS)
            if not await self._consumer.assignment():
                return

    async def _give_back(self, _: AIOConsumer, partitions: Iterable[TopicPartition]) -> None:
        await self._commit()
        self._forget(partitions)

    async def _lose(self, _: AIOConsumer, partitions: Iterable[TopicPartition]) -> None:
        """Others have them already; a commit would only be refused."""
        self._forget(partitions)

    def _forget(self, partitions: Iterable[TopicPartition]) -> None:
        places = {Place(each.topic, each.partition) for each in partitions}
        gone = {receipt for receipt, (place, _) in self._delivered.items() if place in places}
        self._arrived = deque(delivery for delivery in self._arrived if delivery.receipt not in gone)
        for receipt in gone:
            del self._delivered[receipt]
        for place in places:
            self._partitions.pop(place, None)
            self._committed.pop(place, None)
        self._to_seek -= places
        self._unanswered -= places
