"""The API keeps what its own description promises, whatever is sent to it."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Self

import hypothesis
import schemathesis
from hypothesis import HealthCheck, Phase
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance
from sqlalchemy.ext.asyncio import AsyncEngine

from cj_assessment_service.api.application import create_http_app
from cj_assessment_service.api.server import listen, serve_http
from cj_assessment_service.implementations.database_infrastructure import CJDatabaseInfrastructure
from cj_assessment_service.tests.fixtures.application import ScriptedJudges, application_container
from cj_assessment_service.tests.fixtures.batch_requests import BATCHES, batch_body
from cj_assessment_service.tests.fixtures.http import SETTINGS, calling, token_for

Operation = APIOperation[Any, Any, Any, Any]  # whatever kind of API it is of

EXAMPLES = 12
"""For each operation; one run of all takes well under a minute."""

ENDLESS = replace(SETTINGS, requests_per_minute=1_000_000)
HEADERS = {"Authorization": f"Bearer {token_for('admin', 'teacher', organisation='north')}"}


class ServedInAThread:
    """The service on a loop of its own, because the client of the test waits without one."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._listening = listen(ENDLESS)
        self._is_up = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))
        self.address = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.checked_out = -1
        self.description: dict[str, object] = {}

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._is_up.wait(60)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._serving.cancel)
        self._thread.join()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        container = application_container(self._engine, ScriptedJudges())
        app = create_http_app(container, ENDLESS)
        self.description = app.openapi_schema.to_schema()
        async with calling(app, "admin", "teacher", organisation="north") as client:
            assert (await client.post(BATCHES, json=batch_body())).status_code == 202
        self._serving = asyncio.create_task(serve_http(app, self._listening))
        self._is_up.set()
        await asyncio.wait([self._serving])
        infrastructure = await container.get(CJDatabaseInfrastructure)
        self.checked_out = infrastructure.engine.pool.checkedout()  # type: ignore[attr-defined]  # a queue pool
        await container.close()


def operations(description: dict[str, object]) -> Iterator[Operation]:
    for found in schemathesis.openapi.from_dict(description).get_all_operations():
        assert isinstance(found, Ok)
        yield found.ok()


def try_out(served: ServedInAThread, operation: Operation, mode: GenerationMode) -> None:
    """Sends what the description allows, or what it forbids."""

    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Case[Operation]) -> None:
        if mode is GenerationMode.POSITIVE and "batch" in case.path_parameters:
            case.path_parameters["batch"] = 1  # the one that exists
        case.call_and_validate(
            base_url=served.address,
            headers=HEADERS,
            # what is well formed may name a judge that there is not, and parameters nobody asked for are passed over
            excluded_checks=[positive_data_acceptance, negative_data_rejection],
        )

    send()


def test_no_answer_breaks_a_promise_of_the_description(test_db_engine: AsyncEngine) -> None:
    with ServedInAThread(test_db_engine) as served:
        found = list(operations(served.description))
        assert len(found) == 30
        for operation in found:
            try_out(served, operation, GenerationMode.POSITIVE)
            if operation.body or list(operation.iter_parameters()):
                try_out(served, operation, GenerationMode.NEGATIVE)
    assert served.checked_out == 0
