"""Watches every non-terminal state and resumes what was left behind."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from cj_assessment_service.cj_core_logic.batch_recovery import BatchRecovery
from cj_assessment_service.cj_core_logic.orphan_adoption import OrphanAdoption
from cj_assessment_service.cj_core_logic.overdue_questions import OverdueQuestions
from cj_assessment_service.domain.batches import Silence
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.errors import BatchBusy, TryAgain, UnknownBatch
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.domain.policies import LeasePolicy
from cj_assessment_service.protocols import (
    FIRST,
    CJBatchRepositoryProtocol,
    RunLockProtocol,
    SessionProviderProtocol,
    TelemetryProtocol,
)

PAGE = 50
MOST_ORPHANS = 500


@dataclass(frozen=True, slots=True)
class BatchMonitor:
    """Any number of processes may have one: what one of them works on the others leave alone."""

    sessions: SessionProviderProtocol
    batches: CJBatchRepositoryProtocol
    recovery: BatchRecovery
    questions: OverdueQuestions
    orphans: OrphanAdoption
    run_lock: RunLockProtocol
    policy: LeasePolicy
    telemetry: TelemetryProtocol
    clock: Clock

    async def run(self) -> None:
        """Until cancelled. A database that does not answer is waited for."""
        while True:
            try:
                await self.sweep()
            except TryAgain as error:
                self.telemetry.delivery_failed("monitor", str(error))
            await asyncio.sleep(self.policy.sweep_seconds)

    async def sweep(self) -> tuple[BatchId, ...]:
        """Takes over batches that stand still, settles overdue questions and adopts orphaned answers; returns the batches it
        saw to, each as often as it did. What goes wrong with one of them keeps nothing from the others.
        """
        now = self.clock.now()
        silence = Silence(
            claimed_before=now - timedelta(seconds=self.policy.claim_seconds),
            idle_since=now - timedelta(seconds=self.policy.idle_seconds),
        )
        seen_to = [
            batch_id
            async for batch_id in _pages(lambda after: self._stalled(silence, after))
            if await self._see_to(batch_id, lambda batch_id: self.recovery.take_over(batch_id, silence))
        ]
        seen_to += [
            batch_id
            async for batch_id in _pages(lambda after: self.questions.find(PAGE, after))
            if await self._see_to(batch_id, self.questions.settle)
        ]
        while await self.orphans.adopt(MOST_ORPHANS) == MOST_ORPHANS:
            pass
        await self.orphans.forget()
        return tuple(seen_to)

    async def _stalled(self, silence: Silence, after: BatchId) -> tuple[BatchId, ...]:
        async with self.sessions.session() as session:
            return await self.batches.find_stalled(session, silence, PAGE, after)

    async def _see_to(self, batch_id: BatchId, work: Callable[[BatchId], Awaitable[bool]]) -> bool:
        """Whether there was anything to do, and it was done."""
        try:
            async with self.run_lock.hold(batch_id):
                return await work(batch_id)
        except (BatchBusy, UnknownBatch):
            return False  # another process drives it, or it was deleted meanwhile
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one batch must not stop everything else
            self.telemetry.batch_left(batch_id, error)
            return False


async def _pages(page: Callable[[BatchId], Awaitable[tuple[BatchId, ...]]]) -> AsyncIterator[BatchId]:
    """Every batch of every page, each after the last one of the page before."""
    after = FIRST
    while found := await page(after):
        for batch_id in found:
            yield batch_id
        after = found[-1]
