"""Answers whose questions are not in the ledger, in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from cj_assessment_service.domain.comparisons import Outcome
from cj_assessment_service.domain.identifiers import RequestId
from cj_assessment_service.models_db import ComparisonPair, OrphanAnswer
from cj_assessment_service.protocols import OrphanAnswerRepositoryProtocol
from cj_assessment_service.wire.json_codecs import decode_outcome, encode_outcome


class PostgreSQLOrphanAnswerRepository(OrphanAnswerRepositoryProtocol):
    async def keep(self, session: AsyncSession, outcomes: Sequence[Outcome], at: datetime) -> None:
        rows = [
            {"request_id": outcome.request_id, "outcome": encode_outcome(outcome), "received_at": at}
            for outcome in outcomes
        ]
        await session.execute(insert(OrphanAnswer).on_conflict_do_nothing(), rows)

    async def find_adoptable(self, session: AsyncSession, limit: int) -> tuple[Outcome, ...]:
        found = await session.scalars(
            select(OrphanAnswer.outcome)
            .join(ComparisonPair, ComparisonPair.request_correlation_id == OrphanAnswer.request_id)
            .order_by(OrphanAnswer.received_at, OrphanAnswer.request_id)
            .limit(limit)
        )
        return tuple(decode_outcome(document) for document in found)

    async def remove(self, session: AsyncSession, request_ids: Sequence[RequestId]) -> None:
        await session.execute(delete(OrphanAnswer).where(OrphanAnswer.request_id.in_(request_ids)))

    async def forget_received_before(self, session: AsyncSession, moment: datetime) -> int:
        gone = await session.scalars(
            delete(OrphanAnswer).where(OrphanAnswer.received_at < moment).returning(OrphanAnswer.request_id)
        )
        return len(gone.all())
