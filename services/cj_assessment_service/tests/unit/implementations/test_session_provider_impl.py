"""The promises of the session provider, with a faked session; the real database has tests of its own."""

from typing import cast
from unittest.mock import AsyncMock

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from cj_assessment_service.domain.errors import DatabaseUnavailable
from cj_assessment_service.implementations.database_infrastructure import CJDatabaseInfrastructure
from cj_assessment_service.implementations.session_provider_impl import CJSessionProviderImpl
from cj_assessment_service.metrics import Metrics


@pytest.fixture
def fake() -> AsyncMock:
    return AsyncMock(spec=AsyncSession)


@pytest.fixture
def provider(fake: AsyncMock) -> CJSessionProviderImpl:
    sessions = cast(async_sessionmaker[AsyncSession], lambda: fake)
    engine = AsyncMock(spec=AsyncEngine)
    return CJSessionProviderImpl(CJDatabaseInfrastructure(engine, sessions, Metrics(CollectorRegistry())))


async def test_a_block_that_ends_well_is_closed_and_not_committed(
    provider: CJSessionProviderImpl, fake: AsyncMock
) -> None:
    async with provider.session() as session:
        assert session is fake
    fake.close.assert_awaited_once()
    fake.commit.assert_not_awaited()
    fake.rollback.assert_not_awaited()


async def test_a_block_that_raises_is_rolled_back_and_closed(
    provider: CJSessionProviderImpl, fake: AsyncMock
) -> None:
    with pytest.raises(ValueError, match="the cause"):
        async with provider.session():
            raise ValueError("the cause")
    fake.rollback.assert_awaited_once()
    fake.close.assert_awaited_once()


@pytest.mark.parametrize(
    "fault", [ConnectionRefusedError("refused"), OperationalError("select", {}, OSError("gone"))]
)
async def test_an_unreachable_database_is_a_passing_fault(
    provider: CJSessionProviderImpl, fake: AsyncMock, fault: Exception
) -> None:
    with pytest.raises(DatabaseUnavailable):
        async with provider.session():
            raise fault
    fake.close.assert_awaited_once()
