"""Records, sent one by one, each awaited until the broker has it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Event, Thread

from confluent_kafka import KafkaError, KafkaException, Producer
from confluent_kafka import Message as KafkaMessage

from cj_assessment_service.domain.errors import BrokerUnavailable
from cj_assessment_service.domain.policies import KafkaPolicy
from cj_assessment_service.implementations.kafka.clients import logger, producer_settings, unavailable

REPORTS_SECONDS = 0.1
NOT_SENT = "Kafka does not take a message for {topic}"


@dataclass(frozen=True, slots=True)
class Record:
    topic: str
    key: str
    value: bytes
    headers: Sequence[tuple[str, bytes]] = ()


class _Connection:
    """One producer of the client library and the thread that carries its delivery reports into the event loop."""

    def __init__(self, policy: KafkaPolicy) -> None:
        self.producer = Producer(producer_settings(policy), logger=logger)
        self._closed = Event()
        self._reports = Thread(target=self._carry_reports, name="kafka-delivery-reports", daemon=True)
        self._reports.start()

    def _carry_reports(self) -> None:
        while not self._closed.is_set():
            self.producer.poll(REPORTS_SECONDS)

    def close(self, patience: float) -> None:
        """Blocks until everything is delivered or given up, at most `patience` seconds."""
        self.producer.flush(patience)
        self.producer.purge()
        self._closed.set()
        self._reports.join()
        self.producer.flush(0)


class RecordProducer:
    """Connects at the first record. A producer that has broken for good is replaced by the next record."""

    def __init__(self, policy: KafkaPolicy) -> None:
        self._policy = policy
        self._connection: _Connection | None = None

    async def send(self, record: Record) -> None:
        """Returns once every replica has the record. Raises BrokerUnavailable after the delivery timeout at the latest."""
        if self._connection is None:
            self._connection = _Connection(self._policy)
        connection = self._connection
        error = await _delivery(connection.producer, record)
        if error is None:
            return
        if error.fatal():
            await self._drop(connection)
        raise unavailable(NOT_SENT.format(topic=record.topic), error)

    async def close(self) -> None:
        if self._connection is not None:
            await self._drop(self._connection)

    async def _drop(self, connection: _Connection) -> None:
        if self._connection is connection:
            self._connection = None
            await asyncio.to_thread(connection.close, self._policy.delivery_timeout)


async def _delivery(producer: Producer, record: Record) -> KafkaError | None:
    """What went wrong; None when the record is safe. Raises BrokerUnavailable when it is not even taken."""
    loop = asyncio.get_running_loop()
    reported: asyncio.Future[KafkaError | None] = loop.create_future()

    def settle(error: KafkaError | None) -> None:
        if not reported.done():
            reported.set_result(error)

    def report(error: KafkaError | None, _: KafkaMessage) -> None:
        loop.call_soon_threadsafe(settle, error)

    try:
        producer.produce(
            record.topic,
            record.value,
            record.key,
            on_delivery=report,
            headers=list(record.headers),
        )
    except BufferError as error:
        raise BrokerUnavailable(f"{NOT_SENT.format(topic=record.topic)} (too many wait already).") from error
    except KafkaException as error:
        refused: KafkaError = error.args[0]
        return refused
    return await reported
