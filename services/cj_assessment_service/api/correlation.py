"""The correlation id of a request: the caller's own, or a new one; every answer carries it."""

from uuid import UUID, uuid4

from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.types import Message, Scope

from cj_assessment_service.domain.identifiers import CorrelationId

CORRELATION_HEADER = "X-Correlation-ID"

_STATE_KEY = "correlation_id"


def correlation_id_of(scope: Scope) -> CorrelationId:
    """The same for the whole request. What is not a UUID cannot be followed through the system and gives way to a new
    id.
    """
    known = scope["state"].get(_STATE_KEY)
    if isinstance(known, UUID):
        return CorrelationId(known)
    correlation_id = _given(scope) or CorrelationId(uuid4())
    scope["state"][_STATE_KEY] = correlation_id
    return correlation_id


async def echo_correlation_id(message: Message, scope: Scope) -> None:
    """Runs before any answer is sent, errors included."""
    if message["type"] == "http.response.start":
        MutableScopeHeaders.from_message(message)[CORRELATION_HEADER] = str(correlation_id_of(scope))


def _given(scope: Scope) -> CorrelationId | None:
    try:
        return CorrelationId(UUID(Headers.from_scope(scope).get(CORRELATION_HEADER, "")))
    except ValueError:
        return None
