"""Things that are done at the same time."""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import TypeVar

Made = TypeVar("Made")


async def together(stories: Iterable[Coroutine[object, object, Made]]) -> list[Made]:
    """What each of them returns, in their order. The first fault ends the others and is raised as itself, so that callers
    can tell what may be done about it.
    """
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(story) for story in stories]
    except ExceptionGroup as faults:
        raise faults.exceptions[0] from None
    return [task.result() for task in tasks]
