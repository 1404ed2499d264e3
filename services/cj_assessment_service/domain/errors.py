"""Every error of the service, grouped by what may be done about it.

`Rejected`: the input must be changed. `TryAgain`: the same call may succeed later. `GaveUp`: neither helps;
the batch ends with this reason. Messages are complete sentences for the person who must act.
"""

from dataclasses import dataclass
from enum import StrEnum


class ErrorCode(StrEnum):
    """The shared taxonomy; the values are part of the published contracts."""

    VALIDATION_ERROR = "VALIDATION_ERROR"
    PARSING_ERROR = "PARSING_ERROR"
    AUTHENTICATION_ERROR = "AUTHENTICATION_ERROR"
    AUTHORIZATION_ERROR = "AUTHORIZATION_ERROR"
    RESOURCE_NOT_FOUND = "RESOURCE_NOT_FOUND"
    CONTENT_SERVICE_ERROR = "CONTENT_SERVICE_ERROR"
    EXTERNAL_SERVICE_ERROR = "EXTERNAL_SERVICE_ERROR"
    INVALID_RESPONSE = "INVALID_RESPONSE"
    ANSWER_REFUSED = "ANSWER_REFUSED"
    ANSWER_CUT_OFF = "ANSWER_CUT_OFF"
    ANSWER_FILTERED = "ANSWER_FILTERED"
    TIMEOUT = "TIMEOUT"
    CONNECTION_ERROR = "CONNECTION_ERROR"
    SERVICE_UNAVAILABLE = "SERVICE_UNAVAILABLE"
    RATE_LIMIT = "RATE_LIMIT"
    CONFIGURATION_ERROR = "CONFIGURATION_ERROR"
    COST_LIMIT_EXCEEDED = "COST_LIMIT_EXCEEDED"
    TIME_LIMIT_EXCEEDED = "TIME_LIMIT_EXCEEDED"
    CIRCUIT_BREAKER_OPEN = "CIRCUIT_BREAKER_OPEN"
    PROCESSING_ERROR = "PROCESSING_ERROR"
    INSUFFICIENT_COMPARISONS = "CJ_INSUFFICIENT_COMPARISONS"
    SCORE_CONVERGENCE_FAILED = "CJ_SCORE_CONVERGENCE_FAILED"
    QUESTION_WITHDRAWN = "CJ_QUESTION_WITHDRAWN"
    CALLBACK_CORRELATION_FAILED = "CJ_CALLBACK_CORRELATION_FAILED"
    UNKNOWN_ERROR = "UNKNOWN_ERROR"

    @property
    def is_retryable(self) -> bool:
        """Whether asking again later may help."""
        return self in _RETRYABLE

    @property
    def is_passing(self) -> bool:
        """Whether the fault lies between us and the judge and may be gone in a moment."""
        return self in _PASSING

    @property
    def never_left(self) -> bool:
        """Whether the question was not sent at all."""
        return self in _NEVER_LEFT

    @property
    def blames_nobody(self) -> bool:
        """Whether no judge had the chance to answer: the question never left, or it was withdrawn."""
        return self.never_left or self is ErrorCode.QUESTION_WITHDRAWN


_PASSING = frozenset(
    {
        ErrorCode.TIMEOUT,
        ErrorCode.CONNECTION_ERROR,
        ErrorCode.SERVICE_UNAVAILABLE,
        ErrorCode.RATE_LIMIT,
        ErrorCode.EXTERNAL_SERVICE_ERROR,
    }
)
_RETRYABLE = _PASSING | {
    ErrorCode.CONTENT_SERVICE_ERROR,
    ErrorCode.INVALID_RESPONSE,
    ErrorCode.ANSWER_REFUSED,
    ErrorCode.ANSWER_CUT_OFF,
    ErrorCode.CIRCUIT_BREAKER_OPEN,
}
_NEVER_LEFT = frozenset(
    {ErrorCode.COST_LIMIT_EXCEEDED, ErrorCode.TIME_LIMIT_EXCEEDED, ErrorCode.CIRCUIT_BREAKER_OPEN}
)


