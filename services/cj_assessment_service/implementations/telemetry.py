"""What the workflow reports, as log lines, metrics and spans. Essay texts, prompts and names never appear here."""

import logging
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import structlog
from opentelemetry.trace import SpanKind
from structlog.contextvars import bound_contextvars

from cj_assessment_service.domain.batches import (
    BatchEnding,
    BatchIdentity,
    BatchOverview,
    BatchSnapshot,
    BatchState,
    Claim,
    Progress,
)
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.comparisons import NewRequest, PairMode, RecordedOutcome
from cj_assessment_service.domain.decisions import Decision
from cj_assessment_service.domain.errors import CJError, ErrorCode, TryAgain
from cj_assessment_service.domain.identifiers import BatchId, RequestId
from cj_assessment_service.domain.messages import ConsumerLag, Message
from cj_assessment_service.domain.policies import QualityPolicy
from cj_assessment_service.domain.provider_batches import ProviderBatch
from cj_assessment_service.domain.scores import EssayScore, Scoreboard
from cj_assessment_service.domain.service_state import ServiceState
from cj_assessment_service.domain.stages import Stage
from cj_assessment_service.implementations.accounts import (
    count_answers,
    count_ending,
    count_retries,
    count_scale,
    show_state,
)
from cj_assessment_service.implementations.tracing import Tracing, current_trace_parent
from cj_assessment_service.metrics import Metrics
from cj_assessment_service.protocols import TelemetryProtocol
from cj_assessment_service.wire.envelope import read_head

MESSAGES_LOOKED_AT = 50
"""Of a group of answers, for the traces they belong to; answers of one batch follow each other."""

logger: structlog.stdlib.BoundLogger = structlog.wrap_logger(
    logging.getLogger("cj_assessment_service"),
    processors=[structlog.stdlib.filter_by_level, structlog.stdlib.render_to_log_kwargs],
    wrapper_class=structlog.stdlib.BoundLogger,
)
"""Fields travel on the records of the standard library; whoever formats those decides what they look like."""


