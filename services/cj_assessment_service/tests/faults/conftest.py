"""Fixtures of the tests that hurt the service."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from cj_assessment_service.domain.policies import KafkaPolicy
from cj_assessment_service.implementations.embedded_postgres.cluster import Durability
from cj_assessment_service.implementations.embedded_postgres.server import (
    EmbeddedPostgres,
    EmbeddedPostgresSettings,
)
from cj_assessment_service.implementations.kafka.producer import RecordProducer
from cj_assessment_service.tests.faults.brokers import running_broker
from cj_assessment_service.tests.faults.databases import FaultyDatabase, FaultyServer, make_template
from cj_assessment_service.tests.faults.form import FULL, Form, chosen_form
from cj_assessment_service.tests.faults.stage import Stage
from cj_assessment_service.tests.integration.workflow import open_workflow

NO_XDIST = "master"


@pytest.fixture(scope="session")
def form() -> Form:
    return chosen_form()


@pytest.fixture(scope="session")
def faulty_server(form: Form) -> Iterator[FaultyServer]:
    # made by the server itself, so that the account it runs as may enter it
    root = Path(tempfile.gettempdir()) / f"cj-faults-{uuid4().hex}"
    durability = Durability.FULL if form is FULL else Durability.NONE
    server = EmbeddedPostgres(EmbeddedPostgresSettings(root, durability=durability))
    address = server.acquire()
    make_template(server, address)
    yield FaultyServer(server, address)
    server.release()
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture
async def stage(
    faulty_server: FaultyServer, form: Form, worker_id: str, tmp_path: Path
) -> AsyncIterator[Stage]:
    database = FaultyDatabase(faulty_server, await faulty_server.new_database())
    engine = create_async_engine(database.url, poolclass=NullPool)
    with running_broker(alone=worker_id == NO_XDIST) as broker:
        await broker.prepare()
        policy = KafkaPolicy(broker.bootstrap, group=f"faults-{uuid4().hex}")
        producer = RecordProducer(policy)
        async with open_workflow(engine) as workflow:
            yield Stage(database, engine, broker, workflow, producer, policy, form, tmp_path)
        await producer.close()
    await engine.dispose()
