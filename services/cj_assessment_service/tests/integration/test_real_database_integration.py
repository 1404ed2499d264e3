"""Whole batches on a real PostgreSQL."""

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from cj_assessment_service.cj_core_logic.batch_processor import BatchProcessor
from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.batches import BatchSettings, BatchState, BatchStatus, StopReason
from cj_assessment_service.domain.comparisons import ComparisonRequest, JudgeFailure, JudgeReply
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.essays import EssayReference
from cj_assessment_service.domain.identifiers import EssayId, StorageId
from cj_assessment_service.domain.panels import Panel
from cj_assessment_service.tests.fixtures.application import RunningApplication
from cj_assessment_service.tests.integration.workflow import SETTINGS, Workflow, text_of

SIMULATED = BatchSettings(panel=Panel.of("simulated:sd=2,seed=1"), seed=7, language="en")


def always_fails(_: ComparisonRequest) -> JudgeReply:
    return JudgeFailure(ErrorCode.INVALID_RESPONSE, "gibberish")


async def outbox_topics(engine: AsyncEngine) -> list[str]:
    async with engine.connect() as connection:
        return list(await connection.scalars(text("select topic from event_outbox order by sequence")))


class TestRealDatabaseIntegration:
    async def test_full_batch_lifecycle_with_real_database(
        self, application: RunningApplication, test_db_engine: AsyncEngine
    ) -> None:
        request = await application.request([text_of(number) for number in range(12)], SIMULATED)
        overview = await application.finish(await application.send(request))
        assert overview.status in {BatchStatus.COMPLETE_STABLE, BatchStatus.COMPLETE_MAX_COMPARISONS}
        assert overview.state is BatchState.COMPLETED
        assert overview.progress.pending == 0
        result = await (await application.reader()).result(overview.identity.batch_id)
        assert sorted(essay.rank for essay in result.essays if essay.rank is not None) == list(range(1, 13))
        assert result.quality is not None
        assert result.quality.reliability > 0.5
        assert await outbox_topics(test_db_engine) == [
            "huleedu.cj_assessment.completed.v1",
            "huleedu.assessment.result.published.v1",
            "huleedu.resource.consumption.v1",
        ]

    async def test_the_levels_of_a_judge_are_stored_and_shown_in_the_result(
        self, application: RunningApplication
    ) -> None:
        graded = replace(SIMULATED, panel=Panel.of("simulated:sd=2,levels=6,seed=1"), budget=24)
        request = await application.request([text_of(number) for number in range(8)], graded)
        overview = await application.finish(await application.send(request))
        assert overview.settings.answers is AnswerForm.GRADED
        result = await (await application.reader()).result(overview.identity.batch_id)
        decided = [one for one in result.comparisons if one.winner is not None]
        assert len(decided) == 24
        assert {one.level for one in decided} == {1, 2, 3}

    async def test_a_batch_that_asks_for_the_winner_gets_no_levels(
        self, application: RunningApplication
    ) -> None:
        plain = replace(
            SIMULATED, panel=Panel.of("simulated:sd=2,levels=6,seed=1"), budget=4, answers=AnswerForm.WINNER
        )
        request = await application.request([text_of(number) for number in range(4)], plain)
        overview = await application.finish(await application.send(request))
        result = await (await application.reader()).result(overview.identity.batch_id)
        assert overview.settings.answers is AnswerForm.WINNER
        assert {one.level for one in result.comparisons} == {None}

    async def test_a_question_sent_again_asks_for_the_same_form_of_answer(self, workflow: Workflow) -> None:
        batch_id = await workflow.start(4, replace(SETTINGS, answers=AnswerForm.GRADED_OR_TIE))
        processor = await workflow.container.get(BatchProcessor)
        again = await processor.send_outstanding(batch_id)
        asked = workflow.judges.asked
        assert len(asked) == 2 * again > 0
        assert {task.answers for task in asked} == {AnswerForm.GRADED_OR_TIE}
        assert all('"tie"' in task.prompt.texts for task in asked)

    async def test_two_batches_with_the_same_essays_do_not_touch_each_other(self, workflow: Workflow) -> None:
        first, second = await workflow.start(4), await workflow.start(4)
        await workflow.answer_until_the_end(first)
        untouched = await workflow.overview(second)
        assert untouched.progress.answered == 0
        assert untouched.state is BatchState.WAITING_CALLBACKS

    async def test_a_judge_that_never_answers_readably_ends_the_batch_as_failed(
        self, workflow: Workflow, test_db_engine: AsyncEngine
    ) -> None:
        batch_id = await workflow.start(12)
        overview = await workflow.answer_until_the_end(batch_id, always_fails)
        assert overview.status is BatchStatus.ERROR_PROCESSING
        assert overview.stop_reason is StopReason.HOPELESS_JUDGE
        assert overview.progress.submitted < overview.progress.budget
        assert await outbox_topics(test_db_engine) == ["huleedu.cj_assessment.failed.v1"]

    async def test_an_essay_whose_text_is_missing_is_reported_and_the_rest_goes_on(
        self, workflow: Workflow
    ) -> None:
        request = await workflow.request(4)
        lost = EssayReference(EssayId("lost"), StorageId("sha256-nowhere"))
        batch_id = await workflow.orchestrator.start(replace(request, essays=(*request.essays, lost)))
        overview = await workflow.answer_until_the_end(batch_id)
        result = await workflow.reader.result(batch_id)
        assert overview.status.is_complete
        assert [essay.essay_id for essay in result.failed_essays] == ["lost"]
        assert len(result.essays) == 4

    async def test_the_budget_is_never_exceeded(self, workflow: Workflow) -> None:
        batch_id = await workflow.start(12, replace(SETTINGS, budget=20))
        overview = await workflow.answer_until_the_end(batch_id)
        assert overview.progress.submitted == 20
        assert overview.status is BatchStatus.COMPLETE_MAX_COMPARISONS
        assert overview.stop_reason is StopReason.BUDGET_EXHAUSTED

    @pytest.mark.parametrize("essays", [0, 1])
    async def test_too_few_essays_end_at_once_and_say_so(self, workflow: Workflow, essays: int) -> None:
        request = await workflow.request(1)
        lost = EssayReference(EssayId("lost"), StorageId("sha256-nowhere"))
        submitted = (*request.essays[:essays], lost)
        batch_id = await workflow.orchestrator.start(replace(request, essays=submitted))
        overview = await workflow.overview(batch_id)
        assert overview.status is BatchStatus.COMPLETE_INSUFFICIENT_ESSAYS
        result = await workflow.reader.result(batch_id)
        assert [essay.score for essay in result.essays] == [0.0] * essays
        assert all(essay.se > 0 for essay in result.essays)
