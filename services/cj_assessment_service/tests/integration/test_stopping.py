"""An application that ends, however it ends, leaves nothing open behind it."""

import asyncio

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from cj_assessment_service.app import run_in_process
from cj_assessment_service.implementations.dispatch.in_process_judging import InProcessJudging
from cj_assessment_service.implementations.judges.offline import OfflineJudge
from cj_assessment_service.tests.fixtures.application import ScriptedJudges, application_container

TURNS = 3
"""Of the event loop, that the connection of the judge takes to close."""


class SlowlyClosingJudge(OfflineJudge):
    is_closed = False

    async def close(self) -> None:
        for _ in range(TURNS):
            await asyncio.sleep(0)
        self.is_closed = True


async def test_the_judges_are_closed_when_the_block_raises(test_db_engine: AsyncEngine) -> None:
    judge = SlowlyClosingJudge()
    judges = ScriptedJudges(scripted={"slow": judge})
    with pytest.raises(ExceptionGroup) as raised:
        async with run_in_process(application_container(test_db_engine, judges)) as container:
            await (await container.get(InProcessJudging)).get_traits("slow")
            await asyncio.sleep(0)
            raise KeyError("the block")
    assert raised.group_contains(KeyError)
    assert judge.is_closed
