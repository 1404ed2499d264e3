"""A question for our own judge workers, `CJComparisonRequestedV1`, with everything a judge may look at."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Self
from uuid import UUID, uuid5

from pydantic import AfterValidator, Field, ValidationError, model_validator

from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.comparisons import ComparisonRequest, OrientedPair
from cj_assessment_service.domain.errors import InvalidJudge
from cj_assessment_service.domain.identifiers import BatchId, EssayId, RequestId
from cj_assessment_service.domain.judges import (
    Allowance,
    ComparisonOrder,
    ComparisonTask,
    JudgePrompt,
    JudgeSpec,
)
from cj_assessment_service.wire.envelope import SOURCE_SERVICE, Envelope, TraceContext, WireModel, unreadable
from cj_assessment_service.wire.fields import JudgeName
from cj_assessment_service.wire.topics import COMPARISON_REQUESTED


def _parsable(judge: str) -> str:
    """Raises ValueError for what is no name of a judge: nobody could be asked, and nobody be blamed."""
    try:
        JudgeSpec.parse(judge)
    except InvalidJudge as error:
        raise ValueError(str(error)) from error
    return judge


AskedJudge = Annotated[JudgeName, AfterValidator(_parsable)]


class PromptParts(WireModel):
    system: str
    context: str
    texts: str
    version: str


class ComparisonRequestedV1(WireModel):
    """Essay A is the one shown first. The ids are for the answer's way back: no judge is shown them. `max_cost` in USD is
    what all attempts at this question may cost together, `until` (seconds since the epoch) when the last of them may leave;
    None sets no limit.
    """

    request_id: UUID
    batch_id: int
    outer_batch_id: str = ""
    wave: int = Field(ge=0)
    repeat: int = Field(default=0, ge=0)
    judge: AskedJudge
    alternates: tuple[AskedJudge, ...] = ()
    essay_a_id: str
    essay_b_id: str
    essay_a_text: str
    essay_b_text: str
    prompt: PromptParts
    language: str
    answers: AnswerForm
    max_cost: Decimal | None = Field(default=None, ge=0)
    until: float | None = None

    @model_validator(mode="after")
    def _two_essays(self) -> Self:
        if self.essay_a_id == self.essay_b_id:
            raise ValueError("an essay cannot be compared with itself")
        return self


RequestedEnvelope = Envelope[ComparisonRequestedV1, TraceContext]


def encode_comparison_request(order: ComparisonOrder, at: datetime) -> bytes:
    task, request = order.task, order.task.request
    return (
        RequestedEnvelope(
            event_id=uuid5(request.request_id, COMPARISON_REQUESTED),
            event_type=COMPARISON_REQUESTED,
            event_timestamp=at,
            source_service=SOURCE_SERVICE,
            correlation_id=request.request_id,
            data=ComparisonRequestedV1(
                request_id=request.request_id,
                batch_id=request.batch_id,
                outer_batch_id=task.outer_id,
                wave=request.wave,
                repeat=request.repeat,
                judge=request.judge,
                alternates=task.alternates,
                essay_a_id=request.pair.first,
                essay_b_id=request.pair.second,
                essay_a_text=task.first_text,
                essay_b_text=task.second_text,
                prompt=PromptParts(
                    system=task.prompt.system,
                    context=task.prompt.context,
                    texts=task.prompt.texts,
                    version=task.prompt.version,
                ),
                language=task.language,
                answers=task.answers,
                max_cost=order.allowance.cost,
                until=order.allowance.until,
            ),
            metadata=TraceContext(traceparent=order.trace_parent) if order.trace_parent is not None else None,
        )
        .model_dump_json()
        .encode()
    )


def decode_comparison_request(value: bytes) -> ComparisonOrder:
    """Raises MessageUnreadable."""
    try:
        envelope = RequestedEnvelope.model_validate_json(value)
    except ValidationError as error:
        raise unreadable(COMPARISON_REQUESTED, error) from error
    data = envelope.data
    return ComparisonOrder(
        task=_task_of(data),
        allowance=Allowance(data.max_cost, data.until),
        trace_parent=envelope.metadata.traceparent if envelope.metadata is not None else None,
    )


def _task_of(data: ComparisonRequestedV1) -> ComparisonTask:
    prompt = data.prompt
    return ComparisonTask(
        request=ComparisonRequest(
            request_id=RequestId(data.request_id),
            batch_id=BatchId(data.batch_id),
            wave=data.wave,
            pair=OrientedPair(EssayId(data.essay_a_id), EssayId(data.essay_b_id)),
            judge=data.judge,
            repeat=data.repeat,
        ),
        first_text=data.essay_a_text,
        second_text=data.essay_b_text,
        prompt=JudgePrompt(prompt.system, prompt.context, prompt.texts, prompt.version),
        language=data.language,
        answers=data.answers,
        alternates=data.alternates,
        outer_id=data.outer_batch_id,
    )
