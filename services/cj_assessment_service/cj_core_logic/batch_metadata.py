"""Notes kept with a batch or an essay for whoever displays the result; no rule reads them."""

from cj_assessment_service.domain.batches import BatchNotes
from cj_assessment_service.domain.identifiers import BatchId, EssayId
from cj_assessment_service.protocols import (
    CJBatchRepositoryProtocol,
    CJEssayRepositoryProtocol,
    SessionProviderProtocol,
)


async def merge_batch_upload_metadata(
    sessions: SessionProviderProtocol,
    batches: CJBatchRepositoryProtocol,
    batch_id: BatchId,
    notes: BatchNotes,
) -> None:
    """Adds notes about the request; keys already there are replaced, all others stay."""
    async with sessions.session() as session:
        await batches.merge_upload_notes(session, batch_id, notes)
        await session.commit()


async def merge_batch_processing_metadata(
    sessions: SessionProviderProtocol,
    batches: CJBatchRepositoryProtocol,
    batch_id: BatchId,
    notes: BatchNotes,
) -> None:
    """Adds notes about the run; keys already there are replaced, all others stay."""
    async with sessions.session() as session:
        await batches.merge_state_notes(session, batch_id, notes)
        await session.commit()


async def merge_essay_processing_metadata(
    sessions: SessionProviderProtocol,
    essays: CJEssayRepositoryProtocol,
    batch_id: BatchId,
    essay_id: EssayId,
    notes: BatchNotes,
) -> None:
    """Adds notes about one essay; keys already there are replaced, all others stay."""
    async with sessions.session() as session:
        await essays.merge_essay_notes(session, batch_id, essay_id, notes)
        await session.commit()
