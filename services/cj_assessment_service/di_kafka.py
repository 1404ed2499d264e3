"""Who keeps the promises about messages where Kafka carries them."""

from collections.abc import AsyncIterator

from dishka import Provider, Scope, provide

from cj_assessment_service.config import Settings
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.policies import KafkaPolicy
from cj_assessment_service.implementations.kafka.dead_letters import KafkaDeadLetters
from cj_assessment_service.implementations.kafka.health import KafkaHealth
from cj_assessment_service.implementations.kafka.producer import RecordProducer
from cj_assessment_service.implementations.kafka.publisher import KafkaPublisher
from cj_assessment_service.implementations.kafka.sources import KafkaSources
from cj_assessment_service.implementations.kafka.topics import KafkaTopics
from cj_assessment_service.protocols import (
    BrokerHealthProtocol,
    DeadLetterProtocol,
    MessagePublisherProtocol,
    MessageSourcesProtocol,
)


class KafkaProvider(Provider):
    """Takes the place of the carrier within one process; connects when the first message is sent or awaited."""

    scope = Scope.APP

    def __init__(self, bootstrap_servers: str) -> None:
        super().__init__()
        self._bootstrap_servers = bootstrap_servers

    @provide
    def policy(self, settings: Settings) -> KafkaPolicy:
        return KafkaPolicy(
            bootstrap_servers=self._bootstrap_servers,
            group=settings.kafka_consumer_group,
            session_timeout=settings.kafka_session_timeout_seconds,
            partitions=settings.kafka_topic_partitions,
            client_options=tuple(settings.kafka_client_options.items()),
        )

    @provide
    async def producer(self, policy: KafkaPolicy) -> AsyncIterator[RecordProducer]:
        producer = RecordProducer(policy)
        yield producer
        await producer.close()

    publisher = provide(KafkaPublisher, provides=MessagePublisherProtocol, override=True)
    sources = provide(KafkaSources, provides=MessageSourcesProtocol, override=True)

    @provide
    def topics(self, policy: KafkaPolicy) -> KafkaTopics:
        return KafkaTopics(policy)

    @provide(override=True)
    def dead_letters(self, policy: KafkaPolicy, producer: RecordProducer, clock: Clock) -> DeadLetterProtocol:
        return KafkaDeadLetters(policy, producer, clock)

    @provide(override=True)
    def health(self, policy: KafkaPolicy) -> BrokerHealthProtocol:
        return KafkaHealth(policy)
