"""How much and how often callers may send, and what every answer says."""

from dataclasses import replace

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from cj_assessment_service.tests.fixtures.batch_requests import BATCHES, batch_body, requested
from cj_assessment_service.tests.fixtures.http import SETTINGS, calling_on, token_for

FEW = replace(SETTINGS, requests_per_minute=3)
SMALL = replace(SETTINGS, max_body_bytes=2000)


async def test_who_calls_too_often_is_told_when_to_come_back(test_db_engine: AsyncEngine) -> None:
    async with calling_on(test_db_engine, "teacher", settings=FEW) as teacher:
        answers = [await teacher.get("/v1/scales") for _ in range(4)]
        refused = answers.pop()
        assert [answer.status_code for answer in answers] == [200, 200, 200]
        assert refused.status_code == 429
        assert refused.headers["Content-Type"] == "application/problem+json"
        assert refused.json()["code"] == "RATE_LIMIT"
        assert 0 < int(refused.headers["Retry-After"]) <= 60
        for probe in ("/healthz", "/healthz/live", "/healthz/ready", "/healthz/database", "/metrics"):
            assert (await teacher.get(probe)).status_code == 200


async def test_each_caller_is_counted_alone_from_wherever_they_call(test_db_engine: AsyncEngine) -> None:
    async with calling_on(test_db_engine, "teacher", settings=FEW) as teacher:
        statuses = [(await teacher.get("/v1/scales")).status_code for _ in range(4)]
        assert statuses[-1] == 429
        for token in (
            token_for("teacher", subject="another"),
            token_for("teacher", organisation="someone else's"),
        ):
            answer = await teacher.get("/v1/scales", headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code == 200


async def test_whoever_is_not_known_cannot_escape_by_changing_the_token(test_db_engine: AsyncEngine) -> None:
    async with calling_on(test_db_engine, settings=FEW) as nobody:
        statuses = [
            (await nobody.get("/v1/scales", headers={"Authorization": f"Bearer guess-{n}"})).status_code
            for n in range(5)
        ]
    assert statuses == [401, 401, 401, 429, 429]


async def test_a_body_may_be_as_large_as_the_limit_and_no_larger(test_db_engine: AsyncEngine) -> None:
    async with calling_on(test_db_engine, "teacher", settings=SMALL) as teacher:
        await requested(teacher, batch_body(2))
        answer = await teacher.post(BATCHES, json=batch_body(20))
        form = await teacher.post(BATCHES, files=[("files", ("essay.txt", b"x" * 3000))])
    for refused in (answer, form):
        assert refused.status_code == 413
        assert refused.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/v1/scales", "/v1/batches/1", "/nowhere", "/healthz/live"])
async def test_no_answer_is_kept_guessed_at_or_run(test_db_engine: AsyncEngine, path: str) -> None:
    async with calling_on(test_db_engine, "teacher") as teacher:
        headers = (await teacher.get(path)).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
