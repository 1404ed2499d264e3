"""A request for an assessment arrived."""

from dataclasses import dataclass, replace

from cj_assessment_service.cj_core_logic.request_refusal import RequestRefusal
from cj_assessment_service.cj_core_logic.workflow_orchestrator import WorkflowOrchestrator
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.errors import Rejected
from cj_assessment_service.domain.events import RequestRefused
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.domain.requests import AssessmentRequest
from cj_assessment_service.protocols import TelemetryProtocol
from cj_assessment_service.wire.assessment_request import (
    RequestDefaults,
    decode_request_event,
    requester_of,
)


@dataclass(frozen=True, slots=True)
class CJRequestHandler:
    orchestrator: WorkflowOrchestrator
    refusal: RequestRefusal
    defaults: RequestDefaults
    clock: Clock
    telemetry: TelemetryProtocol

    async def handle(self, message: Message) -> None:
        """Raises MessageUnreadable or Rejected for a message that can never be handled, after its sender was told where it
        says who that is; TryAgain for one that may.
        """
        with self.telemetry.handling_request(message) as trace_parent:
            request = await self._read(message)
            await self.orchestrator.start(replace(request, trace_parent=trace_parent))

    async def _read(self, message: Message) -> AssessmentRequest:
        try:
            return decode_request_event(message.value, self.defaults)
        except Rejected as error:
            requester = requester_of(message.value)
            if requester is not None:
                await self.refusal.refuse(
                    RequestRefused(
                        event_id=requester.event_id,
                        outer_id=requester.outer_id,
                        correlation_id=requester.correlation_id,
                        trace_parent=requester.trace_parent,
                        code=error.code,
                        detail=str(error),
                        at=self.clock.now(),
                    )
                )
            raise
