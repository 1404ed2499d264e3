"""How often a caller may call; counted in each process."""

import time
from collections.abc import Awaitable, Callable

from litestar.middleware import DefineMiddleware
from litestar.middleware.rate_limit import RateLimitConfig
from litestar.stores.memory import MemoryStore

from cj_assessment_service.api.errors import AnyRequest
from cj_assessment_service.api.security import Caller, identified

UNLIMITED = "unlimited"
"""Routes with this option are never refused: probes and metrics must always answer."""

STORE = "rate_limit"
TIDY_SECONDS = 60.0


def rate_limit(requests_per_minute: int) -> DefineMiddleware:
    """Whoever is known is counted by name, wherever they call from; everybody else by address."""
    return RateLimitConfig(
        rate_limit=("minute", requests_per_minute),
        exclude_opt_key=UNLIMITED,
        identifier_for_request=_name_of,
        store=STORE,
    ).middleware


def counts_forgotten(store: MemoryStore) -> Callable[[AnyRequest], Awaitable[None]]:
    """After a response: forgets the counts of callers that have not called lately, now and then."""
    due = time.monotonic() + TIDY_SECONDS

    async def forget(_: AnyRequest) -> None:
        nonlocal due
        if time.monotonic() >= due:
            due = time.monotonic() + TIDY_SECONDS
            await store.delete_expired()

    return forget


def _name_of(request: AnyRequest) -> str:
    caller = identified(request.scope)
    if isinstance(caller, Caller):
        return f"{caller.organisation or ''}\n{caller.subject}"
    return request.client.host if request.client is not None else "unknown"
