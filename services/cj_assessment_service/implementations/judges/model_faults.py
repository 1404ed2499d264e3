"""What may go wrong between us and the server of a model, and what to tell people."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from cj_assessment_service.cj_core_logic.judging.verdicts import excerpt
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.implementations.judges.model_endpoint import ModelEndpoint
from cj_assessment_service.implementations.retry_after import asked_wait

_CODES = {
    401: ErrorCode.AUTHENTICATION_ERROR,
    402: ErrorCode.AUTHORIZATION_ERROR,
    403: ErrorCode.AUTHORIZATION_ERROR,
    404: ErrorCode.RESOURCE_NOT_FOUND,
    408: ErrorCode.TIMEOUT,
    409: ErrorCode.EXTERNAL_SERVICE_ERROR,
    429: ErrorCode.RATE_LIMIT,
}
_SENTENCES: Mapping[ErrorCode, str] = MappingProxyType(
    {
        # what the server says is left out: servers like to repeat the key here, in parts
        ErrorCode.AUTHENTICATION_ERROR: "{host} does not accept the key in {place}. Set a valid one.",
        ErrorCode.AUTHORIZATION_ERROR: "{host} does not let this key use the model {model}, or its credit is spent."
        " It says {said}.",
        ErrorCode.RESOURCE_NOT_FOUND: "{host} does not know the model {model}, or the address is wrong. It says {said}.",
        ErrorCode.TIMEOUT: "{host} gave no answer in time. Allow more with the option seconds, or ask fewer at once.",
        ErrorCode.RATE_LIMIT: "{host} takes no more questions for now. Ask fewer at once, or later.",
        ErrorCode.CONNECTION_ERROR: "{host} cannot be reached. Check the address and the network connection.",
        ErrorCode.VALIDATION_ERROR: "{host} refuses the question. It says {said}.",
        ErrorCode.EXTERNAL_SERVICE_ERROR: "{host} is in trouble. It says {said}.",
    }
)
_SPENT = ("insufficient_quota", "billing_error", "credit balance")
_STRUCTURE = ("response_format", "json_schema", "structured output", "output_config", "output_format")


class ModelFault(Exception):
    """A question that got no answer. `said` is the server's own word on it, `retry_after` the seconds it asks to wait."""

    def __init__(self, code: ErrorCode, said: str, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.said = said
        self.retry_after = retry_after

    def is_about_structure(self) -> bool:
        """Whether the question was refused for the form of the answer it asks for, which many servers do not know."""
        return self.code is ErrorCode.VALIDATION_ERROR and any(
            word in self.said.lower() for word in _STRUCTURE
        )

    def told(self, endpoint: ModelEndpoint) -> str:
        """As a sentence for people, without the key."""
        return _SENTENCES[self.code].format(
            host=endpoint.host,
            model=endpoint.model,
            place=endpoint.key_place,
            # cut only after the key is out, or half of it could remain
            said=excerpt(endpoint.without_key(self.said)),
        )


@dataclass(frozen=True, slots=True)
class RefusedStatus:
    """An HTTP reply other than success, with the JSON of its body where it is any."""

    status: int
    headers: Mapping[str, str]
    body: object

    def fault(self) -> ModelFault:
        said = said_in(self.body)
        return ModelFault(self._code(said), said, asked_wait(self.headers))

    def _code(self, said: str) -> ErrorCode:
        if any(
            word in f"{said} {member_of(self.body, 'code')} {member_of(self.body, 'type')}" for word in _SPENT
        ):
            return ErrorCode.AUTHORIZATION_ERROR
        is_ours = 400 <= self.status < 500
        return _CODES.get(
            self.status, ErrorCode.VALIDATION_ERROR if is_ours else ErrorCode.EXTERNAL_SERVICE_ERROR
        )


def said_in(body: object) -> str:
    """The message in the body with the field it is about, or the whole body."""
    message, field = member_of(body, "message"), member_of(body, "param")
    if not isinstance(message, str):
        return str(body or "nothing")
    return f"{field}: {message}" if isinstance(field, str) and field not in message else message


def member_of(body: object, key: str) -> object:
    """Of the error itself, which some clients unpack and others leave in its envelope."""
    if not isinstance(body, dict):
        return None
    inner = body.get("error")
    return inner.get(key) if isinstance(inner, dict) else body.get(key)
