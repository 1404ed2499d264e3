"""Calls over HTTP as they are counted, and a process that only answers probes."""

from collections.abc import AsyncIterator

import pytest
from httpx import AsyncClient
from sqlalchemy.ext.asyncio import AsyncEngine

from cj_assessment_service.api.application import create_probe_app
from cj_assessment_service.metrics import Metrics
from cj_assessment_service.tests.fixtures.application import ScriptedJudges, application_container
from cj_assessment_service.tests.fixtures.http import calling, calling_service
from cj_assessment_service.tests.fixtures.telemetry import value_of

REQUESTS = "cj_assessment_http_requests_total"
SECONDS = "cj_assessment_http_request_duration_seconds_count"
OPERATIONS = "cj_admin_instruction_operations_total"
INSTRUCTION = "/admin/v1/assessment-instructions/assignment/{assignment}"


@pytest.fixture
async def called(test_db_engine: AsyncEngine) -> AsyncIterator[tuple[AsyncClient, Metrics]]:
    container = application_container(test_db_engine, ScriptedJudges())
    async with calling_service(container, "admin") as client:
        yield client, await container.get(Metrics)
    await container.close()


async def test_calls_are_counted_by_the_template_of_their_route(called: tuple[AsyncClient, Metrics]) -> None:
    client, metrics = called
    for name in ("one", "two", "three"):
        await client.get(f"/admin/v1/assessment-instructions/assignment/{name}")
    labels = {"method": "GET", "endpoint": INSTRUCTION}
    assert value_of(metrics, REQUESTS, **labels, status_code="404") == 3
    assert value_of(metrics, SECONDS, **labels) == 3
    assert value_of(metrics, OPERATIONS, operation="read", status="refused") == 3


async def test_what_no_route_takes_is_one_endpoint(called: tuple[AsyncClient, Metrics]) -> None:
    client, metrics = called
    for number in range(3):
        await client.get(f"/nowhere/{number}")
    await client.request("BREW", "/coffee")
    assert value_of(metrics, REQUESTS, method="GET", endpoint="none", status_code="404") == 3
    assert value_of(metrics, REQUESTS, method="other", endpoint="none", status_code="404") == 1


async def test_a_process_without_an_api_answers_probes_and_shows_metrics(test_db_engine: AsyncEngine) -> None:
    container = application_container(test_db_engine, ScriptedJudges())
    async with calling(create_probe_app(container)) as client:
        assert (await client.get("/healthz/live")).status_code == 200
        assert (await client.get("/healthz/ready")).status_code == 200
        assert "cj_comparisons_total" in (await client.get("/metrics")).text
        assert (await client.get("/admin/v1/assessment-instructions")).status_code == 404
    await container.close()
