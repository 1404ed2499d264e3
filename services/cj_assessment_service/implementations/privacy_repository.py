"""What left with a batch, and the forgetting of it, in PostgreSQL."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, case, delete, literal, null, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cj_assessment_service.domain.essays import EssayReference, FailedEssay
from cj_assessment_service.domain.identifiers import BatchId, StorageId
from cj_assessment_service.domain.privacy import EndedBatch
from cj_assessment_service.domain.requests import AssessmentRequest
from cj_assessment_service.models_db import (
    CJBatchState,
    CJBatchUpload,
    ComparisonPair,
    EventOutbox,
    PanelSeat,
    ProcessedEssay,
)
from cj_assessment_service.protocols import PrivacyRepositoryProtocol
from cj_assessment_service.wire.json_codecs import decode_request, encode_request

REASON_DELETED = "The reason was deleted together with the texts."
_NOWHERE = StorageId("deleted")
_NO_NOTES: dict[str, object] = {}


class PostgreSQLPrivacyRepository(PrivacyRepositoryProtocol):
    async def record_destinations(
        self, session: AsyncSession, batch_id: BatchId, destinations: Mapping[str, str | None]
    ) -> None:
        for judge, destination in destinations.items():
            await session.execute(
                update(PanelSeat)
                .where(PanelSeat.cj_batch_id == batch_id, PanelSeat.judge == judge)
                .values(destination=destination)
            )

    async def get_destinations(self, session: AsyncSession, batch_id: BatchId) -> Mapping[str, str | None]:
        rows = await session.execute(
            select(PanelSeat.judge, PanelSeat.destination)
            .where(PanelSeat.cj_batch_id == batch_id)
            .order_by(PanelSeat.place)
        )
        return {row.judge: row.destination for row in rows}

    async def delete_texts(self, session: AsyncSession, batch_id: BatchId, at: datetime) -> bool:
        # locked in the order everybody locks: comparisons, essays, the batch last
        await session.execute(
            update(ComparisonPair)
            .where(ComparisonPair.cj_batch_id == batch_id, _has_texts(batch_id))
            .values(justification=None, error_message=None, content_key=None)
        )
        await session.execute(
            update(ProcessedEssay)
            .where(ProcessedEssay.cj_batch_id == batch_id, _has_texts(batch_id))
            .values(
                name=None,
                text_storage_id=None,
                assessment_input_text=None,
                text_deleted=True,
                failure_reason=case(
                    (ProcessedEssay.failure_code.is_not(None), literal(REASON_DELETED)), else_=null()
                ),
                findings=_NO_NOTES,
                processing_metadata=_NO_NOTES,
            )
        )
        request = await session.scalar(
            select(CJBatchUpload.original_request)
            .where(CJBatchUpload.id == batch_id, _has_texts(batch_id))
            .with_for_update()
        )
        if request is None:
            return False
        await session.execute(
            update(CJBatchUpload)
            .where(CJBatchUpload.id == batch_id)
            .values(
                original_request=encode_request(_without_texts(decode_request(request))),
                task_text="",
                rubric_text="",
                instructions_text="",
                system_prompt=None,
                prompt_template=null(),
                failure_detail=None,
                processing_metadata=_NO_NOTES,
                texts_deleted_at=at,
            )
        )
        await session.execute(
            update(CJBatchState)
            .where(CJBatchState.batch_id == batch_id)
            .values(processing_metadata=_NO_NOTES)
        )
        return True

    async def forget_events(self, session: AsyncSession, batch_id: BatchId) -> None:
        outer_id = select(CJBatchUpload.bos_batch_id).where(CJBatchUpload.id == batch_id)
        await session.execute(
            delete(EventOutbox).where(
                EventOutbox.aggregate_id == outer_id.scalar_subquery(),
                or_(EventOutbox.published_at.is_not(None), EventOutbox.dead_at.is_not(None)),
            )
        )

    async def find_ended(self, session: AsyncSession, ended_before: datetime) -> tuple[EndedBatch, ...]:
        rows = await session.execute(
            select(CJBatchUpload.id, CJBatchUpload.texts_deleted_at)
            .where(CJBatchUpload.completed_at < ended_before)
            .order_by(CJBatchUpload.completed_at, CJBatchUpload.id)
        )
        return tuple(EndedBatch(BatchId(row.id), row.texts_deleted_at is None) for row in rows)


def _has_texts(batch_id: BatchId) -> ColumnElement[bool]:
    return (
        select(CJBatchUpload.id)
        .where(
            CJBatchUpload.id == batch_id,
            CJBatchUpload.completed_at.is_not(None),
            CJBatchUpload.texts_deleted_at.is_(None),
        )
        .exists()
    )


def _without_texts(request: AssessmentRequest) -> AssessmentRequest:
    """Which essays were to be compared and how, and nothing that somebody wrote."""
    return replace(
        request,
        essays=tuple(EssayReference(essay.essay_id, _NOWHERE) for essay in request.essays),
        refused=tuple(
            FailedEssay(essay.essay_id, None, essay.code, REASON_DELETED) for essay in request.refused
        ),
        task_storage_id=None,
        rubric_override=None,
        system_prompt_override=None,
        prompt=None,
    )
