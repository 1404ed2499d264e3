"""Faults of the database that pass ask for another try, and a connection that broke unnoticed is never handed out."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from cj_assessment_service.domain.errors import DatabaseUnavailable
from cj_assessment_service.implementations import database_infrastructure
from cj_assessment_service.implementations.database_infrastructure import CJDatabaseInfrastructure
from cj_assessment_service.implementations.session_provider_impl import CJSessionProviderImpl


async def own_process(session: AsyncSession) -> int:
    return int((await session.execute(text("select pg_backend_pid()"))).scalar_one())


async def end_connection(infrastructure: CJDatabaseInfrastructure, process: int) -> None:
    """From outside the pool; returns when the server has let go of it."""
    outside = create_async_engine(infrastructure.engine.url, poolclass=NullPool)
    async with outside.connect() as connection:
        await connection.execute(text("select pg_terminate_backend(:process, 5000)"), {"process": process})
    await outside.dispose()


async def test_a_connection_cut_in_the_middle_of_a_statement_is_a_passing_fault(
    cj_infra: CJDatabaseInfrastructure,
) -> None:
    provider = CJSessionProviderImpl(cj_infra)
    with pytest.raises(DatabaseUnavailable):
        async with provider.session() as session:
            process = await own_process(session)
            waiting = asyncio.create_task(session.execute(text("select pg_sleep(30)")))
            await end_connection(cj_infra, process)
            await waiting


async def test_a_deadlock_is_a_passing_fault(cj_infra: CJDatabaseInfrastructure) -> None:
    provider = CJSessionProviderImpl(cj_infra)
    lock = text("select pg_advisory_xact_lock(:key)")

    async def lock_both(first: int, second: int, has_first: asyncio.Event, other_has: asyncio.Event) -> None:
        async with provider.session() as session:
            await session.execute(lock, {"key": first})
            has_first.set()
            await other_has.wait()
            await session.execute(lock, {"key": second})

    one, other = asyncio.Event(), asyncio.Event()
    ends = await asyncio.gather(
        lock_both(1, 2, one, other), lock_both(2, 1, other, one), return_exceptions=True
    )
    assert [type(end) for end in ends if end is not None] == [DatabaseUnavailable]


async def test_a_fault_that_would_come_again_is_not_called_passing(
    cj_infra: CJDatabaseInfrastructure,
) -> None:
    provider = CJSessionProviderImpl(cj_infra)
    with pytest.raises(Exception, match="division by zero") as fault:
        async with provider.session() as session:
            await session.execute(text("select 1 / 0"))
    assert not isinstance(fault.value, DatabaseUnavailable)


async def test_a_connection_that_broke_while_idle_is_replaced_before_it_is_used(
    cj_infra: CJDatabaseInfrastructure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_infrastructure, "PING_AFTER_SECONDS", 0.0)
    provider = CJSessionProviderImpl(cj_infra)
    async with provider.session() as session:
        process = await own_process(session)
    await end_connection(cj_infra, process)
    async with provider.session() as session:
        assert await own_process(session) != process
