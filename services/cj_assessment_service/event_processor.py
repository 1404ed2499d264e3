"""Sorts messages by topic, hands them to their handlers, and parks what nobody can read."""

from collections.abc import Sequence
from dataclasses import dataclass

from cj_assessment_service.domain.errors import Rejected
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.message_handlers.cj_request_handler import CJRequestHandler
from cj_assessment_service.message_handlers.llm_callback_handler import LLMCallbackHandler
from cj_assessment_service.protocols import DeadLetterProtocol, MessageProcessorProtocol, TelemetryProtocol
from cj_assessment_service.wire.topics import COMPARISON_RESULT, REQUESTED


@dataclass(frozen=True, slots=True)
class EventProcessor(MessageProcessorProtocol):
    requests: CJRequestHandler
    callbacks: LLMCallbackHandler
    dead_letters: DeadLetterProtocol
    telemetry: TelemetryProtocol

    async def process(self, messages: Sequence[Message]) -> None:
        answers = [message for message in messages if message.topic == COMPARISON_RESULT]
        for unreadable in await self.callbacks.handle(answers):
            await self.park(unreadable.message, unreadable.reason)
        for message in messages:
            if message.topic == REQUESTED:
                await self._start(message)
            elif message.topic != COMPARISON_RESULT:
                await self.park(message, f"Nobody handles messages of the topic {message.topic}.")

    async def park(self, message: Message, reason: str) -> None:
        await self.dead_letters.park(message, reason)
        self.telemetry.message_parked(message, reason)

    async def _start(self, message: Message) -> None:
        try:
            await self.requests.handle(message)
        except Rejected as error:
            await self.park(message, str(error))
