"""Finds out what the judges are told and which anchors take part."""

from dataclasses import dataclass

from cj_assessment_service.cj_core_logic.content_hydration import ContentHydration
from cj_assessment_service.cj_core_logic.judging.templates import chosen_template
from cj_assessment_service.domain.errors import ContentMissing, RubricOverrideRefused, UnknownAssignment
from cj_assessment_service.domain.essays import AnchorReference
from cj_assessment_service.domain.identifiers import CourseId, StorageId
from cj_assessment_service.domain.instructions import (
    AssessmentBrief,
    AssessmentContext,
    ContextOrigin,
    Instruction,
)
from cj_assessment_service.domain.prompts import PromptTemplate
from cj_assessment_service.domain.requests import AssessmentRequest
from cj_assessment_service.protocols import (
    AnchorRepositoryProtocol,
    AssessmentInstructionRepositoryProtocol,
    SessionProviderProtocol,
)


@dataclass(frozen=True, slots=True)
class PreparedContext:
    brief: AssessmentBrief
    anchors: tuple[AnchorReference, ...]


@dataclass(frozen=True, slots=True)
class ContextBuilder:
    sessions: SessionProviderProtocol
    instructions: AssessmentInstructionRepositoryProtocol
    anchors: AnchorRepositoryProtocol
    hydration: ContentHydration

    async def build(self, request: AssessmentRequest) -> PreparedContext:
        """With an assignment everything comes from its instruction, else from the request itself.

        Raises UnknownAssignment, RubricOverrideRefused (canonical assignments keep their rubric), ContentMissing, or
        Rejected for a prompt that cannot be had.
        """
        if request.assignment_id is None:
            context = AssessmentContext(
                task=await self._text("task of the request", request.task_storage_id),
                rubric=request.rubric_override or "",
                instructions="",
            )
            brief = AssessmentBrief(
                context, system_prompt=request.system_prompt_override, prompt=_words_for(request)
            )
            return PreparedContext(brief, anchors=())
        instruction, anchors = await self._read_assignment(request)
        return PreparedContext(await self._brief_of(instruction, request), anchors)

    async def _read_assignment(
        self, request: AssessmentRequest
    ) -> tuple[Instruction, tuple[AnchorReference, ...]]:
        course = CourseId(request.course_code) if request.course_code is not None else None
        async with self.sessions.session() as session:
            instruction = await self.instructions.get_instruction(
                session, request.organisation_id, request.assignment_id, course
            )
            if instruction is None or request.assignment_id is None:
                raise UnknownAssignment(
                    f"The assignment {request.assignment_id} is not configured. Create its instruction first."
                )
            anchors = await self.anchors.list_anchors(
                session, request.organisation_id, request.assignment_id, instruction.draft.scale.scale_id
            )
        return instruction, instruction.anchors_among(anchors)

    async def _brief_of(self, instruction: Instruction, request: AssessmentRequest) -> AssessmentBrief:
        draft = instruction.draft
        if request.rubric_override is not None and draft.origin is ContextOrigin.CANONICAL_NATIONAL:
            raise RubricOverrideRefused(
                f"The assignment {request.assignment_id} is a canonical national one; it keeps its own rubric."
            )
        assignment = f"of the assignment {request.assignment_id}"
        return AssessmentBrief(
            context=AssessmentContext(
                task=await self._text(f"task {assignment}", draft.student_prompt_storage_id),
                rubric=request.rubric_override
                or await self._text(f"rubric {assignment}", draft.judge_rubric_storage_id),
                instructions=draft.instructions_text,
            ),
            scale=draft.scale,
            system_prompt=request.system_prompt_override,
            prompt=_words_for(request),
        )

    async def _text(self, what: str, storage_id: StorageId | None) -> str:
        """Raises ContentMissing that says what is missing, and how to mend it."""
        try:
            return await self.hydration.hydrate_text(storage_id)
        except ContentMissing as error:
            raise ContentMissing(f"The {what} is missing: {error} Upload it again.") from error


def _words_for(request: AssessmentRequest) -> PromptTemplate:
    """Raises Rejected."""
    return chosen_template(request.prompt, request.settings.language)
