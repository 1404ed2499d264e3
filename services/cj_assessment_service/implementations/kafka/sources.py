"""Opens the sources of this service's groups."""

from dataclasses import dataclass

from cj_assessment_service.domain.policies import KafkaPolicy
from cj_assessment_service.implementations.kafka.source import KafkaSource
from cj_assessment_service.protocols import MessageSourcesProtocol, TelemetryProtocol
from cj_assessment_service.wire.topics import ConsumerGroup


@dataclass(frozen=True, slots=True)
class KafkaSources(MessageSourcesProtocol):
    policy: KafkaPolicy
    telemetry: TelemetryProtocol

    async def open_source(self, group: ConsumerGroup) -> KafkaSource:
        return await KafkaSource.open(self.policy, group, group.topics, self.telemetry)
