"""Sessions that belong to their caller."""

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import text

from cj_assessment_service.domain.batches import BatchNotes
from cj_assessment_service.domain.errors import DatabaseUnavailable
from cj_assessment_service.implementations.database_infrastructure import CJDatabaseInfrastructure
from cj_assessment_service.implementations.session_provider_impl import CJSessionProviderImpl
from cj_assessment_service.metrics import Metrics
from cj_assessment_service.tests.fixtures.repositories import PostgresDataAccess
from cj_assessment_service.tests.integration.batches import create_batch

NOTE = BatchNotes((("kept", "yes"),))


async def test_several_sessions_one_after_another_work(cj_infra: CJDatabaseInfrastructure) -> None:
    provider = CJSessionProviderImpl(cj_infra)
    for number in range(3):
        async with provider.session() as session:
            assert await session.scalar(text(f"select {number}")) == number


async def test_the_connection_is_back_in_the_pool_after_the_block(cj_infra: CJDatabaseInfrastructure) -> None:
    provider = CJSessionProviderImpl(cj_infra)
    in_use = cj_infra.metrics.database.connections
    async with provider.session() as session:
        await session.execute(text("select 1"))
        assert in_use._value.get() == 1
    assert in_use._value.get() == 0


async def test_nothing_is_saved_without_a_commit(postgres_data_access: PostgresDataAccess) -> None:
    batch_id = await create_batch(postgres_data_access)
    async with postgres_data_access.sessions.session() as session:
        await postgres_data_access.batches.merge_upload_notes(session, batch_id, NOTE)
    async with postgres_data_access.sessions.session() as session:
        assert await postgres_data_access.batches.get_notes(session, batch_id) == BatchNotes(())


async def test_an_error_in_the_block_rolls_back_and_passes_through(
    postgres_data_access: PostgresDataAccess,
) -> None:
    batch_id = await create_batch(postgres_data_access)
    with pytest.raises(RuntimeError, match="in the middle"):
        async with postgres_data_access.sessions.session() as session:
            await postgres_data_access.batches.merge_upload_notes(session, batch_id, NOTE)
            raise RuntimeError("in the middle")
    async with postgres_data_access.sessions.session() as session:
        assert await postgres_data_access.batches.get_notes(session, batch_id) == BatchNotes(())


async def test_a_database_that_is_not_there_is_a_passing_fault() -> None:
    nowhere = CJDatabaseInfrastructure.connect(
        "postgresql+asyncpg://postgres@127.0.0.1:1/nothing", Metrics(CollectorRegistry())
    )
    provider = CJSessionProviderImpl(nowhere)
    with pytest.raises(DatabaseUnavailable):
        async with provider.session() as session:
            await session.execute(text("select 1"))
    await nowhere.close()
