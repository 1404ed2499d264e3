"""Continues batches in the background, so that answers are recorded as fast as they come."""

import asyncio

from cj_assessment_service.cj_core_logic.workflow_continuation import WorkflowContinuation
from cj_assessment_service.domain.batches import Claim
from cj_assessment_service.protocols import HandOverProtocol, TelemetryProtocol

AT_ONCE = 2
"""Scoring takes processor time, so that more would only get in each other's way."""

MOST_WAITING = 20
"""Whoever records answers waits while so many batches do: their claims must not grow old in the queue."""


class HandOverRunner(HandOverProtocol):
    """A batch that cannot be continued now keeps its claim, and the monitor of some process takes it over later."""

    def __init__(self, continuation: WorkflowContinuation, telemetry: TelemetryProtocol) -> None:
        self._continuation = continuation
        self._telemetry = telemetry
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
                await self._continuation.continue_batch(claim)
            except Exception as error:  # noqa: BLE001 - one batch must not stop the others; its claim tells of it
                self._telemetry.batch_left(claim.batch_id, error)
            finally:
                self._claims.task_done()