@dataclass(frozen=True, slots=True)
class LoggedTelemetry(TelemetryProtocol):
    metrics: Metrics
    tracing: Tracing
    quality: QualityPolicy
    clock: Clock

    # ---- stretches of work

    @contextmanager
    def handling_request(self, message: Message) -> Iterator[str | None]:
        head = read_head(message.value)
        sent_at = head.event_timestamp
        if sent_at is not None and sent_at.tzinfo is not None:
            waited = (self.clock.now() - sent_at).total_seconds()
            self.metrics.messages.queue_latency.observe(max(0.0, waited))
        correlation_id = str(head.correlation_id) if head.correlation_id is not None else None
        with (
            bound_contextvars(correlation_id=correlation_id),
            self.tracing.span("request", head.trace_parent, SpanKind.CONSUMER),
        ):
            yield current_trace_parent()

    @contextmanager
    def taking_answers(self, messages: Sequence[Message]) -> Iterator[None]:
        looked_at = messages[:MESSAGES_LOOKED_AT] if self.tracing.is_recording else ()
        parents = [parent for each in looked_at if (parent := read_head(each.value).trace_parent) is not None]
        with self.tracing.span_of_group("answers", parents, {"cj.answers": len(messages)}):
            yield

    @contextmanager
    def recording_answers(self) -> Iterator[None]:
        with self.tracing.span("recording"), self.metrics.answers.recording_seconds.time():
            yield

    @contextmanager
    def stage(self, stage: Stage, batch: BatchIdentity) -> Iterator[None]:
        operations, started = self.metrics.batches.operations, time.perf_counter()
        with (
            bound_contextvars(batch=batch.batch_id, correlation_id=str(batch.correlation_id)),
            self.tracing.span(stage.value, batch.trace_parent, attributes={"cj.batch": batch.batch_id}),
        ):
            with operations.labels(operation=stage.value, status="failed").count_exceptions():
                yield
            operations.labels(operation=stage.value, status="done").inc()
            self.metrics.batches.stage_seconds.labels(stage=stage.value).observe(
                time.perf_counter() - started
            )

    @contextmanager
    def answering_question(self, trace_parent: str | None) -> Iterator[None]:
        with self.tracing.span("question", trace_parent, SpanKind.CONSUMER):
            yield

    @contextmanager
    def fetching_prompt(self) -> Iterator[None]:
        try:
            yield
        except CJError as error:
            self.metrics.batches.prompts_missed.labels(reason=error.code.value).inc()
            raise
        self.metrics.batches.prompts_fetched.inc()

    @contextmanager
    def publishing(self, message: Message) -> Iterator[None]:
        messages = self.metrics.messages
        topic = messages.topic_label.of(message.topic)
        parent = read_head(message.value).trace_parent if self.tracing.is_recording else None
        try:
            with self.tracing.span(
                "publish", parent, SpanKind.PRODUCER, {"messaging.destination.name": topic}
            ):
                yield
        except CJError:
            messages.publishing_failures.labels(topic=topic).inc()
            raise
        messages.published.labels(topic=topic).inc()

    # ---- the story of a batch

    def batch_created(self, batch_id: BatchId, essays: int) -> None:
        self.metrics.batches.started.inc()
        logger.info("batch created", batch=batch_id, essays=essays)

    def request_repeated(self) -> None:
        self.metrics.batches.repeated_requests.inc()
        logger.info("request repeated")

    def batch_prepared(self, batch_id: BatchId, loaded: int, failed: int) -> None:
        logger.info("batch prepared", batch=batch_id, loaded=loaded, failed=failed)

    def wave_recorded(self, batch_id: BatchId, wave: int, requests: Sequence[NewRequest]) -> None:
        retries = sum(request.mode is PairMode.RETRY for request in requests)
        self.metrics.batches.waves.inc()
        self.metrics.judging.first_waves.inc(int(wave == 1))
        self.metrics.answers.retries.inc(retries)
        self.metrics.answers.retry_waves.inc(int(retries > 0))
        logger.info("wave recorded", batch=batch_id, wave=wave, comparisons=len(requests), retries=retries)

    def wave_sent(self, batch_id: BatchId, wave: int, comparisons: int) -> None:
        logger.debug("wave sent", batch=batch_id, wave=wave, comparisons=comparisons)

    def hand_over_claimed(self, claim: Claim) -> None:
        logger.debug("hand-over claimed", batch=claim.batch_id, wave=claim.wave)

    def wave_scored(self, claim: Claim, progress: Progress, board: Scoreboard) -> None:
        batches = self.metrics.batches
        batches.reliability.observe(board.reliability)
        batches.progress.observe(100 * progress.answered / progress.budget)
        logger.info(
            "wave scored",
            batch=claim.batch_id,
            wave=claim.wave,
            reliability=round(board.reliability, 3),
            judgements=board.decisions,
        )

    def decision_made(self, claim: Claim, decision: Decision) -> None:
        name = type(decision).__name__
        self.metrics.batches.decisions.labels(decision=name).inc()
        logger.info("decision made", batch=claim.batch_id, wave=claim.wave, decision=name)

    def scale_published(
        self, snapshot: BatchSnapshot, before: Sequence[EssayScore], scores: Sequence[EssayScore]
    ) -> None:
        count_scale(scores, before, self.quality, self.metrics.batches)
        count_retries(snapshot, self.metrics.answers)

    def batch_ended(self, overview: BatchOverview, ending: BatchEnding) -> None:
        count_ending(overview, ending, self.metrics.batches)
        logger.info(
            "batch ended",
            batch=overview.identity.batch_id,
            status=ending.status.value,
            reason=ending.reason.value,
            comparisons=overview.progress.completed,
            failed=overview.progress.failed,
            waves=overview.wave,
        )

    def batch_left(self, batch_id: BatchId, error: Exception) -> None:
        self.metrics.batches.left.labels(fault=type(error).__name__).inc()
        logger.warning("batch left", batch=batch_id, **_fault(error))

    def batch_resumed(self, batch_id: BatchId, state: BatchState) -> None:
        self.metrics.batches.recovered.labels(state=state.value).inc()
        logger.info("batch resumed", batch=batch_id, state=state.value)

    def stuck_batch_failed(self, batch_id: BatchId, state: BatchState) -> None:
        self.metrics.batches.stuck_failed.inc()
        logger.error("stuck batch failed", batch=batch_id, state=state.value)

    # ---- questions and answers

    def questions_sent(self, comparisons: int) -> None:
        self.metrics.judging.requests.labels(batching_mode="per_request").inc(comparisons)

    def answers_reused(self, batch_id: BatchId, count: int) -> None:
        self.metrics.answers.reused.inc(count)
        logger.info("answers reused", batch=batch_id, answers=count)

    def judge_out_of_reach(self, judge: str, code: ErrorCode) -> None:
        self.metrics.judging.breakers_opened.inc()
        logger.warning("judge out of reach", judge=judge, code=code.value)

    def answered_by_alternate(self, asked: str, alternate: str) -> None:
        self.metrics.judging.fail_overs.inc()
        logger.info("answered by alternate", asked=asked, alternate=alternate)

    def question_not_sent(self, batch_id: BatchId, code: ErrorCode) -> None:
        self.metrics.judging.not_sent.labels(code=code.value).inc()
        logger.debug("question not sent", batch=batch_id, code=code.value)

    def answers_recorded(self, recorded: Sequence[RecordedOutcome]) -> None:
        now = self.clock.now()
        self.metrics.answers.callbacks.labels(status="recorded").inc(len(recorded))
        outcomes = [each.outcome for each in recorded]
        count_answers(outcomes, self.metrics.answers, self.metrics.judging, now)
        logger.debug("answers recorded", answers=len(recorded))

    def answers_repeated(self, request_ids: Sequence[RequestId]) -> None:
        self.metrics.answers.callbacks.labels(status="repeated").inc(len(request_ids))

    def answers_orphaned(self, request_ids: Sequence[RequestId]) -> None:
        self.metrics.answers.callbacks.labels(status="orphaned").inc(len(request_ids))
        self.metrics.answers.orphaned.inc(len(request_ids))
        logger.warning("answers orphaned", answers=len(request_ids))

    def answers_unreadable(self, count: int) -> None:
        self.metrics.answers.callbacks.labels(status="unreadable").inc(count)

    def orphans_adopted(self, count: int) -> None:
        self.metrics.answers.orphans_settled.labels(end="adopted").inc(count)
        logger.info("orphans adopted", answers=count)

    def orphans_forgotten(self, count: int) -> None:
        self.metrics.answers.orphans_settled.labels(end="forgotten").inc(count)
        logger.error("orphans forgotten", answers=count)

    def questions_overdue(self, batch_id: BatchId, sent_again: int, given_up: int) -> None:
        self.metrics.answers.overdue.labels(outcome="sent_again").inc(sent_again)
        self.metrics.answers.overdue.labels(outcome="given_up").inc(given_up)
        logger.warning("questions overdue", batch=batch_id, sent_again=sent_again, given_up=given_up)

    def provider_batch_submitted(self, batch: ProviderBatch) -> None:
        self.metrics.judging.provider_batches.labels(status="submitted").inc()
        self.metrics.judging.requests.labels(batching_mode="provider_batch").inc(len(batch.request_ids))
        logger.info(
            "provider batch submitted",
            batch=batch.batch_id,
            judge=batch.judge,
            submission=str(batch.submission_id),
            questions=len(batch.request_ids),
        )

    def provider_batch_over(self, batch: ProviderBatch, answered: int) -> None:
        self.metrics.judging.provider_batches.labels(status="over").inc()
        logger.info(
            "provider batch over", batch=batch.batch_id, submission=str(batch.submission_id), answers=answered
        )

    # ---- messages and loops

    def message_parked(self, message: Message, reason: str) -> None:  # noqa: ARG002 - it may repeat a name
        messages = self.metrics.messages
        messages.parked.labels(topic=messages.topic_label.of(message.topic)).inc()
        logger.error("message parked", topic=message.topic, remedy="`cj dlq list` tells why")

    def consumer_lag(self, lag: ConsumerLag) -> None:
        metrics = self.metrics.messages
        metrics.consumer_lag.labels(topic=metrics.topic_label.of(lag.topic)).set(lag.messages)

    def delivery_failed(self, topic: str, reason: str) -> None:
        messages = self.metrics.messages
        messages.delivery_failures.labels(topic=messages.topic_label.of(topic)).inc()
        logger.warning("delivery failed", topic=topic, reason=reason)

    def handling_failed(self, topic: str, error: Exception) -> None:
        messages = self.metrics.messages
        messages.delivery_failures.labels(topic=messages.topic_label.of(topic)).inc()
        logger.error("handling failed", topic=topic, **_fault(error))

    def service_state_read(self, state: ServiceState, at: datetime) -> None:
        show_state(state, at, self.metrics.state)


def _fault(error: Exception) -> dict[str, str]:
    """A fault that passes in its own words; of any other, which may be a mistake of ours, its kind and where it happened: its
    words may quote a text.
    """
    if isinstance(error, TryAgain):
        return {"fault": type(error).__name__, "reason": str(error)}
    return {"fault": type(error).__name__, "where": "".join(traceback.format_tb(error.__traceback__))}
