"""Starts the application and stops it in reverse."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from pkgutil import resolve_name

from dishka import AsyncContainer
from pydantic import SecretStr

from cj_assessment_service.cli.services import (
    EVERY_PART,
    Administration,
    Installation,
    ServeOrder,
    ServicePart,
    Services,
    TokenSigning,
    WhenReady,
)
from cj_assessment_service.config import Settings, load_settings
from cj_assessment_service.di import make_container, token_keys
from cj_assessment_service.domain.errors import ConfigurationRejected
from cj_assessment_service.domain.policies import Judging
from cj_assessment_service.implementations.database_server import EmbeddedDatabaseServer, NamedDatabaseServer
from cj_assessment_service.implementations.database_url import named_database_url
from cj_assessment_service.implementations.decision_files.files import DecisionFiles
from cj_assessment_service.implementations.development_secret import development_secret, known_secret
from cj_assessment_service.implementations.embedded_postgres.server import (
    EmbeddedPostgres,
    EmbeddedPostgresSettings,
    default_data_root,
)
from cj_assessment_service.implementations.essay_files.files import EssayFiles
from cj_assessment_service.implementations.private_files import PrivateFiles
from cj_assessment_service.implementations.system_clock import SystemClock
from cj_assessment_service.logs import configure_logs
from cj_assessment_service.protocols import DeadLetterProtocol
from cj_assessment_service.service_loops import answering, running

WITHOUT_HTTP = EVERY_PART - {ServicePart.HTTP}
SIGNING_FILE = "development-secret"
NO_DATABASE = "postgresql+asyncpg:///"
"""For what never asks for one: an engine connects, and is made, when it is first needed."""

PRODUCTION = "production"
"""The environment in which nobody signs tokens with a secret that others know."""


def installation() -> Installation:
    """This installation, as its environment describes it."""
    settings = load_settings()
    server = database_server(settings)
    return Installation(
        open=lambda: open_application(settings, server),
        dead_letters=lambda: open_dead_letters(settings, server),
        database=lambda: server,
        decision_files=DecisionFiles(),
        serve=lambda order, when_ready: serve(settings, order, when_ready),
        work=lambda when_ready: work(settings, when_ready),
        administration=lambda: administration(settings),
    )


def administration(settings: Settings) -> Administration:
    """Tokens are signed with the secret of the settings, else with the one `cj serve --embedded` made on this machine."""
    secret = settings.jwt_secret
    return Administration(
        signing=TokenSigning(
            issuer=settings.jwt_issuer,
            audience=settings.jwt_audience,
            secret=secret.get_secret_value()
            if secret is not None
            else known_secret(data_root(settings) / SIGNING_FILE),
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
    root = data_root(settings)
    return EmbeddedDatabaseServer(
        EmbeddedPostgres(EmbeddedPostgresSettings(root, settings.postgres_bin_dir)), root
    )


@asynccontextmanager
async def open_application(
    settings: Settings, server: EmbeddedDatabaseServer | NamedDatabaseServer
) -> AsyncIterator[Services]:
    """Database started and upgraded, judges, consumers, relay and monitor at work while the block runs."""
    async with _on_database(settings, server) as container:
        yield await container.get(Services)


@asynccontextmanager
async def open_dead_letters(
    settings: Settings, server: EmbeddedDatabaseServer | NamedDatabaseServer
) -> AsyncIterator[DeadLetterProtocol]:
    """Those of the broker, for which nothing else has to be at work; or those of the database, and then what is sent again is
    handled in this process before the block ends.
    """
    if settings.kafka_bootstrap_servers is None:
        async with _on_database(settings, server) as container:
            yield await container.get(DeadLetterProtocol)
        return
    container = make_container(settings, NO_DATABASE)
    try:
        yield await container.get(DeadLetterProtocol)
    finally:
        await container.close()


@asynccontextmanager
async def _on_database(
    settings: Settings, server: EmbeddedDatabaseServer | NamedDatabaseServer
) -> AsyncIterator[AsyncContainer]:
    url = await server.start()
    try:
        await server.upgrade()
        async with run_in_process(make_container(settings, url)) as container:
            yield container
    finally:
        await server.leave()


@asynccontextmanager
async def run_in_process(container: AsyncContainer) -> AsyncIterator[AsyncContainer]:
    """All loops of the service but HTTP in this process. A loop that dies ends the block."""
    try:
        async with running(container, WITHOUT_HTTP):
            yield container
    finally:
        await container.close()


async def serve(settings: Settings, order: ServeOrder, when_ready: WhenReady) -> None:
    """The service until the process is told to stop. Raises ConfigurationRejected, or DatabaseUnavailable at the start."""
    configure_logs(settings.log_level, sys.stderr)
    settings = settings_of_service(settings, order)
    server = database_server(settings)
    url = await server.start()
    try:
        await server.upgrade()
        # the folder of the data is there now, and open to the account that the database runs as
        container = make_container(_signing(settings) if order.embedded else settings, url)
        try:
            await _make_topics(settings, container)
            told = _told_to_stop()
            async with running(container, order.parts) as address:
                when_ready(address)
                await told.wait()
        finally:
            await container.close()
    finally:
        await server.leave()


async def work(settings: Settings, when_ready: Callable[[], None]) -> None:
    """A judge worker until the process is told to stop. Raises ConfigurationRejected."""
    if settings.kafka_bootstrap_servers is None:
        raise ConfigurationRejected(
            "A worker takes its questions from Kafka. Name the broker: CJ_ASSESSMENT_SERVICE_KAFKA_BOOTSTRAP_SERVERS."
        )
    configure_logs(settings.log_level, sys.stderr)
    container = make_container(settings, NO_DATABASE)
    try:
        await _make_topics(settings, container)
        told = _told_to_stop()
        async with answering(container):
            when_ready()
            await told.wait()
    finally:
        await container.close()


def settings_of_service(settings: Settings, order: ServeOrder) -> Settings:
    """What the order makes of the settings. Raises ConfigurationRejected where they do not fit together."""
    if order.embedded:
        return _embedded(settings, order)
    if named_database_url(settings) is None:
        raise ConfigurationRejected(
            "The service needs a database. Name one in CJ_DATABASE_URL, or run all of it on this machine: cj serve --embedded"
        )
    if settings.kafka_bootstrap_servers is None and order.parts != EVERY_PART:
        raise ConfigurationRejected(
            "Parts that run alone meet over Kafka. Name the broker in CJ_ASSESSMENT_SERVICE_KAFKA_BOOTSTRAP_SERVERS, or leave"
            " out --only."
        )
    if settings.kafka_bootstrap_servers is None and settings.judging is not Judging.IN_PROCESS:
        raise ConfigurationRejected(
            "Judges outside this process answer over Kafka. Name the broker in"
            " CJ_ASSESSMENT_SERVICE_KAFKA_BOOTSTRAP_SERVERS, or leave out CJ_ASSESSMENT_SERVICE_JUDGING."
        )
    return settings


def _embedded(settings: Settings, order: ServeOrder) -> Settings:
    """Everything in this process."""
    if order.parts != EVERY_PART:
        raise ConfigurationRejected("--embedded runs everything in one process. Leave out --only.")
    return settings.model_copy(
        update={
            "database_url": None,
            "db_host": None,
            "kafka_bootstrap_servers": None,
            "judging": Judging.IN_PROCESS,
        }
    )


def _signing(settings: Settings) -> Settings:
    """Tokens are signed with a secret of this machine where no other keys are named."""
    if token_keys(settings) is not None:
        return settings
    secret = SecretStr(development_secret(data_root(settings) / SIGNING_FILE))
    return settings.model_copy(update={"jwt_secret": secret})


def data_root(settings: Settings) -> Path:
    return settings.data_dir or default_data_root()


async def _make_topics(settings: Settings, container: AsyncContainer) -> None:
    """Where Kafka carries the messages. Raises BrokerUnavailable or ConfigurationRejected."""
    if settings.kafka_bootstrap_servers is not None:
        # the client library is slow to load, and most commands carry their messages themselves
        topics = await container.get(
            resolve_name("cj_assessment_service.implementations.kafka.topics:KafkaTopics")
        )
        await topics.ensure()


def _told_to_stop() -> asyncio.Event:
    """Set by Ctrl-C and SIGTERM from now on."""
    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    return told
