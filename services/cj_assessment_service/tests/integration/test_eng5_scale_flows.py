"""Grades on the national and legacy nine-step scales, from registered anchors to stored projections."""

import json

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from cj_assessment_service.cj_core_logic.grade_projection.scales import get_scale
from cj_assessment_service.domain.essays import AnchorDraft
from cj_assessment_service.domain.grades import ProjectionUnavailableReason
from cj_assessment_service.domain.identifiers import AssignmentId, Grade, GradeScaleId
from cj_assessment_service.tests.fixtures.repositories import PostgresDataAccess
from cj_assessment_service.tests.integration.workflow import Workflow, text_of

NATIONAL = "eng5_np_national_9_step"
LEGACY = "eng5_np_legacy_9_step"
ASSIGNMENT = AssignmentId("eng5-np")
ESSAYS = 12


@pytest.mark.parametrize("scale_id", [NATIONAL, LEGACY, "swedish_8_anchor", "cefr"])
async def test_projected_grades_belong_to_the_scale_and_follow_the_ranking(
    workflow: Workflow, scale_id: str
) -> None:
    scale = get_scale(GradeScaleId(scale_id))
    best, middle, worst = scale.grades[-1], scale.grades[len(scale.grades) // 2], scale.grades[0]
    await workflow.configure(ASSIGNMENT, scale, [(0, best), (6, middle), (11, worst)])
    batch_id = await workflow.orchestrator.start(await workflow.request(ESSAYS, assignment_id=ASSIGNMENT))
    await workflow.answer_until_the_end(batch_id)
    result = await workflow.reader.result(batch_id)
    projections = [essay.projection for essay in result.essays]
    assert len(result.essays) == ESSAYS
    order = [scale.index_of(p.base_grade) for p in projections if p is not None]
    assert len(order) == ESSAYS
    assert order == sorted(order, reverse=True)
    assert all(
        abs(sum(q.probability for q in p.probabilities) - 1) < 1e-9 for p in projections if p is not None
    )
    assert {essay.essay_id for essay in result.essays if essay.is_anchor} == {
        "essay-00",
        "essay-06",
        "essay-11",
    }


async def test_the_published_result_carries_national_grades_and_the_anchors_own(
    workflow: Workflow, test_db_engine: AsyncEngine
) -> None:
    await workflow.configure(ASSIGNMENT, get_scale(GradeScaleId(NATIONAL)), [(0, "9"), (5, "5"), (11, "1")])
    batch_id = await workflow.orchestrator.start(await workflow.request(ESSAYS, assignment_id=ASSIGNMENT))
    await workflow.answer_until_the_end(batch_id)
    async with test_db_engine.connect() as connection:
        payload = await connection.scalar(
            text("select event_data from event_outbox where topic like '%result.published%'")
        )
    data = json.loads(payload)["data"]
    assert data["assessment_metadata"]["grade_scale"] == NATIONAL
    assert data["assessment_metadata"]["anchor_grade_distribution"] == {"1": 1, "5": 1, "9": 1}
    assert {e["letter_grade"] for e in data["essay_results"]} <= set("0123456789")
    assert [e["known_grade"] for e in data["essay_results"] if e["is_anchor"]] == ["9", "5", "1"]
    positions = [e["normalized_score"] for e in data["essay_results"]]
    assert positions == sorted(positions, reverse=True)
    assert positions[0] > 0.5


async def test_anchors_of_another_scale_take_no_part(
    workflow: Workflow, postgres_data_access: PostgresDataAccess
) -> None:
    await workflow.configure(ASSIGNMENT, get_scale(GradeScaleId(LEGACY)), [(0, "A"), (11, "F+")])
    (stored,) = await workflow.setup.store_texts([text_of(5)])
    async with postgres_data_access.sessions.session() as session:
        await postgres_data_access.anchors.upsert_anchor(
            session, AnchorDraft(ASSIGNMENT, GradeScaleId(NATIONAL), "stray", Grade("5"), stored)
        )
        await session.commit()
    batch_id = await workflow.orchestrator.start(await workflow.request(ESSAYS, assignment_id=ASSIGNMENT))
    await workflow.answer_until_the_end(batch_id)
    result = await workflow.reader.result(batch_id)
    assert {e.essay_id: e.known_grade for e in result.essays if e.is_anchor} == {
        "essay-00": "A",
        "essay-11": "F+",
    }


async def test_one_anchor_grade_gives_scores_and_a_reason_but_no_grades(workflow: Workflow) -> None:
    await workflow.configure(ASSIGNMENT, get_scale(GradeScaleId(NATIONAL)), [(0, "5"), (1, "5")])
    batch_id = await workflow.orchestrator.start(await workflow.request(6, assignment_id=ASSIGNMENT))
    await workflow.answer_until_the_end(batch_id)
    result = await workflow.reader.result(batch_id)
    assert result.projection_unavailable is ProjectionUnavailableReason.TOO_FEW_ANCHOR_GRADES
    assert all(essay.projection is None for essay in result.essays)
    assert len(result.essays) == 6


async def test_reversed_anchors_give_a_reason_but_no_grades(workflow: Workflow) -> None:
    await workflow.configure(ASSIGNMENT, get_scale(GradeScaleId(NATIONAL)), [(0, "1"), (5, "9")])
    batch_id = await workflow.orchestrator.start(await workflow.request(6, assignment_id=ASSIGNMENT))
    await workflow.answer_until_the_end(batch_id)
    result = await workflow.reader.result(batch_id)
    assert result.projection_unavailable is ProjectionUnavailableReason.REVERSED_ANCHORS
