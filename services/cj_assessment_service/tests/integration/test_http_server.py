"""The HTTP application on a real socket."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from httpx import AsyncClient, ConnectError
from litestar import Litestar, get
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from cj_assessment_service.api.application import create_http_app
from cj_assessment_service.api.batches.progress import LOOK_SECONDS
from cj_assessment_service.api.server import listen, serve_http
from cj_assessment_service.domain.errors import ConfigurationRejected
from cj_assessment_service.implementations.database_infrastructure import CJDatabaseInfrastructure
from cj_assessment_service.tests.fixtures.application import (
    RunningApplication,
    ScriptedJudges,
    application_container,
)
from cj_assessment_service.tests.fixtures.batch_requests import BATCHES, batch_body, requested
from cj_assessment_service.tests.fixtures.http import SETTINGS, token_for


@asynccontextmanager
async def served(app: Litestar) -> AsyncIterator[tuple[AsyncClient, asyncio.Task[None]]]:
    listening = listen(SETTINGS)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    headers = {"Authorization": f"Bearer {token_for('teacher', organisation='north')}"}
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(serve_http(app, listening))
        async with AsyncClient(base_url=address, headers=headers, timeout=60) as client:
            yield client, serving
        serving.cancel()


@pytest.fixture
async def service(application: RunningApplication) -> AsyncIterator[AsyncClient]:
    async with served(create_http_app(application.container, SETTINGS)) as (client, _):
        yield client


async def test_progress_is_told_as_events_until_the_end(service: AsyncClient) -> None:
    batch = await requested(service, batch_body())
    headers = {"Accept": "text/event-stream"}
    async with service.stream("GET", f"{BATCHES}/{batch}/progress", headers=headers) as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        lines = [line async for line in stream.aiter_lines()]
    events = [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]
    assert [line for line in lines if line.startswith("event: ")] == ["event: progress"] * len(events)
    assert [event["finished"] for event in events] == [False] * (len(events) - 1) + [True]
    completed = [event["completed"] for event in events]
    assert completed == sorted(completed)
    assert events[-1] == (await service.get(f"{BATCHES}/{batch}/progress")).json()


async def test_for_a_watcher_that_left_nobody_looks_any_more(test_db_engine: AsyncEngine) -> None:
    container = application_container(test_db_engine, ScriptedJudges())
    infrastructure = await container.get(CJDatabaseInfrastructure)
    looks = 0

    def count(*_: object) -> None:
        nonlocal looks
        looks += 1

    async with served(create_http_app(container, SETTINGS)) as (client, _):
        batch = await requested(client, batch_body())
        path = f"{BATCHES}/{batch}/progress"
        async with client.stream("GET", path, headers={"Accept": "text/event-stream"}) as stream:
            lines = stream.aiter_lines()
            assert await anext(lines) == "event: progress"
            event.listen(infrastructure.engine.sync_engine, "before_cursor_execute", count)
            await asyncio.sleep(2 * LOOK_SECONDS)
            seen_while_watching, looks = looks, 0
        await asyncio.sleep(3 * LOOK_SECONDS)
        assert seen_while_watching >= 2
        assert looks <= 2
    await container.close()


async def test_a_request_that_is_being_answered_is_finished_when_the_server_stops() -> None:
    asked, may_answer = asyncio.Event(), asyncio.Event()

    @get("/slow")
    async def slow() -> str:
        asked.set()
        await may_answer.wait()
        return "answered"

    app = Litestar([slow], openapi_config=None, logging_config=None)
    async with served(app) as (client, serving):
        answer = asyncio.create_task(client.get("/slow"))
        await asked.wait()
        serving.cancel()
        await asyncio.sleep(0.3)
        assert not serving.done()
        may_answer.set()
        assert (await answer).text == "answered"
        await asyncio.wait([serving])
        with pytest.raises(ConnectError):
            await client.get("/slow")


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings = replace(SETTINGS, port=taken.getsockname()[1])
        with pytest.raises(ConfigurationRejected, match="HTTP_PORT"):
            listen(settings)
