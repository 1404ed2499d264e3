"""Every error as problem details (RFC 9457)."""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from litestar import Request, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.openapi.datastructures import ResponseSpec
from litestar.types import ExceptionHandlersMap

from cj_assessment_service.api.correlation import correlation_id_of
from cj_assessment_service.domain.errors import (
    BatchBusy,
    BatchEnded,
    CJError,
    ErrorCode,
    InputRejected,
    RequestDiffers,
    TextsDeleted,
)
from cj_assessment_service.wire.http import FieldProblem, Problem

AnyRequest = Request[object, object, State]

PROBLEM_MEDIA_TYPE = "application/problem+json"

logger = logging.getLogger(__name__)

_STATUS_OF_CODE = {
    ErrorCode.VALIDATION_ERROR: HTTPStatus.BAD_REQUEST,
    ErrorCode.AUTHENTICATION_ERROR: HTTPStatus.UNAUTHORIZED,
    ErrorCode.AUTHORIZATION_ERROR: HTTPStatus.FORBIDDEN,
    ErrorCode.RESOURCE_NOT_FOUND: HTTPStatus.NOT_FOUND,
    ErrorCode.RATE_LIMIT: HTTPStatus.TOO_MANY_REQUESTS,
    ErrorCode.EXTERNAL_SERVICE_ERROR: HTTPStatus.BAD_GATEWAY,
    ErrorCode.CONTENT_SERVICE_ERROR: HTTPStatus.BAD_GATEWAY,
    ErrorCode.INVALID_RESPONSE: HTTPStatus.BAD_GATEWAY,
    ErrorCode.ANSWER_REFUSED: HTTPStatus.BAD_GATEWAY,
    ErrorCode.ANSWER_CUT_OFF: HTTPStatus.BAD_GATEWAY,
    ErrorCode.ANSWER_FILTERED: HTTPStatus.BAD_GATEWAY,
    ErrorCode.SERVICE_UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    ErrorCode.CONNECTION_ERROR: HTTPStatus.SERVICE_UNAVAILABLE,
    ErrorCode.CIRCUIT_BREAKER_OPEN: HTTPStatus.SERVICE_UNAVAILABLE,
    ErrorCode.TIMEOUT: HTTPStatus.GATEWAY_TIMEOUT,
}

_CODE_OF_STATUS = {
    HTTPStatus.UNAUTHORIZED: ErrorCode.AUTHENTICATION_ERROR,
    HTTPStatus.FORBIDDEN: ErrorCode.AUTHORIZATION_ERROR,
    HTTPStatus.NOT_FOUND: ErrorCode.RESOURCE_NOT_FOUND,
    HTTPStatus.TOO_MANY_REQUESTS: ErrorCode.RATE_LIMIT,
}


_OTHER_STATUSES = (
    HTTPStatus.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.INTERNAL_SERVER_ERROR,
)

PROBLEMS = {
    int(status): ResponseSpec(
        Problem, generate_examples=False, description=status.phrase, media_type=PROBLEM_MEDIA_TYPE
    )
    for status in sorted({*_STATUS_OF_CODE.values(), *_OTHER_STATUSES})
}
"""How the description of the API tells what errors look like."""


def status_of(code: ErrorCode) -> HTTPStatus:
    """500 for every code that is not the caller's business."""
    return _STATUS_OF_CODE.get(code, HTTPStatus.INTERNAL_SERVER_ERROR)


def answer_conflict(request: AnyRequest, error: CJError) -> Response[bytes]:
    """The request is well formed, and the state of things does not allow it."""
    return _answer(request, HTTPStatus.CONFLICT, error.code, str(error))


def answer_input_rejected(request: AnyRequest, error: InputRejected) -> Response[bytes]:
    faults = tuple(
        FieldProblem(field=problem.where, message=f"{problem.what} {problem.remedy}")
        for problem in error.problems
    )
    return _answer(
        request, status_of(error.code), error.code, "What was sent cannot be read as essays.", faults
    )


def answer_cj_error(request: AnyRequest, error: CJError) -> Response[bytes]:
    status = status_of(error.code)
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        logger.error("request %s failed: %s", correlation_id_of(request.scope), error)
    return _answer(request, status, error.code, str(error))


def answer_http_exception(request: AnyRequest, error: HTTPException) -> Response[bytes]:
    """What the framework refuses: unknown paths, bodies and parameters that do not validate."""
    status = HTTPStatus(error.status_code)
    usual = (
        ErrorCode.VALIDATION_ERROR if status < HTTPStatus.INTERNAL_SERVER_ERROR else ErrorCode.UNKNOWN_ERROR
    )
    return _answer(
        request,
        status,
        _CODE_OF_STATUS.get(status, usual),
        error.detail,
        _field_problems(error.extra),
        error.headers,
    )


def answer_undecodable(request: AnyRequest, _: UnicodeDecodeError) -> Response[bytes]:
    """The framework reads bodies as UTF-8 and lets what is none fall through."""
    return _answer(
        request, HTTPStatus.BAD_REQUEST, ErrorCode.VALIDATION_ERROR, "The body is not UTF-8. Encode it so."
    )


def answer_unexpected(request: AnyRequest, error: Exception) -> Response[bytes]:
    """Says nothing of what is inside; the log does, under the same correlation id."""
    logger.error("request %s failed", correlation_id_of(request.scope), exc_info=error)
    return _answer(
        request,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        ErrorCode.UNKNOWN_ERROR,
        "Something unexpected went wrong. The log tells more under this correlation id.",
    )


def exception_handlers() -> ExceptionHandlersMap:
    return {
        **dict.fromkeys((RequestDiffers, BatchEnded, TextsDeleted, BatchBusy), answer_conflict),
        InputRejected: answer_input_rejected,
        CJError: answer_cj_error,
        HTTPException: answer_http_exception,
        UnicodeDecodeError: answer_undecodable,
        Exception: answer_unexpected,
    }


def _answer(
    request: AnyRequest,
    status: HTTPStatus,
    code: ErrorCode,
    detail: str,
    errors: tuple[FieldProblem, ...] = (),
    headers: Mapping[str, str] | None = None,
) -> Response[bytes]:
    problem = Problem(
        title=status.phrase,
        status=status,
        detail=detail,
        code=code,
        correlation_id=correlation_id_of(request.scope),
        errors=errors,
    )
    return Response(
        problem.model_dump_json().encode(),
        status_code=status,
        media_type=PROBLEM_MEDIA_TYPE,
        headers={**(headers or {}), **_remedy(status, headers or {})},
    )


def _remedy(status: HTTPStatus, headers: Mapping[str, str]) -> Mapping[str, str]:
    """What a client does about it by itself."""
    if status is HTTPStatus.UNAUTHORIZED:
        return {"WWW-Authenticate": "Bearer"}
    if status is HTTPStatus.TOO_MANY_REQUESTS and "RateLimit-Reset" in headers:
        return {"Retry-After": headers["RateLimit-Reset"]}
    return {}


def _field_problems(extra: Mapping[str, object] | Sequence[object] | None) -> tuple[FieldProblem, ...]:
    """The framework's list of faults; anything else says nothing about fields."""
    if not isinstance(extra, list):
        return ()
    return tuple(
        FieldProblem(
            field=str(fault["key"]) if "key" in fault else None, message=str(fault.get("message", ""))
        )
        for fault in extra
        if isinstance(fault, Mapping)
    )
