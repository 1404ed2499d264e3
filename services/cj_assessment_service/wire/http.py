"""Bodies of the HTTP API.

Requests refuse fields they do not know, so that a misspelt one is never lost in silence; answers may gain fields.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.essays import AnchorReference
from cj_assessment_service.domain.identifiers import AnchorId, GradeScaleId, StorageId
from cj_assessment_service.domain.instructions import ContextOrigin, Instruction
from cj_assessment_service.wire.envelope import WireModel

NAME_PATTERN = r"^[^/\x00-\x1f]+$"
"""Ids that a path can carry as one segment and the database can hold."""

MINIMUM_ADMIN_TEXT = 10
MINIMUM_ANCHOR_TEXT = 100
LONGEST_TEXT = 1_000_000
"""Characters; a long novel has as many."""


def readable(text: str) -> str:
    """Raises ValueError for what the database cannot hold and for what nobody can read."""
    if "\0" in text:
        raise ValueError("the text holds a NUL character")
    if not text.strip():
        raise ValueError("the text is blank")
    return text


AssignmentName = Annotated[str, Field(max_length=100, pattern=NAME_PATTERN)]
CourseName = Annotated[str, Field(max_length=50, pattern=NAME_PATTERN)]
GradeScaleName = Annotated[str, Field(max_length=50, pattern=NAME_PATTERN)]
StorageName = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(readable)]
GradeName = Annotated[str, Field(min_length=1, max_length=50), AfterValidator(readable)]
AnchorLabel = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(readable)]
ClaimedName = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(readable)]
AdminText = Annotated[str, Field(min_length=MINIMUM_ADMIN_TEXT), AfterValidator(readable)]
EssayText = Annotated[str, Field(min_length=MINIMUM_ANCHOR_TEXT), AfterValidator(readable)]
StoredText = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), AfterValidator(readable)]


class Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class InstructionBody(Body):
    """Exactly one of assignment and course. A storage id left out keeps the stored one."""

    instructions_text: AdminText
    grade_scale: GradeScaleName
    assignment_id: AssignmentName | None = None
    course_id: CourseName | None = None
    context_origin: ContextOrigin = ContextOrigin.RESEARCH_EXPERIMENT
    student_prompt_storage_id: StorageName | None = None
    judge_rubric_storage_id: StorageName | None = None


class StudentPromptBody(Body):
    assignment_id: AssignmentName
    prompt_text: AdminText


class JudgeRubricBody(Body):
    assignment_id: AssignmentName
    rubric_text: AdminText


class AnchorBody(Body):
    """`anchor_label` is the grade where none is given."""

    assignment_id: AssignmentName
    grade: GradeName
    essay_text: EssayText
    anchor_label: AnchorLabel | None = None


class ContentBody(Body):
    text: StoredText


class ContentView(WireModel):
    """`storage_id` is what a request event names the text by."""

    storage_id: str


class InstructionView(WireModel):
    """Without an organisation it is shared by all."""

    id: int
    assignment_id: str | None
    course_id: str | None
    instructions_text: str
    grade_scale: str
    context_origin: ContextOrigin
    student_prompt_storage_id: str | None
    judge_rubric_storage_id: str | None
    created_at: datetime
    organisation_id: str | None

    @classmethod
    def of(cls, instruction: Instruction) -> Self:
        draft = instruction.draft
        return cls(
            id=instruction.instruction_id,
            assignment_id=draft.assignment_id,
            course_id=draft.course_id,
            instructions_text=draft.instructions_text,
            grade_scale=draft.scale.scale_id,
            context_origin=draft.origin,
            student_prompt_storage_id=draft.student_prompt_storage_id,
            judge_rubric_storage_id=draft.judge_rubric_storage_id,
            created_at=instruction.created_at,
            organisation_id=draft.organisation_id,
        )


class InstructionPage(WireModel):
    items: tuple[InstructionView, ...]
    total: int
    page: int
    page_size: int


class DeletionView(WireModel):
    status: str = "deleted"


class StudentPromptView(WireModel):
    assignment_id: str | None
    student_prompt_storage_id: str | None
    prompt_text: str
    instructions_text: str
    grade_scale: str
    created_at: datetime

    @classmethod
    def of(cls, instruction: Instruction, prompt_text: str) -> Self:
        draft = instruction.draft
        return cls(
            assignment_id=draft.assignment_id,
            student_prompt_storage_id=draft.student_prompt_storage_id,
            prompt_text=prompt_text,
            instructions_text=draft.instructions_text,
            grade_scale=draft.scale.scale_id,
            created_at=instruction.created_at,
        )


class JudgeRubricView(WireModel):
    assignment_id: str | None
    judge_rubric_storage_id: str | None
    rubric_text: str
    instructions_text: str
    grade_scale: str
    created_at: datetime

    @classmethod
    def of(cls, instruction: Instruction, rubric_text: str) -> Self:
        draft = instruction.draft
        return cls(
            assignment_id=draft.assignment_id,
            judge_rubric_storage_id=draft.judge_rubric_storage_id,
            rubric_text=rubric_text,
            instructions_text=draft.instructions_text,
            grade_scale=draft.scale.scale_id,
            created_at=instruction.created_at,
        )


class AnchorRegistration(WireModel):
    anchor_id: int
    storage_id: str
    grade_scale: str
    status: str = "registered"

    @classmethod
    def of(cls, anchor_id: AnchorId, storage_id: StorageId, scale_id: GradeScaleId) -> Self:
        return cls(anchor_id=anchor_id, storage_id=storage_id, grade_scale=scale_id)


class AnchorView(WireModel):
    anchor_id: int
    anchor_label: str
    grade: str
    text_storage_id: str

    @classmethod
    def of(cls, anchor: AnchorReference) -> Self:
        return cls(
            anchor_id=anchor.anchor_id,
            anchor_label=anchor.label,
            grade=anchor.grade,
            text_storage_id=anchor.storage_id,
        )


class AnchorsView(WireModel):
    """The anchors of the assignment's own scale; the counts by scale cover all that are stored."""

    assignment_id: str
    grade_scale: str
    anchor_count: int
    anchors: tuple[AnchorView, ...]
    anchor_count_total: int
    anchor_count_by_scale: dict[str, int]

    @classmethod
    def of(
        cls,
        assignment_id: str,
        scale_id: GradeScaleId,
        anchors: tuple[AnchorReference, ...],
        counts: Mapping[GradeScaleId, int],
    ) -> Self:
        return cls(
            assignment_id=assignment_id,
            grade_scale=scale_id,
            anchor_count=len(anchors),
            anchors=tuple(AnchorView.of(anchor) for anchor in anchors),
            anchor_count_total=sum(counts.values()),
            anchor_count_by_scale={str(scale): count for scale, count in sorted(counts.items())},
        )


