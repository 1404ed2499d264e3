"""The topics the service needs, made where they are missing."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from cj_assessment_service.domain.errors import ConfigurationRejected
from cj_assessment_service.domain.policies import KafkaPolicy
from cj_assessment_service.implementations.kafka.clients import (
    LARGEST_MESSAGE_BYTES,
    client_settings,
    unavailable,
)
from cj_assessment_service.wire.topics import CONSUMED, DEAD_LETTER_SUFFIX, PUBLISHED

PATIENCE_SECONDS = 10.0

KEPT_FOR_EVER = {"retention.ms": "-1", "retention.bytes": "-1"}
SIZE = {"max.message.bytes": str(LARGEST_MESSAGE_BYTES)}


@dataclass(frozen=True, slots=True)
class KafkaTopics:
    """Waits `patience` seconds for each answer."""

    policy: KafkaPolicy
    patience: float = PATIENCE_SECONDS

    async def ensure(self, topics: Sequence[str] = (*CONSUMED, *PUBLISHED)) -> None:
        """All of them exist when this returns, and for each that is consumed one for its dead letters, where nothing is ever
        deleted. Raises BrokerUnavailable, or ConfigurationRejected when the broker makes no topics.
        """
        admin = AdminClient(client_settings(self.policy))
        wanted = [*topics, *(topic + DEAD_LETTER_SUFFIX for topic in topics if topic not in PUBLISHED)]
        try:
            existing = (await asyncio.to_thread(admin.list_topics, timeout=self.patience)).topics
        except KafkaException as error:
            raise unavailable("Kafka does not tell its topics", error.args[0]) from error
        missing = [topic for topic in wanted if topic not in existing]
        if missing:
            await self._create(admin, missing)

    async def _create(self, admin: AdminClient, missing: Sequence[str]) -> None:
        made = admin.create_topics(
            [self._described(topic) for topic in missing], request_timeout=self.patience
        )
        for topic, creation in made.items():
            try:
                await asyncio.wrap_future(creation)
            except KafkaException as error:
                refusal: KafkaError = error.args[0]
                if refusal.code() != KafkaError.TOPIC_ALREADY_EXISTS:
                    raise ConfigurationRejected(
                        f"Kafka has no topic {topic} and does not create it ({refusal.str()})."
                        f" Create these topics yourself: {', '.join(missing)}."
                    ) from error

    def _described(self, topic: str) -> NewTopic:
        if topic.endswith(DEAD_LETTER_SUFFIX):
            return NewTopic(topic, num_partitions=1, config={**SIZE, **KEPT_FOR_EVER})
        return NewTopic(topic, num_partitions=self.policy.partitions, config=SIZE)
