"""Sees to questions that nobody answered in time: they go out again, or have failed, and their batch goes on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from cj_assessment_service.cj_core_logic.batch_callback_handler import BatchCallbackHandler
from cj_assessment_service.cj_core_logic.batch_processor import BatchProcessor
from cj_assessment_service.domain.batches import BatchOverview
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.comparisons import (
    ComparisonRequest,
    Deadlines,
    JudgeFailure,
    Outcome,
    OverdueQuestion,
)
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.domain.policies import DeadlinePolicy
from cj_assessment_service.protocols import (
    FIRST,
    CJBatchRepositoryProtocol,
    CJComparisonRepositoryProtocol,
    SessionProviderProtocol,
    TelemetryProtocol,
)


@dataclass(frozen=True, slots=True)
class OverdueQuestions:
    sessions: SessionProviderProtocol
    batches: CJBatchRepositoryProtocol
    comparisons: CJComparisonRepositoryProtocol
    processor: BatchProcessor
    callbacks: BatchCallbackHandler
    policy: DeadlinePolicy
    telemetry: TelemetryProtocol
    clock: Clock

    async def find(self, limit: int, after: BatchId = FIRST) -> tuple[BatchId, ...]:
        """Batches that wait for such questions, by id, with greater ids than `after`."""
        async with self.sessions.session() as session:
            return await self.comparisons.find_overdue(session, self._deadlines(), limit, after)

    async def settle(self, batch_id: BatchId) -> bool:
        """Sends the overdue questions of a batch again, and records those as failed that were sent often enough; False when there
        are none any more. The caller keeps other processes from doing the same at once.

        Beside questions that are still out nobody knows what is left of a cost limit, so that none is sent again there: it
        fails, and may be asked again in the next wave. Raises UnknownBatch, and InvalidJudge when a judge cannot be asked here.
        """
        async with self.sessions.session() as session:
            overview = await self.batches.get_overview(session, batch_id)
            overdue = await self.comparisons.get_overdue(session, batch_id, self._deadlines())
        if not overdue:
            return False
        again = self._to_send_again(overdue, overview)
        given_up = [one.request for one in overdue if one.request not in again]
        if given_up:
            await self.callbacks.handle([self._unanswered(request) for request in given_up])
        if again:
            await self.processor.send(again, overview)
        self.telemetry.questions_overdue(batch_id, len(again), len(given_up))
        return True

    def _to_send_again(
        self, overdue: Sequence[OverdueQuestion], overview: BatchOverview
    ) -> list[ComparisonRequest]:
        others_are_out = overview.progress.pending > len(overdue)
        if others_are_out and overview.settings.max_cost is not None:
            return []
        if overview.finish_requested_at is not None:
            return []
        return [one.request for one in overdue if one.sendings < self.policy.most_sendings]

    def _unanswered(self, request: ComparisonRequest) -> Outcome:
        failure = JudgeFailure(
            ErrorCode.TIMEOUT,
            f"{request.judge} did not answer within {self.policy.answer_seconds:g} seconds.",
        )
        return Outcome(request.request_id, failure, self.clock.now())

    def _deadlines(self) -> Deadlines:
        now = self.clock.now()
        return Deadlines(
            sent_before=now - timedelta(seconds=self.policy.answer_seconds),
            recorded_before=now - timedelta(seconds=self.policy.unsent_seconds),
        )
