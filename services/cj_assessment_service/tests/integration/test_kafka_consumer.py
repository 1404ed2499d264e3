"""Answers that come over Kafka are recorded, whatever comes between."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest

from cj_assessment_service.domain.errors import TryAgain
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.implementations.kafka.dead_letters import KafkaDeadLetters
from cj_assessment_service.implementations.kafka.sources import KafkaSources
from cj_assessment_service.implementations.system_clock import SystemClock
from cj_assessment_service.kafka_consumer import BackOff, MessageConsumer
from cj_assessment_service.protocols import MessageProcessorProtocol, TelemetryProtocol
from cj_assessment_service.tests.fixtures.kafka import FaultyKafka, Kafka
from cj_assessment_service.tests.integration.waiting import until
from cj_assessment_service.tests.integration.workflow import Workflow
from cj_assessment_service.wire.topics import COMPARISON_RESULT, CONSUMED, DEAD_LETTER_SUFFIX, ConsumerGroup


@dataclass(frozen=True, slots=True)
class Service:
    """The consumer of answers of one process."""

    workflow: Workflow
    kafka: Kafka

    @property
    def dead_letters(self) -> KafkaDeadLetters:
        return KafkaDeadLetters(self.kafka.policy, self.kafka.producer, SystemClock())

    @asynccontextmanager
    async def consuming(self, processor: MessageProcessorProtocol | None = None) -> AsyncIterator[None]:
        """Consumes while the block runs, and stops as asked."""
        telemetry: TelemetryProtocol = await self.workflow.container.get(TelemetryProtocol)
        consumer = MessageConsumer(
            name="answers",
            source=await KafkaSources(self.kafka.policy, telemetry).open_source(ConsumerGroup.ANSWERS),
            processor=processor or replace(self.workflow.events, dead_letters=self.dead_letters),
            telemetry=telemetry,
            back_off=BackOff(0.01, 0.1),
        )
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(consumer.run())
            yield
            consumer.stop()

    async def publish(self, messages: Sequence[Message]) -> None:
        assert set(await self.kafka.publisher.publish_all(messages)) <= {None}

    async def reaches_wave(self, batch_id: BatchId, wave: int) -> None:
        async def look() -> bool | None:
            return (await self.workflow.overview(batch_id)).wave >= wave or None

        await until(look)


@pytest.fixture
async def service(workflow: Workflow, faulty_kafka: FaultyKafka) -> Service:
    _, kafka = faulty_kafka
    for topic in CONSUMED:
        await kafka.topic(4, topic)
        await kafka.topic(1, topic + DEAD_LETTER_SUFFIX)
    return Service(workflow, kafka)


async def test_unreadable_answers_among_many_are_parked_and_the_others_recorded(service: Service) -> None:
    batch_id = await service.workflow.start(40)
    answers = await service.workflow.simulator.callbacks(batch_id)
    poison = [Message(COMPARISON_RESULT, str(number), b"{") for number in range(3)]
    await service.publish([poison[0], *answers[:7], poison[1], *answers[7:], poison[2]])
    async with service.consuming():
        await service.reaches_wave(batch_id, 2)
    letters = await service.dead_letters.list_letters(10)
    assert {letter.message for letter in letters} == set(poison)
    assert (await service.workflow.overview(batch_id)).progress.completed == len(answers)


async def test_answers_delivered_twice_and_to_two_processes_count_once(service: Service) -> None:
    batch_id = await service.workflow.start(40)
    answers = await service.workflow.simulator.callbacks(batch_id)
    await service.publish([*answers, *answers])
    async with service.consuming(), service.consuming():
        await service.reaches_wave(batch_id, 2)
    assert (await service.workflow.overview(batch_id)).progress.completed == len(answers)


@dataclass(frozen=True, slots=True)
class Dying(MessageProcessorProtocol):
    """Records the answers and dies before it can say so."""

    processor: MessageProcessorProtocol
    died: asyncio.Event

    async def process(self, messages: Sequence[Message]) -> None:
        await self.processor.process(messages)
        self.died.set()
        raise TryAgain("the process is gone")

    async def park(self, message: Message, reason: str) -> None:
        await self.processor.park(message, reason)


async def test_answers_recorded_and_never_confirmed_are_delivered_to_the_next_and_count_once(
    service: Service,
) -> None:
    batch_id = await service.workflow.start(40)
    answers = await service.workflow.simulator.callbacks(batch_id)
    await service.publish(answers)
    dying = Dying(service.workflow.events, asyncio.Event())
    async with service.consuming(dying):
        await asyncio.wait_for(dying.died.wait(), 30)
    async with service.consuming():
        await service.reaches_wave(batch_id, 2)
    assert (await service.workflow.overview(batch_id)).progress.completed == len(answers)


async def test_a_broker_that_goes_away_while_answers_are_recorded_loses_none(
    service: Service, faulty_kafka: FaultyKafka
) -> None:
    broker, _ = faulty_kafka
    batch_id = await service.workflow.start(40)
    answers = await service.workflow.simulator.callbacks(batch_id)
    await service.publish(answers[:10])
    async with service.consuming():
        broker.go_down()
        rest = asyncio.create_task(service.publish(answers[10:]))
        await asyncio.sleep(2)
        broker.come_up()
        await rest
        await service.reaches_wave(batch_id, 2)
    assert (await service.workflow.overview(batch_id)).progress.completed == len(answers)
