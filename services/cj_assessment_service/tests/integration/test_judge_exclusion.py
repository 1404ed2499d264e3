"""A judge is left out of a scale and taken back in: what is stored, what is shown, and what is refused."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cj_assessment_service.cj_core_logic.grade_projection.scales import get_scale
from cj_assessment_service.cj_core_logic.judge_exclusion import JudgeExclusion
from cj_assessment_service.domain.batches import BatchState
from cj_assessment_service.domain.comparisons import ComparisonRequest, JudgeReply, Outcome, Verdict, Winner
from cj_assessment_service.domain.errors import BatchBusy, InvalidJudge
from cj_assessment_service.domain.grades import ProjectedGrades
from cj_assessment_service.domain.identifiers import AssignmentId, BatchId, GradeScaleId
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.domain.panels import Panel
from cj_assessment_service.domain.results import AssessmentResult
from cj_assessment_service.domain.scale_changes import Exclusion
from cj_assessment_service.tests.fixtures.repositories import PostgresDataAccess
from cj_assessment_service.tests.integration.batches import NOW, prepared_batch
from cj_assessment_service.tests.integration.callback_simulator import USAGE, smaller_id_wins
from cj_assessment_service.tests.integration.workflow import SETTINGS, Workflow
from cj_assessment_service.wire.comparison_result import encode_comparison_result
from cj_assessment_service.wire.topics import COMPARISON_RESULT

ASSIGNMENT = AssignmentId("two-minds")
GOOD, BAD = "silent", "contrary"
TWO = replace(SETTINGS, panel=Panel.of(GOOD, BAD), budget=40)


def contrary(request: ComparisonRequest) -> JudgeReply:
    """The larger id wins where the two are far apart, so that it does not simply turn the scale round."""
    first, second = (int(essay[-2:]) for essay in (request.pair.first, request.pair.second))
    if abs(first - second) < 3:
        return smaller_id_wins(request)
    return Verdict(Winner.FIRST if first > second else Winner.SECOND, USAGE)


def answered_in_turn(requests: tuple[ComparisonRequest, ...]) -> tuple[Message, ...]:
    """Every third question is answered by the contrary judge, the others by the good one."""
    messages = []
    for place, request in enumerate(requests):
        judge, answer = (BAD, contrary) if place % 3 == 0 else (GOOD, smaller_id_wins)
        outcome = Outcome(request.request_id, answer(request), datetime.now(UTC), judge=judge)
        messages.append(
            Message(COMPARISON_RESULT, str(request.batch_id), encode_comparison_result(request, outcome))
        )
    return tuple(messages)


async def wave(workflow: Workflow, batch_id: BatchId) -> None:
    await workflow.deliver(answered_in_turn(await workflow.outstanding(batch_id)))


async def finished(workflow: Workflow) -> BatchId:
    await workflow.configure(ASSIGNMENT, get_scale(GradeScaleId("cefr")), [(0, "C1"), (5, "B1"), (9, "A1")])
    batch_id = await workflow.orchestrator.start(await workflow.request(10, TWO, ASSIGNMENT))
    for _ in range(50):
        if (await workflow.overview(batch_id)).status.is_terminal:
            return batch_id
        await wave(workflow, batch_id)
    raise AssertionError("the batch did not end")


async def exclusion_of(workflow: Workflow) -> JudgeExclusion:
    return await workflow.container.get(JudgeExclusion)


def without_judges(result: AssessmentResult) -> AssessmentResult:
    """What the scale itself has to say."""
    return replace(result, judges=(), comparisons=())


async def test_excluding_changes_scores_and_grades_and_restoring_brings_them_back(
    workflow: Workflow, postgres_data_access: PostgresDataAccess
) -> None:
    batch_id, exclusion = await finished(workflow), await exclusion_of(workflow)
    before = await workflow.reader.result(batch_id)
    change = await exclusion.exclude(batch_id, BAD)
    after = await workflow.reader.result(batch_id)
    assert (change.excluded, change.decisions) == (
        (BAD,),
        next(j.decisions for j in before.judges if j.judge == BAD),
    )
    assert change.reliability_before == before.overview.reliability
    assert change.reliability_after == after.overview.reliability
    assert change.reliability_after is not None
    assert change.reliability_before is not None
    assert change.reliability_after > change.reliability_before
    assert after.quality is not None
    assert after.quality.reliability == after.overview.reliability
    assert {essay.essay_id: essay.score for essay in after.essays} != {
        e.essay_id: e.score for e in before.essays
    }
    async with postgres_data_access.sessions.session() as session:
        stored = await postgres_data_access.essays.get_scores(session, batch_id)
        grades = await postgres_data_access.projections.get_for_batch(session, batch_id)
    assert {one.essay_id: one.score for one in stored} == {e.essay_id: e.score for e in after.essays}
    assert isinstance(grades, ProjectedGrades)
    assert {p.essay_id: p.confidence for p in grades.projections} == {
        e.essay_id: e.projection.confidence for e in after.essays if e.projection is not None
    }
    back = await exclusion.restore(batch_id, BAD)
    assert (back.excluded, back.rank_correlation) == ((), change.rank_correlation)
    again = await workflow.reader.result(batch_id)
    assert without_judges(again) == without_judges(before)


async def test_an_excluded_judge_is_named_described_and_keeps_its_decisions(workflow: Workflow) -> None:
    batch_id = await finished(workflow)
    before = await workflow.reader.result(batch_id)
    await (await exclusion_of(workflow)).exclude(batch_id, BAD)
    result = await workflow.reader.result(batch_id)
    assert result.comparisons == before.comparisons
    assert result.overview.excluded_judges == (BAD,)
    assert result.quality is not None
    assert f"Excluded, so that their decisions do not count: {BAD}." in result.quality.warnings
    (out,) = [judge for judge in result.judges if judge.is_excluded]
    assert (out.judge, out.terms is not None) == (BAD, True)
    assert sum(essay.comparisons for essay in result.essays) == 2 * sum(
        judge.decisions for judge in result.judges if not judge.is_excluded
    )


async def test_in_a_running_batch_an_excluded_judge_neither_counts_nor_is_asked(workflow: Workflow) -> None:
    batch_id = await workflow.start(10, TWO)
    await wave(workflow, batch_id)
    await wave(workflow, batch_id)
    change = await (await exclusion_of(workflow)).exclude(batch_id, GOOD)
    outstanding = {request.request_id for request in await workflow.outstanding(batch_id)}
    assert change.decisions > 0
    while not (await workflow.overview(batch_id)).status.is_terminal:
        new = [r for r in await workflow.outstanding(batch_id) if r.request_id not in outstanding]
        assert {request.judge for request in new} <= {BAD}
        await wave(workflow, batch_id)
    result = await workflow.reader.result(batch_id)
    overview = await workflow.overview(batch_id)
    assert result.quality is not None
    assert overview.reliability == result.quality.reliability
    decided = [one for one in result.comparisons if one.winner is not None and one.judge == BAD]
    assert sum(essay.comparisons for essay in result.essays) == 2 * len(decided)


async def test_a_judge_may_be_excluded_before_anything_was_decided(workflow: Workflow) -> None:
    batch_id = await workflow.start(4, TWO)
    change = await (await exclusion_of(workflow)).exclude(batch_id, BAD)
    assert (change.decisions, change.moves, change.reliability_after) == (0, (), None)
    assert (await workflow.overview(batch_id)).excluded_judges == (BAD,)


async def test_the_last_judge_stays(workflow: Workflow) -> None:
    batch_id, exclusion = await finished(workflow), await exclusion_of(workflow)
    await exclusion.exclude(batch_id, BAD)
    with pytest.raises(InvalidJudge, match="nobody is left to make the scale"):
        await exclusion.exclude(batch_id, GOOD)
    assert (await workflow.overview(batch_id)).excluded_judges == (BAD,)


async def test_what_cannot_be_done_is_refused_with_the_reason(workflow: Workflow) -> None:
    batch_id, exclusion = await workflow.start(4, TWO), await exclusion_of(workflow)
    with pytest.raises(
        InvalidJudge, match=f"offline is no judge of batch {batch_id}. Its judges: silent, contrary"
    ):
        await exclusion.exclude(batch_id, "offline")
    with pytest.raises(InvalidJudge, match="not excluded"):
        await exclusion.restore(batch_id, BAD)
    await exclusion.exclude(batch_id, BAD)
    with pytest.raises(InvalidJudge, match=r"excluded from batch [0-9]+ already"):
        await exclusion.exclude(batch_id, BAD)


async def test_of_two_decisions_about_the_judges_at_once_one_is_told_to_try_again(workflow: Workflow) -> None:
    three = replace(TWO, panel=Panel.of(GOOD, BAD, "third"))
    batch_id, exclusion = await workflow.start(4, three), await exclusion_of(workflow)
    ends = await asyncio.gather(
        exclusion.exclude(batch_id, BAD), exclusion.exclude(batch_id, "third"), return_exceptions=True
    )
    refused = [end for end in ends if isinstance(end, BatchBusy)]
    excluded = (await workflow.overview(batch_id)).excluded_judges
    assert len(refused) + len(excluded) == 2


@pytest.mark.parametrize(
    ("state", "before"),
    [(BatchState.WAITING_CALLBACKS, frozenset[str]()), (BatchState.INITIALIZING, frozenset({BAD}))],
)
async def test_judges_change_only_while_the_batch_is_as_it_was_read(
    postgres_data_access: PostgresDataAccess, state: BatchState, before: frozenset[str]
) -> None:
    batch_id = await prepared_batch(postgres_data_access)
    exclusion = Exclusion(before, before | {GOOD})
    async with postgres_data_access.sessions.session() as session:
        changed = await postgres_data_access.panels.exclude_judges(session, batch_id, state, exclusion, NOW)
    assert not changed
