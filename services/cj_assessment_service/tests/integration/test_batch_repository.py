"""What `CJBatchRepositoryProtocol` promises, on a real PostgreSQL."""

import asyncio
from dataclasses import replace
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
    Silence,
    StopReason,
)
from cj_assessment_service.domain.errors import UnknownBatch
from cj_assessment_service.domain.identifiers import BatchId, ClaimToken, EventId
from cj_assessment_service.protocols import FIRST
from cj_assessment_service.tests.fixtures.repositories import PostgresDataAccess
from cj_assessment_service.tests.integration.batches import (
    NOW,
    claim_first_wave,
    create_batch,
    new_request,
    open_wave,
    prepared_batch,
    verdict,
    waiting_batch,
)

ENDING = BatchEnding(BatchStatus.COMPLETE_STABLE, StopReason.STABLE, NOW)
FAILURE = BatchEnding(BatchStatus.ERROR_PROCESSING, StopReason.PROCESSING_FAILED, NOW, "It broke.")
CANCELLATION = BatchEnding(BatchStatus.CANCELLED, StopReason.CANCELLED, NOW, "Nobody wants it.")


def answers(completed: int, failed: int = 0) -> AnswerCounts:
    return AnswerCounts(completed, failed, Decimal("0.002"), 100, 20, unpriced=failed)


async def count_answers(access: PostgresDataAccess, batch_id: BatchId, counts: AnswerCounts) -> Claim | None:
    async with access.sessions.session() as session:
        claims = await access.batches.record_answers(session, [(batch_id, counts)], ClaimToken(uuid4()), NOW)
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


async def test_one_event_makes_only_one_batch_whatever_it_says(
    postgres_data_access: PostgresDataAccess,
) -> None:
    event = EventId(uuid4())
    request = replace(new_request(), event_id=event)
    batch_id = await create_batch(postgres_data_access, request)
    other_words = replace(new_request(outer_id="outer-2"), event_id=event)
    other_event = replace(request, event_id=EventId(uuid4()))
    async with postgres_data_access.sessions.session() as session:
        batches = postgres_data_access.batches
        for repeated in (request, other_words, other_event):
            assert await batches.create_batch(session, repeated, NOW) is None
            assert await batches.find_batch(session, repeated) == batch_id
        assert await batches.find_batch(session, new_request()) is None


async def test_the_trace_of_the_request_is_known_of_its_batch(
    postgres_data_access: PostgresDataAccess,
) -> None:
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    traced = await create_batch(postgres_data_access, replace(new_request(), trace_parent=trace))
    async with postgres_data_access.sessions.session() as session:
        overview = await postgres_data_access.batches.get_overview(session, traced)
    assert overview.identity.trace_parent == trace


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
        assert taken == Claim(batch_id, 0, token, take_overs=1)
        again = await batches.claim_abandoned(session, batch_id, token, later, later + timedelta(minutes=5))
        assert again == Claim(batch_id, 0, token, take_overs=2)


async def test_take_overs_are_forgotten_once_the_batch_gets_further(
    postgres_data_access: PostgresDataAccess,
) -> None:
    batch_id = await prepared_batch(postgres_data_access)
    await claim_first_wave(postgres_data_access, batch_id)
    async with postgres_data_access.sessions.session() as session:
        claim = await postgres_data_access.batches.claim_from_anybody(
            session, batch_id, ClaimToken(uuid4()), NOW
        )
        await session.commit()
    assert claim is not None
    await open_wave(postgres_data_access, claim, [(0, 1)])
    await count_answers(postgres_data_access, batch_id, answers(1))
    async with postgres_data_access.sessions.session() as session:
        next_claim = await postgres_data_access.batches.claim_from_anybody(
            session, batch_id, ClaimToken(uuid4()), NOW
        )
    assert (claim.take_overs, next_claim and next_claim.take_overs) == (1, 1)


