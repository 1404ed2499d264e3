"""How assignments and courses are assessed."""

from dishka.integrations.litestar import FromDishka, inject
from litestar import delete, get, post
from litestar.params import JSONBody
from litestar.status_codes import HTTP_200_OK

from cj_assessment_service.api.admin.parameters import (
    AssignmentInPath,
    CourseInPath,
    GradeScaleInQuery,
    Page,
    PageSize,
)
from cj_assessment_service.api.configured import configured
from cj_assessment_service.api.errors import PROBLEMS
from cj_assessment_service.api.security import CurrentCaller
from cj_assessment_service.cj_core_logic.grade_projection.scales import get_scale
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.errors import UnknownAssignment
from cj_assessment_service.domain.identifiers import (
    AssignmentId,
    CourseId,
    GradeScaleId,
    OrganisationId,
    StorageId,
)
from cj_assessment_service.domain.instructions import InstructionDraft
from cj_assessment_service.protocols import AssessmentInstructionRepositoryProtocol, SessionProviderProtocol
from cj_assessment_service.wire.http import DeletionView, InstructionBody, InstructionPage, InstructionView


@post("/assessment-instructions", status_code=HTTP_200_OK, responses=PROBLEMS)
@inject
async def upsert_instruction(
    data: JSONBody[InstructionBody],
    caller: CurrentCaller,
    sessions: FromDishka[SessionProviderProtocol],
    instructions: FromDishka[AssessmentInstructionRepositoryProtocol],
    clock: FromDishka[Clock],
) -> InstructionView:
    """Grade scale and context origin never change once stored."""
    draft = _draft(data, caller.organisation)
    async with sessions.session() as session:
        instruction = await instructions.upsert_instruction(session, draft, clock.now())
        await session.commit()
    return InstructionView.of(instruction)


@get("/assessment-instructions", responses=PROBLEMS)
@inject
async def list_instructions(
    caller: CurrentCaller,
    sessions: FromDishka[SessionProviderProtocol],
    instructions: FromDishka[AssessmentInstructionRepositoryProtocol],
    page: Page = 1,
    page_size: PageSize = 50,
    grade_scale: GradeScaleInQuery = None,
) -> InstructionPage:
    """Newest first."""
    scale_id = GradeScaleId(grade_scale) if grade_scale is not None else None
    async with sessions.session() as session:
        found, total = await instructions.list_instructions(
            session, caller.organisation, page_size, (page - 1) * page_size, scale_id
        )
    return InstructionPage(
        items=tuple(InstructionView.of(instruction) for instruction in found),
        total=total,
        page=page,
        page_size=page_size,
    )


@get("/assessment-instructions/assignment/{assignment:str}", responses=PROBLEMS)
@inject
async def get_instruction(
    assignment: AssignmentInPath,
    caller: CurrentCaller,
    sessions: FromDishka[SessionProviderProtocol],
    instructions: FromDishka[AssessmentInstructionRepositoryProtocol],
) -> InstructionView:
    assignment_id = AssignmentId(assignment)
    async with sessions.session() as session:
        instruction = await instructions.get_instruction(session, caller.organisation, assignment_id, None)
    return InstructionView.of(configured(instruction, assignment_id))


@delete("/assessment-instructions/assignment/{assignment:str}", status_code=HTTP_200_OK, responses=PROBLEMS)
@inject
async def delete_assignment_instruction(
    assignment: AssignmentInPath,
    caller: CurrentCaller,
    sessions: FromDishka[SessionProviderProtocol],
    instructions: FromDishka[AssessmentInstructionRepositoryProtocol],
) -> DeletionView:
    async with sessions.session() as session:
        removed = await instructions.delete_instruction(
            session, caller.organisation, AssignmentId(assignment), None
        )
        await session.commit()
    return _deletion(removed, f"assignment {assignment}")


@delete("/assessment-instructions/course/{course:str}", status_code=HTTP_200_OK, responses=PROBLEMS)
@inject
async def delete_course_instruction(
    course: CourseInPath,
    caller: CurrentCaller,
    sessions: FromDishka[SessionProviderProtocol],
    instructions: FromDishka[AssessmentInstructionRepositoryProtocol],
) -> DeletionView:
    async with sessions.session() as session:
        removed = await instructions.delete_instruction(session, caller.organisation, None, CourseId(course))
        await session.commit()
    return _deletion(removed, f"course {course}")


def _deletion(removed: bool, owner: str) -> DeletionView:
    """Raises UnknownAssignment when there was nothing to delete."""
    if not removed:
        raise UnknownAssignment(f"The {owner} has no instruction.")
    return DeletionView()


def _draft(data: InstructionBody, organisation: OrganisationId | None) -> InstructionDraft:
    """Raises UnknownGradeScale or InvalidInstruction."""
    return InstructionDraft(
        instructions_text=data.instructions_text,
        scale=get_scale(GradeScaleId(data.grade_scale)),
        assignment_id=AssignmentId(data.assignment_id) if data.assignment_id is not None else None,
        course_id=CourseId(data.course_id) if data.course_id is not None else None,
        origin=data.context_origin,
        student_prompt_storage_id=_storage_id(data.student_prompt_storage_id),
        judge_rubric_storage_id=_storage_id(data.judge_rubric_storage_id),
        organisation_id=organisation,
    )


def _storage_id(name: str | None) -> StorageId | None:
    return StorageId(name) if name is not None else None


INSTRUCTION_ROUTES = (
    upsert_instruction,
    list_instructions,
    get_instruction,
    delete_assignment_instruction,
    delete_course_instruction,
)
