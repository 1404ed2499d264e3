"""Goals are kept with a batch from its first moment, and end it when they are reached."""

from dataclasses import replace

from cj_assessment_service.cj_core_logic.grade_projection.scales import get_scale
from cj_assessment_service.domain.batches import StopReason
from cj_assessment_service.domain.identifiers import AssignmentId, GradeScaleId
from cj_assessment_service.domain.policies import ContinuationPolicy
from cj_assessment_service.tests.integration.workflow import SETTINGS, Workflow

ASSIGNMENT = AssignmentId("goals")


async def test_a_batch_without_a_goal_gets_the_usual_one(workflow: Workflow) -> None:
    overview = await workflow.overview(await workflow.start(4))
    assert overview.settings.target_reliability == ContinuationPolicy().target_reliability


async def test_a_batch_whose_grades_are_its_goal_ends_when_they_have_settled(workflow: Workflow) -> None:
    scale = get_scale(GradeScaleId("cefr"))
    await workflow.configure(ASSIGNMENT, scale, [(0, "C1"), (3, "B1"), (7, "A1")])
    goal = replace(SETTINGS, max_expected_grade_changes=0.95)
    batch_id = await workflow.orchestrator.start(await workflow.request(8, goal, ASSIGNMENT))
    overview = await workflow.answer_until_the_end(batch_id)
    assert overview.stop_reason is StopReason.GRADES_SETTLED
    assert overview.settings == goal
    assert overview.expected_grade_changes is not None
    assert 0.0 < overview.expected_grade_changes <= 0.95


async def test_two_essays_end_when_their_order_is_decided(workflow: Workflow) -> None:
    overview = await workflow.answer_until_the_end(await workflow.start(2))
    assert (overview.stop_reason, overview.progress.completed) == (StopReason.ORDER_DECIDED, 3)


async def test_the_result_tells_the_published_reliability_and_what_more_would_buy(workflow: Workflow) -> None:
    batch_id = await workflow.start(6, replace(SETTINGS, budget=9))
    overview = await workflow.answer_until_the_end(batch_id)
    quality = (await workflow.reader.result(batch_id)).quality
    assert quality is not None
    assert quality.outlook is not None
    assert (quality.reliability, quality.reliability_limits) == (
        overview.reliability,
        overview.reliability_limits,
    )
    assert quality.outlook.tenth_more.reliability > quality.reliability
