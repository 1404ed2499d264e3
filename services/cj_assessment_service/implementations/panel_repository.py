"""The judges of batches in PostgreSQL."""

from datetime import datetime

from sqlalchemy import case, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cj_assessment_service.domain.batches import BatchState
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.domain.scale_changes import Exclusion
from cj_assessment_service.models_db import CJBatchState, PanelSeat
from cj_assessment_service.protocols import CJPanelRepositoryProtocol


class PostgreSQLCJPanelRepository(CJPanelRepositoryProtocol):
    async def exclude_judges(
        self, session: AsyncSession, batch_id: BatchId, state: BatchState, exclusion: Exclusion, at: datetime
    ) -> bool:
        # whoever scores takes this row first, so that none of them can have read the judges as they were before
        found = await session.scalar(
            select(CJBatchState.state).where(CJBatchState.batch_id == batch_id).with_for_update()
        )
        of_batch = PanelSeat.cj_batch_id == batch_id
        before = await session.scalars(
            select(PanelSeat.judge).where(of_batch, PanelSeat.excluded_at.is_not(None))
        )
        if found is not state or state is BatchState.SCORING or set(before) != exclusion.before:
            return False
        is_out = PanelSeat.judge.in_(exclusion.after)
        await session.execute(
            update(PanelSeat)
            .where(of_batch)
            .values(excluded_at=case((is_out, func.coalesce(PanelSeat.excluded_at, at)), else_=None))
        )
        return True
