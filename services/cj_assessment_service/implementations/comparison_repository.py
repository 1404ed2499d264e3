"""The ledger of questions and answers in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    DateTime,
    Double,
    Integer,
    Numeric,
    Text,
    Uuid,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.selectable import TableValuedAlias

from cj_assessment_service.domain.comparisons import (
    ComparisonHistory,
    ComparisonRequest,
    JudgeFailure,
    LedgerEntry,
    NewRequest,
    Outcome,
    RecordedComparison,
    RecordedOutcome,
)
from cj_assessment_service.domain.identifiers import BatchId, RequestId
from cj_assessment_service.implementations.given_rows import GivenColumn, given_rows
from cj_assessment_service.implementations.row_mapping import (
    WINNER_COLUMN,
    to_asked,
    to_decided,
    to_pair,
    to_recorded,
    to_request,
)
from cj_assessment_service.models_db import ComparisonPair
from cj_assessment_service.protocols import CJComparisonRepositoryProtocol


class PostgreSQLCJComparisonRepository(CJComparisonRepositoryProtocol):
    async def add_requests(
        self, session: AsyncSession, requests: Sequence[NewRequest], judge: str, at: datetime
    ) -> None:
        await session.execute(
            insert(ComparisonPair),
            [
                {
                    "cj_batch_id": new.request.batch_id,
                    "request_correlation_id": new.request.request_id,
                    "wave": new.request.wave,
                    "attempt": new.attempt,
                    "repeat": new.request.repeat,
                    "pair_generation_mode": new.mode,
                    "essay_a_els_id": new.request.pair.first,
                    "essay_b_els_id": new.request.pair.second,
                    "judge": judge,
                    "submitted_at": at,
                }
                for new in requests
            ],
        )

    async def store_comparison_results(
        self, session: AsyncSession, outcomes: Sequence[Outcome]
    ) -> LedgerEntry:
        first_of = {outcome.request_id: outcome for outcome in reversed(outcomes)}
        locked = (
            await session.execute(
                select(
                    ComparisonPair.request_correlation_id,
                    ComparisonPair.cj_batch_id,
                    ComparisonPair.completed_at.is_(None).label("outstanding"),
                )
                .where(ComparisonPair.request_correlation_id.in_(first_of))
                .order_by(ComparisonPair.id)
                .with_for_update()
            )
        ).all()
        known = {RequestId(row.request_correlation_id) for row in locked}
        recorded = tuple(
            RecordedOutcome(BatchId(row.cj_batch_id), first_of[RequestId(row.request_correlation_id)])
            for row in locked
            if row.outstanding
        )
        if recorded:
            await self._write([entry.outcome for entry in recorded], session)
        fresh = {entry.outcome.request_id for entry in recorded}
        return LedgerEntry(
            recorded=recorded,
            repeated=tuple(sorted(known - fresh)),
            unknown=tuple(sorted(first_of.keys() - known)),
        )

    async def _write(self, outcomes: Sequence[Outcome], session: AsyncSession) -> None:
        given = _outcome_table(outcomes)
        await session.execute(
            update(ComparisonPair)
            .where(ComparisonPair.request_correlation_id == given.c.request_id)
            .values(
                completed_at=given.c.completed_at,
                winner=given.c.winner,
                confidence=given.c.confidence,
                justification=given.c.justification,
                error_code=given.c.error_code,
                error_message=given.c.error_message,
                provider=given.c.provider,
                model=given.c.model,
                prompt_tokens=given.c.prompt_tokens,
                completion_tokens=given.c.completion_tokens,
                cost=given.c.cost,
                response_seconds=given.c.seconds,
            )
            .execution_options(synchronize_session=False)
        )

    async def get_history(self, session: AsyncSession, batch_id: BatchId) -> ComparisonHistory:
        rows = await session.execute(
            select(
                ComparisonPair.essay_a_els_id,
                ComparisonPair.essay_b_els_id,
                ComparisonPair.wave,
                ComparisonPair.attempt,
                ComparisonPair.winner,
                ComparisonPair.error_code,
                ComparisonPair.judge,
            )
            .where(ComparisonPair.cj_batch_id == batch_id)
            .order_by(ComparisonPair.id)
        )

        asked = []
        decided = []
        for first, second, wave, attempt, winner, error, judge in rows:
            pair = to_pair(first, second)
            asked.append(to_asked(pair, wave, attempt, winner, error))
            if winner is not None:
                decided.append(to_decided(pair, winner, judge))
        return ComparisonHistory(asked=tuple(asked), decided=tuple(decided))

    async def get_outstanding(
        self, session: AsyncSession, batch_id: BatchId
    ) -> tuple[ComparisonRequest, ...]:
        rows = await session.scalars(
            select(ComparisonPair)
            .where(ComparisonPair.cj_batch_id == batch_id, ComparisonPair.completed_at.is_(None))
            .order_by(ComparisonPair.id)
        )
        return tuple(to_request(row) for row in rows)

    async def get_recorded(self, session: AsyncSession, batch_id: BatchId) -> tuple[RecordedComparison, ...]:
        rows = await session.scalars(
            select(ComparisonPair).where(ComparisonPair.cj_batch_id == batch_id).order_by(ComparisonPair.id)
        )
        return tuple(to_recorded(row, sequence) for sequence, row in enumerate(rows, start=1))


def _outcome_table(outcomes: Sequence[Outcome]) -> TableValuedAlias:
    """The outcomes as a table, so that one UPDATE writes any number of them."""
    verdicts = [None if isinstance(o.reply, JudgeFailure) else o.reply for o in outcomes]
    failures = [o.reply if isinstance(o.reply, JudgeFailure) else None for o in outcomes]
    usages = [outcome.reply.usage for outcome in outcomes]
    return given_rows(
        GivenColumn("request_id", Uuid(), [outcome.request_id for outcome in outcomes]),
        GivenColumn("completed_at", DateTime(timezone=True), [outcome.completed_at for outcome in outcomes]),
        GivenColumn("winner", Text(), [v and WINNER_COLUMN[v.winner] for v in verdicts]),
        GivenColumn("confidence", Double(), [v and v.confidence for v in verdicts]),
        GivenColumn("justification", Text(), [v and v.justification for v in verdicts]),
        GivenColumn("error_code", Text(), [f and f.code.value for f in failures]),
        GivenColumn("error_message", Text(), [f and f.message for f in failures]),
        GivenColumn("provider", Text(), [u and u.provider for u in usages]),
        GivenColumn("model", Text(), [u and u.model for u in usages]),
        GivenColumn("prompt_tokens", Integer(), [u and u.prompt_tokens for u in usages]),
        GivenColumn("completion_tokens", Integer(), [u and u.completion_tokens for u in usages]),
        GivenColumn("cost", Numeric(), [u and u.cost for u in usages]),
        GivenColumn("seconds", Double(), [u and u.seconds for u in usages]),
    )
