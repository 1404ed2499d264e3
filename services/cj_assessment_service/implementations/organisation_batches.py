"""Batches in PostgreSQL as the organisations they belong to see them."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from cj_assessment_service.domain.batches import BatchOverview, OverviewPage
from cj_assessment_service.domain.comparisons import RecordedComparison
from cj_assessment_service.domain.errors import UnknownBatch
from cj_assessment_service.domain.identifiers import BatchId, OrganisationId
from cj_assessment_service.implementations.batch_overviews import OVERVIEWS, map_overview, seats_of
from cj_assessment_service.implementations.ownership import owned_by
from cj_assessment_service.implementations.row_mapping import to_recorded
from cj_assessment_service.models_db import CJBatchUpload, ComparisonPair
from cj_assessment_service.protocols import OrganisationBatchesProtocol


class PostgreSQLOrganisationBatches(OrganisationBatchesProtocol):
    async def get_overview(
        self, session: AsyncSession, organisation: OrganisationId | None, batch_id: BatchId
    ) -> BatchOverview:
        row = (
            await session.execute(OVERVIEWS.where(_of(organisation), CJBatchUpload.id == batch_id))
        ).one_or_none()
        if row is None:
            raise UnknownBatch(f"There is no batch {batch_id} that you may see.")
        return map_overview(row, await seats_of(session, [batch_id]))

    async def list_overviews(
        self, session: AsyncSession, organisation: OrganisationId | None, page: OverviewPage
    ) -> tuple[BatchOverview, ...]:
        wanted = OVERVIEWS.where(_of(organisation))
        if page.before is not None:
            wanted = wanted.where(CJBatchUpload.id < page.before)
        if page.status is not None:
            wanted = wanted.where(CJBatchUpload.status == page.status)
        rows = (await session.execute(wanted.order_by(CJBatchUpload.id.desc()).limit(page.limit))).all()
        seats = await seats_of(session, [row[0].id for row in rows])
        return tuple(map_overview(row, seats) for row in rows)

    async def get_comparisons(
        self,
        session: AsyncSession,
        organisation: OrganisationId | None,
        batch_id: BatchId,
        after: int,
        limit: int,
    ) -> tuple[RecordedComparison, ...]:
        rows = await session.scalars(
            select(ComparisonPair)
            .join(CJBatchUpload, CJBatchUpload.id == ComparisonPair.cj_batch_id)
            .where(_of(organisation), ComparisonPair.cj_batch_id == batch_id)
            .order_by(ComparisonPair.id)
            .offset(after)
            .limit(limit)
        )
        return tuple(to_recorded(row, sequence) for sequence, row in enumerate(rows, start=after + 1))


def _of(organisation: OrganisationId | None) -> ColumnElement[bool]:
    return owned_by(CJBatchUpload.org_id, organisation)