async def test_a_completed_batch_stays_completed(postgres_data_access: PostgresDataAccess) -> None:
    batch_id = await prepared_batch(postgres_data_access)
    claim = await claim_first_wave(postgres_data_access, batch_id)
    async with postgres_data_access.sessions.session() as session:
        assert await postgres_data_access.batches.mark_batch_scoring_complete(session, claim, ENDING)
        assert not await postgres_data_access.batches.mark_batch_scoring_complete(session, claim, ENDING)
        assert not await postgres_data_access.batches.mark_batch_failed(session, claim, FAILURE)
        assert not await postgres_data_access.batches.mark_batch_cancelled(session, batch_id, 0, CANCELLATION)
        assert not await postgres_data_access.batches.request_finish(session, batch_id, NOW)
        overview = await postgres_data_access.batches.get_overview(session, batch_id)
    assert (overview.status, overview.state) == (BatchStatus.COMPLETE_STABLE, BatchState.COMPLETED)
    assert overview.completed_at == NOW


async def stalled(access: PostgresDataAccess, silence: Silence, after: BatchId = FIRST) -> set[BatchId]:
    async with access.sessions.session() as session:
        return set(await access.batches.find_stalled(session, silence, 10, after))


async def test_stuck_batches_are_those_whose_preparation_or_claim_is_too_old(
    postgres_data_access: PostgresDataAccess,
) -> None:
    unbegun = await create_batch(postgres_data_access)
    claimed = await prepared_batch(postgres_data_access)
    await claim_first_wave(postgres_data_access, claimed)
    ended = await prepared_batch(postgres_data_access)
    claim = await claim_first_wave(postgres_data_access, ended)
    async with postgres_data_access.sessions.session() as session:
        assert await postgres_data_access.batches.mark_batch_scoring_complete(session, claim, ENDING)
        await session.commit()
    second = timedelta(seconds=1)
    assert await stalled(postgres_data_access, Silence(NOW + second, NOW)) == {unbegun, claimed}
    assert await stalled(postgres_data_access, Silence(NOW + second, NOW), after=unbegun) == {claimed}
    assert await stalled(postgres_data_access, Silence(NOW, NOW + second)) == set()


async def test_a_batch_that_waits_is_stuck_only_when_it_waits_for_nothing(
    postgres_data_access: PostgresDataAccess,
) -> None:
    batch_id, (request,) = await waiting_batch(postgres_data_access, [(0, 1)])
    long_silent = Silence(NOW, NOW + timedelta(seconds=1))
    assert await stalled(postgres_data_access, long_silent) == set()
    async with postgres_data_access.sessions.session() as session:
        # as if its count had been lost
        await postgres_data_access.comparisons.store_comparison_results(session, [verdict(request)])
        await session.commit()
    assert await stalled(postgres_data_access, Silence(NOW, NOW)) == set()
    assert await stalled(postgres_data_access, long_silent) == {batch_id}
    async with postgres_data_access.sessions.session() as session:
        batches, token = postgres_data_access.batches, ClaimToken(uuid4())
        assert await batches.claim_answered(session, batch_id, token, NOW, NOW) is None
        claim = await batches.claim_answered(session, batch_id, token, NOW, long_silent.idle_since)
        assert claim == Claim(batch_id, 1, token)


async def test_only_an_unbegun_batch_fails_in_its_preparation(
    postgres_data_access: PostgresDataAccess,
) -> None:
    unbegun = await create_batch(postgres_data_access)
    begun = await prepared_batch(postgres_data_access)
    await claim_first_wave(postgres_data_access, begun)
    async with postgres_data_access.sessions.session() as session:
        batches = postgres_data_access.batches
        assert not await batches.begin_fetching_content(session, begun, NOW)
        assert not await batches.mark_preparation_failed(session, begun, FAILURE)
        assert await batches.mark_preparation_failed(session, unbegun, FAILURE)
        assert not await batches.mark_preparation_failed(session, unbegun, FAILURE)


