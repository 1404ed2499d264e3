"""The judge's answer `LLMComparisonResultV1`; its correlation id names the question it answers."""

from typing import Annotated, Literal, Self
from uuid import UUID, uuid5

from pydantic import ConfigDict, Field, ValidationError, model_validator

from cj_assessment_service.domain.answers import HIGHEST_LEVEL
from cj_assessment_service.domain.comparisons import (
    AnswerRemark,
    ComparisonRequest,
    JudgeFailure,
    JudgeReply,
    JudgeUsage,
    Outcome,
    Verdict,
    Winner,
)
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.identifiers import RequestId
from cj_assessment_service.wire.envelope import (
    SOURCE_SERVICE,
    Envelope,
    ErrorDetail,
    TraceContext,
    WireModel,
    unreadable,
)
from cj_assessment_service.wire.fields import Count, JudgeName, Moment, Price, Text, Words
from cj_assessment_service.wire.topics import COMPARISON_RESULT

LONGEST_PROVIDER = 100
LONGEST_MODEL = 255

WinnerName = Literal["Essay A", "Essay B", "Tie"]

_WINNER_NAMES: dict[Winner, WinnerName] = {
    Winner.FIRST: "Essay A",
    Winner.SECOND: "Essay B",
    Winner.TIE: "Tie",
}


class TokenUsage(WireModel):
    prompt_tokens: Count = 0
    completion_tokens: Count = 0
    total_tokens: Annotated[int, Field(ge=0)] = 0
    cached_tokens: Count = 0


class RequestEcho(WireModel):
    """What the sender of the question asked to have repeated in the answer; older senders and other services repeat less, or
    more. `characters_sent` is what went out with the question, where only its sender can know.
    """

    essay_a_id: str | None = None
    essay_b_id: str | None = None
    cj_batch_id: str | None = None
    characters_sent: int | None = Field(default=None, ge=0)

    model_config = ConfigDict(coerce_numbers_to_str=True)


class ComparisonResultV1(WireModel):
    """Exactly one of `winner` and `error_detail`; `cost_estimate` None says that the price is unknown. `level` (how much
    better the winner is, from 1 for slightly) and the winner "Tie" come only from judges that were asked for them,
    `p_essay_a` (the probability that Essay A is better) from those that know it. `judge` names the one that answered, where
    it is another than was asked. `attempts` counts how often the question was sent, `characters_sent` what went out with
    it.
    """

    request_id: str
    correlation_id: UUID
    winner: WinnerName | None = None
    level: int | None = Field(default=None, ge=1, le=HIGHEST_LEVEL)
    justification: Words | None = None
    confidence: float | None = Field(default=None, ge=1, le=5)
    p_essay_a: float | None = Field(default=None, ge=0, le=1)
    remarks: tuple[AnswerRemark, ...] = ()
    judge: JudgeName | None = None
    is_reused: bool = False
    attempts: Count = 1
    characters_sent: Count = 0
    error_detail: ErrorDetail | None = None
    provider: Annotated[Text, Field(max_length=LONGEST_PROVIDER)]
    model: Annotated[Text, Field(max_length=LONGEST_MODEL)]
    response_time_ms: Count = 0
    token_usage: TokenUsage = TokenUsage()
    cost_estimate: Price | None = None
    requested_at: Moment | None = None
    completed_at: Moment
    trace_id: str | None = None
    request_metadata: RequestEcho | None = None

    @model_validator(mode="after")
    def _one_outcome(self) -> Self:
        if (self.winner is None) == (self.error_detail is None):
            raise ValueError("give either a winner or an error_detail, not both and not neither")
        if self.level is not None and self.winner in {None, "Tie"}:
            raise ValueError("a level says how much better the winner is, and there is none")
        return self


ResultEnvelope = Envelope[ComparisonResultV1, TraceContext]


def decode_comparison_result(value: bytes) -> Outcome:
    """Raises MessageUnreadable."""
    try:
        data = ResultEnvelope.model_validate_json(value).data
    except ValidationError as error:
        raise unreadable(COMPARISON_RESULT, error) from error
    return Outcome(
        RequestId(data.correlation_id), _reply_of(data), data.completed_at, data.judge, data.is_reused
    )


def encode_comparison_result(
    request: ComparisonRequest, outcome: Outcome, trace_parent: str | None = None
) -> bytes:
    """`trace_parent` names the trace in which the judge was asked."""
    reply, at = outcome.reply, outcome.completed_at
    usage = reply.usage or JudgeUsage(provider="unknown", model="unknown", seconds=0.0)
    verdict = reply if isinstance(reply, Verdict) else None
    return (
        ResultEnvelope(
            event_id=uuid5(request.request_id, COMPARISON_RESULT),
            event_type=COMPARISON_RESULT,
            event_timestamp=at,
            source_service=SOURCE_SERVICE,
            correlation_id=request.request_id,
            data=ComparisonResultV1(
                request_id=str(request.request_id),
                correlation_id=request.request_id,
                winner=_WINNER_NAMES[verdict.winner] if verdict is not None else None,
                level=verdict.level if verdict is not None else None,
                justification=verdict.justification if verdict is not None else None,
                confidence=verdict.confidence if verdict is not None else None,
                p_essay_a=verdict.p_first if verdict is not None else None,
                remarks=verdict.remarks if verdict is not None else (),
                judge=outcome.judge,
                is_reused=outcome.is_reused,
                attempts=usage.attempts,
                characters_sent=usage.characters_sent,
                error_detail=_error_of(reply),
                provider=usage.provider[:LONGEST_PROVIDER],
                model=usage.model[:LONGEST_MODEL],
                response_time_ms=round(usage.seconds * 1000),
                token_usage=TokenUsage(
                    prompt_tokens=usage.prompt_tokens,
                    completion_tokens=usage.completion_tokens,
                    total_tokens=usage.prompt_tokens + usage.completion_tokens,
                    cached_tokens=usage.cached_tokens,
                ),
                cost_estimate=usage.cost,
                completed_at=at,
                request_metadata=RequestEcho(
                    essay_a_id=request.pair.first,
                    essay_b_id=request.pair.second,
                    cj_batch_id=str(request.batch_id),
                ),
            ),
            metadata=TraceContext(traceparent=trace_parent) if trace_parent is not None else None,
        )
        .model_dump_json()
        .encode()
    )


def _error_of(reply: JudgeReply) -> ErrorDetail | None:
    if isinstance(reply, Verdict):
        return None
    return ErrorDetail(error_code=reply.code.value, message=reply.message)


def _reply_of(data: ComparisonResultV1) -> JudgeReply:
    echo = data.request_metadata or RequestEcho()
    usage = JudgeUsage(
        provider=data.provider,
        model=data.model,
        seconds=data.response_time_ms / 1000,
        prompt_tokens=data.token_usage.prompt_tokens,
        completion_tokens=data.token_usage.completion_tokens,
        cost=data.cost_estimate,
        cached_tokens=data.token_usage.cached_tokens,
        attempts=data.attempts,
        characters_sent=data.characters_sent or echo.characters_sent or 0,
    )
    if data.error_detail is not None:
        return JudgeFailure(_code_of(data.error_detail.error_code), data.error_detail.message, usage)
    winner = next(winner for winner, name in _WINNER_NAMES.items() if name == data.winner)
    return Verdict(
        winner, usage, data.justification, data.confidence, data.level, data.p_essay_a, data.remarks
    )


def _code_of(name: str) -> ErrorCode:
    """Codes of a newer sender are kept apart from those we know how to treat."""
    try:
        return ErrorCode(name)
    except ValueError:
        return ErrorCode.UNKNOWN_ERROR
