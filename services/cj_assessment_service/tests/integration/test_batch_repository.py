"""What `CJBatchRepositoryProtocol` promises, on a real PostgreSQL."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from cj_assessment_service.domain.batches import (
    AnswerCounts,
    BatchEnding,
    BatchNotes,
    BatchState,
    BatchStatus,
    Claim,
    ScoringRecord,
    StopReason,
)
from cj_assessment_service.domain.errors import UnknownBatch
from cj_assessment_service.domain.identifiers import BatchId, ClaimToken
from cj_assessment_service.tests.fixtures.repositories import PostgresDataAccess
from cj_assessment_service.tests.integration.batches import (
    NOW,
    claim_first_wave,
    create_batch,
    new_request,
    open_wave,
    prepared_batch,
    waiting_batch,
)

ENDING = BatchEnding(BatchStatus.COMPLETE_STABLE, StopReason.STABLE, NOW)


def answers(completed: int, failed: int = 0) -> AnswerCounts:
    return AnswerCounts(completed, failed, Decimal("0.002"), 100, 20, unpriced=failed)


async def count_answers(access: PostgresDataAccess, batch_id: BatchId, counts: AnswerCounts) -> Claim | None:
    async with access.sessions.session() as session:
        claims = await access.batches.record_answers(
            session, [(batch_id, counts)], ClaimToken(uuid4()), NOW
        )
        await session.commit()
    return claims[0] if claims else None


async def state_of(access: PostgresDataAccess, batch_id: BatchId) -> BatchState:
    async with access.sessions.session() as session:
        return await access.batches.get_batch_state(session, batch_id)


async def test_a_request_comes_back_exactly_as_it_was_accepted(
    postgres_data_access: PostgresDataAccess,
) -> None:
    request = new_request()
    batch_id = await create_batch(postgres_data_access, request)
    async with postgres_data_access.sessions.session() as session:
        assert await postgres_data_access.batches.get_original_request(session, batch_id) == request
        assert await postgres_data_access.batches.find_batch(session, request) == batch_id


async def test_the_same_request_makes_only_one_batch(postgres_data_access: PostgresDataAccess) -> None:
    request = new_request()
    await create_batch(postgres_data_access, request)
    async with postgres_data_access.sessions.session() as session:
        assert await postgres_data_access.batches.create_batch(session, request, NOW) is None


async def test_an_unknown_batch_is_named(postgres_data_access: PostgresDataAccess) -> None:
    async with postgres_data_access.sessions.session() as session:
        with pytest.raises(UnknownBatch, match="4711"):
            await postgres_data_access.batches.get_overview(session, BatchId(4711))


async def test_only_one_of_many_callers_claims_the_first_wave(
    postgres_data_access: PostgresDataAccess,
) -> None:
    batch_id = await prepared_batch(postgres_data_access)

    async def claim() -> Claim | None:
        async with postgres_data_access.sessions.session() as session:
            won = await postgres_data_access.batches.claim_first_wave(
                session, batch_id, ClaimToken(uuid4()), NOW
            )
            await session.commit()
        return won

    claims = await asyncio.gather(*(claim() for _ in range(8)))
    assert sum(won is not None for won in claims) == 1


async def test_an_unprepared_batch_cannot_be_claimed(postgres_data_access: PostgresDataAccess) -> None:
    batch_id = await create_batch(postgres_data_access)
    async with postgres_data_access.sessions.session() as session:
        token = ClaimToken(uuid4())
        assert await postgres_data_access.batches.claim_first_wave(session, batch_id, token, NOW) is None


async def test_the_last_answer_of_a_wave_brings_the_claim(postgres_data_access: PostgresDataAccess) -> None:
    batch_id, _ = await waiting_batch(postgres_data_access, [(0, 1), (2, 3)])
    assert await count_answers(postgres_data_access, batch_id, answers(1)) is None
    claim = await count_answers(postgres_data_access, batch_id, answers(0, failed=1))
    assert claim is not None
    assert (claim.batch_id, claim.wave) == (batch_id, 1)
    assert await state_of(postgres_data_access, batch_id) is BatchState.SCORING


async def test_counts_and_costs_add_up(postgres_data_access: PostgresDataAccess) -> None:
    batch_id, _ = await waiting_batch(postgres_data_access, [(0, 1), (2, 3)])
    await count_answers(postgres_data_access, batch_id, answers(1))
    await count_answers(postgres_data_access, batch_id, answers(0, failed=1))
    async with postgres_data_access.sessions.session() as session:
        overview = await postgres_data_access.batches.get_overview(session, batch_id)
    assert (overview.progress.completed, overview.progress.failed) == (1, 1)
    assert (overview.spent, overview.prompt_tokens, overview.unpriced) == (Decimal("0.004"), 200, 1)


async def test_the_database_refuses_more_answers_than_questions(
    postgres_data_access: PostgresDataAccess,
) -> None:
    batch_id, _ = await waiting_batch(postgres_data_access, [(0, 1)])
    with pytest.raises(Exception, match="counts_within_budget"):
        await count_answers(postgres_data_access, batch_id, answers(2))


async def test_a_wave_over_budget_is_refused(postgres_data_access: PostgresDataAccess) -> None:
    batch_id = await prepared_batch(postgres_data_access, budget=3)
    claim = await claim_first_wave(postgres_data_access, batch_id)
    async with postgres_data_access.sessions.session() as session:
        assert not await postgres_data_access.batches.open_wave(session, claim, 4, NOW)
        assert await postgres_data_access.batches.open_wave(session, claim, 3, NOW)


async def test_a_lost_claim_opens_no_wave_and_ends_nothing(postgres_data_access: PostgresDataAccess) -> None:
    batch_id = await prepared_batch(postgres_data_access)
    claim = await claim_first_wave(postgres_data_access, batch_id)
    lost = Claim(batch_id, claim.wave, ClaimToken(uuid4()))
    async with postgres_data_access.sessions.session() as session:
        batches = postgres_data_access.batches
        assert not await batches.open_wave(session, lost, 1, NOW)
        assert not await batches.record_scoring(session, lost, ScoringRecord(0.5))
        assert not await batches.mark_batch_scoring_complete(session, lost, ENDING)


async def test_an_abandoned_claim_is_taken_over_once_its_lease_is_over(
    postgres_data_access: PostgresDataAccess,
) -> None:
    batch_id = await prepared_batch(postgres_data_access)
    await claim_first_wave(postgres_data_access, batch_id)
    batches, later = postgres_data_access.batches, NOW + timedelta(minutes=5)
    async with postgres_data_access.sessions.session() as session:
        token = ClaimToken(uuid4())
        assert await batches.claim_abandoned(session, batch_id, token, later, NOW) is None
        taken = await batches.claim_abandoned(session, batch_id, token, later, later)
        assert taken == Claim(batch_id, 0, token)


async def test_a_completed_batch_stays_completed(postgres_data_access: PostgresDataAccess) -> None:
    batch_id = await prepared_batch(postgres_data_access)
    claim = await claim_first_wave(postgres_data_access, batch_id)
    failure = BatchEnding(BatchStatus.ERROR_PROCESSING, StopReason.PROCESSING_FAILED, NOW, "too late")
    async with postgres_data_access.sessions.session() as session:
        assert await postgres_data_access.batches.mark_batch_scoring_complete(session, claim, ENDING)
        assert not await postgres_data_access.batches.mark_batch_scoring_complete(session, claim, ENDING)
        assert not await postgres_data_access.batches.mark_batch_failed(session, batch_id, failure)
        overview = await postgres_data_access.batches.get_overview(session, batch_id)
    assert (overview.status, overview.state) == (BatchStatus.COMPLETE_STABLE, BatchState.COMPLETED)
    assert overview.completed_at == NOW


async def test_stuck_batches_are_those_silent_or_claimed_too_long(
    postgres_data_access: PostgresDataAccess,
) -> None:
    silent, _ = await waiting_batch(postgres_data_access, [(0, 1)])
    claimed = await prepared_batch(postgres_data_access)
    await claim_first_wave(postgres_data_access, claimed)
    ended = await prepared_batch(postgres_data_access)
    claim = await claim_first_wave(postgres_data_access, ended)
    second = timedelta(seconds=1)
    async with postgres_data_access.sessions.session() as session:
        batches = postgres_data_access.batches
        await batches.mark_batch_scoring_complete(session, claim, ENDING)
        assert await batches.find_stalled(session, NOW + second, NOW - second, 10) == (claimed,)
        assert set(await batches.find_stalled(session, NOW, NOW + second, 10)) == {silent, claimed}
        assert await batches.find_stalled(session, NOW, NOW, 10) == ()


async def test_notes_are_merged_atomically_under_concurrency(
    postgres_data_access: PostgresDataAccess,
) -> None:
    batch_id = await create_batch(postgres_data_access)

    async def note(number: int) -> None:
        async with postgres_data_access.sessions.session() as session:
            notes = BatchNotes(((f"key-{number:02}", str(number)),))
            if number % 2:
                await postgres_data_access.batches.merge_state_notes(session, batch_id, notes)
            else:
                await postgres_data_access.batches.merge_upload_notes(session, batch_id, notes)
            await session.commit()

    await asyncio.gather(*(note(number) for number in range(10)))
    async with postgres_data_access.sessions.session() as session:
        notes = await postgres_data_access.batches.get_notes(session, batch_id)
    assert notes == BatchNotes(tuple((f"key-{number:02}", str(number)) for number in range(10)))


async def test_deleting_a_batch_removes_everything_that_belongs_to_it(
    postgres_data_access: PostgresDataAccess,
) -> None:
    batch_id, _ = await waiting_batch(postgres_data_access, [(0, 1)])
    async with postgres_data_access.sessions.session() as session:
        assert await postgres_data_access.batches.delete_batch(session, batch_id)
        assert not await postgres_data_access.batches.delete_batch(session, batch_id)
        assert await postgres_data_access.essays.get_essays_for_batch(session, batch_id) == ()
        assert await postgres_data_access.comparisons.get_recorded(session, batch_id) == ()
        await session.commit()


async def test_scoring_figures_are_read_back(postgres_data_access: PostgresDataAccess) -> None:
    batch_id, _ = await waiting_batch(postgres_data_access, [(0, 1)])
    claim = await count_answers(postgres_data_access, batch_id, answers(1))
    assert claim is not None
    async with postgres_data_access.sessions.session() as session:
        assert await postgres_data_access.batches.record_scoring(
            session, claim, ScoringRecord(0.83, (0.7, 0.9), 0.2)
        )
        overview = await postgres_data_access.batches.get_overview(session, batch_id)
    assert (overview.reliability, overview.reliability_limits) == (0.83, (0.7, 0.9))
    assert overview.expected_grade_changes == 0.2


async def test_a_second_wave_continues_the_counts(postgres_data_access: PostgresDataAccess) -> None:
    batch_id, _ = await waiting_batch(postgres_data_access, [(0, 1)])
    claim = await count_answers(postgres_data_access, batch_id, answers(1))
    assert claim is not None
    await open_wave(postgres_data_access, claim, [(2, 3), (1, 2)])
    async with postgres_data_access.sessions.session() as session:
        overview = await postgres_data_access.batches.get_overview(session, batch_id)
    assert (overview.wave, overview.progress.submitted, overview.progress.pending) == (2, 3, 2)
    assert overview.status is BatchStatus.PERFORMING_COMPARISONS
