"""Every promise is kept by somebody."""

import pytest
from dishka import AsyncContainer

from cj_assessment_service import protocols
from cj_assessment_service.batch_monitor import BatchMonitor
from cj_assessment_service.cj_core_logic.batch_callback_handler import BatchCallbackHandler
from cj_assessment_service.cj_core_logic.batch_recovery import BatchRecovery
from cj_assessment_service.cli.services import Services
from cj_assessment_service.config import Settings
from cj_assessment_service.di import make_container
from cj_assessment_service.event_processor import EventProcessor
from cj_assessment_service.implementations.database_infrastructure import CJDatabaseInfrastructure
from cj_assessment_service.implementations.kafka.dead_letters import KafkaDeadLetters
from cj_assessment_service.implementations.kafka.health import KafkaHealth
from cj_assessment_service.implementations.kafka.publisher import KafkaPublisher
from cj_assessment_service.implementations.kafka.sources import KafkaSources
from cj_assessment_service.implementations.kafka.topics import KafkaTopics
from cj_assessment_service.outbox_relay import OutboxRelay

NOT_PROVIDED = {
    "DecisionFilesProtocol",  # part of the installation: reading files needs no database
    "DatabaseServerProtocol",  # chosen before there is a container
    "BatchJudgeProtocol",  # opened by name, through the provider of judges
    "JudgeProtocol",  # opened by name, through its provider
    "PrivateFilesProtocol",  # part of the installation, too
    "MessageSourceProtocol",  # made for each group of topics
    "MessageProcessorProtocol",  # chosen for each consumer
}
PROMISES = sorted(
    name for name in vars(protocols) if name.endswith("Protocol") and name not in {"Protocol", *NOT_PROVIDED}
)


@pytest.fixture
def container() -> AsyncContainer:
    return make_container(Settings(), "postgresql+asyncpg://postgres@127.0.0.1:1/nothing")


@pytest.mark.parametrize("name", PROMISES)
async def test_every_protocol_has_an_implementation(container: AsyncContainer, name: str) -> None:
    assert await container.get(getattr(protocols, name)) is not None
    await container.close()


@pytest.mark.parametrize(
    "entry", [EventProcessor, BatchMonitor, OutboxRelay, BatchRecovery, BatchCallbackHandler, Services]
)
async def test_every_entry_point_can_be_built(container: AsyncContainer, entry: type[object]) -> None:
    assert isinstance(await container.get(entry), entry)
    await container.close()


@pytest.mark.parametrize(
    ("promise", "keeper"),
    [
        (protocols.MessagePublisherProtocol, KafkaPublisher),
        (protocols.MessageSourcesProtocol, KafkaSources),
        (protocols.DeadLetterProtocol, KafkaDeadLetters),
        (protocols.BrokerHealthProtocol, KafkaHealth),
        (KafkaTopics, KafkaTopics),
    ],
)
async def test_kafka_keeps_the_promises_about_messages_where_it_is_named(
    promise: type[object], keeper: type[object]
) -> None:
    settings = Settings(kafka_bootstrap_servers="127.0.0.1:1")
    container = make_container(settings, "postgresql+asyncpg://postgres@127.0.0.1:1/nothing")
    assert isinstance(await container.get(promise), keeper)
    await container.close()


async def test_there_is_one_engine(container: AsyncContainer) -> None:
    provider: protocols.SessionProviderProtocol = await container.get(protocols.SessionProviderProtocol)
    infrastructure = await container.get(CJDatabaseInfrastructure)
    async with provider.session() as session:
        assert session.bind is infrastructure.engine
    await container.close()
