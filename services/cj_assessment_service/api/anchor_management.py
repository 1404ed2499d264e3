"""Registers essays with known grades."""

from dishka.integrations.litestar import FromDishka, inject
from litestar import post
from litestar.params import JSONBody

from cj_assessment_service.api.errors import PROBLEMS
from cj_assessment_service.api.security import CurrentCaller
from cj_assessment_service.domain.errors import Rejected
from cj_assessment_service.domain.essays import AnchorDraft
from cj_assessment_service.domain.grades import GradeScale
from cj_assessment_service.domain.identifiers import AssignmentId, Grade
from cj_assessment_service.domain.instructions import Instruction
from cj_assessment_service.protocols import (
    AnchorRepositoryProtocol,
    AssessmentInstructionRepositoryProtocol,
    ContentStoreProtocol,
    SessionProviderProtocol,
)
from cj_assessment_service.wire.http import AnchorBody, AnchorRegistration


@post("/register", responses=PROBLEMS)
@inject
async def register_anchor(
    data: JSONBody[AnchorBody],
    caller: CurrentCaller,
    sessions: FromDishka[SessionProviderProtocol],
    instructions: FromDishka[AssessmentInstructionRepositoryProtocol],
    anchors: FromDishka[AnchorRepositoryProtocol],
    contents: FromDishka[ContentStoreProtocol],
) -> AnchorRegistration:
    """The same label of the same assignment keeps its anchor id; grade and text are replaced."""
    assignment_id = AssignmentId(data.assignment_id)
    async with sessions.session() as session:
        scale = _scale_of(
            await instructions.get_instruction(session, caller.organisation, assignment_id, None), data
        )
    storage_id = await contents.store_content(data.essay_text)
    async with sessions.session() as session:
        anchor_id = await anchors.upsert_anchor(
            session,
            AnchorDraft(
                assignment_id=assignment_id,
                scale_id=scale.scale_id,
                label=data.anchor_label or data.grade,
                grade=Grade(data.grade),
                storage_id=storage_id,
                organisation_id=caller.organisation,
            ),
        )
        await session.commit()
    return AnchorRegistration.of(anchor_id, storage_id, scale.scale_id)


def _scale_of(instruction: Instruction | None, data: AnchorBody) -> GradeScale:
    """The scale the grade belongs to. Raises Rejected."""
    if instruction is None:
        raise Rejected(
            f"The assignment {data.assignment_id} is not configured. Create its instruction first."
        )
    scale = instruction.draft.scale
    if not scale.accepts(data.grade):
        grades = ", ".join((*filter(None, [scale.below_lowest]), *scale.grades))
        raise Rejected(
            f"{data.grade!r} is not a grade of the scale {scale.scale_id}. Choose one of {grades}."
        )
    return scale
