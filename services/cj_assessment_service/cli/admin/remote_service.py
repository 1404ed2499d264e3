"""Asks an HTTP service and understands what it says, whatever that is."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeVar
from uuid import uuid4

import httpx2
from pydantic import BaseModel, ValidationError

from cj_assessment_service.domain.errors import CJError, ConfigurationRejected, ErrorCode, TryAgain
from cj_assessment_service.wire.http import ToldProblem

CORRELATION_HEADER = "X-Correlation-ID"
PATIENCE = httpx2.Timeout(60.0, connect=5.0)
"""Seconds; storing a text may take the service a while, finding it may not."""

View = TypeVar("View", bound=BaseModel)


class ServiceRefused(CJError):
    """The service answered, and it was a no."""

    code = ErrorCode.EXTERNAL_SERVICE_ERROR


class ServiceMisunderstood(CJError):
    """The answer is not one of this service."""

    code = ErrorCode.INVALID_RESPONSE


class ServiceSilent(TryAgain):
    """There is no answer."""

    code = ErrorCode.CONNECTION_ERROR


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do where nobody answers, and where the answer is that one is not known (status 401)."""

    when_silent: str
    when_unknown: str


@dataclass(frozen=True, slots=True)
class RemoteService:
    """`name` is that of the service in the middle of a sentence."""

    http: httpx2.Client
    name: str
    advice: Advice

    def ask(
        self,
        method: str,
        path: str,
        view: type[View],
        body: BaseModel | None = None,
        query: Mapping[str, str | int] | None = None,
    ) -> View:
        """The answer as `view`. `path` is below the root of the service. Raises ServiceRefused, ServiceMisunderstood or
        ServiceSilent.
        """
        correlation_id = str(uuid4())
        headers = {CORRELATION_HEADER: correlation_id, "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            response = self.http.request(
                method,
                path,
                params=query,
                content=body.model_dump_json() if body is not None else None,
                headers=headers,
            )
        except httpx2.TimeoutException as error:
            raise ServiceSilent(
                f"The {self.name} at {self._root} did not answer in time. Correlation id {correlation_id}."
            ) from error
        except httpx2.RequestError as error:
            said = str(error) or type(error).__name__
            raise ServiceSilent(
                f"The {self.name} at {self._root} cannot be reached ({said}). {self.advice.when_silent}"
            ) from error
        return self._understood(response, view, correlation_id)

    @property
    def _root(self) -> str:
        return str(self.http.base_url).rstrip("/")

    def _understood(self, response: httpx2.Response, view: type[View], correlation_id: str) -> View:
        if not response.is_success:
            raise self._refusal(response, correlation_id)
        try:
            # an order may be obeyed without a word
            return view.model_validate_json(response.content or b"{}")
        except ValidationError:
            # not chained: the cause shows what was answered, which may be a token or an essay
            raise ServiceMisunderstood(
                f"What {self._root} answered cannot be understood. Check that this is the address of the {self.name},"
                f" and that it is of the same version. Correlation id {correlation_id}."
            ) from None

    def _refusal(self, response: httpx2.Response, correlation_id: str) -> ServiceRefused:
        problem = _problem(response)
        sentences = [f"The {self.name} answered {_status(response.status_code)}."]
        if problem is not None:
            said = f"The {self.name} refused this ({_status(response.status_code)}): {problem.detail}"
            faults = (f"{fault.field or 'The body'}: {fault.message}" for fault in problem.errors)
            sentences = [_ended(sentence) for sentence in (said, *faults)]
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            sentences.append(self.advice.when_unknown)
        known = problem.correlation_id if problem is not None else None
        sentences.append(
            f"Correlation id {known or response.headers.get(CORRELATION_HEADER, correlation_id)}."
        )
        return ServiceRefused(" ".join(sentences))


@contextmanager
def remote_service(url: str, name: str, advice: Advice, token: str | None = None) -> Iterator[RemoteService]:
    """The service at the address, asked with the token. Raises ConfigurationRejected for an address that is none."""
    headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
    with httpx2.Client(base_url=_address(url, name), timeout=PATIENCE, headers=headers) as http:
        yield RemoteService(http, name, advice)


def _address(url: str, name: str) -> httpx2.URL:
    try:
        address = httpx2.URL(url)
    except httpx2.InvalidURL:
        address = httpx2.URL()
    if address.scheme not in {"http", "https"} or not address.host:
        raise ConfigurationRejected(
            f"{url!r} is no address of the {name}. Write one that begins with http:// or https://."
        )
    return address


def _problem(response: httpx2.Response) -> ToldProblem | None:
    """None where the service, or something before it, does not tell its errors as problems."""
    try:
        return ToldProblem.model_validate_json(response.content)
    except ValidationError:
        return None


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."


def _status(code: int) -> str:
    known = {int(status): status.phrase for status in HTTPStatus}
    return f"{code} {known[code]}" if code in known else str(code)
