"""Fixtures of the tests that hurt the service."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
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
from cj_assessment_service.tests.faults.databases import FaultyServer, make_template
from cj_assessment_service.tests.faults.form import FULL, Form, chosen_form
from cj_assessment_service.tests.faults.stage import Stage, undisturbed_results
from cj_assessment_service.tests.integration.survival import FinalResult
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


@pytest.fixture(scope="session")
async def undisturbed(faulty_server: FaultyServer) -> Mapping[int, FinalResult]:
    return await undisturbed_results(await faulty_server.new_database())


@pytest.fixture
async def stage(
    faulty_server: FaultyServer,
    undisturbed: Mapping[int, FinalResult],
    form: Form,
    worker_id: str,
    tmp_path: Path,
) -> AsyncIterator[Stage]:
    url = await faulty_server.new_database()
    engine = create_async_engine(url, poolclass=NullPool)
    with running_broker(alone=worker_id == NO_XDIST) as broker:
        await broker.prepare()
        policy = KafkaPolicy(broker.bootstrap, group=f"faults-{uuid4().hex}")
        producer = RecordProducer(policy)
        async with open_workflow(engine) as workflow:
            yield Stage(
                server=faulty_server,
                database_url=url,
                engine=engine,
                broker=broker,
                workflow=workflow,
                producer=producer,
                policy=policy,
                form=form,
                folder=tmp_path,
                undisturbed=undisturbed,
            )
        await producer.close()
    await engine.dispose()
