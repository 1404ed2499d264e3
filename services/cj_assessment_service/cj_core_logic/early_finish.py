"""Ends a batch with what it has, because somebody does not want to wait any longer."""

from dataclasses import dataclass
from uuid import uuid4

from cj_assessment_service.cj_core_logic.batch_callback_handler import BatchCallbackHandler
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.comparisons import withdrawn
from cj_assessment_service.domain.identifiers import BatchId, ClaimToken
from cj_assessment_service.protocols import (
    CJBatchRepositoryProtocol,
    CJComparisonRepositoryProtocol,
    HandOverProtocol,
    SessionProviderProtocol,
)


@dataclass(frozen=True, slots=True)
class EarlyFinish:
    sessions: SessionProviderProtocol
    batches: CJBatchRepositoryProtocol
    comparisons: CJComparisonRepositoryProtocol
    callbacks: BatchCallbackHandler
    hand_over: HandOverProtocol
    clock: Clock

    async def finish(self, batch_id: BatchId) -> bool:
        """False when the batch had ended already. Otherwise nothing more is asked: what is out is withdrawn (judges may still be
        paid for it), and the batch ends as soon as its scale is made; one that is being prepared ends right after that.

        Safe to repeat. Raises UnknownBatch.
        """
        async with self.sessions.session() as session:
            await self.batches.get_batch_state(session, batch_id)
            now = self.clock.now()
            if not await self.batches.request_finish(session, batch_id, now):
                return False
            # whoever is between two waves may have looked before; what they decide must not open another one
            claim = await self.batches.claim_from_anybody(session, batch_id, ClaimToken(uuid4()), now)
            await session.commit()
        if claim is not None:
            await self.hand_over.take(claim)
        else:
            await self._withdraw(batch_id)
        return True

    async def _withdraw(self, batch_id: BatchId) -> None:
        async with self.sessions.session() as session:
            outstanding = await self.comparisons.get_outstanding(session, batch_id)
        if outstanding:
            await self.callbacks.handle(withdrawn(outstanding, self.clock.now()))
