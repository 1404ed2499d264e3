"""Things done at the same time fail as if they had been done one by one."""

import asyncio

import pytest

from cj_assessment_service.domain.errors import ContentUnavailable
from cj_assessment_service.domain.together import together


async def test_what_is_made_together_keeps_its_order() -> None:
    async def late(number: int) -> int:
        for _ in range(5 - number):
            await asyncio.sleep(0)
        return number

    assert await together(late(number) for number in range(5)) == list(range(5))


async def test_the_first_fault_is_raised_as_itself_and_ends_the_others() -> None:
    ended = []

    async def waits() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise

    async def fails() -> None:
        await asyncio.sleep(0)
        raise ContentUnavailable("The store does not answer.")

    with pytest.raises(ContentUnavailable):
        await together([waits(), fails(), waits()])
    assert ended == ["cancelled", "cancelled"]