class CJError(Exception):
    """The root; `code` places the error in the published taxonomy."""

    code = ErrorCode.PROCESSING_ERROR


class Rejected(CJError):
    """The input cannot be used as it is."""

    code = ErrorCode.VALIDATION_ERROR


@dataclass(frozen=True, slots=True)
class InputProblem:
    """One thing wrong with the input: where it is (file, row), what is wrong, and what to do."""

    where: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what} {self.remedy}"


class InputRejected(Rejected):
    """Every problem found in the input, so that all can be mended at once."""

    def __init__(self, problems: tuple[InputProblem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class UnknownGradeScale(Rejected):
    """No scale of that name is registered."""


class InvalidGradeScale(Rejected):
    """A scale definition breaks a rule of the registry."""


class InvalidJudge(Rejected):
    """A judge was named that does not exist or cannot be set up."""

    code = ErrorCode.CONFIGURATION_ERROR


class RemoteJudgeRefused(InvalidJudge):
    """No text may leave this machine, and the judge would have sent them elsewhere."""


class TextsDeleted(Rejected):
    """The texts of the batch are gone, and only its decisions are left."""


class NamesInIds(Rejected):
    """Ids hold names, and would keep them."""


class BatchEnded(Rejected):
    """The batch has ended, and that cannot be undone."""


class BatchNotEnded(Rejected):
    """The batch must end first."""


class ProviderRefused(Rejected):
    """A provider does not take what it was handed, and says so for good. `code` is that of the fault."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code = code


class ConfigurationRejected(Rejected):
    """A setting or command does not fit this installation."""

    code = ErrorCode.CONFIGURATION_ERROR


class ScaleDoesNotExist(Rejected):
    """The chosen model has no finite scale for these decisions."""


class UnknownBatch(Rejected):
    """No batch of that number exists here."""

    code = ErrorCode.RESOURCE_NOT_FOUND


class UnknownEssay(Rejected):
    """The batch has no such essay."""

    code = ErrorCode.RESOURCE_NOT_FOUND


class RequestDiffers(Rejected):
    """Two requests claim to be the same one and are not."""


class UnknownAssignment(Rejected):
    """The request names an assignment that was never configured."""

    code = ErrorCode.RESOURCE_NOT_FOUND


class InvalidInstruction(Rejected):
    """An assessment instruction breaks a rule, or would change a field that never changes."""


class RubricOverrideRefused(Rejected):
    """Canonical national assignments keep their own rubric."""


class BatchBusy(Rejected):
    """Another process is working on the batch now."""


class MessageUnreadable(Rejected):
    """A message could not be decoded; it is parked, never lost."""

    code = ErrorCode.PARSING_ERROR


class TryAgain(CJError):
    """A passing fault: the same call may succeed later."""

    code = ErrorCode.SERVICE_UNAVAILABLE


class DatabaseUnavailable(TryAgain):
    """PostgreSQL cannot be started or reached."""


class BrokerUnavailable(TryAgain):
    """The message broker cannot be reached, or does not take or give messages now."""


class ContentUnavailable(TryAgain):
    """The content store did not answer."""

    code = ErrorCode.CONTENT_SERVICE_ERROR


class ContentAnswerUnreadable(ContentUnavailable):
    """The content store answered something else than was asked for."""

    code = ErrorCode.INVALID_RESPONSE


class GaveUp(CJError):
    """Nothing the caller can do changes the outcome."""


class ContentMissing(GaveUp):
    """The content store has no such text, or it is empty."""

    code = ErrorCode.RESOURCE_NOT_FOUND


class InsufficientComparisons(GaveUp):
    """There is nothing to fit a scale to."""

    code = ErrorCode.INSUFFICIENT_COMPARISONS


class ScoreConvergenceFailed(GaveUp):
    """The fit did not reach its optimum."""

    code = ErrorCode.SCORE_CONVERGENCE_FAILED


class IllegalTransition(GaveUp):
    """A batch was asked to make a move its state does not allow."""
