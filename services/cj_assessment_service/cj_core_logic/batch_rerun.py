"""Asks for the same once more: a new batch from the request of an earlier one."""

from dataclasses import dataclass, replace

from cj_assessment_service.cj_core_logic.batch_acceptance import BatchAcceptance
from cj_assessment_service.domain.errors import TextsDeleted
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.domain.requests import Rerun
from cj_assessment_service.protocols import CJBatchRepositoryProtocol, SessionProviderProtocol


@dataclass(frozen=True, slots=True)
class BatchRerun:
    sessions: SessionProviderProtocol
    batches: CJBatchRepositoryProtocol
    acceptance: BatchAcceptance

    async def rerun(self, batch_id: BatchId, wanted: Rerun) -> BatchId:
        """The new batch, which begins as any accepted request does; the same one however often it is wanted under one correlation
        id. Texts are loaded again by their storage ids.

        Raises UnknownBatch, TextsDeleted, Rejected as for any request that cannot become a batch (RequestDiffers where the
        correlation id stands for another wish), or TryAgain for a fault that may pass.
        """
        async with self.sessions.session() as session:
            overview = await self.batches.get_overview(session, batch_id)
            original = await self.batches.get_original_request(session, batch_id)
        if overview.texts_deleted_at is not None:
            raise TextsDeleted(
                f"The texts of batch {batch_id} were deleted, so that it cannot be run again. Hand the essays in once more."
            )
        seed = original.settings.seed if wanted.seed is None else wanted.seed
        request = replace(
            original,
            correlation_id=wanted.correlation_id,
            settings=replace(original.settings, seed=seed),
            trace_parent=wanted.trace_parent,
        )
        return (await self.acceptance.accept(request)).overview.identity.batch_id
