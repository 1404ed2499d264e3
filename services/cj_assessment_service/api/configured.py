"""An assignment is what has an instruction."""

from cj_assessment_service.domain.errors import UnknownAssignment
from cj_assessment_service.domain.identifiers import AssignmentId, OrganisationId
from cj_assessment_service.domain.instructions import Instruction


def configured(instruction: Instruction | None, assignment_id: AssignmentId) -> Instruction:
    """The instruction found for the assignment. Raises UnknownAssignment."""
    if instruction is None:
        raise UnknownAssignment(
            f"The assignment {assignment_id} is not configured. Create its instruction first."
        )
    return instruction


def configured_by(
    instruction: Instruction | None, organisation: OrganisationId | None, assignment_id: AssignmentId
) -> Instruction:
    """The instruction as the organisation's own, which it may change. Raises UnknownAssignment, also for a shared one."""
    own = configured(instruction, assignment_id)
    if own.draft.organisation_id != organisation:
        raise UnknownAssignment(
            f"The instruction of the assignment {assignment_id} is shared and not yours to change. Create one of your own"
            " first."
        )
    return own
