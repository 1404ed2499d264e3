"""What `CJComparisonRepositoryProtocol` promises, on a real PostgreSQL."""

import asyncio
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from cj_assessment_service.domain.comparisons import (
    AskedState,
    JudgeFailure,
    LedgerEntry,
    NewRequest,
    Outcome,
    PairMode,
    Verdict,
    Winner,
)
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.identifiers import RequestId
from cj_assessment_service.models_db import ComparisonPair
from cj_assessment_service.tests.fixtures.repositories import PostgresDataAccess
from cj_assessment_service.tests.integration.batches import NOW, USAGE, comparison, verdict, waiting_batch


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
