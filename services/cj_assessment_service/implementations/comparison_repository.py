"""The ledger of questions and answers in PostgreSQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import (
    Boolean,
    ColumnElement,
    DateTime,
    Double,
    Integer,
    Numeric,
    SmallInteger,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from cj_assessment_service.domain.batches import BatchState
from cj_assessment_service.domain.comparisons import (
    AnswerSource,
    ComparisonHistory,
    ComparisonRequest,
    Deadlines,
    DecidedComparison,
    JudgeFailure,
    LedgerEntry,
    NewRequest,
    Outcome,
    OverdueQuestion,
    RecordedComparison,
    RecordedOutcome,
    SentQuestion,
    Verdict,
)
from cj_assessment_service.domain.identifiers import BatchId, RequestId
from cj_assessment_service.implementations.given_rows import fixed, given_rows, given_values
from cj_assessment_service.implementations.row_mapping import (
    UNKNOWN,
    WINNER_COLUMN,
    WINNER_VALUE,
    to_asked,
    to_pair,
    to_recorded,
    to_request,
    to_verdict,
)
from cj_assessment_service.models_db import CJBatchState, CJBatchUpload, ComparisonPair, ProviderSubmission
from cj_assessment_service.protocols import FIRST, CJComparisonRepositoryProtocol

_HISTORY = (
    select(
        ComparisonPair.essay_a_els_id,
        ComparisonPair.essay_b_els_id,
        ComparisonPair.wave,
        ComparisonPair.attempt,
        ComparisonPair.winner,
        ComparisonPair.level,
        ComparisonPair.p_first,
        ComparisonPair.confidence,
        ComparisonPair.error_code,
        ComparisonPair.judge,
    )
    .where(ComparisonPair.cj_batch_id == bindparam("of_batch"))
    .order_by(ComparisonPair.id)
)
_given = given_rows(
    request_id=Uuid(),
    completed_at=DateTime(timezone=True),
    winner=Text(),
    level=SmallInteger(),
    p_first=Double(),
    confidence=Double(),
    remarks=Text(),
    is_reused=Boolean(),
    judge=Text(),
    justification=Text(),
    error_code=Text(),
    error_message=Text(),
    provider=Text(),
    model=Text(),
    prompt_tokens=Integer(),
    completion_tokens=Integer(),
    cached_tokens=Integer(),
    attempts=Integer(),
    characters_sent=Integer(),
    cost=Numeric(),
    seconds=Double(),
)
_REMARK_SEPARATOR = " "
_sent = given_rows(request_id=Uuid(), content_key=Text(), prompt_version=Text())
_NOTE_SENDING = (
    update(ComparisonPair)
    .where(ComparisonPair.request_correlation_id == _sent.c.request_id)
    .values(
        content_key=_sent.c.content_key,
        prompt_version=_sent.c.prompt_version,
        sent_at=bindparam("at"),
        sendings=ComparisonPair.sendings + 1,
    )
)
_asked = (
    select(
        *_given.c,
        ComparisonPair.id,
        ComparisonPair.cj_batch_id,
        ComparisonPair.completed_at.is_(None).label("outstanding"),
    )
    .join_from(_given, ComparisonPair, ComparisonPair.request_correlation_id == _given.c.request_id)
    .order_by(ComparisonPair.id)
    .with_for_update(of=ComparisonPair)
    .cte("asked")
)
_write = (
    update(ComparisonPair)
    .where(ComparisonPair.id == _asked.c.id, _asked.c.outstanding)
    .values(
        completed_at=_asked.c.completed_at,
        winner=_asked.c.winner,
        level=_asked.c.level,
        p_first=_asked.c.p_first,
        confidence=_asked.c.confidence,
        # an array of arrays must be rectangular, so that the remarks of one answer travel as one text
        remarks=func.string_to_array(_asked.c.remarks, _REMARK_SEPARATOR),
        is_reused=_asked.c.is_reused,
        judge=func.coalesce(_asked.c.judge, ComparisonPair.judge),
        # the key is that of the judge that was asked; an answer of another one must never be found by it
        content_key=case((_asked.c.judge.is_(None), ComparisonPair.content_key)),
        justification=_asked.c.justification,
        error_code=_asked.c.error_code,
        error_message=_asked.c.error_message,
        provider=_asked.c.provider,
        model=_asked.c.model,
        prompt_tokens=_asked.c.prompt_tokens,
        completion_tokens=_asked.c.completion_tokens,
        cached_tokens=_asked.c.cached_tokens,
        attempts=_asked.c.attempts,
        # of a question that was handed over with others the number is known since then
        characters_sent=func.greatest(_asked.c.characters_sent, ComparisonPair.characters_sent),
        cost=_asked.c.cost,
        response_seconds=_asked.c.seconds,
    )
    .cte("written")
)
_STORE = fixed(select(_asked.c.request_id, _asked.c.cj_batch_id, _asked.c.outstanding).add_cte(_write))
"""Locks the questions of any number of outcomes by id, answers those that wait, and tells which those were."""


class PostgreSQLCJComparisonRepository(CJComparisonRepositoryProtocol):
    async def add_requests(self, session: AsyncSession, requests: Sequence[NewRequest], at: datetime) -> None:
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
                    "judge": new.request.judge,
                    "submitted_at": at,
                }
                for new in requests
            ],
        )

    async def store_comparison_results(
        self, session: AsyncSession, outcomes: Sequence[Outcome]
    ) -> LedgerEntry:
        first_of = {outcome.request_id: outcome for outcome in reversed(outcomes)}
        asked = (await session.execute(_STORE, _given_outcomes(list(first_of.values())))).all()
        known = {RequestId(row.request_id) for row in asked}
        recorded = tuple(
            RecordedOutcome(BatchId(row.cj_batch_id), first_of[RequestId(row.request_id)])
            for row in asked
            if row.outstanding
        )
        fresh = {entry.outcome.request_id for entry in recorded}
        return LedgerEntry(
            recorded=recorded,
            repeated=tuple(sorted(known - fresh)),
            unknown=tuple(sorted(first_of.keys() - known)),
        )

    async def record_sending(
        self, session: AsyncSession, questions: Sequence[SentQuestion], at: datetime
    ) -> frozenset[RequestId]:
        found = await session.scalars(
            select(ComparisonPair.request_correlation_id)
            .join(CJBatchState, CJBatchState.batch_id == ComparisonPair.cj_batch_id)
            .where(
                CJBatchState.state == BatchState.WAITING_CALLBACKS,
                ComparisonPair.request_correlation_id.in_([question.request_id for question in questions]),
                ComparisonPair.completed_at.is_(None),
                or_(ComparisonPair.sent_at.is_(None), ComparisonPair.sent_at < at),
            )
            .order_by(ComparisonPair.id)
            .with_for_update(of=ComparisonPair)
        )
        free = frozenset(RequestId(request_id) for request_id in found)
        leaving = [question for question in questions if question.request_id in free]
        await session.execute(
            _NOTE_SENDING,
            {
                "at": at,
                **given_values(
                    request_id=[question.request_id for question in leaving],
                    content_key=[question.content_key for question in leaving],
                    prompt_version=[question.prompt_version for question in leaving],
                ),
            },
        )
        return free

    async def find_answers(
        self, session: AsyncSession, batch_id: BatchId, content_keys: Sequence[str]
    ) -> Mapping[str, Verdict]:
        asking = aliased(CJBatchUpload)
        rows = await session.execute(
            select(ComparisonPair.content_key, ComparisonPair.winner, ComparisonPair)
            .join(CJBatchUpload, CJBatchUpload.id == ComparisonPair.cj_batch_id)
            .join(asking, asking.org_id.is_not_distinct_from(CJBatchUpload.org_id))
            .where(
                asking.id == batch_id,
                ComparisonPair.content_key.in_(content_keys),
                ComparisonPair.winner.is_not(None),
                ComparisonPair.is_reused.is_(False),
            )
            .order_by(ComparisonPair.id)
        )
        # the newest comes last and stays
        return {
            key: to_verdict(row, winner)
            for key, winner, row in rows
            if key is not None and winner is not None
        }

    async def get_history(self, session: AsyncSession, batch_id: BatchId) -> ComparisonHistory:
        rows = await session.execute(_HISTORY, {"of_batch": batch_id})
        asked = []
        decided = []
        for first, second, wave, attempt, winner, level, p_first, confidence, error, judge in rows:
            pair = to_pair(first, second)
            asked.append(to_asked(pair, wave, attempt, winner, error, judge))
            if winner is not None:
                won = WINNER_VALUE[winner]
                decided.append(DecidedComparison(pair, won, judge, level, p_first, confidence))
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

    async def find_overdue(
        self, session: AsyncSession, deadlines: Deadlines, limit: int, after: BatchId = FIRST
    ) -> tuple[BatchId, ...]:
        found = await session.scalars(
            select(ComparisonPair.cj_batch_id)
            .where(ComparisonPair.cj_batch_id > after, _is_overdue(deadlines))
            .distinct()
            .order_by(ComparisonPair.cj_batch_id)
            .limit(limit)
        )
        return tuple(BatchId(batch_id) for batch_id in found)

    async def get_overdue(
        self, session: AsyncSession, batch_id: BatchId, deadlines: Deadlines
    ) -> tuple[OverdueQuestion, ...]:
        rows = await session.scalars(
            select(ComparisonPair)
            .where(ComparisonPair.cj_batch_id == batch_id, _is_overdue(deadlines))
            .order_by(ComparisonPair.id)
        )
        return tuple(OverdueQuestion(to_request(row), row.sendings) for row in rows)

    async def get_answer_sources(self, session: AsyncSession, batch_id: BatchId) -> tuple[AnswerSource, ...]:
        source = (ComparisonPair.judge, ComparisonPair.provider, ComparisonPair.model)
        rows = await session.execute(
            select(*source, func.count())
            .where(ComparisonPair.cj_batch_id == batch_id, ComparisonPair.winner.is_not(None))
            .group_by(*source)
            .order_by(*source)
        )
        return tuple(
            AnswerSource(judge, provider or UNKNOWN, model or UNKNOWN, judgements)
            for judge, provider, model, judgements in rows
        )

    async def get_recorded(self, session: AsyncSession, batch_id: BatchId) -> tuple[RecordedComparison, ...]:
        rows = await session.scalars(
            select(ComparisonPair).where(ComparisonPair.cj_batch_id == batch_id).order_by(ComparisonPair.id)
        )
        return tuple(to_recorded(row, sequence) for sequence, row in enumerate(rows, start=1))


def _is_overdue(deadlines: Deadlines) -> ColumnElement[bool]:
    sent_before, recorded_before = deadlines.sent_before, deadlines.recorded_before
    with_a_provider = (
        select(ProviderSubmission.id)
        .where(
            ProviderSubmission.id == ComparisonPair.provider_submission_id,
            ProviderSubmission.over_at.is_(None),
        )
        .correlate(ComparisonPair)
        .exists()
    )
    return and_(
        CJBatchState.batch_id == ComparisonPair.cj_batch_id,
        CJBatchState.state == BatchState.WAITING_CALLBACKS,
        ComparisonPair.completed_at.is_(None),
        # what both cases have in common, for the index
        ComparisonPair.submitted_at < max(sent_before, recorded_before),
        or_(
            and_(
                ComparisonPair.sendings == 0,
                ComparisonPair.submitted_at < recorded_before,
                CJBatchState.last_activity_at < recorded_before,
            ),
            and_(ComparisonPair.sent_at < sent_before, CJBatchState.last_activity_at < sent_before),
        ),
        ~with_a_provider,
    )


def _given_outcomes(outcomes: Sequence[Outcome]) -> Mapping[str, list[object]]:
    verdicts = [None if isinstance(o.reply, JudgeFailure) else o.reply for o in outcomes]
    failures = [o.reply if isinstance(o.reply, JudgeFailure) else None for o in outcomes]
    usages = [outcome.reply.usage for outcome in outcomes]
    return given_values(
        request_id=[outcome.request_id for outcome in outcomes],
        completed_at=[outcome.completed_at for outcome in outcomes],
        winner=[v and WINNER_COLUMN[v.winner] for v in verdicts],
        level=[v and v.level for v in verdicts],
        p_first=[v and v.p_first for v in verdicts],
        confidence=[v and v.confidence for v in verdicts],
        remarks=[_REMARK_SEPARATOR.join(v.remarks) if v else "" for v in verdicts],
        is_reused=[outcome.is_reused for outcome in outcomes],
        judge=[outcome.judge for outcome in outcomes],
        justification=[v and v.justification for v in verdicts],
        error_code=[f and f.code.value for f in failures],
        error_message=[f and f.message for f in failures],
        provider=[u and u.provider for u in usages],
        model=[u and u.model for u in usages],
        prompt_tokens=[u and u.prompt_tokens for u in usages],
        completion_tokens=[u and u.completion_tokens for u in usages],
        cached_tokens=[u and u.cached_tokens for u in usages],
        attempts=[u and u.attempts for u in usages],
        characters_sent=[u and u.characters_sent for u in usages],
        cost=[u and u.cost for u in usages],
        seconds=[u and u.seconds for u in usages],
    )
