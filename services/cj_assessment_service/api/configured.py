"""An assignment is what has an instruction."""

from cj_assessment_service.domain.errors import UnknownAssignment
from cj_assessment_service.domain.identifiers import AssignmentId
from cj_assessment_service.domain.instructions import Instruction


def configured(instruction: Instruction | None, assignment_id: AssignmentId) -> Instruction:
    """The instruction found for the assignment. Raises UnknownAssignment."""
    if instruction is None:
        raise UnknownAssignment(
            f"The assignment {assignment_id} is not configured. Create its instruction first."
        )
    return instruction