class CheckStatus(StrEnum):
    HEALTHY = "healthy"
    UNHEALTHY = "unhealthy"
    UNKNOWN = "unknown"


class LivenessView(WireModel):
    status: str = "alive"


class DatabaseHealthView(WireModel):
    status: CheckStatus
    message: str


class ReadinessChecks(WireModel):
    """`kafka` is null where messages never leave the process."""

    database: CheckStatus
    batch_monitoring: CheckStatus
    kafka: CheckStatus | None = None


class ReadinessView(WireModel):
    status: str
    checks: ReadinessChecks


class HealthChecks(WireModel):
    service_responsive: bool
    dependencies_available: bool


class Dependencies(WireModel):
    database: DatabaseHealthView


class HealthView(WireModel):
    service: str
    status: CheckStatus
    message: str
    version: str
    checks: HealthChecks
    dependencies: Dependencies


class FieldProblem(WireModel):
    """`field` is a field of the body or the name of a parameter."""

    field: str | None
    message: str


class Problem(WireModel):
    """Problem details (RFC 9457) with three members of our own: the code of the shared taxonomy, the correlation id, and
    what is wrong with which field.
    """

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: ErrorCode
    correlation_id: UUID
    errors: tuple[FieldProblem, ...] = ()


class ToldProblem(WireModel):
    """A problem as a caller reads it, from any version of any service."""

    detail: str
    correlation_id: str | None = None
    errors: tuple[FieldProblem, ...] = ()


class TokenClaims(WireModel):
    """What a bearer token says of its bearer, besides what its check has used up."""

    sub: ClaimedName
    org_id: ClaimedName | None = None
    roles: tuple[str, ...] = ()
