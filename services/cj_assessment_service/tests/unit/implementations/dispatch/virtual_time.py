"""An event loop whose clock jumps to the next thing that is due, so that an hour of waiting takes no time."""

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import TypeVar

from cj_assessment_service.domain.clock import Clock

Result = TypeVar("Result")


class _VirtualTimeLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.seconds = 0.0
        super().__init__(_JumpingSelector(self))

    def time(self) -> float:
        return self.seconds


class _JumpingSelector(selectors.SelectSelector):
    """Nothing comes from outside, so whoever would wait may as well jump."""

    def __init__(self, loop: _VirtualTimeLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise AssertionError("everybody waits for something that never happens")
        self._loop.seconds += max(0.0, timeout)
        return super().select(0)


class LoopClock(Clock):
    """The clock of the running loop, which starts in 1970."""

    def now(self) -> datetime:
        return datetime.fromtimestamp(seconds_passed(), UTC)


def seconds_passed() -> float:
    return asyncio.get_running_loop().time()


def in_virtual_time(story: Coroutine[object, object, Result]) -> Result:
    """What the story returns. Fails when it waits for something that never happens."""
    with asyncio.Runner(loop_factory=_VirtualTimeLoop) as runner:
        return runner.run(story)
