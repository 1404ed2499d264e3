"""Storing texts over HTTP; what was stored is read back over another connection."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from cj_assessment_service.domain.identifiers import StorageId
from cj_assessment_service.implementations.content_store import PostgreSQLContentStore
from cj_assessment_service.tests.fixtures.http import calling_on
from cj_assessment_service.tests.fixtures.repositories import PostgresDataAccess

CONTENTS = "/v1/contents"
TEXT = "Last summer we went to the sea, åäö 😀.\n"


async def test_a_stored_text_comes_back_as_it_was_and_keeps_its_id(
    test_db_engine: AsyncEngine, postgres_data_access: PostgresDataAccess
) -> None:
    async with calling_on(test_db_engine, "service") as caller:
        first = await caller.post(CONTENTS, json={"text": TEXT})
        again = await caller.post(CONTENTS, json={"text": TEXT})
    assert (first.status_code, again.json()) == (201, first.json())
    contents = PostgreSQLContentStore(postgres_data_access.sessions)
    assert await contents.fetch_content(StorageId(first.json()["storage_id"])) == TEXT


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b'{"text": ""}',
        b'{"text": " "}',
        b'{"text": "a\\u0000b"}',
        b'{"text": "\\ud800"}',
        b'{"text": 7}',
        b'{"text": "a", "name": "b"}',
        b'{"text": "\xff"}',
        b"not json",
    ],
)
async def test_what_is_no_text_is_a_bad_request(test_db_engine: AsyncEngine, body: bytes) -> None:
    async with calling_on(test_db_engine, "service") as caller:
        answer = await caller.post(CONTENTS, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("roles", "status"),
    [((), 401), (("judge",), 403), (("teacher",), 201), (("admin",), 201), (("service",), 201)],
)
async def test_teachers_services_and_admins_may_store(
    test_db_engine: AsyncEngine, roles: tuple[str, ...], status: int
) -> None:
    async with calling_on(test_db_engine, *roles) as caller:
        assert (await caller.post(CONTENTS, json={"text": TEXT})).status_code == status
