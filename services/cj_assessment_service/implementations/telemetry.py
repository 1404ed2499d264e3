"""What the workflow reports, as log lines and metrics. Essay texts, prompts and names never appear here."""

import logging
import traceback
from collections.abc import Sequence
from dataclasses import dataclass

from cj_assessment_service.domain.batches import BatchEnding, BatchState, Claim
from cj_assessment_service.domain.decisions import Decision
from cj_assessment_service.domain.errors import ErrorCode, TryAgain
from cj_assessment_service.domain.identifiers import BatchId, RequestId
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.domain.provider_batches import ProviderBatch
from cj_assessment_service.domain.scores import Scoreboard
from cj_assessment_service.metrics import Metrics
from cj_assessment_service.protocols import TelemetryProtocol

logger = logging.getLogger("cj_assessment_service")


@dataclass(frozen=True, slots=True)
class LoggedTelemetry(TelemetryProtocol):
    metrics: Metrics

    def batch_created(self, batch_id: BatchId, essays: int) -> None:
        self.metrics.batches_started.inc()
        logger.info("batch %d created with %d essays", batch_id, essays)

    def batch_prepared(self, batch_id: BatchId, loaded: int, failed: int) -> None:
        logger.info("batch %d prepared: %d essays loaded, %d failed", batch_id, loaded, failed)

    def wave_recorded(self, batch_id: BatchId, wave: int, comparisons: int) -> None:
        self.metrics.waves.inc()
        logger.info("batch %d wave %d recorded with %d comparisons", batch_id, wave, comparisons)

    def wave_sent(self, batch_id: BatchId, wave: int, comparisons: int) -> None:
        logger.debug("batch %d wave %d: %d comparisons sent", batch_id, wave, comparisons)

    def answers_reused(self, batch_id: BatchId, count: int) -> None:
        self.metrics.answers_reused.inc(count)
        logger.info("batch %d: %d answers taken from earlier batches", batch_id, count)

    def judge_out_of_reach(self, judge: str, code: ErrorCode) -> None:
        self.metrics.breakers_opened.inc()
        logger.warning("judge %s cannot be reached (%s) and is left alone for a while", judge, code.value)

    def answered_by_alternate(self, asked: str, alternate: str) -> None:
        self.metrics.fail_overs.inc()
        logger.info("judge %s answered in the place of %s", alternate, asked)

    def question_not_sent(self, batch_id: BatchId, code: ErrorCode) -> None:
        self.metrics.questions_not_sent.labels(code=code.value).inc()
        logger.debug("batch %d: a question was not sent (%s)", batch_id, code.value)

    def answers_recorded(self, batch_id: BatchId, completed: int, failed: int) -> None:
        self.metrics.comparisons.labels(status="completed").inc(completed)
        self.metrics.comparisons.labels(status="failed").inc(failed)
        logger.debug("batch %d: %d answers and %d failures recorded", batch_id, completed, failed)

    def answers_repeated(self, request_ids: Sequence[RequestId]) -> None:
        self.metrics.answers_repeated.inc(len(request_ids))

    def answers_orphaned(self, request_ids: Sequence[RequestId]) -> None:
        self.metrics.answers_orphaned.inc(len(request_ids))
        logger.warning("%d answers to questions nobody recorded", len(request_ids))

    def orphans_adopted(self, count: int) -> None:
        self.metrics.orphans_settled.labels(end="adopted").inc(count)
        logger.info("%d answers found the questions they had come before", count)

    def orphans_forgotten(self, count: int) -> None:
        self.metrics.orphans_settled.labels(end="forgotten").inc(count)
        logger.warning("%d answers were given up, as their questions never appeared", count)

    def questions_overdue(self, batch_id: BatchId, sent_again: int, given_up: int) -> None:
        self.metrics.questions_overdue.labels(action="sent_again").inc(sent_again)
        self.metrics.questions_overdue.labels(action="given_up").inc(given_up)
        logger.warning(
            "batch %d: of the overdue questions %d go out again and %d are given up",
            batch_id,
            sent_again,
            given_up,
        )

    def hand_over_claimed(self, claim: Claim) -> None:
        logger.debug("batch %d: hand-over after wave %d claimed", claim.batch_id, claim.wave)

    def wave_scored(self, claim: Claim, board: Scoreboard) -> None:
        self.metrics.reliability.observe(board.reliability)
        logger.info(
            "batch %d wave %d scored: reliability %.3f from %d judgements",
            claim.batch_id,
            claim.wave,
            board.reliability,
            board.decisions,
        )

    def decision_made(self, claim: Claim, decision: Decision) -> None:
        self.metrics.decisions.labels(decision=type(decision).__name__).inc()
        logger.info("batch %d wave %d: %s", claim.batch_id, claim.wave, decision)

    def batch_ended(self, batch_id: BatchId, ending: BatchEnding) -> None:
        self.metrics.batches_ended.labels(status=ending.status.value, reason=ending.reason.value).inc()
        logger.info("batch %d ended: %s because %s", batch_id, ending.status.value, ending.reason.value)

    def batch_left(self, batch_id: BatchId, error: Exception) -> None:
        """A fault that passes is told in a line; any other may be a mistake of ours, which only its trace finds."""
        self.metrics.batches_left.labels(fault=type(error).__name__).inc()
        trace = None if isinstance(error, TryAgain) else error
        logger.warning("batch %d is left for now: %s", batch_id, error, exc_info=trace)

    def batch_resumed(self, batch_id: BatchId, state: BatchState) -> None:
        self.metrics.batches_resumed.labels(state=state.value).inc()
        logger.info("batch %d resumed from %s", batch_id, state.value)

    def provider_batch_submitted(self, batch: ProviderBatch) -> None:
        self.metrics.provider_batches.labels(status="submitted").inc()
        logger.info(
            "batch %d: %d questions handed to %s as %s",
            batch.batch_id,
            len(batch.request_ids),
            batch.judge,
            batch.submission_id,
        )

    def provider_batch_over(self, batch: ProviderBatch, answered: int) -> None:
        self.metrics.provider_batches.labels(status="over").inc()
        logger.info("batch %d: %s is over with %d answers", batch.batch_id, batch.submission_id, answered)

    def message_parked(self, message: Message, reason: str) -> None:
        self.metrics.messages_parked.labels(topic=message.topic).inc()
        logger.error("message on %s parked: %s", message.topic, reason)

    def delivery_failed(self, topic: str, reason: str) -> None:
        self.metrics.delivery_failures.labels(topic=topic).inc()
        logger.warning("delivery on %s will be repeated: %s", topic, reason)

    def handling_failed(self, topic: str, error: Exception) -> None:
        self.metrics.delivery_failures.labels(topic=topic).inc()
        # where it happened and of what kind, but not in its own words: they may quote a text
        where = "".join(traceback.format_tb(error.__traceback__))
        logger.error(
            "handling of %s failed with %s; it will be repeated\n%s", topic, type(error).__name__, where
        )
