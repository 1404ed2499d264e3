"""From the upload of a task to the judges who are told it."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncEngine

from cj_assessment_service.domain.batches import BatchSettings
from cj_assessment_service.domain.identifiers import AssignmentId, BatchId
from cj_assessment_service.domain.instructions import AssessmentBrief
from cj_assessment_service.domain.panels import Panel
from cj_assessment_service.tests.fixtures.application import RunningApplication
from cj_assessment_service.tests.fixtures.http import token_for
from cj_assessment_service.tests.fixtures.repositories import PostgresDataAccess
from cj_assessment_service.tests.fixtures.served import ServedApplication
from cj_assessment_service.tests.integration.command_line import run_command

ASSIGNMENT = AssignmentId("summer-2026")
PROMPT = "Write a letter to a friend about your summer. Say what you liked – and what you did not, åäö."
LATER_PROMPT = "Write about something else entirely."
SETTINGS = BatchSettings(panel=Panel.of("simulated:sd=2,seed=1"), seed=7, language="en", budget=6)
TEXTS = [f"Dear friend, this is letter number {number} about my summer." for number in range(4)]


def administer(service: ServedApplication, *arguments: str) -> str:
    """What `cj admin` prints."""
    environment = {"CJ_ADMIN_BASE_URL": service.origin, "CJ_ADMIN_TOKEN": token_for("admin")}
    said = run_command(environment, "admin", *arguments)
    assert (said.code, said.err) == (0, "")
    return said.out


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
    application: RunningApplication, postgres_data_access: PostgresDataAccess, test_db_engine: AsyncEngine
) -> None:
    with ServedApplication(test_db_engine) as service:
        create = ("instructions", "create", "--assignment", ASSIGNMENT, "--scale", "swedish_8_anchor")
        administer(service, *create, "--text", "Compare the letters as a whole.")
        administer(service, "prompts", "upload", ASSIGNMENT, "--text", PROMPT)
        assert administer(service, "prompts", "get", ASSIGNMENT) == f"{PROMPT}\n"

        batch_id = await run_assignment(application)
        brief = await brief_of(postgres_data_access, batch_id)
        assert brief.context.task == PROMPT
        assert brief.context.instructions == "Compare the letters as a whole."
        assert brief.scale is not None
        assert brief.scale.scale_id == "swedish_8_anchor"

        administer(service, "prompts", "upload", ASSIGNMENT, "--text", LATER_PROMPT)
    later = await run_assignment(application)
    assert (await brief_of(postgres_data_access, later)).context.task == LATER_PROMPT
    assert (await brief_of(postgres_data_access, batch_id)).context.task == PROMPT
