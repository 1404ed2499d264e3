"""The admin routes of the service, as calls."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from cj_assessment_service.cli.admin.places import ADMIN_PREFIX
from cj_assessment_service.cli.admin.remote_service import RemoteService
from cj_assessment_service.wire.batch_views import BatchesView, BatchView, ObeyedView
from cj_assessment_service.wire.http import (
    AnchorBody,
    AnchorRegistration,
    AnchorsView,
    DeletionView,
    InstructionBody,
    InstructionPage,
    InstructionView,
    JudgeRubricBody,
    JudgeRubricView,
    StudentPromptBody,
    StudentPromptView,
)

_INSTRUCTIONS = f"{ADMIN_PREFIX}/assessment-instructions"
_PROMPTS = f"{ADMIN_PREFIX}/student-prompts"
_RUBRICS = f"{ADMIN_PREFIX}/judge-rubrics"
_BATCHES = "/v1/batches"


class BatchOrder(StrEnum):
    """What a batch can be told; the values are the routes."""

    CANCEL = "cancel"
    FINISH_NOW = "finish-now"
    RERUN = "rerun"


@dataclass(frozen=True, slots=True)
class ServiceClient:
    """Every method raises what `RemoteService` does."""

    remote: RemoteService

    def put_instruction(self, body: InstructionBody) -> InstructionView:
        return self.remote.ask("POST", _INSTRUCTIONS, InstructionView, body)

    def list_instructions(self, page: int, page_size: int, scale: str | None) -> InstructionPage:
        query: dict[str, str | int] = {"page": page, "page_size": page_size}
        if scale is not None:
            query["grade_scale"] = scale
        return self.remote.ask("GET", _INSTRUCTIONS, InstructionPage, query=query)

    def get_instruction(self, assignment: str) -> InstructionView:
        return self.remote.ask("GET", _of_assignment(_INSTRUCTIONS, assignment), InstructionView)

    def delete_assignment_instruction(self, assignment: str) -> DeletionView:
        return self.remote.ask("DELETE", _of_assignment(_INSTRUCTIONS, assignment), DeletionView)

    def delete_course_instruction(self, course: str) -> DeletionView:
        return self.remote.ask("DELETE", f"{_INSTRUCTIONS}/course/{_segment(course)}", DeletionView)

    def upload_student_prompt(self, body: StudentPromptBody) -> StudentPromptView:
        return self.remote.ask("POST", _PROMPTS, StudentPromptView, body)

    def get_student_prompt(self, assignment: str) -> StudentPromptView:
        return self.remote.ask("GET", _of_assignment(_PROMPTS, assignment), StudentPromptView)

    def upload_judge_rubric(self, body: JudgeRubricBody) -> JudgeRubricView:
        return self.remote.ask("POST", _RUBRICS, JudgeRubricView, body)

    def get_judge_rubric(self, assignment: str) -> JudgeRubricView:
        return self.remote.ask("GET", _of_assignment(_RUBRICS, assignment), JudgeRubricView)

    def register_anchor(self, body: AnchorBody) -> AnchorRegistration:
        return self.remote.ask("POST", "/api/v1/anchors/register", AnchorRegistration, body)

    def list_anchors(self, assignment: str) -> AnchorsView:
        return self.remote.ask("GET", _of_assignment(f"{ADMIN_PREFIX}/anchors", assignment), AnchorsView)

    def list_batches(self, before: int | None) -> BatchesView:
        query = {"before": before} if before is not None else None
        return self.remote.ask("GET", _BATCHES, BatchesView, query=query)

    def get_batch(self, batch: int) -> BatchView:
        return self.remote.ask("GET", f"{_BATCHES}/{batch}", BatchView)

    def order_batch(self, batch: int, order: BatchOrder) -> BatchView:
        """The batch that obeyed, or the new one it led to, as it stands now."""
        told = self.remote.ask("POST", f"{_BATCHES}/{batch}/{order.value}", ObeyedView)
        return self.get_batch(batch if told.id is None else told.id)


def _of_assignment(route: str, assignment: str) -> str:
    return f"{route}/assignment/{_segment(assignment)}"


def _segment(name: str) -> str:
    """A name as one segment of a path."""
    return quote(name, safe="")
