"""What the metrics say after real batches: each fact once."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from cj_assessment_service.domain.batches import BatchOverview, BatchSettings
from cj_assessment_service.domain.comparisons import ComparisonRequest, OrientedPair, Outcome, Verdict, Winner
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.identifiers import BatchId, EssayId, RequestId
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.domain.panels import Panel
from cj_assessment_service.metrics import Metrics
from cj_assessment_service.protocols import MessagePublisherProtocol
from cj_assessment_service.tests.fixtures.application import RunningApplication
from cj_assessment_service.tests.fixtures.telemetry import value_of
from cj_assessment_service.tests.integration.batches import USAGE
from cj_assessment_service.tests.integration.waiting import until
from cj_assessment_service.tests.unit.implementations.dispatch.scripts import ScriptedJudge, answers, fails
from cj_assessment_service.wire.comparison_result import encode_comparison_result
from cj_assessment_service.wire.topics import COMPARISON_RESULT, REQUESTED

JUDGE = "simulated:sd=2,seed=1"
SETTINGS = BatchSettings(panel=Panel.of(JUDGE), seed=7, language="en", budget=40)
TEXTS = [f"This is essay number {number}, about nothing much." for number in range(6)]


@dataclass(frozen=True, slots=True)
class Counted:
    """A batch that ended, and what was counted since the application started."""

    overview: BatchOverview
    metrics: Metrics

    def value(self, sample: str, **labels: str) -> float:
        return value_of(self.metrics, sample, **labels)

    def total(self, family: str) -> float:
        """Over all labels."""
        return sum(
            sample.value
            for metric in self.metrics.registry.collect()
            for sample in metric.samples
            if sample.name == family
        )


async def run(application: RunningApplication, settings: BatchSettings = SETTINGS) -> Counted:
    batch_id = await application.send(await application.request(TEXTS, settings))
    overview = await application.finish(batch_id)
    metrics = await application.container.get(Metrics)
    counted = Counted(overview, metrics)

    async def told() -> bool | None:
        return counted.total("cj_batches_ended_total") >= 1 or None

    await until(told)
    return counted


@pytest.fixture
async def counted(application: RunningApplication) -> Counted:
    return await run(application)


async def test_a_batch_is_counted_once_from_its_start_to_its_end(counted: Counted) -> None:
    overview = counted.overview
    assert overview.stop_reason is not None
    assert overview.completed_at is not None
    assert counted.value("cj_batches_started_total") == 1
    assert counted.total("cj_batches_ended_total") == 1
    ended = {"status": overview.status.value, "reason": overview.stop_reason.value}
    assert counted.value("cj_batches_ended_total", **ended) == 1
    assert counted.value("huleedu_cj_assessment_duration_seconds_count") == 1
    assert counted.value("huleedu_cj_assessment_duration_seconds_sum") == pytest.approx(
        (overview.completed_at - overview.created_at).total_seconds()
    )
    assert counted.value("huleedu_cj_comparisons_made_sum") == overview.progress.completed
    assert counted.value("cj_iterations_per_batch_sum") == overview.wave
    assert counted.value("cj_budget_used_percentage_sum") == pytest.approx(
        100 * overview.progress.submitted / overview.progress.budget
    )
    assert counted.value("cj_last_answer_to_end_seconds_count") == 1


async def test_every_wave_is_counted_recorded_scored_and_decided_upon(counted: Counted) -> None:
    waves = counted.overview.wave
    assert counted.value("cj_waves_total") == waves
    assert counted.value("cj_wave_reliability_count") == waves
    assert counted.value("cj_batch_progress_percentage_count") == waves
    # the first decision precedes the first wave, the last one ends the batch
    assert counted.value("cj_workflow_decisions_total", decision="RequestMore") == waves
    assert counted.value("cj_workflow_decisions_total", decision="Finalise") == 1
    assert counted.value("cj_score_stability_changes_count") == (1 if waves > 1 else 0)
    assert counted.value("cj_llm_batches_started_total") == 1


async def test_answers_their_calls_tokens_and_prices_add_up_to_what_the_batch_says(counted: Counted) -> None:
    progress = counted.overview.progress
    assert counted.value("cj_comparisons_total", status="completed") == progress.completed
    assert counted.value("cj_callbacks_processed_total", status="recorded") == progress.answered
    assert counted.value("cj_callback_latency_seconds_count") == progress.answered
    assert counted.value("cj_callback_processing_duration_seconds_count") >= 1
    assert counted.value("cj_llm_requests_total", batching_mode="per_request") == progress.submitted
    assert counted.total("cj_assessment_llm_api_calls_total") == progress.answered
    assert counted.total("cj_llm_cost_usd_total") == pytest.approx(float(counted.overview.spent))


async def test_each_stage_is_counted_done(counted: Counted) -> None:
    for stage in ("preparation", "finalisation"):
        assert counted.value("cj_assessment_operations_total", operation=stage, status="done") == 1
        assert counted.value("cj_stage_duration_seconds_count", stage=stage) == 1
    assert counted.total("cj_assessment_operations_total") == counted.total("cj_stage_duration_seconds_count")


async def test_failures_are_counted_by_reason_and_so_is_what_asking_again_brought(
    application: RunningApplication,
) -> None:
    refusal = fails(ErrorCode.ANSWER_REFUSED)
    application.judges.scripted["scripted"] = ScriptedJudge((refusal, refusal, answers), seconds=0.0)
    # enough answers that two failures do not condemn the judge
    counted = await run(application, replace(SETTINGS, panel=Panel.of("scripted"), budget=30))
    assert counted.overview.status.is_complete, counted.overview
    assert counted.value("cj_failed_comparisons_total", failure_reason="ANSWER_REFUSED") == 2
    assert counted.value("cj_comparisons_total", status="failed") == 2
    assert counted.value("cj_retried_comparisons_total") == 2
    assert counted.value("cj_retry_batches_submitted_total") == 1
    assert counted.value("cj_successful_retries_total") == 2
    assert counted.value("cj_permanently_failed_comparisons_total") == 0
    calls = {"provider": "test", "model": "model"}
    completed = counted.overview.progress.completed
    assert counted.value("cj_assessment_llm_api_calls_total", **calls, status="success") == completed
    assert counted.value("cj_assessment_llm_api_calls_total", **calls, status="error") == 2
    assert counted.value("cj_llm_tokens_total", **calls, kind="prompt") == 100 * (completed + 2)


async def test_a_weak_scale_is_counted_once_for_its_batch(application: RunningApplication) -> None:
    counted = await run(application, replace(SETTINGS, budget=8))
    assert counted.overview.wave >= 1
    assert counted.value("cj_bt_se_inflated_batches_total") == 1
    assert counted.value("cj_bt_sparse_coverage_batches_total") == 1


async def test_answers_nobody_asked_for_and_answers_that_come_twice_are_told_apart(
    application: RunningApplication,
) -> None:
    counted = await run(application)
    reader = await application.reader()
    known = (await reader.recorded(counted.overview.identity.batch_id))[0]
    await deliver(application, known.request_id)
    await deliver(application, RequestId(uuid4()))

    async def arrived() -> bool | None:
        return counted.value("cj_orphan_callbacks_total") == 1 or None

    await until(arrived)
    assert counted.value("cj_callbacks_processed_total", status="repeated") == 1
    assert counted.value("cj_callbacks_processed_total", status="orphaned") == 1
    assert (
        counted.value("cj_callbacks_processed_total", status="recorded") == counted.overview.progress.answered
    )


async def deliver(application: RunningApplication, request_id: RequestId) -> None:
    publisher: MessagePublisherProtocol = await application.container.get(MessagePublisherProtocol)
    pair = OrientedPair(EssayId("essay-00"), EssayId("essay-01"))
    request = ComparisonRequest(request_id, BatchId(1), 1, pair, JUDGE)
    outcome = Outcome(request_id, Verdict(Winner.FIRST, USAGE), datetime.now(UTC))
    await publisher.publish(Message(COMPARISON_RESULT, "1", encode_comparison_result(request, outcome)))


async def test_what_cannot_be_read_is_counted_by_its_topic(application: RunningApplication) -> None:
    metrics = await application.container.get(Metrics)
    publisher: MessagePublisherProtocol = await application.container.get(MessagePublisherProtocol)
    await publisher.publish(Message(REQUESTED, "key", b"{"))
    await publisher.publish(Message(COMPARISON_RESULT, "key", b"not JSON"))

    async def parked() -> bool | None:
        both = [
            value_of(metrics, "cj_messages_parked_total", topic=t) for t in (REQUESTED, COMPARISON_RESULT)
        ]
        return both == [1, 1] or None

    await until(parked)
    assert value_of(metrics, "cj_callbacks_processed_total", status="unreadable") == 1


async def test_a_missing_task_is_counted_with_its_reason(application: RunningApplication) -> None:
    request = await application.request(TEXTS, SETTINGS)
    missing = replace(request, task_storage_id=type(request.essays[0].storage_id)("nowhere"))
    await application.finish(await application.send(missing))
    metrics = await application.container.get(Metrics)
    assert (
        value_of(metrics, "huleedu_cj_prompt_fetch_failures_total", reason=ErrorCode.RESOURCE_NOT_FOUND.value)
        == 1
    )
    assert value_of(metrics, "cj_assessment_operations_total", operation="preparation", status="failed") == 1
