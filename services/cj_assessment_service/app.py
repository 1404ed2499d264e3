"""Starts the application and stops it in reverse."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from dishka import AsyncContainer

from cj_assessment_service.batch_monitor import BatchMonitor
from cj_assessment_service.cli.services import Administration, Installation, Services, TokenSigning
from cj_assessment_service.config import Settings, load_settings
from cj_assessment_service.di import make_container
from cj_assessment_service.event_processor import EventProcessor
from cj_assessment_service.implementations.database_server import EmbeddedDatabaseServer, NamedDatabaseServer
from cj_assessment_service.implementations.database_url import named_database_url
from cj_assessment_service.implementations.decision_files.files import DecisionFiles
from cj_assessment_service.implementations.dispatch.in_process_judging import InProcessJudging
from cj_assessment_service.implementations.embedded_postgres.server import (
    EmbeddedPostgres,
    EmbeddedPostgresSettings,
    default_data_root,
)
from cj_assessment_service.implementations.essay_files.files import EssayFiles
from cj_assessment_service.implementations.in_process_bus import InProcessMessageBus, InProcessSource
from cj_assessment_service.implementations.private_files import PrivateFiles
from cj_assessment_service.implementations.system_clock import SystemClock
from cj_assessment_service.kafka_consumer import MessageConsumer
from cj_assessment_service.outbox_relay import OutboxRelay
from cj_assessment_service.protocols import TelemetryProtocol
from cj_assessment_service.provider_batch_watch import ProviderBatchWatch
from cj_assessment_service.wire.topics import COMPARISON_RESULT, REQUESTED

PRODUCTION = "production"
"""The environment in which nobody signs tokens with a secret that others know."""

DRAIN_SECONDS = 5.0
"""How long answers that are already here may take to reach the ledger when the application stops."""


def installation() -> Installation:
    """This installation, as its environment describes it."""
    settings = load_settings()
    server = database_server(settings)
    return Installation(
        open=lambda: open_application(settings, server),
        database=lambda: server,
        decision_files=DecisionFiles(),
        administration=lambda: administration(settings),
    )


def administration(settings: Settings) -> Administration:
    secret = settings.jwt_secret
    return Administration(
        signing=TokenSigning(
            issuer=settings.jwt_issuer,
            audience=settings.jwt_audience,
            secret=secret.get_secret_value() if secret is not None else None,
            has_public_keys=settings.jwks_url is not None or settings.jwks_file is not None,
            is_production=settings.environment.lower() == PRODUCTION,
        ),
        texts=EssayFiles(),
        private_files=PrivateFiles(),
        clock=SystemClock(),
    )


def database_server(settings: Settings) -> EmbeddedDatabaseServer | NamedDatabaseServer:
    """The server the settings name, else the embedded one. Raises ConfigurationRejected."""
    url = named_database_url(settings)
    if url is not None:
        return NamedDatabaseServer(url)
    root = settings.data_dir or default_data_root()
    return EmbeddedDatabaseServer(
        EmbeddedPostgres(EmbeddedPostgresSettings(root, settings.postgres_bin_dir)), root
    )


@asynccontextmanager
async def open_application(
    settings: Settings, server: EmbeddedDatabaseServer | NamedDatabaseServer
) -> AsyncIterator[Services]:
    """Database started and upgraded, judges, consumers, relay and monitor at work while the block runs."""
    url = await server.start()
    try:
        await server.upgrade()
        async with run_in_process(make_container(settings, url)) as container:
            yield await container.get(Services)
    finally:
        await server.leave()


@asynccontextmanager
async def run_in_process(container: AsyncContainer) -> AsyncIterator[AsyncContainer]:
    """All loops of the service in this process, on in-process messages. A loop that dies ends the block."""
    bus = await container.get(InProcessMessageBus)
    requests, answers = bus.subscribe(REQUESTED), bus.subscribe(COMPARISON_RESULT)
    judging = await container.get(InProcessJudging)
    try:
        async with asyncio.TaskGroup() as loops:
            asking = loops.create_task(judging.run())
            recording = loops.create_task((await _consumer(container, "answers", answers)).run())
            others = [
                loops.create_task((await _consumer(container, "requests", requests)).run()),
                loops.create_task((await container.get(OutboxRelay)).run()),
                loops.create_task((await container.get(BatchMonitor)).run()),
                loops.create_task((await container.get(ProviderBatchWatch)).run()),
            ]
            try:
                yield container
            finally:
                await _close(asking)
                await _drain(answers)
                for loop in (recording, *others):
                    loop.cancel()
    finally:
        await container.close()


async def _consumer(container: AsyncContainer, name: str, source: InProcessSource) -> MessageConsumer:
    return MessageConsumer(
        name=name,
        source=source,
        processor=await container.get(EventProcessor),
        telemetry=await container.get(TelemetryProtocol),
    )


async def _close(asking: asyncio.Task[None]) -> None:
    """Until its judges are closed. Cancelled once only: a second time would cut that short and leave connections open."""
    if not asking.cancelling():
        asking.cancel()
    await asyncio.wait([asking])


async def _drain(answers: InProcessSource) -> None:
    """Answers that have arrived are paid for: they are recorded before the process ends."""
    try:
        await asyncio.wait_for(answers.drained(), DRAIN_SECONDS)
    except TimeoutError:
        return  # the ledger does not take them now; their questions stay outstanding and are asked again
