"""Submissions to providers in PostgreSQL."""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import Integer, Uuid, bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cj_assessment_service.domain.identifiers import BatchId, RequestId, SubmissionId
from cj_assessment_service.domain.provider_batches import ProviderBatch
from cj_assessment_service.implementations.given_rows import given_rows, given_values
from cj_assessment_service.models_db import CJBatchUpload, ComparisonPair, ProviderSubmission
from cj_assessment_service.protocols import ProviderBatchRepositoryProtocol

_handed = given_rows(request_id=Uuid(), characters=Integer())
_HAND_OVER = (
    update(ComparisonPair)
    .where(ComparisonPair.request_correlation_id == _handed.c.request_id)
    # what a provider says later no longer tells how much was sent
    .values(provider_submission_id=bindparam("submission_id"), characters_sent=_handed.c.characters)
)


class PostgreSQLProviderBatchRepository(ProviderBatchRepositoryProtocol):
    async def prepare(self, session: AsyncSession, batch: ProviderBatch) -> None:
        await session.execute(
            insert(ProviderSubmission).values(
                id=batch.submission_id,
                cj_batch_id=batch.batch_id,
                judge=batch.judge,
                created_at=batch.created_at,
                until=batch.until,
            )
        )
        await session.execute(
            _HAND_OVER,
            {
                "submission_id": batch.submission_id,
                **given_values(request_id=batch.request_ids, characters=batch.characters),
            },
        )

    async def mark_submitted(
        self, session: AsyncSession, submission_id: SubmissionId, provider_id: str, at: datetime
    ) -> None:
        await session.execute(
            update(ProviderSubmission)
            .where(ProviderSubmission.id == submission_id)
            .values(provider_id=provider_id, submitted_at=at)
        )

    async def mark_over(self, session: AsyncSession, submission_id: SubmissionId, at: datetime) -> None:
        await session.execute(
            update(ProviderSubmission)
            .where(ProviderSubmission.id == submission_id, ProviderSubmission.over_at.is_(None))
            .values(over_at=at)
        )

    async def get_open(self, session: AsyncSession) -> tuple[ProviderBatch, ...]:
        submissions = (
            await session.execute(
                select(
                    ProviderSubmission,
                    CJBatchUpload.answer_form,
                    # the earlier of the two, whichever are known
                    func.least(ProviderSubmission.until, CJBatchUpload.completed_at).label("until"),
                )
                .join(CJBatchUpload, CJBatchUpload.id == ProviderSubmission.cj_batch_id)
                .where(ProviderSubmission.over_at.is_(None))
                .order_by(ProviderSubmission.created_at, ProviderSubmission.id)
            )
        ).all()
        unanswered = defaultdict(list)
        for submission_id, request_id in await session.execute(
            select(ComparisonPair.provider_submission_id, ComparisonPair.request_correlation_id)
            .where(
                ComparisonPair.provider_submission_id.in_([row.id for row, *_ in submissions]),
                ComparisonPair.completed_at.is_(None),
            )
            .order_by(ComparisonPair.id)
        ):
            unanswered[submission_id].append(RequestId(request_id))
        return tuple(
            ProviderBatch(
                submission_id=SubmissionId(row.id),
                batch_id=BatchId(row.cj_batch_id),
                judge=row.judge,
                answers=answers,
                request_ids=tuple(unanswered[row.id]),
                created_at=row.created_at,
                until=until,
                provider_id=row.provider_id,
            )
            for row, answers, until in submissions
        )

    async def get_waiting(self, session: AsyncSession, batch_id: BatchId) -> frozenset[RequestId]:
        found = await session.scalars(
            select(ComparisonPair.request_correlation_id)
            .join(ProviderSubmission, ProviderSubmission.id == ComparisonPair.provider_submission_id)
            .where(
                ComparisonPair.cj_batch_id == batch_id,
                ComparisonPair.completed_at.is_(None),
                ProviderSubmission.over_at.is_(None),
            )
        )
        return frozenset(RequestId(request_id) for request_id in found)
