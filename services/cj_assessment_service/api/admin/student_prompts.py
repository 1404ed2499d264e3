"""The task the students of an assignment were given."""

from dishka.integrations.litestar import FromDishka, inject
from litestar import get, post
from litestar.params import JSONBody
from litestar.status_codes import HTTP_200_OK

from cj_assessment_service.api.admin.parameters import AssignmentInPath
from cj_assessment_service.api.configured import configured, configured_by
from cj_assessment_service.api.errors import PROBLEMS
from cj_assessment_service.api.security import CurrentCaller
from cj_assessment_service.domain.errors import ContentMissing
from cj_assessment_service.domain.identifiers import AssignmentId
from cj_assessment_service.protocols import (
    AssessmentInstructionRepositoryProtocol,
    ContentStoreProtocol,
    SessionProviderProtocol,
)
from cj_assessment_service.wire.http import StudentPromptBody, StudentPromptView


@post("/student-prompts", status_code=HTTP_200_OK, responses=PROBLEMS)
@inject
async def upload_student_prompt(
    data: JSONBody[StudentPromptBody],
    caller: CurrentCaller,
    sessions: FromDishka[SessionProviderProtocol],
    instructions: FromDishka[AssessmentInstructionRepositoryProtocol],
    contents: FromDishka[ContentStoreProtocol],
) -> StudentPromptView:
    """Replaces the prompt of a configured assignment; batches that were prepared with another keep it."""
    assignment_id = AssignmentId(data.assignment_id)
    async with sessions.session() as session:
        instruction = await instructions.get_instruction(session, caller.organisation, assignment_id, None)
    configured_by(instruction, caller.organisation, assignment_id)
    storage_id = await contents.store_content(data.prompt_text)
    async with sessions.session() as session:
        await instructions.set_student_prompt(session, caller.organisation, assignment_id, storage_id)
        changed = configured_by(
            await instructions.get_instruction(session, caller.organisation, assignment_id, None),
            caller.organisation,
            assignment_id,
        )
        await session.commit()
    return StudentPromptView.of(changed, data.prompt_text)


@get("/student-prompts/assignment/{assignment:str}", responses=PROBLEMS)
@inject
async def get_student_prompt(
    assignment: AssignmentInPath,
    caller: CurrentCaller,
    sessions: FromDishka[SessionProviderProtocol],
    instructions: FromDishka[AssessmentInstructionRepositoryProtocol],
    contents: FromDishka[ContentStoreProtocol],
) -> StudentPromptView:
    assignment_id = AssignmentId(assignment)
    async with sessions.session() as session:
        instruction = configured(
            await instructions.get_instruction(session, caller.organisation, assignment_id, None),
            assignment_id,
        )
    storage_id = instruction.draft.student_prompt_storage_id
    if storage_id is None:
        raise ContentMissing(f"The assignment {assignment_id} has no student prompt. Upload one first.")
    return StudentPromptView.of(instruction, await contents.fetch_content(storage_id))


STUDENT_PROMPT_ROUTES = (upload_student_prompt, get_student_prompt)
