"""Probes and metrics, with a database and without."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from dishka import Provider, Scope
from httpx import AsyncClient
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from cj_assessment_service.api.health_check import BrokerProbe, HealthCheck
from cj_assessment_service.config import Settings
from cj_assessment_service.di import make_container
from cj_assessment_service.implementations.system_clock import SystemClock
from cj_assessment_service.models_db import CJBatchState
from cj_assessment_service.tests.fixtures.http import calling_on, calling_service
from cj_assessment_service.tests.fixtures.repositories import PostgresDataAccess
from cj_assessment_service.tests.integration.batches import create_batch, new_request


@pytest.fixture
async def caller(test_db_engine: AsyncEngine) -> AsyncIterator[AsyncClient]:
    async with calling_on(test_db_engine) as client:
        yield client


@pytest.fixture
async def caller_without_database() -> AsyncIterator[AsyncClient]:
    nowhere = create_async_engine("postgresql+asyncpg://nobody@127.0.0.1:1/nothing")
    async with calling_on(nowhere) as client:
        yield client
    await nowhere.dispose()


async def make_stalled(access: PostgresDataAccess, batches: int) -> None:
    for number in range(batches):
        await create_batch(access, new_request(outer_id=f"outer-{number}"))
    async with access.sessions.session() as session:
        await session.execute(
            update(CJBatchState).values(last_activity_at=datetime.now(UTC) - timedelta(hours=3))
        )
        await session.commit()


async def test_a_service_that_works_says_so(caller: AsyncClient) -> None:
    answer = await caller.get("/healthz")
    assert answer.status_code == 200
    body = answer.json()
    assert (body["service"], body["status"]) == ("cj_assessment_service", "healthy")
    assert body["checks"] == {"service_responsive": True, "dependencies_available": True}
    assert body["dependencies"]["database"]["status"] == "healthy"
    assert (await caller.get("/healthz/live")).json() == {"status": "alive"}


async def test_it_is_ready_while_the_database_answers_and_batches_move(caller: AsyncClient) -> None:
    answer = await caller.get("/healthz/ready")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ready",
        "checks": {"database": "healthy", "batch_monitoring": "healthy", "kafka": None},
    }


@pytest.mark.parametrize(("stalled", "status", "monitoring"), [(5, 200, "healthy"), (6, 503, "unhealthy")])
async def test_it_is_not_ready_when_many_batches_stand_still(
    caller: AsyncClient,
    postgres_data_access: PostgresDataAccess,
    stalled: int,
    status: int,
    monitoring: str,
) -> None:
    await make_stalled(postgres_data_access, stalled)
    answer = await caller.get("/healthz/ready")
    assert answer.status_code == status
    assert answer.json()["checks"] == {"database": "healthy", "batch_monitoring": monitoring, "kafka": None}


async def test_without_its_database_it_is_alive_but_not_ready(caller_without_database: AsyncClient) -> None:
    answer = await caller_without_database.get("/healthz/ready")
    assert answer.status_code == 503
    assert answer.json() == {
        "status": "not_ready",
        "checks": {"database": "unhealthy", "batch_monitoring": "unknown", "kafka": None},
    }
    assert (await caller_without_database.get("/healthz/live")).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/healthz/database", "/healthz/database/summary"])
async def test_without_its_database_it_says_what_is_wrong(
    caller_without_database: AsyncClient, path: str
) -> None:
    answer = await caller_without_database.get(path)
    assert answer.status_code == 503
    assert answer.json()["status"] == "unhealthy"
    assert "The database does not answer" in answer.text


async def test_without_its_database_other_routes_can_be_tried_again(test_db_engine: AsyncEngine) -> None:
    assert test_db_engine is not None
    nowhere = create_async_engine("postgresql+asyncpg://nobody@127.0.0.1:1/nothing")
    async with calling_on(nowhere, "admin") as admin:
        answer = await admin.get("/admin/v1/assessment-instructions")
    assert (answer.status_code, answer.json()["code"]) == (503, "SERVICE_UNAVAILABLE")


async def test_the_database_answers(caller: AsyncClient) -> None:
    answer = await caller.get("/healthz/database")
    assert answer.status_code == 200
    assert answer.json()["status"] == "healthy"


async def test_metrics_are_those_of_this_service(caller: AsyncClient) -> None:
    answer = await caller.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    assert "# TYPE cj_comparisons_total counter" in answer.text
    assert "cj_database_connections 0.0" in answer.text


async def test_the_description_names_every_route_and_who_may_call_it(caller: AsyncClient) -> None:
    described = (await caller.get("/schema/openapi.json")).json()["paths"]
    protected = {
        path for path, item in described.items() if any("security" in call for call in item.values())
    }
    public = described.keys() - protected
    assert public == {
        "/healthz",
        "/healthz/live",
        "/healthz/ready",
        "/healthz/database",
        "/healthz/database/summary",
        "/metrics",
    }
    assert all(path.startswith(("/admin/v1/", "/api/v1/anchors/", "/v1/")) for path in protected)
    assert len(protected) == 21
    calls = [call for path in protected for call in described[path].values()]
    assert all("application/problem+json" in call["responses"]["400"]["content"] for call in calls)


@dataclass(frozen=True, slots=True)
class Broker(BrokerProbe):
    answers: bool

    async def is_reachable(self) -> bool:
        return self.answers


@pytest.mark.parametrize(("answers", "status", "kafka"), [(True, 200, "healthy"), (False, 503, "unhealthy")])
async def test_where_there_is_a_broker_it_is_ready_only_while_that_answers(
    test_db_engine: AsyncEngine,
    postgres_data_access: PostgresDataAccess,
    answers: bool,
    status: int,
    kafka: str,
) -> None:
    provider = Provider(scope=Scope.APP)
    access = postgres_data_access
    provider.provide(
        lambda: HealthCheck(access.sessions, access.batches, SystemClock(), Broker(answers)),
        provides=HealthCheck,
        override=True,
    )
    container = make_container(Settings(), test_db_engine.url.render_as_string(hide_password=False), provider)
    async with calling_service(container) as caller:
        answer = await caller.get("/healthz/ready")
    await container.close()
    assert (answer.status_code, answer.json()["checks"]["kafka"]) == (status, kafka)
