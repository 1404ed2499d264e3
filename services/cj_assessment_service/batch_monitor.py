"""Watches every non-terminal state and resumes what was left behind."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from cj_assessment_service.cj_core_logic.batch_recovery import BatchRecovery
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.errors import BatchBusy, InvalidJudge, TryAgain, UnknownBatch
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.domain.policies import LeasePolicy
from cj_assessment_service.protocols import (
    CJBatchRepositoryProtocol,
    RunLockProtocol,
    SessionProviderProtocol,
    TelemetryProtocol,
)

SWEEP_LIMIT = 50
SWEEP_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class BatchMonitor:
    sessions: SessionProviderProtocol
    batches: CJBatchRepositoryProtocol
    recovery: BatchRecovery
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
            await asyncio.sleep(SWEEP_SECONDS)

    async def sweep(self) -> tuple[BatchId, ...]:
        """Resumes batches whose hand-over or whose answers are overdue; returns those it took up."""
        now = self.clock.now()
        claimed_before = now - timedelta(seconds=self.policy.claim_seconds)
        idle_since = now - timedelta(seconds=self.policy.idle_seconds)
        async with self.sessions.session() as session:
            stalled = await self.batches.find_stalled(session, claimed_before, idle_since, SWEEP_LIMIT)
        resumed = []
        for batch_id in stalled:
            try:
                async with self.run_lock.hold(batch_id):
                    await self.recovery.resume(batch_id, claimed_before)
            except (BatchBusy, UnknownBatch):
                continue  # another process drives it, or it was deleted meanwhile
            except InvalidJudge as error:
                # here its judge cannot or must not be asked; that is no reason to stop everything else
                self.telemetry.delivery_failed("monitor", f"Batch {batch_id}: {error}")
                continue
            resumed.append(batch_id)
        return tuple(resumed)
