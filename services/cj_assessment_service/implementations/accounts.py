"""What values of the workflow add to the metrics: each fact once."""

from collections.abc import Sequence
from datetime import datetime

from cj_assessment_service.domain.batches import BatchEnding, BatchOverview, BatchSnapshot
from cj_assessment_service.domain.comparisons import AskedState, JudgeUsage, Outcome, Verdict
from cj_assessment_service.domain.policies import QualityPolicy
from cj_assessment_service.domain.scores import EssayScore
from cj_assessment_service.domain.service_state import ServiceState
from cj_assessment_service.metrics import AnswerMetrics, BatchMetrics, JudgingMetrics, StateMetrics


def count_answer(outcome: Outcome, answers: AnswerMetrics, judging: JudgingMetrics, at: datetime) -> None:
    """One that is new in the ledger since `at`."""
    reply = outcome.reply
    answers.latency.observe(max(0.0, (at - outcome.completed_at).total_seconds()))
    if isinstance(reply, Verdict):
        answers.comparisons.labels(status="completed").inc()
    else:
        answers.comparisons.labels(status="failed").inc()
        answers.failures.labels(failure_reason=reply.code.value).inc()
    if reply.usage is not None and reply.usage.attempts > 0:
        _count_calls(reply.usage, isinstance(reply, Verdict), judging)


def _count_calls(usage: JudgeUsage, answered: bool, judging: JudgingMetrics) -> None:
    """All attempts but the last came to nothing."""
    provider, model = judging.provider_label.of(usage.provider), judging.model_label.of(usage.model)
    calls = judging.calls.labels
    calls(provider, model, "success").inc(int(answered))
    calls(provider, model, "error").inc(usage.attempts - int(answered))
    judging.seconds.labels(provider).observe(usage.seconds)
    for kind, tokens in (
        ("prompt", usage.prompt_tokens),
        ("completion", usage.completion_tokens),
        ("cached", usage.cached_tokens),
    ):
        judging.tokens.labels(provider, model, kind).inc(tokens)
    if usage.cached_tokens > 0:
        judging.cache_hits.labels(provider).inc()
    if usage.cost is None:
        judging.unpriced.inc()
    else:
        judging.cost.labels(provider, model).inc(float(usage.cost))


def count_ending(overview: BatchOverview, ending: BatchEnding, batches: BatchMetrics) -> None:
    progress = overview.progress
    batches.ended.labels(status=ending.status.value, reason=ending.reason.value).inc()
    batches.seconds.observe(max(0.0, (ending.at - overview.created_at).total_seconds()))
    batches.comparisons.observe(progress.completed)
    batches.iterations.observe(overview.wave)
    if progress.budget:
        batches.budget_used.observe(100 * progress.submitted / progress.budget)
    if progress.answered:
        batches.finishing_seconds.observe(max(0.0, (ending.at - overview.last_activity_at).total_seconds()))


def count_scale(
    scores: Sequence[EssayScore], before: Sequence[EssayScore], policy: QualityPolicy, batches: BatchMetrics
) -> None:
    """Of a batch that was published with these scores."""
    change = _largest_change(before, scores)
    if change is not None:
        batches.score_change.observe(change)
    if not scores:
        return
    errors = [score.se for score in scores]
    if sum(errors) / len(errors) > policy.mean_se or max(errors) > policy.max_se:
        batches.errors_inflated.inc()
    if sum(score.comparisons for score in scores) / len(scores) < policy.comparisons_per_essay:
        batches.coverage_sparse.inc()


def _largest_change(before: Sequence[EssayScore], after: Sequence[EssayScore]) -> float | None:
    """None where no essay has both."""
    earlier = {score.essay_id: score.score for score in before}
    return max(
        (abs(score.score - earlier[score.essay_id]) for score in after if score.essay_id in earlier),
        default=None,
    )


def count_retries(snapshot: BatchSnapshot, answers: AnswerMetrics) -> None:
    """Of a batch that asks nothing more: what asking again brought, and the pairs whose last question failed."""
    last = {asked.pair.unordered: asked for asked in snapshot.asked}
    answers.successful_retries.inc(
        sum(asked.attempt > 1 and asked.state is AskedState.DECIDED for asked in snapshot.asked)
    )
    answers.permanently_failed.inc(sum(asked.state is AskedState.FAILED for asked in last.values()))


def show_state(state: ServiceState, at: datetime, shown: StateMetrics) -> None:
    for batch_state, count in state.open_batches:
        shown.batches.labels(state=batch_state.value).set(count)
    shown.stuck.set(state.stuck)
    shown.outstanding.set(state.outstanding_questions)
    shown.overdue.set(state.overdue_questions)
    shown.failed_pool.set(state.failed_comparisons)
    shown.outbox.set(state.outbox.waiting)
    shown.outbox_lag.set(state.outbox.oldest_seconds)
    shown.outbox_given_up.set(state.outbox_given_up)
    shown.orphans.set(state.orphans.waiting)
    shown.orphan_age.set(state.orphans.oldest_seconds)
    shown.dead_letters.set(state.dead_letters)
    shown.unprojected.set(state.unprojected)
    shown.read_at.set(at.timestamp())
