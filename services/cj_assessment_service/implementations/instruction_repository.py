"""Assessment instructions in PostgreSQL."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from cj_assessment_service.domain.errors import InvalidInstruction
from cj_assessment_service.domain.identifiers import (
    AssignmentId,
    CourseId,
    GradeScaleId,
    OrganisationId,
    StorageId,
)
from cj_assessment_service.domain.instructions import ContextOrigin, Instruction, InstructionDraft
from cj_assessment_service.implementations.ownership import owned_by, visible_to
from cj_assessment_service.models_db import AssessmentInstruction
from cj_assessment_service.protocols import AssessmentInstructionRepositoryProtocol
from cj_assessment_service.wire.json_codecs import decode_scale, encode_scale


class PostgreSQLAssessmentInstructionRepository(AssessmentInstructionRepositoryProtocol):
    async def get_instruction(
        self,
        session: AsyncSession,
        organisation: OrganisationId | None,
        assignment_id: AssignmentId | None,
        course_id: CourseId | None,
    ) -> Instruction | None:
        for scope in (_of_assignment(assignment_id), _of_course(course_id)):
            if scope is None:
                continue
            row = await session.scalar(
                select(AssessmentInstruction)
                .where(scope, visible_to(AssessmentInstruction.org_id, organisation))
                .order_by(AssessmentInstruction.org_id.nulls_last())
                .limit(1)
            )
            if row is not None:
                return _to_instruction(row)
        return None

    async def upsert_instruction(
        self, session: AsyncSession, draft: InstructionDraft, at: datetime
    ) -> Instruction:
        await session.execute(
            insert(AssessmentInstruction)
            .values(
                assignment_id=draft.assignment_id,
                course_id=draft.course_id,
                org_id=draft.organisation_id,
                instructions_text=draft.instructions_text,
                grade_scale=draft.scale.scale_id,
                grade_scale_definition=encode_scale(draft.scale),
                context_origin=draft.origin.value,
                student_prompt_storage_id=draft.student_prompt_storage_id,
                judge_rubric_storage_id=draft.judge_rubric_storage_id,
                created_at=at,
            )
            .on_conflict_do_nothing()
        )
        scope = _own(draft.organisation_id, draft.assignment_id, draft.course_id)
        row = (await session.scalars(select(AssessmentInstruction).where(scope).with_for_update())).one()
        if decode_scale(row.grade_scale_definition) != draft.scale:
            raise InvalidInstruction(
                f"The grade scale of an instruction never changes: it is {row.grade_scale} and stays so."
            )
        if row.context_origin != draft.origin.value:
            raise InvalidInstruction(
                f"The context origin of an instruction never changes: it is {row.context_origin} and stays so."
            )
        row.instructions_text = draft.instructions_text
        row.student_prompt_storage_id = draft.student_prompt_storage_id or row.student_prompt_storage_id
        row.judge_rubric_storage_id = draft.judge_rubric_storage_id or row.judge_rubric_storage_id
        await session.flush()
        return _to_instruction(row)

    async def set_student_prompt(
        self,
        session: AsyncSession,
        organisation: OrganisationId | None,
        assignment_id: AssignmentId,
        storage_id: StorageId,
    ) -> bool:
        changed = await session.scalar(
            update(AssessmentInstruction)
            .where(_own(organisation, assignment_id, None))
            .values(student_prompt_storage_id=storage_id)
            .returning(AssessmentInstruction.id)
        )
        return changed is not None

    async def set_judge_rubric(
        self,
        session: AsyncSession,
        organisation: OrganisationId | None,
        assignment_id: AssignmentId,
        storage_id: StorageId,
    ) -> bool:
        changed = await session.scalar(
            update(AssessmentInstruction)
            .where(_own(organisation, assignment_id, None))
            .values(judge_rubric_storage_id=storage_id)
            .returning(AssessmentInstruction.id)
        )
        return changed is not None

    async def list_instructions(
        self,
        session: AsyncSession,
        organisation: OrganisationId | None,
        limit: int,
        offset: int,
        scale_id: GradeScaleId | None,
    ) -> tuple[tuple[Instruction, ...], int]:
        visible = visible_to(AssessmentInstruction.org_id, organisation)
        page = select(AssessmentInstruction).where(visible)
        total = select(func.count()).select_from(AssessmentInstruction).where(visible)
        if scale_id is not None:
            page = page.where(AssessmentInstruction.grade_scale == scale_id)
            total = total.where(AssessmentInstruction.grade_scale == scale_id)
        rows = await session.scalars(
            page.order_by(AssessmentInstruction.id.desc()).limit(limit).offset(offset)
        )
        return tuple(_to_instruction(row) for row in rows), await session.scalar(total) or 0

    async def delete_instruction(
        self,
        session: AsyncSession,
        organisation: OrganisationId | None,
        assignment_id: AssignmentId | None,
        course_id: CourseId | None,
    ) -> bool:
        removed = await session.scalar(
            delete(AssessmentInstruction)
            .where(_own(organisation, assignment_id, course_id))
            .returning(AssessmentInstruction.id)
        )
        return removed is not None


def _of_assignment(assignment_id: AssignmentId | None) -> ColumnElement[bool] | None:
    return None if assignment_id is None else AssessmentInstruction.assignment_id == assignment_id


def _of_course(course_id: CourseId | None) -> ColumnElement[bool] | None:
    return None if course_id is None else AssessmentInstruction.course_id == course_id


def _own(
    organisation: OrganisationId | None, assignment_id: AssignmentId | None, course_id: CourseId | None
) -> ColumnElement[bool]:
    scopes = [s for s in (_of_assignment(assignment_id), _of_course(course_id)) if s is not None]
    if len(scopes) != 1:
        raise InvalidInstruction(
            "An instruction belongs to either an assignment or a course; give exactly one."
        )
    return and_(scopes[0], owned_by(AssessmentInstruction.org_id, organisation))


def _to_instruction(row: AssessmentInstruction) -> Instruction:
    return Instruction(
        instruction_id=row.id,
        draft=InstructionDraft(
            instructions_text=row.instructions_text,
            scale=decode_scale(row.grade_scale_definition),
            assignment_id=AssignmentId(row.assignment_id) if row.assignment_id is not None else None,
            course_id=CourseId(row.course_id) if row.course_id is not None else None,
            origin=ContextOrigin(row.context_origin),
            student_prompt_storage_id=_storage_id(row.student_prompt_storage_id),
            judge_rubric_storage_id=_storage_id(row.judge_rubric_storage_id),
            organisation_id=OrganisationId(row.org_id) if row.org_id is not None else None,
        ),
        created_at=row.created_at,
    )


def _storage_id(value: str | None) -> StorageId | None:
    return StorageId(value) if value is not None else None
