"""How an assignment is configured."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cj_assessment_service.domain.errors import InvalidInstruction
from cj_assessment_service.domain.essays import AnchorReference
from cj_assessment_service.domain.grades import GradeScale
from cj_assessment_service.domain.identifiers import AssignmentId, CourseId, OrganisationId, StorageId
from cj_assessment_service.domain.prompts import PromptTemplate


class ContextOrigin(StrEnum):
    CANONICAL_NATIONAL = "canonical_national"
    RESEARCH_EXPERIMENT = "research_experiment"


@dataclass(frozen=True, slots=True)
class InstructionDraft:
    """An instruction to be written. Raises InvalidInstruction unless exactly one of assignment and course is set.

    A storage id of None leaves the stored one untouched. Without an organisation the instruction is shared by all that
    have no own one.
    """

    instructions_text: str
    scale: GradeScale
    assignment_id: AssignmentId | None = None
    course_id: CourseId | None = None
    origin: ContextOrigin = ContextOrigin.RESEARCH_EXPERIMENT
    student_prompt_storage_id: StorageId | None = None
    judge_rubric_storage_id: StorageId | None = None
    organisation_id: OrganisationId | None = None

    def __post_init__(self) -> None:
        if (self.assignment_id is None) == (self.course_id is None):
            raise InvalidInstruction(
                "An instruction belongs to either an assignment or a course; give exactly one."
            )


@dataclass(frozen=True, slots=True)
class Instruction:
    """A stored instruction."""

    instruction_id: int
    draft: InstructionDraft
    created_at: datetime

    def anchors_among(self, visible: Iterable[AnchorReference]) -> tuple[AnchorReference, ...]:
        """Those an organisation assesses by. With an instruction of its own, shared anchors are about another assignment."""
        own_only = self.draft.organisation_id is not None
        return tuple(anchor for anchor in visible if anchor.organisation_id is not None or not own_only)


@dataclass(frozen=True, slots=True)
class AssessmentContext:
    """Everything a judge is told besides the two texts. Empty strings where nothing was given."""

    task: str
    rubric: str
    instructions: str


@dataclass(frozen=True, slots=True)
class AssessmentBrief:
    """What a batch was prepared with; fixed from then on, whatever happens to the assignment or to the usual words. `scale`
    is None where no grades are asked for, `system_prompt` None where that of `prompt` serves. `prompt` is None in batches
    of the time when all were asked in English.
    """

    context: AssessmentContext
    scale: GradeScale | None = None
    system_prompt: str | None = None
    prompt: PromptTemplate | None = None
