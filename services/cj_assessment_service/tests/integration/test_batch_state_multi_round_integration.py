"""Ten waves of ten: the budget is locked and the counters only rise."""

from decimal import Decimal
from uuid import uuid4

from cj_assessment_service.domain.batches import AnswerCounts, BatchState, Claim
from cj_assessment_service.domain.identifiers import ClaimToken
from cj_assessment_service.tests.fixtures.repositories import PostgresDataAccess
from cj_assessment_service.tests.integration.batches import (
    NOW,
    claim_first_wave,
    open_wave,
    prepared_batch,
    verdict,
)

PAIRS = [(0, 1), (2, 3), (0, 2), (1, 3), (0, 3), (1, 0), (3, 2), (2, 0), (3, 1), (3, 0)]
NOTHING = AnswerCounts(0, 0, Decimal(0), 0, 0, 0)


async def test_ten_waves_of_ten_use_exactly_the_budget(postgres_data_access: PostgresDataAccess) -> None:
    access = postgres_data_access
    batch_id = await prepared_batch(access, budget=100)
    claim = await claim_first_wave(access, batch_id)
    for wave in range(1, 11):
        requests = await open_wave(access, claim, PAIRS)
        won: tuple[Claim, ...] = ()
        for answered, request in enumerate(requests, start=1):
            async with access.sessions.session() as session:
                entry = await access.comparisons.store_comparison_results(session, [verdict(request)])
                counts = AnswerCounts(len(entry.recorded), 0, Decimal(0), 0, 0, 0)
                won = await access.batches.record_answers(
                    session, [(batch_id, counts)], ClaimToken(uuid4()), NOW
                )
                await session.commit()
            assert len(won) == (answered == len(requests))
        (claim,) = won
        async with access.sessions.session() as session:
            overview = await access.batches.get_overview(session, batch_id)
        assert (overview.wave, overview.progress.budget) == (wave, 100)
        assert overview.progress.submitted == overview.progress.completed == 10 * wave
    async with access.sessions.session() as session:
        assert not await access.batches.open_wave(session, claim, 1, NOW)


async def test_the_budget_cannot_be_changed_once_comparisons_are_out(
    postgres_data_access: PostgresDataAccess,
) -> None:
    access = postgres_data_access
    batch_id = await prepared_batch(access, budget=20)
    await open_wave(access, await claim_first_wave(access, batch_id), [(0, 1)])
    async with access.sessions.session() as session:
        brief = await access.batches.get_brief(session, batch_id)
        await access.batches.record_preparation(session, batch_id, brief, loaded=4, budget=999)
        await session.commit()
    async with access.sessions.session() as session:
        overview = await access.batches.get_overview(session, batch_id)
    assert overview.progress.budget == 20
    assert overview.state is BatchState.WAITING_CALLBACKS


async def test_an_empty_count_never_claims_a_wave_twice(postgres_data_access: PostgresDataAccess) -> None:
    access = postgres_data_access
    batch_id = await prepared_batch(access)
    await claim_first_wave(access, batch_id)
    async with access.sessions.session() as session:
        token = ClaimToken(uuid4())
        assert await access.batches.record_answers(session, [(batch_id, NOTHING)], token, NOW) == ()
        await session.commit()
