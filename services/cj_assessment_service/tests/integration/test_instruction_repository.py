"""What `AssessmentInstructionRepositoryProtocol` promises, on a real PostgreSQL."""

from dataclasses import replace

import pytest

from cj_assessment_service.cj_core_logic.grade_projection.scales import get_scale
from cj_assessment_service.domain.errors import InvalidInstruction
from cj_assessment_service.domain.identifiers import AssignmentId, CourseId, Grade, GradeScaleId, StorageId
from cj_assessment_service.domain.instructions import ContextOrigin, Instruction, InstructionDraft
from cj_assessment_service.tests.fixtures.repositories import PostgresDataAccess
from cj_assessment_service.tests.integration.batches import NOW

CEFR = get_scale(GradeScaleId("cefr"))
DRAFT = InstructionDraft("Läs noga.", CEFR, assignment_id=AssignmentId("np"))
COURSE = InstructionDraft("For the course.", CEFR, course_id=CourseId("ENG5"))


async def save(access: PostgresDataAccess, draft: InstructionDraft) -> Instruction:
    async with access.sessions.session() as session:
        stored = await access.instructions.upsert_instruction(session, draft, NOW)
        await session.commit()
    return stored


async def test_an_instruction_is_read_back_with_its_whole_scale(
    postgres_data_access: PostgresDataAccess,
) -> None:
    own = replace(
        CEFR, scale_id=GradeScaleId("house"), grades=(Grade("låg"), Grade("hög")), priors=(0.4, 0.6)
    )
    stored = await save(postgres_data_access, replace(DRAFT, scale=own))
    async with postgres_data_access.sessions.session() as session:
        read = await postgres_data_access.instructions.get_instruction(
            session, None, AssignmentId("np"), None
        )
    assert read == stored
    assert stored.draft.scale == own


async def test_the_assignment_wins_over_the_course(postgres_data_access: PostgresDataAccess) -> None:
    await save(postgres_data_access, COURSE)
    await save(postgres_data_access, DRAFT)
    instructions = postgres_data_access.instructions
    async with postgres_data_access.sessions.session() as session:
        both = await instructions.get_instruction(session, None, AssignmentId("np"), CourseId("ENG5"))
        fallback = await instructions.get_instruction(session, None, AssignmentId("other"), CourseId("ENG5"))
        neither = await instructions.get_instruction(session, None, AssignmentId("other"), None)
    assert both is not None
    assert fallback is not None
    assert (both.draft.instructions_text, fallback.draft.instructions_text) == (
        "Läs noga.",
        "For the course.",
    )
    assert neither is None


@pytest.mark.parametrize(
    "change",
    [
        replace(DRAFT, scale=get_scale(GradeScaleId("swedish_8_anchor"))),
        replace(DRAFT, origin=ContextOrigin.CANONICAL_NATIONAL),
    ],
)
async def test_scale_and_origin_never_change(
    postgres_data_access: PostgresDataAccess, change: InstructionDraft
) -> None:
    await save(postgres_data_access, DRAFT)
    with pytest.raises(InvalidInstruction, match="never changes"):
        await save(postgres_data_access, change)


async def test_an_omitted_storage_id_leaves_the_stored_one(postgres_data_access: PostgresDataAccess) -> None:
    await save(postgres_data_access, replace(DRAFT, student_prompt_storage_id=StorageId("task")))
    stored = await save(postgres_data_access, replace(DRAFT, instructions_text="Anew, then."))
    assert stored.draft.student_prompt_storage_id == "task"
    assert stored.draft.instructions_text == "Anew, then."


async def test_prompt_and_rubric_are_set_only_where_there_is_an_instruction(
    postgres_data_access: PostgresDataAccess,
) -> None:
    await save(postgres_data_access, DRAFT)
    instructions = postgres_data_access.instructions
    async with postgres_data_access.sessions.session() as session:
        assert await instructions.set_student_prompt(session, None, AssignmentId("np"), StorageId("t"))
        assert await instructions.set_judge_rubric(session, None, AssignmentId("np"), StorageId("r"))
        assert not await instructions.set_judge_rubric(session, None, AssignmentId("nobody"), StorageId("r"))
        await session.commit()
    async with postgres_data_access.sessions.session() as session:
        stored = await instructions.get_instruction(session, None, AssignmentId("np"), None)
    assert stored is not None
    assert (stored.draft.student_prompt_storage_id, stored.draft.judge_rubric_storage_id) == ("t", "r")


async def test_pages_are_newest_first_and_know_the_total(postgres_data_access: PostgresDataAccess) -> None:
    for number in range(5):
        await save(postgres_data_access, replace(DRAFT, assignment_id=AssignmentId(f"np-{number}")))
    async with postgres_data_access.sessions.session() as session:
        page, total = await postgres_data_access.instructions.list_instructions(session, None, 2, 1, None)
        none, nothing = await postgres_data_access.instructions.list_instructions(
            session, None, 2, 0, GradeScaleId("swedish_8_anchor")
        )
    assert ([i.draft.assignment_id for i in page], total) == (["np-3", "np-2"], 5)
    assert (none, nothing) == ((), 0)


async def test_deleting_says_whether_a_row_went(postgres_data_access: PostgresDataAccess) -> None:
    await save(postgres_data_access, DRAFT)
    async with postgres_data_access.sessions.session() as session:
        instructions = postgres_data_access.instructions
        assert await instructions.delete_instruction(session, None, AssignmentId("np"), None)
        assert not await instructions.delete_instruction(session, None, AssignmentId("np"), None)
        await session.commit()
