"""Fixtures of the integration tests."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from cj_assessment_service.tests.integration.workflow import Workflow, open_workflow


@pytest.fixture
async def workflow(test_db_engine: AsyncEngine) -> AsyncIterator[Workflow]:
    async with open_workflow(test_db_engine) as opened:
        yield opened
