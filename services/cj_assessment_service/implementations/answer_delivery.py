"""Answers of judges, sent as messages."""

from dataclasses import dataclass

from cj_assessment_service.domain.comparisons import ComparisonRequest, Outcome
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.implementations.tracing import current_trace_parent
from cj_assessment_service.protocols import AnswerDeliveryProtocol, MessagePublisherProtocol
from cj_assessment_service.wire.comparison_result import encode_comparison_result
from cj_assessment_service.wire.topics import COMPARISON_RESULT


@dataclass(frozen=True, slots=True)
class AnswerMessages(AnswerDeliveryProtocol):
    publisher: MessagePublisherProtocol

    async def deliver(self, request: ComparisonRequest, outcome: Outcome) -> None:
        value = encode_comparison_result(request, outcome, current_trace_parent())
        await self.publisher.publish(Message(COMPARISON_RESULT, str(request.batch_id), value))
