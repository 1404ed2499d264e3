"""The batch as one snapshot: the only thing a decision may rest on."""

from dataclasses import dataclass

from cj_assessment_service.domain.batches import BatchSnapshot
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.protocols import (
    CJBatchRepositoryProtocol,
    CJComparisonRepositoryProtocol,
    CJEssayRepositoryProtocol,
    SessionProviderProtocol,
)


@dataclass(frozen=True, slots=True)
class BatchCompletionChecker:
    sessions: SessionProviderProtocol
    batches: CJBatchRepositoryProtocol
    essays: CJEssayRepositoryProtocol
    comparisons: CJComparisonRepositoryProtocol
    clock: Clock

    async def snapshot(self, batch_id: BatchId) -> BatchSnapshot:
        """Without the questions to excluded judges and their answers, as if they had never been asked. Raises UnknownBatch."""
        async with self.sessions.session() as session:
            overview = await self.batches.get_overview(session, batch_id)
            items = await self.essays.get_essays_for_batch(session, batch_id)
            history = await self.comparisons.get_history(session, batch_id)
            brief = request = None
            if any(item.is_anchor for item in items):
                brief = await self.batches.get_brief(session, batch_id)
            if overview.settings.plan_use is not None:
                request = await self.batches.get_original_request(session, batch_id)
        return BatchSnapshot(
            overview=overview,
            items=items,
            decided=tuple(one for one in history.decided if one.judge not in overview.excluded_judges),
            asked=tuple(one for one in history.asked if one.judge not in overview.excluded_judges),
            taken_at=self.clock.now(),
            scale=brief.scale if brief is not None else None,
            plan=request.plan if request is not None else None,
        )
