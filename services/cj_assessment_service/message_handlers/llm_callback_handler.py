"""Judges answered."""

from collections.abc import Sequence
from dataclasses import dataclass

from cj_assessment_service.cj_core_logic.batch_callback_handler import BatchCallbackHandler
from cj_assessment_service.domain.comparisons import Outcome
from cj_assessment_service.domain.errors import MessageUnreadable
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.protocols import TelemetryProtocol
from cj_assessment_service.wire.comparison_result import decode_comparison_result


@dataclass(frozen=True, slots=True)
class UnreadableCallback:
    message: Message
    reason: str


@dataclass(frozen=True, slots=True)
class LLMCallbackHandler:
    callbacks: BatchCallbackHandler
    telemetry: TelemetryProtocol

    async def handle(self, messages: Sequence[Message]) -> tuple[UnreadableCallback, ...]:
        """Records all readable answers together and returns the others for parking."""
        outcomes: list[Outcome] = []
        unreadable: list[UnreadableCallback] = []
        for message in messages:
            try:
                outcomes.append(decode_comparison_result(message.value))
            except MessageUnreadable as error:
                unreadable.append(UnreadableCallback(message, str(error)))
        if unreadable:
            self.telemetry.answers_unreadable(len(unreadable))
        if outcomes:
            with self.telemetry.taking_answers(messages):
                await self.callbacks.handle(outcomes)
        return tuple(unreadable)
