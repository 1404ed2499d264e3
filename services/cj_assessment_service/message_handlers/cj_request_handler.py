"""A request for an assessment arrived."""

from dataclasses import dataclass, replace

from cj_assessment_service.cj_core_logic.workflow_orchestrator import WorkflowOrchestrator
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.protocols import TelemetryProtocol
from cj_assessment_service.wire.assessment_request import RequestDefaults, decode_request_event


@dataclass(frozen=True, slots=True)
class CJRequestHandler:
    orchestrator: WorkflowOrchestrator
    defaults: RequestDefaults
    telemetry: TelemetryProtocol

    async def handle(self, message: Message) -> None:
        """Raises MessageUnreadable or Rejected for a message that can never be handled, TryAgain for one that may."""
        with self.telemetry.handling_request(message) as trace_parent:
            request = decode_request_event(message.value, self.defaults)
            await self.orchestrator.start(replace(request, trace_parent=trace_parent))
