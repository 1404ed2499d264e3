"""Answers that nobody asked for are kept until their questions appear."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from cj_assessment_service.batch_monitor import BatchMonitor
from cj_assessment_service.cj_core_logic.callback_persistence_service import CallbackPersistenceService
from cj_assessment_service.cj_core_logic.orphan_adoption import OrphanAdoption
from cj_assessment_service.domain.comparisons import ComparisonRequest, NewRequest, Outcome, PairMode, Winner
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.tests.fixtures.repositories import PostgresDataAccess
from cj_assessment_service.tests.integration.batches import (
    NOW,
    claim_first_wave,
    comparison,
    prepared_batch,
    verdict,
)
from cj_assessment_service.tests.integration.workflow import Workflow


async def kept(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        return int((await connection.execute(text("select count(*) from orphan_answers"))).scalar_one())


async def record(workflow: Workflow, *outcomes: Outcome) -> None:
    await (await workflow.container.get(CallbackPersistenceService)).persist(outcomes)


async def let_appear(access: PostgresDataAccess, batch_id: BatchId, *requests: ComparisonRequest) -> None:
    claim = await claim_first_wave(access, batch_id)
    async with access.sessions.session() as session:
        planned = [NewRequest(request, PairMode.COVERAGE, attempt=1) for request in requests]
        await access.comparisons.add_requests(session, planned, NOW)
        assert await access.batches.open_wave(session, claim, len(requests), NOW)
        await session.commit()


async def test_an_answer_before_its_question_is_recorded_once_the_question_appears(
    workflow: Workflow, postgres_data_access: PostgresDataAccess, test_db_engine: AsyncEngine
) -> None:
    batch_id = await prepared_batch(postgres_data_access)
    request, other = comparison(batch_id, 1, 0, 1), comparison(batch_id, 1, 2, 3)
    await record(workflow, verdict(request, Winner.SECOND))
    await record(workflow, verdict(request, Winner.FIRST))
    monitor = await workflow.container.get(BatchMonitor)
    await monitor.orphans.adopt(10)
    assert await kept(test_db_engine) == 1
    await let_appear(postgres_data_access, batch_id, request, other)
    await monitor.orphans.adopt(10)
    assert await kept(test_db_engine) == 0
    recorded = {one.request_id: one.winner for one in await workflow.reader.recorded(batch_id)}
    assert recorded == {request.request_id: Winner.SECOND, other.request_id: None}
    assert (await workflow.overview(batch_id)).progress.completed == 1


async def test_a_wave_whose_last_answer_was_an_orphan_goes_on(
    workflow: Workflow, postgres_data_access: PostgresDataAccess
) -> None:
    batch_id = await prepared_batch(postgres_data_access)
    requests = [comparison(batch_id, 1, 0, 1), comparison(batch_id, 1, 2, 3)]
    await record(workflow, *map(verdict, requests))
    await let_appear(postgres_data_access, batch_id, *requests)
    assert await (await workflow.container.get(OrphanAdoption)).adopt(10) == 2
    assert (await workflow.overview(batch_id)).wave == 2


async def test_an_orphan_that_was_recorded_by_a_process_that_died_then_is_not_counted_twice(
    workflow: Workflow, postgres_data_access: PostgresDataAccess, test_db_engine: AsyncEngine
) -> None:
    batch_id = await prepared_batch(postgres_data_access)
    request, other = comparison(batch_id, 1, 0, 1), comparison(batch_id, 1, 2, 3)
    await record(workflow, verdict(request))
    await let_appear(postgres_data_access, batch_id, request, other)
    await record(workflow, verdict(request))
    assert await kept(test_db_engine) == 1
    adoption = await workflow.container.get(OrphanAdoption)
    await asyncio.gather(*(adoption.adopt(10) for _ in range(4)))
    assert await kept(test_db_engine) == 0
    assert (await workflow.overview(batch_id)).progress.completed == 1


async def test_an_answer_is_kept_together_with_what_was_recorded_beside_it_or_not_at_all(
    workflow: Workflow, postgres_data_access: PostgresDataAccess, test_db_engine: AsyncEngine
) -> None:
    batch_id = await prepared_batch(postgres_data_access)
    asked, stray = comparison(batch_id, 1, 0, 1), comparison(batch_id, 1, 2, 3)
    await let_appear(postgres_data_access, batch_id, asked)
    async with test_db_engine.begin() as connection:
        await connection.execute(text("alter table orphan_answers add constraint broken check (false)"))
    try:
        with pytest.raises(IntegrityError, match="broken"):
            await record(workflow, verdict(asked), verdict(stray))
        assert (await workflow.overview(batch_id)).progress.completed == 0
    finally:
        async with test_db_engine.begin() as connection:
            await connection.execute(text("alter table orphan_answers drop constraint broken"))


async def test_orphans_are_given_up_after_a_month(workflow: Workflow, test_db_engine: AsyncEngine) -> None:
    await record(workflow, verdict(comparison(BatchId(1), 1, 0, 1)), verdict(comparison(BatchId(1), 1, 2, 3)))
    async with test_db_engine.begin() as connection:
        await connection.execute(
            text(
                "update orphan_answers set received_at = received_at - interval '31 days'"
                " where request_id = (select request_id from orphan_answers limit 1)"
            )
        )
    await (await workflow.container.get(BatchMonitor)).sweep()
    assert await kept(test_db_engine) == 1
