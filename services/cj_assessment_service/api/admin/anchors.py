"""The anchors an assignment has."""

from dishka.integrations.litestar import FromDishka, inject
from litestar import get

from cj_assessment_service.api.admin.parameters import AssignmentInPath
from cj_assessment_service.api.configured import configured
from cj_assessment_service.api.errors import PROBLEMS
from cj_assessment_service.api.security import CurrentCaller
from cj_assessment_service.domain.identifiers import AssignmentId
from cj_assessment_service.protocols import (
    AnchorRepositoryProtocol,
    AssessmentInstructionRepositoryProtocol,
    SessionProviderProtocol,
)
from cj_assessment_service.wire.http import AnchorsView


@get("/anchors/assignment/{assignment:str}", responses=PROBLEMS)
@inject
async def list_anchors(
    assignment: AssignmentInPath,
    caller: CurrentCaller,
    sessions: FromDishka[SessionProviderProtocol],
    instructions: FromDishka[AssessmentInstructionRepositoryProtocol],
    anchors: FromDishka[AnchorRepositoryProtocol],
) -> AnchorsView:
    assignment_id = AssignmentId(assignment)
    async with sessions.session() as session:
        instruction = configured(
            await instructions.get_instruction(session, caller.organisation, assignment_id, None),
            assignment_id,
        )
        scale_id = instruction.draft.scale.scale_id
        listed = await anchors.list_anchors(session, caller.organisation, assignment_id, scale_id)
        counts = await anchors.count_anchors_by_scale(session, caller.organisation, assignment_id)
    return AnchorsView.of(assignment_id, scale_id, instruction.anchors_among(listed), counts)
