"""What the judges of an assignment look for."""

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
from cj_assessment_service.wire.http import JudgeRubricBody, JudgeRubricView


@post("/judge-rubrics", status_code=HTTP_200_OK, responses=PROBLEMS)
@inject
async def upload_judge_rubric(
    data: JSONBody[JudgeRubricBody],
    caller: CurrentCaller,
    sessions: FromDishka[SessionProviderProtocol],
    instructions: FromDishka[AssessmentInstructionRepositoryProtocol],
    contents: FromDishka[ContentStoreProtocol],
) -> JudgeRubricView:
    """Replaces the rubric of a configured assignment; batches that were prepared with another keep it."""
    assignment_id = AssignmentId(data.assignment_id)
    async with sessions.session() as session:
        instruction = await instructions.get_instruction(session, caller.organisation, assignment_id, None)
    configured_by(instruction, caller.organisation, assignment_id)
    storage_id = await contents.store_content(data.rubric_text)
    async with sessions.session() as session:
        await instructions.set_judge_rubric(session, caller.organisation, assignment_id, storage_id)
        changed = configured_by(
            await instructions.get_instruction(session, caller.organisation, assignment_id, None),
            caller.organisation,
            assignment_id,
        )
        await session.commit()
    return JudgeRubricView.of(changed, data.rubric_text)


@get("/judge-rubrics/assignment/{assignment:str}", responses=PROBLEMS)
@inject
async def get_judge_rubric(
    assignment: AssignmentInPath,
    caller: CurrentCaller,
    sessions: FromDishka[SessionProviderProtocol],
    instructions: FromDishka[AssessmentInstructionRepositoryProtocol],
    contents: FromDishka[ContentStoreProtocol],
) -> JudgeRubricView:
    assignment_id = AssignmentId(assignment)
    async with sessions.session() as session:
        instruction = configured(
            await instructions.get_instruction(session, caller.organisation, assignment_id, None),
            assignment_id,
        )
    storage_id = instruction.draft.judge_rubric_storage_id
    if storage_id is None:
        raise ContentMissing(f"The assignment {assignment_id} has no judge rubric. Upload one first.")
    return JudgeRubricView.of(instruction, await contents.fetch_content(storage_id))


JUDGE_RUBRIC_ROUTES = (upload_judge_rubric, get_judge_rubric)
