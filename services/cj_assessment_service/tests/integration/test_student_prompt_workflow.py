"""From the upload of a task to the judges who are told it."""

from dataclasses import replace

from httpx import AsyncClient

from cj_assessment_service.domain.batches import BatchSettings
from cj_assessment_service.domain.identifiers import AssignmentId, BatchId
from cj_assessment_service.domain.instructions import AssessmentBrief
from cj_assessment_service.domain.panels import Panel
from cj_assessment_service.tests.fixtures.application import RunningApplication
from cj_assessment_service.tests.fixtures.http import calling_service
from cj_assessment_service.tests.fixtures.repositories import PostgresDataAccess

ASSIGNMENT = AssignmentId("summer-2026")
PROMPT = "Write a letter to a friend about your summer. Say what you liked – and what you did not, åäö."
SETTINGS = BatchSettings(panel=Panel.of("simulated:sd=2,seed=1"), seed=7, language="en", budget=6)
TEXTS = [f"Dear friend, this is letter number {number} about my summer." for number in range(4)]


async def upload(admin: AsyncClient, prompt: str) -> None:
    answer = await admin.post(
        "/admin/v1/student-prompts", json={"assignment_id": ASSIGNMENT, "prompt_text": prompt}
    )
    assert answer.status_code == 200, answer.text


async def run_assignment(application: RunningApplication) -> BatchId:
    request = await application.request(TEXTS, SETTINGS)
    batch_id = await application.send(replace(request, assignment_id=ASSIGNMENT))
    overview = await application.finish(batch_id)
    assert overview.status.is_complete, overview
    return batch_id


async def brief_of(access: PostgresDataAccess, batch_id: BatchId) -> AssessmentBrief:
    async with access.sessions.session() as session:
        return await access.batches.get_brief(session, batch_id)


async def test_student_prompt_workflow_end_to_end(
    application: RunningApplication, postgres_data_access: PostgresDataAccess
) -> None:
    instruction = {
        "assignment_id": ASSIGNMENT,
        "instructions_text": "Compare the letters as a whole.",
        "grade_scale": "swedish_8_anchor",
    }
    async with calling_service(application.container, "admin") as admin:
        assert (await admin.post("/admin/v1/assessment-instructions", json=instruction)).status_code == 200
        await upload(admin, PROMPT)
        shown = (await admin.get(f"/admin/v1/student-prompts/assignment/{ASSIGNMENT}")).json()
        assert shown["prompt_text"] == PROMPT

        batch_id = await run_assignment(application)
        brief = await brief_of(postgres_data_access, batch_id)
        assert brief.context.task == PROMPT
        assert brief.context.instructions == "Compare the letters as a whole."
        assert brief.scale is not None
        assert brief.scale.scale_id == "swedish_8_anchor"

        await upload(admin, "Write about something else entirely.")
    later = await run_assignment(application)
    assert (
        await brief_of(postgres_data_access, later)
    ).context.task == "Write about something else entirely."
    assert (await brief_of(postgres_data_access, batch_id)).context.task == PROMPT
