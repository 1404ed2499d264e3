"""What the callers of one organisation may know of batches; there is no way around the organisation here."""

from dataclasses import dataclass

from cj_assessment_service.cj_core_logic.batch_reader import BatchReader
from cj_assessment_service.domain.batches import BatchOverview, OverviewPage
from cj_assessment_service.domain.comparisons import RecordedComparison
from cj_assessment_service.domain.identifiers import BatchId, OrganisationId
from cj_assessment_service.domain.results import AssessmentResult
from cj_assessment_service.protocols import OrganisationBatchesProtocol, SessionProviderProtocol


@dataclass(frozen=True, slots=True)
class BatchDirectory:
    sessions: SessionProviderProtocol
    batches: OrganisationBatchesProtocol
    reader: BatchReader

    async def overview(self, organisation: OrganisationId | None, batch_id: BatchId) -> BatchOverview:
        """Raises UnknownBatch, also for the batch of another organisation."""
        async with self.sessions.session() as session:
            return await self.batches.get_overview(session, organisation, batch_id)

    async def page(
        self, organisation: OrganisationId | None, page: OverviewPage
    ) -> tuple[BatchOverview, ...]:
        """Newest first."""
        async with self.sessions.session() as session:
            return await self.batches.list_overviews(session, organisation, page)

    async def comparisons(
        self, organisation: OrganisationId | None, batch_id: BatchId, after: int, limit: int
    ) -> tuple[RecordedComparison, ...]:
        """At most `limit` after the one with the sequence `after`. Raises UnknownBatch."""
        async with self.sessions.session() as session:
            await self.batches.get_overview(session, organisation, batch_id)
            return await self.batches.get_comparisons(session, organisation, batch_id, after, limit)

    async def recorded(
        self, organisation: OrganisationId | None, batch_id: BatchId
    ) -> tuple[RecordedComparison, ...]:
        """Every question so far, in the order of recording. Raises UnknownBatch."""
        await self.overview(organisation, batch_id)
        return await self.reader.recorded(batch_id)

    async def result(self, organisation: OrganisationId | None, batch_id: BatchId) -> AssessmentResult:
        """Finished or not: what is known so far. Raises UnknownBatch."""
        await self.overview(organisation, batch_id)
        return await self.reader.result(batch_id)
