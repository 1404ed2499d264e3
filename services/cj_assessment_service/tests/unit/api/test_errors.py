"""How errors are told to callers."""

from uuid import UUID, uuid4

import pytest
from litestar import Litestar, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from cj_assessment_service.api.correlation import CORRELATION_HEADER, echo_correlation_id
from cj_assessment_service.api.errors import PROBLEM_MEDIA_TYPE, exception_handlers, status_of
from cj_assessment_service.domain.errors import ErrorCode, UnknownAssignment
from cj_assessment_service.tests.fixtures.http import calling
from cj_assessment_service.wire.http import StudentPromptBody

STATUSES = {
    ErrorCode.VALIDATION_ERROR: 400,
    ErrorCode.PARSING_ERROR: 500,
    ErrorCode.AUTHENTICATION_ERROR: 401,
    ErrorCode.AUTHORIZATION_ERROR: 403,
    ErrorCode.RESOURCE_NOT_FOUND: 404,
    ErrorCode.CONTENT_SERVICE_ERROR: 502,
    ErrorCode.EXTERNAL_SERVICE_ERROR: 502,
    ErrorCode.INVALID_RESPONSE: 502,
    ErrorCode.ANSWER_REFUSED: 502,
    ErrorCode.ANSWER_CUT_OFF: 502,
    ErrorCode.ANSWER_FILTERED: 502,
    ErrorCode.TIMEOUT: 504,
    ErrorCode.CONNECTION_ERROR: 503,
    ErrorCode.SERVICE_UNAVAILABLE: 503,
    ErrorCode.RATE_LIMIT: 429,
    ErrorCode.CONFIGURATION_ERROR: 500,
    ErrorCode.COST_LIMIT_EXCEEDED: 500,
    ErrorCode.TIME_LIMIT_EXCEEDED: 500,
    ErrorCode.CIRCUIT_BREAKER_OPEN: 503,
    ErrorCode.PROCESSING_ERROR: 500,
    ErrorCode.INSUFFICIENT_COMPARISONS: 500,
    ErrorCode.SCORE_CONVERGENCE_FAILED: 500,
    ErrorCode.CALLBACK_CORRELATION_FAILED: 500,
    ErrorCode.QUESTION_WITHDRAWN: 500,
    ErrorCode.UNKNOWN_ERROR: 500,
}


@get("/unknown")
async def unknown() -> None:
    raise UnknownAssignment("The assignment summer is not configured.")


@get("/broken")
async def broken() -> None:
    raise RuntimeError("the password is sesame")


@post("/prompts")
async def prompts(data: JSONBody[StudentPromptBody]) -> str:
    return data.assignment_id


def failing(*routes: HTTPRouteHandler) -> Litestar:
    return Litestar(
        routes,
        exception_handlers=exception_handlers(),
        before_send=[echo_correlation_id],
        openapi_config=None,
        logging_config=None,
    )


@pytest.mark.parametrize("code", ErrorCode)
def test_every_code_of_the_taxonomy_has_its_status(code: ErrorCode) -> None:
    assert status_of(code) == STATUSES[code]


async def test_an_error_is_a_problem_document() -> None:
    async with calling(failing(unknown)) as caller:
        answer = await caller.get("/unknown")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == PROBLEM_MEDIA_TYPE
    assert answer.json() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "The assignment summer is not configured.",
        "code": "RESOURCE_NOT_FOUND",
        "correlation_id": answer.headers[CORRELATION_HEADER],
        "errors": [],
    }


async def test_an_unexpected_error_keeps_its_secrets_but_logs_them(caplog: pytest.LogCaptureFixture) -> None:
    async with calling(failing(broken)) as caller:
        answer = await caller.get("/broken")
    assert answer.status_code == 500
    assert "sesame" not in answer.text
    assert answer.json()["code"] == "UNKNOWN_ERROR"
    assert "sesame" in caplog.text
    assert answer.json()["correlation_id"] in caplog.text


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nowhere", 404), ("PUT", "/prompts", 405)])
async def test_what_the_framework_refuses_is_a_problem_document_too(
    method: str, path: str, status: int
) -> None:
    async with calling(failing(prompts)) as caller:
        answer = await caller.request(method, path)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == PROBLEM_MEDIA_TYPE
    assert answer.json()["status"] == status
    assert answer.json()["correlation_id"] == answer.headers[CORRELATION_HEADER]


async def test_a_body_that_does_not_validate_says_where_and_repeats_no_text() -> None:
    async with calling(failing(prompts)) as caller:
        answer = await caller.post("/prompts", json={"assignment_id": "a", "prompt_text": "sesame"})
    assert answer.status_code == 400
    [fault] = answer.json()["errors"]
    assert fault == {"field": "prompt_text", "message": "String should have at least 10 characters"}
    assert "sesame" not in answer.text


@pytest.mark.parametrize("body", [b"{not json", b"[]", b"", b"\xff\xfe", b'{"assignment_id": "\\ud800"}'])
async def test_what_is_no_json_object_is_a_bad_request(body: bytes) -> None:
    async with calling(failing(prompts)) as caller:
        answer = await caller.post("/prompts", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == PROBLEM_MEDIA_TYPE


async def test_the_callers_correlation_id_comes_back() -> None:
    given = str(uuid4())
    async with calling(failing(unknown)) as caller:
        answer = await caller.get("/unknown", headers={CORRELATION_HEADER: given})
    assert answer.headers[CORRELATION_HEADER] == given
    assert answer.json()["correlation_id"] == given


@pytest.mark.parametrize("given", ["", "abc", "x" * 1000])
async def test_what_is_no_correlation_id_gives_way_to_a_new_one(given: str) -> None:
    async with calling(failing(unknown)) as caller:
        answer = await caller.get("/unknown", headers={CORRELATION_HEADER: given})
    assert UUID(answer.headers[CORRELATION_HEADER]).version == 4
