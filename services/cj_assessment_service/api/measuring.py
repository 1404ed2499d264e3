"""Counts and times every call by the template of its route: paths hold ids, and there are endlessly many of those."""

from http import HTTPMethod

from dishka import AsyncContainer
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from cj_assessment_service.metrics import OTHER, HttpMetrics, Metrics

NO_ROUTE = "none"
"""The endpoint of calls that no route takes."""

INSTRUCTIONS = "/admin/v1/assessment-instructions"
_OPERATIONS = {"GET": "read", "POST": "upsert", "DELETE": "delete"}


class Measuring(ASGIMiddleware):
    """As a middleware it times the calls that reach a route; `count` is to see the start of every answer."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, container: AsyncContainer) -> None:
        self._container = container

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        seconds = (await self._metrics()).seconds
        with seconds.labels(method=_method(scope), endpoint=_endpoint(scope)).time():
            await next_app(scope, receive, send)

    async def count(self, message: Message, scope: Scope) -> None:
        if message["type"] != "http.response.start":
            return
        metrics, method, endpoint, status = (
            await self._metrics(), _method(scope), _endpoint(scope), message["status"],
        )  # fmt: skip
        metrics.requests.labels(method=method, endpoint=endpoint, status_code=str(status)).inc()
        if endpoint.startswith(INSTRUCTIONS):
            operation = _OPERATIONS.get(method, OTHER)
            metrics.instructions.labels(operation=operation, status=_kind_of(status)).inc()

    async def _metrics(self) -> HttpMetrics:
        metrics: Metrics = await self._container.get(Metrics)
        return metrics.http


def _endpoint(scope: Scope) -> str:
    return scope.get("path_template", NO_ROUTE)


def _method(scope: Scope) -> str:
    """Callers may write anything there."""
    method = str(scope.get("method", OTHER))
    return method if method in HTTPMethod.__members__ else OTHER


def _kind_of(status: int) -> str:
    if status >= 500:
        return "failed"
    return "refused" if status >= 400 else "done"
