"""What may go wrong between us and a chat server: whether to ask again, how long to wait, what to tell people."""

from decimal import Decimal
from email.utils import parsedate_to_datetime
from math import isfinite

from openai import APIConnectionError, APIStatusError, APITimeoutError, OpenAIError
from tenacity import RetryCallState
from tenacity.wait import wait_exponential_jitter

from cj_assessment_service.cj_core_logic.judging.verdicts import excerpt
from cj_assessment_service.domain.comparisons import JudgeFailure, JudgeUsage
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.implementations.judges.chat_endpoint import KEY_VARIABLE, ChatEndpoint

ATTEMPTS = 3
LONGEST_WAIT = 60.0
"""Seconds. A server that asks for more is not waited for; the question fails and may be repeated in a later wave."""

_CODES = {
    401: ErrorCode.AUTHENTICATION_ERROR,
    403: ErrorCode.AUTHORIZATION_ERROR,
    404: ErrorCode.RESOURCE_NOT_FOUND,
    408: ErrorCode.TIMEOUT,
    409: ErrorCode.EXTERNAL_SERVICE_ERROR,
    429: ErrorCode.RATE_LIMIT,
}
_SENTENCES = {
    # what the server says is left out: servers like to repeat the key here, in parts
    ErrorCode.AUTHENTICATION_ERROR: f"{{host}} does not accept the key in {KEY_VARIABLE}. Set a valid one.",
    ErrorCode.AUTHORIZATION_ERROR: "{host} does not let this key use the model {model}, or its credit is spent. It says {said}.",
    ErrorCode.RESOURCE_NOT_FOUND: "{host} does not know the model {model}, or the address is wrong. It says {said}.",
    ErrorCode.TIMEOUT: f"{{host}} gave no answer in time, asked {ATTEMPTS} times.",
    ErrorCode.RATE_LIMIT: "{host} takes no more questions for now. Ask fewer at once, or later.",
    ErrorCode.CONNECTION_ERROR: "{host} cannot be reached. Check the address and the network connection.",
    ErrorCode.VALIDATION_ERROR: "{host} refuses the question. It says {said}.",
    ErrorCode.EXTERNAL_SERVICE_ERROR: "{host} is in trouble. It says {said}.",
}

_BACKOFF = wait_exponential_jitter(max=20.0, jitter=1.0)


def may_pass(error: BaseException) -> bool:
    """Whether the same question may be answered after a short wait."""
    if isinstance(error, TimeoutError | APIConnectionError):
        return True
    if not isinstance(error, APIStatusError) or (asked_wait(error) or 0.0) > LONGEST_WAIT:
        return False
    if error.status_code == 429:
        return not _credit_is_spent(error)
    return error.status_code >= 500 or error.status_code in {408, 409}


def wait_before_asking_again(state: RetryCallState) -> float:
    """As long as the server asks for, else 1, 2, 4… seconds and up to one more."""
    error = state.outcome.exception() if state.outcome is not None else None
    asked = asked_wait(error) if isinstance(error, APIStatusError) else None
    return _BACKOFF(state) if asked is None else asked


def asked_wait(error: APIStatusError) -> float | None:
    """Seconds from `Retry-After` (RFC 9110, 10.2.3): a number, or a date that is read against the server's own clock."""
    value = error.response.headers.get("retry-after")
    if value is None:
        return None
    try:
        return _sane(float(value))
    except ValueError:
        return _seconds_between(error.response.headers.get("date"), value)


def speaks_of_response_format(error: APIStatusError) -> bool:
    """Whether a refusal is about structured output, which many compatible servers do not know."""
    said = f"{error.param or ''} {_said(error)}".lower()
    return any(word in said for word in ("response_format", "json_schema", "structured output"))


def failure_of(error: OpenAIError | TimeoutError, endpoint: ChatEndpoint, seconds: float) -> JudgeFailure:
    """A refused question costs nothing; what a server charges for an answer that came too late nobody knows."""
    code = _code_of(error)
    said = _said(error) if isinstance(error, APIStatusError) else type(error).__name__
    message = _SENTENCES[code].format(
        host=endpoint.host,
        model=endpoint.model,
        # cut only after the key is out, or half of it could remain
        said=excerpt(endpoint.without_key(said)),
    )
    cost = None if code is ErrorCode.TIMEOUT else Decimal(0)
    return JudgeFailure(code, message, JudgeUsage(endpoint.provider, endpoint.model, seconds, cost=cost))


def _code_of(error: OpenAIError | TimeoutError) -> ErrorCode:
    if isinstance(error, TimeoutError | APITimeoutError):
        return ErrorCode.TIMEOUT
    if isinstance(error, APIConnectionError):
        return ErrorCode.CONNECTION_ERROR
    if not isinstance(error, APIStatusError):
        return ErrorCode.EXTERNAL_SERVICE_ERROR
    if _credit_is_spent(error):
        return ErrorCode.AUTHORIZATION_ERROR
    of_its_class = (
        ErrorCode.VALIDATION_ERROR if 400 <= error.status_code < 500 else ErrorCode.EXTERNAL_SERVICE_ERROR
    )
    return _CODES.get(error.status_code, of_its_class)


def _credit_is_spent(error: APIStatusError) -> bool:
    return "insufficient_quota" in (error.code, error.type)


def _said(error: APIStatusError) -> str:
    """The message in the body, or the whole body."""
    body = error.body
    message = body.get("message") if isinstance(body, dict) else None
    return message if isinstance(message, str) else str(body or "nothing")


def _seconds_between(sent: str | None, until: str) -> float | None:
    if sent is None:
        return None
    try:
        return _sane((parsedate_to_datetime(until) - parsedate_to_datetime(sent)).total_seconds())
    except (TypeError, ValueError, OverflowError):
        return None


def _sane(seconds: float) -> float | None:
    return seconds if isfinite(seconds) and seconds >= 0 else None
