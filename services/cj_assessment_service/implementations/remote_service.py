"""Another service, called over HTTP."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from httpx2 import (
    AsyncClient,
    ConnectError,
    ConnectTimeout,
    HTTPError,
    InvalidURL,
    Response,
    TimeoutException,
)
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt
from tenacity.wait import wait_exponential, wait_random

from cj_assessment_service.cj_core_logic.judging.verdicts import excerpt
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.policies import RemotePolicy
from cj_assessment_service.implementations.judges.model_faults import RefusedStatus, member_of

_PASSING_STATUSES: Final = frozenset({429, 500, 502, 503, 504})


class RemoteFault(Exception):
    """A call that failed; its message is a sentence. `status` is that of the reply, None where there was none."""

    def __init__(self, code: ErrorCode, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


class PassingRemoteFault(RemoteFault):
    """The same call may succeed in a moment. `retry_after` are the seconds the service asks to wait for, if it asks."""

    def __init__(
        self, code: ErrorCode, message: str, status: int | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(code, message, status)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class RemoteCall:
    method: str
    url: str
    body: bytes = b""
    content_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class RemoteService:
    """`name` is what people call it. Whoever attempts a call holds one of the `places`."""

    name: str
    client: AsyncClient
    policy: RemotePolicy
    places: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "places", asyncio.Semaphore(self.policy.concurrency))

    async def call(self, call: RemoteCall) -> Response:
        """The reply of the first attempt that succeeds. Raises RemoteFault, a passing one after the last attempt."""
        response: Response = await self.retrying(asyncio.sleep)(self._attempt_in_turn, call)
        return response

    def retrying(self, sleep: Callable[[float], Awaitable[None]]) -> AsyncRetrying:
        """Tries again while a fault may pass, and raises the last one."""
        return AsyncRetrying(
            retry=retry_if_exception_type(PassingRemoteFault),
            wait=self._seconds_before_the_next,
            stop=stop_after_attempt(self.policy.attempts),
            sleep=sleep,
            reraise=True,
        )

    async def attempt(self, call: RemoteCall) -> Response:
        """Once. Returns any reply of success; raises RemoteFault for every other."""
        response = await self._send(call)
        if response.is_success:
            return response
        raise self._refusal(response)

    async def _attempt_in_turn(self, call: RemoteCall) -> Response:
        async with self.places:
            return await self.attempt(call)

    async def _send(self, call: RemoteCall) -> Response:
        """The client's own timeout starts anew with every byte; ours is for the whole reply."""
        headers = {"Content-Type": call.content_type} if call.body else {}
        try:
            async with asyncio.timeout(self.policy.timeout):
                return await self.client.request(
                    call.method, call.url, content=call.body or None, headers=headers
                )
        except (ConnectError, ConnectTimeout) as error:
            raise PassingRemoteFault(
                ErrorCode.SERVICE_UNAVAILABLE, f"The {self.name} cannot be reached."
            ) from error
        except (TimeoutError, TimeoutException) as error:
            raise PassingRemoteFault(
                ErrorCode.TIMEOUT, f"The {self.name} gave no answer within {self.policy.timeout:g} s."
            ) from error
        except (HTTPError, InvalidURL) as error:
            raise PassingRemoteFault(
                ErrorCode.CONNECTION_ERROR, f"The {self.name} broke off ({type(error).__name__})."
            ) from error

    def _refusal(self, response: Response) -> RemoteFault:
        body = _json_of(response)
        fault = RefusedStatus(response.status_code, response.headers, body or response.text).fault()
        message = f"The {self.name} answered with status {response.status_code}: {excerpt(fault.said)}."
        may_pass = response.status_code in _PASSING_STATUSES or member_of(body, "is_retryable") is True
        if not may_pass:
            return RemoteFault(fault.code, message, response.status_code)
        code = _passing_code(response.status_code, fault.code)
        if fault.retry_after is not None and fault.retry_after > self.policy.longest_wait:
            return RemoteFault(code, message, response.status_code)
        return PassingRemoteFault(code, message, response.status_code, fault.retry_after)

    def _seconds_before_the_next(self, state: RetryCallState) -> float:
        fault = state.outcome.exception() if state.outcome is not None else None
        if isinstance(fault, PassingRemoteFault) and fault.retry_after is not None:
            return fault.retry_after
        first, longest = self.policy.first_wait, self.policy.longest_backoff
        backoff = wait_exponential(multiplier=first, max=longest) + wait_random(0.0, first)
        return backoff(state)


@asynccontextmanager
async def remote_service(name: str, policy: RemotePolicy) -> AsyncIterator[RemoteService]:
    """Its connections are closed after the block."""
    async with AsyncClient(timeout=policy.timeout) as client:
        yield RemoteService(name, client, policy)


def host_of(url: str) -> str:
    return urlsplit(url).netloc


def _json_of(response: Response) -> object:
    """None for a body that is none."""
    try:
        body: object = response.json()
    except ValueError:
        return None
    return body


def _passing_code(status: int, code: ErrorCode) -> ErrorCode:
    """One that says that asking again later may help, whatever the status alone would mean."""
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return ErrorCode.SERVICE_UNAVAILABLE
    return code if code.is_passing else ErrorCode.EXTERNAL_SERVICE_ERROR
