"""What was asked for survives: a batch can always be continued from the database alone."""

from dataclasses import replace
from decimal import Decimal

from cj_assessment_service.cj_core_logic.batch_metadata import (
    merge_batch_processing_metadata,
    merge_batch_upload_metadata,
    merge_essay_processing_metadata,
)
from cj_assessment_service.cj_core_logic.grade_projection.scales import get_scale
from cj_assessment_service.domain.batches import BatchNotes, StopReason
from cj_assessment_service.domain.comparisons import OrientedPair, PlanUse
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.essays import FailedEssay
from cj_assessment_service.domain.identifiers import (
    AssignmentId,
    EssayId,
    Grade,
    GradeScaleId,
    OrganisationId,
)
from cj_assessment_service.domain.policies import PairStrategy
from cj_assessment_service.tests.fixtures.repositories import PostgresDataAccess
from cj_assessment_service.tests.integration.batches import create_batch, prepared_batch
from cj_assessment_service.tests.integration.workflow import SETTINGS, Workflow, request_of, text_of

ASSIGNMENT = AssignmentId("np-2026")


async def test_original_request_metadata_persists_and_rehydrates(
    workflow: Workflow, postgres_data_access: PostgresDataAccess
) -> None:
    await workflow.configure(ASSIGNMENT, get_scale(GradeScaleId("cefr")), [(0, "A1"), (1, "C2"), (40, "B1")])
    refused = FailedEssay(
        EssayId("blurred"), None, ErrorCode.VALIDATION_ERROR, "The scan has no text.", "Åke"
    )
    settings = replace(
        SETTINGS,
        budget=30,
        max_cost=Decimal("2.50"),
        target_reliability=0.85,
        strategy=PairStrategy.SWISS,
    )
    request = replace(
        await workflow.request(4, settings, ASSIGNMENT),
        organisation_id=OrganisationId("school-7"),
        course_code="ENG5",
        refused=(refused,),
    )
    batch_id = await workflow.orchestrator.start(request)
    async with postgres_data_access.sessions.session() as session:
        stored = await postgres_data_access.batches.get_original_request(session, batch_id)
        items = await postgres_data_access.essays.get_essays_for_batch(session, batch_id)
        failed = await postgres_data_access.essays.get_failed_essays(session, batch_id)
    assert stored == request
    assert failed == (refused,)
    grades = {str(item.essay_id): item.known_grade for item in items}
    assert grades["essay-00"] == Grade("A1")
    assert grades["essay-02"] is None
    assert grades["anchor-40"] == Grade("B1")
    await workflow.answer_wave(batch_id)
    overview = await workflow.overview(batch_id)
    assert overview.settings == settings
    assert (overview.identity.organisation_id, overview.identity.course_code) == ("school-7", "ENG5")


async def test_an_anchor_that_was_handed_in_too_is_one_essay_however_its_copy_is_spaced(
    workflow: Workflow, postgres_data_access: PostgresDataAccess
) -> None:
    await workflow.configure(ASSIGNMENT, get_scale(GradeScaleId("cefr")), [(0, "A1"), (40, "B1")])
    copy = "\n" + text_of(0).replace(" ", "  ").replace(",", ",\r\n") + "\n"
    texts = [copy, *(text_of(number) for number in range(1, 4))]
    stored = await workflow.setup.store_texts(texts)
    batch_id = await workflow.orchestrator.start(
        replace(request_of(stored, SETTINGS), assignment_id=ASSIGNMENT)
    )
    async with postgres_data_access.sessions.session() as session:
        items = await postgres_data_access.essays.get_essays_for_batch(session, batch_id)
    grades = {str(item.essay_id): item.known_grade for item in items}
    assert grades == {
        "anchor-40": Grade("B1"),
        "essay-00": Grade("A1"),
        "essay-01": None,
        "essay-02": None,
        "essay-03": None,
    }


async def test_pairs_that_were_locked_are_asked_and_nothing_else_is(workflow: Workflow) -> None:
    pairs = tuple(
        OrientedPair(EssayId(f"essay-{first:02}"), EssayId(f"essay-{second:02}"))
        for first, second in [(3, 0), (0, 1), (3, 0), (2, 3), (1, 2), (0, 3)]
    )
    settings = replace(SETTINGS, plan_use=PlanUse.ONLY)
    request = replace(await workflow.request(4), settings=settings, pairs=pairs)
    batch_id = await workflow.orchestrator.start(request)
    overview = await workflow.answer_until_the_end(batch_id)
    assert [task.request.pair for task in workflow.judges.asked] == list(pairs)
    assert overview.stop_reason is StopReason.SATURATED
    assert overview.settings.plan_use is PlanUse.ONLY


async def test_notes_of_request_run_and_essay_are_merged_not_replaced(
    postgres_data_access: PostgresDataAccess,
) -> None:
    batch_id = await prepared_batch(postgres_data_access)
    access = postgres_data_access
    for notes in (BatchNotes((("folder", "a"),)), BatchNotes((("shown_as", "b"),))):
        await merge_batch_upload_metadata(access.sessions, access.batches, batch_id, notes)
        await merge_essay_processing_metadata(
            access.sessions, access.essays, batch_id, EssayId("essay-00"), notes
        )
    await merge_batch_processing_metadata(
        access.sessions, access.batches, batch_id, BatchNotes((("resumed", "1"),))
    )
    async with access.sessions.session() as session:
        assert await access.batches.get_notes(session, batch_id) == BatchNotes(
            (("folder", "a"), ("resumed", "1"), ("shown_as", "b"))
        )
        assert await access.essays.get_essay_notes(session, batch_id, EssayId("essay-00")) == BatchNotes(
            (("folder", "a"), ("shown_as", "b"))
        )


async def test_notes_of_one_batch_do_not_reach_another(postgres_data_access: PostgresDataAccess) -> None:
    access = postgres_data_access
    first = await create_batch(access)
    second = await prepared_batch(access)
    await merge_batch_upload_metadata(access.sessions, access.batches, first, BatchNotes((("a", "1"),)))
    async with access.sessions.session() as session:
        assert await access.batches.get_notes(session, second) == BatchNotes(())
