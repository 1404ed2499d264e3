"""Continues batches in the background, so that answers are recorded as fast as they come."""

import asyncio

from cj_assessment_service.cj_core_logic.batch_recovery import BatchRecovery
from cj_assessment_service.cj_core_logic.workflow_continuation import WorkflowContinuation
from cj_assessment_service.domain.batches import Claim, Silence
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.errors import TryAgain
from cj_assessment_service.protocols import HandOverProtocol, TelemetryProtocol

AT_ONCE = 2
"""Scoring takes processor time, so that more would only get in each other's way."""

MOST_WAITING = 20
"""Whoever records answers waits while so many batches do: their claims must not grow old in the queue."""

WAITS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
"""Seconds after each attempt that failed; in all less than a claim lasts, after which any process may take it over."""


class HandOverRunner(HandOverProtocol):
    """Tries again what went wrong; a batch that cannot be continued for longer keeps its claim, to be taken over by a monitor."""

    def __init__(
        self,
        continuation: WorkflowContinuation,
        recovery: BatchRecovery,
        telemetry: TelemetryProtocol,
        clock: Clock,
    ) -> None:
        self._continuation = continuation
        self._recovery = recovery
        self._telemetry = telemetry
        self._clock = clock
        self._claims: asyncio.Queue[Claim] = asyncio.Queue(MOST_WAITING)

    async def take(self, claim: Claim) -> None:
        await self._claims.put(claim)

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as workers:
            for _ in range(AT_ONCE):
                workers.create_task(self._work())

    async def drained(self) -> None:
        """Returns once everything taken so far has been continued, or left to be taken over."""
        await self._claims.join()

    async def _work(self) -> None:
        while True:
            claim = await self._claims.get()
            try:
                await self._see_through(claim)
            finally:
                self._claims.task_done()

    async def _see_through(self, claim: Claim) -> None:
        """A fault that passes is waited for. After any other the claim is taken over from ourselves, which counts: so often and
        no more may a batch break what continues it.
        """
        is_broken = False
        for seconds in WAITS:
            try:
                if is_broken:
                    await self._take_over(claim)
                else:
                    await self._continuation.continue_batch(claim)
            except TryAgain as error:
                self._telemetry.batch_left(claim.batch_id, error)
            except Exception as error:  # noqa: BLE001 - a mistake in one batch must not stop the others
                self._telemetry.batch_left(claim.batch_id, error)
                is_broken = True
            else:
                return
            await asyncio.sleep(seconds)

    async def _take_over(self, claim: Claim) -> None:
        now = self._clock.now()
        await self._recovery.take_over(claim.batch_id, Silence(claimed_before=now, idle_since=now))
