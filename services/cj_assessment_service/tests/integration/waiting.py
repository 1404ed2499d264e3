"""Waiting for a real condition, with a deadline."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

Found = TypeVar("Found")

DEADLINE_SECONDS = 60.0


async def until(look: Callable[[], Awaitable[Found | None]]) -> Found:
    """What `look` finds, as soon as it finds something. Raises TimeoutError after a minute."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        while True:
            found = await look()
            if found is not None:
                return found
            await asyncio.sleep(0.01)
