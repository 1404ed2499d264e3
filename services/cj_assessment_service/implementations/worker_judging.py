"""Judges behind our own workers: every question leaves as a message, and any worker may answer it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cj_assessment_service.cj_core_logic.judging.cost_cover import UncoveredTask, cover
from cj_assessment_service.cj_core_logic.judging.refusals import unasked
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.judges import Allowance, ComparisonOrder, ComparisonTask, JudgeTraits
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.implementations.opened_judges import OpenedJudges
from cj_assessment_service.implementations.tracing import current_trace_parent
from cj_assessment_service.protocols import (
    AnswerDeliveryProtocol,
    LLMInteractionProtocol,
    MessagePublisherProtocol,
    TelemetryProtocol,
)
from cj_assessment_service.wire.comparison_request import encode_comparison_request
from cj_assessment_service.wire.topics import COMPARISON_REQUESTED


@dataclass(frozen=True, slots=True)
class WorkerJudging(LLMInteractionProtocol):
    """Workers do not know of each other's spending. Where money is limited, each question therefore travels with a purse of
    its own: the price of one attempt, kept from what the wave may cost. What its first attempt leaves pays for the next.

    Only a question that is delivered twice, because its worker died with it, can cost more.
    """

    judges: OpenedJudges
    publisher: MessagePublisherProtocol
    answers: AnswerDeliveryProtocol
    telemetry: TelemetryProtocol
    clock: Clock

    async def perform_comparisons(self, tasks: Sequence[ComparisonTask], allowance: Allowance) -> None:
        for task in tasks:
            self.judges.admit(task)
        covered = cover(tasks, self.judges.most, allowance)
        for refused in covered.uncovered:
            await self._refuse(refused)
        messages = [self._message(order) for order in covered.orders]
        for fault in await self.publisher.publish_all(messages):
            if fault is not None:
                raise fault

    async def get_traits(self, judge: str) -> JudgeTraits:
        return self.judges.traits(judge)

    def _message(self, order: ComparisonOrder) -> Message:
        traced = replace(order, trace_parent=current_trace_parent())
        value = encode_comparison_request(traced, self.clock.now())
        return Message(COMPARISON_REQUESTED, str(order.task.request.batch_id), value)

    async def _refuse(self, refused: UncoveredTask) -> None:
        request = refused.task.request
        self.telemetry.question_not_sent(request.batch_id, refused.why.code)
        await self.answers.deliver(request, unasked(request, refused.why, self.clock.now()))
