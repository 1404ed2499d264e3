"""Ending batches early over HTTP, and running them again; what was written is read back over another connection."""

from collections.abc import AsyncIterator

import pytest
from httpx import AsyncClient
from sqlalchemy.ext.asyncio import AsyncEngine

from cj_assessment_service.domain.batches import BatchState, BatchStatus
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.tests.fixtures.application import RunningApplication
from cj_assessment_service.tests.fixtures.batch_requests import BATCHES, batch_body, ended, requested
from cj_assessment_service.tests.fixtures.http import calling_on, calling_service
from cj_assessment_service.tests.fixtures.repositories import PostgresDataAccess
from cj_assessment_service.tests.integration.waiting import until

SLOW = [{"judge": "simulated:delay=60"}]


@pytest.fixture
async def teacher(application: RunningApplication) -> AsyncIterator[AsyncClient]:
    async with calling_service(application.container, "teacher", organisation="north") as client:
        yield client


async def test_a_cancelled_batch_stays_cancelled(
    test_db_engine: AsyncEngine, postgres_data_access: PostgresDataAccess
) -> None:
    async with calling_on(test_db_engine, "teacher", organisation="north") as teacher:
        batch = await requested(teacher, batch_body())
        answers = [await teacher.post(f"{BATCHES}/{batch}/cancel") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json()["progress"]["status"] == "CANCELLED"
    async with postgres_data_access.sessions.session() as session:
        overview = await postgres_data_access.batches.get_overview(session, BatchId(batch))
    assert (overview.status, overview.state) == (BatchStatus.CANCELLED, BatchState.CANCELLED)


async def test_a_batch_is_finished_with_what_it_has(teacher: AsyncClient) -> None:
    batch = await requested(teacher, batch_body(judges=SLOW))

    async def is_asked() -> bool | None:
        progress = (await teacher.get(f"{BATCHES}/{batch}/progress")).json()
        return True if progress["pending"] else None

    await until(is_asked)
    assert (await teacher.post(f"{BATCHES}/{batch}/finish-now")).status_code == 202
    assert (await ended(teacher, batch))["completed_at"] is not None


@pytest.mark.parametrize("action", ["cancel", "finish-now"])
async def test_a_batch_that_has_ended_is_neither_cancelled_nor_finished(
    teacher: AsyncClient, action: str
) -> None:
    batch = await requested(teacher, batch_body(2))
    before = await ended(teacher, batch)
    assert (await teacher.post(f"{BATCHES}/{batch}/{action}")).status_code == 409
    assert (await teacher.get(f"{BATCHES}/{batch}")).json() == before


async def test_a_batch_can_be_run_again_and_is_so_once_for_each_key(teacher: AsyncClient) -> None:
    batch = await requested(teacher, batch_body(2))
    await ended(teacher, batch)
    answers = [
        await teacher.post(f"{BATCHES}/{batch}/rerun", headers={"Idempotency-Key": key})
        for key in ("once", "once", "twice")
    ]
    assert [answer.status_code for answer in answers] == [202, 202, 202]
    first, same, other = (answer.json()["id"] for answer in answers)
    assert first == same
    assert len({batch, first, other}) == 3
    assert answers[0].headers["Location"] == f"{BATCHES}/{first}"
    again = await ended(teacher, first)
    assert again["organisation_id"] == "north"
    assert again["reference"] == (await teacher.get(f"{BATCHES}/{batch}")).json()["reference"]


@pytest.mark.parametrize("action", ["cancel", "finish-now", "rerun"])
async def test_nobody_steers_a_batch_that_is_not_there(test_db_engine: AsyncEngine, action: str) -> None:
    async with calling_on(test_db_engine, "teacher") as teacher:
        assert (await teacher.post(f"{BATCHES}/1/{action}")).status_code == 404
