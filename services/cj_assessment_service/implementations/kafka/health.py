"""How Kafka is, and how far its consumers are behind."""

import asyncio
from functools import cached_property

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from cj_assessment_service.domain.errors import BrokerUnavailable
from cj_assessment_service.domain.messages import ConsumerLag
from cj_assessment_service.domain.policies import KafkaPolicy
from cj_assessment_service.implementations.kafka.clients import client_settings, logger
from cj_assessment_service.implementations.kafka.reader import KafkaReader, open_reader
from cj_assessment_service.protocols import BrokerHealthProtocol
from cj_assessment_service.wire.topics import ConsumerGroup

PATIENCE_SECONDS = 3.0
"""Probes must answer."""


class KafkaHealth(BrokerHealthProtocol):
    def __init__(self, policy: KafkaPolicy) -> None:
        self._policy = policy

    async def is_reachable(self) -> bool:
        try:
            found = await asyncio.to_thread(self._admin.list_topics, timeout=PATIENCE_SECONDS)
        except KafkaException:
            return False
        return bool(found.brokers)

    async def lags(self) -> tuple[ConsumerLag, ...]:
        try:
            return tuple([lag for group in ConsumerGroup for lag in await self._lags(group)])
        except BrokerUnavailable:
            return ()

    async def _lags(self, group: ConsumerGroup) -> list[ConsumerLag]:
        async with open_reader(self._policy, group) as reader:
            return [ConsumerLag(group, topic, await _behind(reader, topic)) for topic in group.topics]

    @cached_property
    def _admin(self) -> AdminClient:
        return AdminClient(client_settings(self._policy), logger=logger)


async def _behind(reader: KafkaReader, topic: str) -> int:
    behind = 0
    for place in await reader.partitions([topic]):
        extent = await reader.extent(place)
        done = (await reader.committed(place)).offset
        behind += extent.high - min(max(extent.low, done), extent.high)
    return behind
