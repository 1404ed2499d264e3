"""How fast one consumer takes answers from Kafka: fetched, decoded, recorded on disk, committed to the broker."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import uuid4

from benchmarks.broker import apache_kafka
from benchmarks.figures import Bench, Figure
from benchmarks.recording import BATCHES, Ledger, Recording, best, open_ledger, rates, times
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.domain.policies import KafkaPolicy
from cj_assessment_service.implementations.kafka.producer import RecordProducer
from cj_assessment_service.implementations.kafka.source import KafkaSource
from cj_assessment_service.kafka_consumer import IN_BULK, MessageConsumer, Portions, all_together
from cj_assessment_service.protocols import MessageProcessorProtocol
from cj_assessment_service.tests.faults.brokers import ApacheKafka
from cj_assessment_service.tests.faults.stage import send_all
from cj_assessment_service.wire.topics import ConsumerGroup

BULK_ANSWERS, SINGLE_ANSWERS = 20_000, 2_000
ONE_BY_ONE = Portions(1, all_together)


@dataclass(slots=True)
class Timed(MessageProcessorProtocol):
    """When work began, how long each portion took, and when `expected` messages were done."""

    processor: MessageProcessorProtocol
    expected: int
    began: float = 0.0
    ended: float = 0.0
    seconds: list[float] = field(default_factory=list)
    done: int = 0
    all_done: asyncio.Event = field(default_factory=asyncio.Event)

    async def process(self, messages: Sequence[Message]) -> None:
        started = time.perf_counter()
        if not self.seconds:
            self.began = started
        await self.processor.process(messages)
        self.ended = time.perf_counter()
        self.seconds.append(self.ended - started)
        self.done += len(messages)
        if self.done >= self.expected:
            self.all_done.set()

    async def park(self, message: Message, reason: str) -> None:
        await self.processor.park(message, reason)


@dataclass(frozen=True, slots=True)
class Topic:
    """The topic of answers, and who records them."""

    broker: ApacheKafka
    ledger: Ledger

    async def consumed(self, answers: int, portions: Portions) -> Recording:
        """By a member that finds all of them in the topic."""
        await self.broker.prepare()
        policy = KafkaPolicy(self.broker.bootstrap, group=f"bench-{uuid4().hex}")
        messages = await self.ledger.questions_answered(answers)
        await publish(policy, messages)
        telemetry = self.ledger.events.telemetry
        group = ConsumerGroup.ANSWERS
        source = await KafkaSource.open(policy, group, group.topics, telemetry)
        timed = Timed(self.ledger.events, len(messages))
        consumer = MessageConsumer(group, source, timed, telemetry, portions)
        running = asyncio.create_task(consumer.run())
        await timed.all_done.wait()
        consumer.stop()
        await running
        return Recording(len(messages), timed.ended - timed.began, tuple(timed.seconds))


async def measure(bench: Bench) -> tuple[Figure, ...]:
    with apache_kafka() as broker:
        async with open_ledger(bench.url) as ledger:
            topic = Topic(broker, ledger)
            await topic.consumed(BATCHES * 30, ONE_BY_ONE)  # what is done once per process is done
            bulk = [await topic.consumed(BULK_ANSWERS, IN_BULK) for _ in range(bench.effort.repeats)]
            single = [await topic.consumed(SINGLE_ANSWERS, ONE_BY_ONE) for _ in range(bench.effort.repeats)]
    return (
        Figure(
            "callbacks per second from Apache Kafka to disk, one consumer, N = 100, in bulk: best (median)",
            "19-26/s",
            ">= 3,000/s",
            rates(bulk),
            best(bulk) >= 3000,
        ),
        Figure(
            "the same, one by one: best (median)", "19-26/s", ">= 500/s", rates(single), best(single) >= 500
        ),
        Figure(
            "handling what was polled: median and p99",
            "",
            "",
            f"{times(bulk)} in bulk, {times(single)} one by one",
        ),
    )


async def publish(policy: KafkaPolicy, messages: Sequence[Message]) -> None:
    """Returns when the broker has all of them."""
    producer = RecordProducer(policy)
    try:
        await send_all(producer, messages)
    finally:
        await producer.close()
