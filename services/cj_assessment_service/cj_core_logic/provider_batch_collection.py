"""Brings home what providers answered of the questions they were handed as a whole."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from cj_assessment_service.cj_core_logic.batch_callback_handler import BatchCallbackHandler
from cj_assessment_service.cj_core_logic.batch_processor import BatchProcessor
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.comparisons import JudgeFailure, JudgeUsage, Outcome
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.domain.judges import JudgeSpec
from cj_assessment_service.domain.provider_batches import ProviderBatch
from cj_assessment_service.protocols import (
    BatchJudgeProtocol,
    JudgeProviderProtocol,
    ProviderBatchRepositoryProtocol,
    SessionProviderProtocol,
    TelemetryProtocol,
)

UNDER_WAY = timedelta(minutes=5)
"""For so long a submission without the provider's name may still be on its way."""


@dataclass(frozen=True, slots=True)
class ProviderBatchCollection:
    sessions: SessionProviderProtocol
    provider_batches: ProviderBatchRepositoryProtocol
    judges: JudgeProviderProtocol
    callbacks: BatchCallbackHandler
    processor: BatchProcessor
    telemetry: TelemetryProtocol
    clock: Clock

    async def open_batches(self) -> tuple[ProviderBatch, ...]:
        """Those from which answers are still expected."""
        async with self.sessions.session() as session:
            return await self.provider_batches.get_open(session)

    async def advance(self, batch: ProviderBatch) -> None:
        """Looks at one submission: collects it when it is over, cancels it when its time is. Safe to repeat at any point:
        answers are recorded before the submission is closed, and each only once.

        Raises TryAgain for a fault that may pass, InvalidJudge when its judge cannot be opened any more.
        """
        async with _opened(self.judges, batch) as judge:
            if batch.provider_id is not None:
                await self._follow(batch, batch.provider_id, judge)
            elif batch.created_at + UNDER_WAY <= self.clock.now():
                await self._find(batch, judge)

    async def cancel_all(self, batch_id: BatchId) -> None:
        """Of a batch nobody wants any more, or its provider would go on and be paid. Raises TryAgain for a fault that may
        pass.
        """
        for batch in await self.open_batches():
            if batch.batch_id == batch_id and batch.provider_id is not None:
                async with _opened(self.judges, batch) as judge:
                    await judge.cancel(batch.provider_id)

    async def _find(self, batch: ProviderBatch, judge: BatchJudgeProtocol) -> None:
        provider_id = await judge.find(batch)
        if provider_id is not None:
            async with self.sessions.session() as session:
                await self.provider_batches.mark_submitted(
                    session, batch.submission_id, provider_id, self.clock.now()
                )
                await session.commit()
            return
        await self._close(batch, answered=0)
        await self.processor.send_outstanding(batch.batch_id)

    async def _follow(self, batch: ProviderBatch, provider_id: str, judge: BatchJudgeProtocol) -> None:
        progress = await judge.progress(provider_id)
        if not progress.is_over:
            if batch.until is not None and batch.until <= self.clock.now():
                await judge.cancel(provider_id)
            return
        waiting = frozenset(batch.request_ids)
        collected = await judge.collect(provider_id, batch.answers)
        now = self.clock.now()
        answered = [
            Outcome(answer.request_id, answer.reply, now)
            for answer in collected
            if answer.request_id in waiting
        ]
        missing = waiting - {outcome.request_id for outcome in answered}
        failed = [Outcome(request_id, self._unanswered(batch), now) for request_id in sorted(missing)]
        if waiting:
            await self.callbacks.handle([*answered, *failed])
        await self._close(batch, len(answered))

    def _unanswered(self, batch: ProviderBatch) -> JudgeFailure:
        """Providers do not charge for what they did not answer."""
        judge = JudgeSpec.parse(batch.judge)
        usage = JudgeUsage(judge.kind, judge.argument, seconds=0.0, cost=Decimal(0))
        if batch.until is not None and batch.until <= self.clock.now():
            return JudgeFailure(
                ErrorCode.TIME_LIMIT_EXCEEDED,
                "The time of the batch was over before the provider answered.",
                usage,
            )
        return JudgeFailure(
            ErrorCode.TIMEOUT, "The provider's batch ended without an answer to this question.", usage
        )

    async def _close(self, batch: ProviderBatch, answered: int) -> None:
        async with self.sessions.session() as session:
            await self.provider_batches.mark_over(session, batch.submission_id, self.clock.now())
            await session.commit()
        self.telemetry.provider_batch_over(replace(batch, request_ids=()), answered)


@asynccontextmanager
async def _opened(judges: JudgeProviderProtocol, batch: ProviderBatch) -> AsyncIterator[BatchJudgeProtocol]:
    judge = judges.open_batch(JudgeSpec.parse(batch.judge))
    try:
        yield judge
    finally:
        await judge.close()