async def test_a_batch_fails_by_whoever_holds_it_or_has_just_opened_its_wave(
    postgres_data_access: PostgresDataAccess,
) -> None:
    batch_id = await prepared_batch(postgres_data_access)
    claim = await claim_first_wave(postgres_data_access, batch_id)
    lost = Claim(batch_id, claim.wave, ClaimToken(uuid4()))
    async with postgres_data_access.sessions.session() as session:
        assert not await postgres_data_access.batches.mark_batch_failed(session, lost, FAILURE)
    await open_wave(postgres_data_access, claim, [(0, 1)])
    async with postgres_data_access.sessions.session() as session:
        earlier = Claim(batch_id, claim.wave - 1, claim.token)
        assert not await postgres_data_access.batches.mark_batch_failed(session, earlier, FAILURE)
        assert await postgres_data_access.batches.mark_batch_failed(session, claim, FAILURE)
        overview = await postgres_data_access.batches.get_overview(session, batch_id)
    assert (overview.status, overview.state) == (BatchStatus.ERROR_PROCESSING, BatchState.FAILED)


@pytest.mark.parametrize("state", [BatchState.INITIALIZING, BatchState.WAITING_CALLBACKS, BatchState.SCORING])
async def test_a_batch_is_cancelled_once_from_any_state_and_never_moves_again(
    postgres_data_access: PostgresDataAccess, state: BatchState
) -> None:
    batch_id = await prepared_batch(postgres_data_access)
    if state is not BatchState.INITIALIZING:
        claim = await claim_first_wave(postgres_data_access, batch_id)
        if state is BatchState.WAITING_CALLBACKS:
            await open_wave(postgres_data_access, claim, [(0, 1)])
    assert await state_of(postgres_data_access, batch_id) is state
    wave = 1 if state is BatchState.WAITING_CALLBACKS else 0
    async with postgres_data_access.sessions.session() as session:
        batches = postgres_data_access.batches
        assert not await batches.mark_batch_cancelled(session, batch_id, wave + 1, CANCELLATION)
        assert await batches.mark_batch_cancelled(session, batch_id, wave, CANCELLATION)
        assert not await batches.mark_batch_cancelled(session, batch_id, wave, CANCELLATION)
        await session.commit()
    if state is BatchState.WAITING_CALLBACKS:
        assert await count_answers(postgres_data_access, batch_id, answers(1)) is None
    async with postgres_data_access.sessions.session() as session:
        assert await batches.claim_first_wave(session, batch_id, ClaimToken(uuid4()), NOW) is None
        assert await batches.claim_from_anybody(session, batch_id, ClaimToken(uuid4()), NOW) is None
        overview = await batches.get_overview(session, batch_id)
    assert (overview.status, overview.state) == (BatchStatus.CANCELLED, BatchState.CANCELLED)
    assert (overview.stop_reason, overview.completed_at) == (StopReason.CANCELLED, NOW)


async def test_the_first_wish_to_finish_counts(postgres_data_access: PostgresDataAccess) -> None:
    batch_id = await prepared_batch(postgres_data_access)
    async with postgres_data_access.sessions.session() as session:
        batches = postgres_data_access.batches
        assert await batches.request_finish(session, batch_id, NOW)
        assert await batches.request_finish(session, batch_id, NOW + timedelta(hours=1))
        assert (await batches.get_overview(session, batch_id)).finish_requested_at == NOW


async def test_a_claim_taken_from_somebody_makes_all_they_decide_void(
    postgres_data_access: PostgresDataAccess,
) -> None:
    batch_id = await prepared_batch(postgres_data_access)
    old = await claim_first_wave(postgres_data_access, batch_id)
    async with postgres_data_access.sessions.session() as session:
        batches = postgres_data_access.batches
        new = await batches.claim_from_anybody(session, batch_id, ClaimToken(uuid4()), NOW)
        assert new is not None
        assert not await batches.open_wave(session, old, 1, NOW)
        assert not await batches.mark_batch_scoring_complete(session, old, ENDING)
        assert not await batches.mark_batch_failed(session, old, FAILURE)
        assert await batches.open_wave(session, new, 1, NOW)


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
