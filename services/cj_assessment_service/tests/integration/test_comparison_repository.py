"""What `CJComparisonRepositoryProtocol` promises, on a real PostgreSQL."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.batches import AnswerCounts, BatchEnding, BatchStatus, StopReason
from cj_assessment_service.domain.comparisons import (
    AskedState,
    ComparisonRequest,
    Deadlines,
    JudgeFailure,
    LedgerEntry,
    NewRequest,
    Outcome,
    PairMode,
    SentQuestion,
    Verdict,
    Winner,
)
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.identifiers import BatchId, ClaimToken, RequestId, SubmissionId
from cj_assessment_service.domain.provider_batches import ProviderBatch
from cj_assessment_service.implementations.provider_batch_repository import PostgreSQLProviderBatchRepository
from cj_assessment_service.models_db import ComparisonPair
from cj_assessment_service.tests.fixtures.repositories import PostgresDataAccess
from cj_assessment_service.tests.integration.batches import (
    JUDGE,
    NOW,
    USAGE,
    comparison,
    verdict,
    waiting_batch,
)

SECOND = timedelta(seconds=1)


async def record(access: PostgresDataAccess, *outcomes: Outcome) -> LedgerEntry:
    async with access.sessions.session() as session:
        entry = await access.comparisons.store_comparison_results(session, outcomes)
        await session.commit()
    return entry


async def test_recorded_questions_are_outstanding_until_answered(
    postgres_data_access: PostgresDataAccess,
) -> None:
    batch_id, requests = await waiting_batch(postgres_data_access, [(0, 1), (2, 3)])
    await record(postgres_data_access, verdict(requests[0]))
    async with postgres_data_access.sessions.session() as session:
        outstanding = await postgres_data_access.comparisons.get_outstanding(session, batch_id)
    assert outstanding == (requests[1],)


async def test_an_answer_is_written_with_everything_known_about_it(
    postgres_data_access: PostgresDataAccess,
) -> None:
    batch_id, (request,) = await waiting_batch(postgres_data_access, [(0, 1)])
    await record(postgres_data_access, verdict(request, Winner.SECOND))
    async with postgres_data_access.sessions.session() as session:
        (row,) = await postgres_data_access.comparisons.get_recorded(session, batch_id)
    assert (row.winner, row.confidence, row.justification, row.error) == (Winner.SECOND, 4, "Clearer.", None)
    assert (row.usage, row.completed_at, row.sequence, row.pair) == (USAGE, NOW, 1, request.pair)


async def test_levels_and_ties_are_stored_and_read_alike_for_scoring_and_for_reports(
    postgres_data_access: PostgresDataAccess,
) -> None:
    batch_id, requests = await waiting_batch(postgres_data_access, [(0, 1), (2, 3), (1, 2)])
    said = [(Winner.SECOND, 3), (Winner.TIE, None), (Winner.FIRST, None)]
    await record(
        postgres_data_access,
        *(
            Outcome(request.request_id, Verdict(winner, USAGE, level=level), NOW)
            for request, (winner, level) in zip(requests, said, strict=True)
        ),
    )
    async with postgres_data_access.sessions.session() as session:
        history = await postgres_data_access.comparisons.get_history(session, batch_id)
        rows = await postgres_data_access.comparisons.get_recorded(session, batch_id)
    assert [(decided.winner, decided.level) for decided in history.decided] == said
    assert tuple(row.judgement for row in rows) == history.decided
    assert {question.state for question in history.asked} == {AskedState.DECIDED}


@pytest.mark.parametrize(
    "change", [{"level": 4}, {"level": 1, "winner": "tie"}, {"level": 1, "winner": None}]
)
async def test_a_level_that_cannot_be_is_refused_by_the_database(
    postgres_data_access: PostgresDataAccess, change: dict[str, object]
) -> None:
    _, (request,) = await waiting_batch(postgres_data_access, [(0, 1)])
    await record(postgres_data_access, verdict(request))
    with pytest.raises(IntegrityError, match="level"):
        async with postgres_data_access.sessions.session() as session:
            await session.execute(update(ComparisonPair).values(**change))


async def test_a_failure_is_a_failure_and_never_a_winner(postgres_data_access: PostgresDataAccess) -> None:
    batch_id, (request,) = await waiting_batch(postgres_data_access, [(0, 1)])
    failure = JudgeFailure(ErrorCode.INVALID_RESPONSE, "no JSON in the answer")
    await record(postgres_data_access, Outcome(request.request_id, failure, NOW))
    async with postgres_data_access.sessions.session() as session:
        history = await postgres_data_access.comparisons.get_history(session, batch_id)
    assert history.decided == ()
    assert [(q.state, q.error_code) for q in history.asked] == [
        (AskedState.FAILED, ErrorCode.INVALID_RESPONSE)
    ]


async def test_an_outcome_never_changes(postgres_data_access: PostgresDataAccess) -> None:
    batch_id, (request,) = await waiting_batch(postgres_data_access, [(0, 1)])
    await record(postgres_data_access, verdict(request, Winner.FIRST))
    again = await record(postgres_data_access, verdict(request, Winner.SECOND))
    assert (again.recorded, again.repeated) == ((), (request.request_id,))
    async with postgres_data_access.sessions.session() as session:
        history = await postgres_data_access.comparisons.get_history(session, batch_id)
    assert [decided.winner for decided in history.decided] == [Winner.FIRST]


async def test_the_same_answer_twice_in_one_delivery_counts_once(
    postgres_data_access: PostgresDataAccess,
) -> None:
    _, (request,) = await waiting_batch(postgres_data_access, [(0, 1)])
    entry = await record(postgres_data_access, verdict(request), verdict(request, Winner.SECOND))
    assert [recorded.outcome for recorded in entry.recorded] == [verdict(request)]


async def test_answers_nobody_asked_for_are_told_apart(postgres_data_access: PostgresDataAccess) -> None:
    _, (request,) = await waiting_batch(postgres_data_access, [(0, 1)])
    stray = Outcome(RequestId(uuid4()), Verdict(Winner.FIRST, USAGE), NOW)
    entry = await record(postgres_data_access, stray, verdict(request))
    assert entry.unknown == (stray.request_id,)
    assert len(entry.recorded) == 1


@pytest.mark.parametrize("copies", [8, 32])
async def test_copies_delivered_at_once_are_recorded_once(
    postgres_data_access: PostgresDataAccess, copies: int
) -> None:
    _, requests = await waiting_batch(postgres_data_access, [(0, 1), (2, 3), (1, 2)])
    outcomes = [verdict(request) for request in requests]
    shuffled = [outcomes if turn % 2 else outcomes[::-1] for turn in range(copies)]
    entries = await asyncio.gather(*(record(postgres_data_access, *group) for group in shuffled))
    assert sum(len(entry.recorded) for entry in entries) == len(requests)


async def test_history_keeps_the_order_of_recording(postgres_data_access: PostgresDataAccess) -> None:
    pairs = [(2, 3), (0, 1), (3, 1)]
    batch_id, requests = await waiting_batch(postgres_data_access, pairs)
    await record(postgres_data_access, *(verdict(request) for request in reversed(requests)))
    async with postgres_data_access.sessions.session() as session:
        history = await postgres_data_access.comparisons.get_history(session, batch_id)
    assert [question.pair for question in history.asked] == [request.pair for request in requests]
    assert [decided.pair for decided in history.decided] == [request.pair for request in requests]


async def test_an_unknown_price_stays_unknown(postgres_data_access: PostgresDataAccess) -> None:
    batch_id, (request,) = await waiting_batch(postgres_data_access, [(0, 1)])
    usage = type(USAGE)("openai", "unlisted", 1.0, 10, 2, cost=None)
    await record(postgres_data_access, Outcome(request.request_id, Verdict(Winner.FIRST, usage), NOW))
    async with postgres_data_access.sessions.session() as session:
        (row,) = await postgres_data_access.comparisons.get_recorded(session, batch_id)
    assert row.usage is not None
    assert row.usage.cost is None
    assert USAGE.cost == Decimal("0.001")


async def test_a_question_about_an_essay_of_another_batch_is_impossible(
    postgres_data_access: PostgresDataAccess,
) -> None:
    batch_id, _ = await waiting_batch(postgres_data_access, [(0, 1)])
    stranger = comparison(batch_id, 2, 0, 77)
    with pytest.raises(Exception, match="fk_cj_comparison_pairs_essay"):
        async with postgres_data_access.sessions.session() as session:
            new = NewRequest(stranger, PairMode.COVERAGE, attempt=1)
            await postgres_data_access.comparisons.add_requests(session, [new], NOW)


async def send(
    access: PostgresDataAccess, requests: Sequence[ComparisonRequest], at: datetime
) -> frozenset[RequestId]:
    questions = [SentQuestion(request.request_id, "key", "version") for request in requests]
    async with access.sessions.session() as session:
        leaving = await access.comparisons.record_sending(session, questions, at)
        await session.commit()
    return leaving


async def overdue(
    access: PostgresDataAccess, batch_id: BatchId, sent_before: datetime, recorded_before: datetime
) -> list[tuple[RequestId, int]]:
    deadlines = Deadlines(sent_before, recorded_before)
    async with access.sessions.session() as session:
        found = await access.comparisons.get_overdue(session, batch_id, deadlines)
        batches = await access.comparisons.find_overdue(session, deadlines, 10)
    assert batches == ((batch_id,) if found else ())
    return [(question.request.request_id, question.sendings) for question in found]


async def test_of_several_who_send_a_question_only_one_may(postgres_data_access: PostgresDataAccess) -> None:
    _, requests = await waiting_batch(postgres_data_access, [(0, 1), (2, 3)])
    leaving = await asyncio.gather(*(send(postgres_data_access, requests, NOW) for _ in range(8)))
    assert sorted(len(each) for each in leaving) == [0] * 7 + [2]


async def test_neither_an_answered_question_nor_one_of_an_ended_batch_may_leave(
    postgres_data_access: PostgresDataAccess,
) -> None:
    batch_id, requests = await waiting_batch(postgres_data_access, [(0, 1), (2, 3)])
    await record(postgres_data_access, verdict(requests[0]))
    assert await send(postgres_data_access, requests, NOW) == {requests[1].request_id}
    ending = BatchEnding(BatchStatus.CANCELLED, StopReason.CANCELLED, NOW)
    async with postgres_data_access.sessions.session() as session:
        await postgres_data_access.batches.mark_batch_cancelled(session, batch_id, 1, ending)
        await session.commit()
    assert await send(postgres_data_access, requests, NOW + SECOND) == frozenset()


async def test_a_question_is_overdue_from_its_last_sending_on(
    postgres_data_access: PostgresDataAccess,
) -> None:
    batch_id, (late, answered) = await waiting_batch(postgres_data_access, [(0, 1), (2, 3)])
    await send(postgres_data_access, [late, answered], NOW + SECOND)
    await send(postgres_data_access, [late], NOW + 2 * SECOND)
    await record(postgres_data_access, verdict(answered))
    access = postgres_data_access
    assert await overdue(access, batch_id, NOW + 2 * SECOND, NOW + 9 * SECOND) == []
    assert await overdue(access, batch_id, NOW + 3 * SECOND, NOW) == [(late.request_id, 2)]


async def test_a_question_never_sent_is_overdue_from_its_recording_on(
    postgres_data_access: PostgresDataAccess,
) -> None:
    batch_id, (request,) = await waiting_batch(postgres_data_access, [(0, 1)])
    assert await overdue(postgres_data_access, batch_id, NOW + SECOND, NOW) == []
    assert await overdue(postgres_data_access, batch_id, NOW, NOW + SECOND) == [(request.request_id, 0)]


async def test_while_other_answers_of_the_batch_arrive_nothing_is_overdue(
    postgres_data_access: PostgresDataAccess,
) -> None:
    batch_id, (late, quick) = await waiting_batch(postgres_data_access, [(0, 1), (2, 3)])
    await send(postgres_data_access, [late, quick], NOW)
    async with postgres_data_access.sessions.session() as session:
        await postgres_data_access.comparisons.store_comparison_results(session, [verdict(quick)])
        counts = AnswerCounts(1, 0, Decimal(0), 0, 0, unpriced=0)
        token, at = ClaimToken(uuid4()), NOW + 5 * SECOND
        await postgres_data_access.batches.record_answers(session, [(batch_id, counts)], token, at)
        await session.commit()
    assert await overdue(postgres_data_access, batch_id, NOW + 5 * SECOND, NOW) == []
    assert await overdue(postgres_data_access, batch_id, NOW + 6 * SECOND, NOW) == [(late.request_id, 1)]


async def test_what_a_provider_has_a_day_for_is_not_overdue(
    postgres_data_access: PostgresDataAccess,
) -> None:
    batch_id, (request,) = await waiting_batch(postgres_data_access, [(0, 1)])
    await send(postgres_data_access, [request], NOW)
    submission = ProviderBatch(
        SubmissionId(uuid4()), batch_id, JUDGE, AnswerForm.GRADED, (request.request_id,), NOW, characters=(9,)
    )
    provider_batches = PostgreSQLProviderBatchRepository()
    async with postgres_data_access.sessions.session() as session:
        await provider_batches.prepare(session, submission)
        await session.commit()
    assert await overdue(postgres_data_access, batch_id, NOW + SECOND, NOW + SECOND) == []
    async with postgres_data_access.sessions.session() as session:
        await provider_batches.mark_over(session, submission.submission_id, NOW)
        await session.commit()
    assert await overdue(postgres_data_access, batch_id, NOW + SECOND, NOW) == [(request.request_id, 1)]
