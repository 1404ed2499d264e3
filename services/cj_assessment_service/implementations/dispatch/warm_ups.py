"""Lets a provider read the beginning that many prompts share before the rest of them arrives."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from cj_assessment_service.domain.judges import JudgePrompt


@dataclass(slots=True, eq=False)
class WarmUp:
    """`used_at` is None until the first question came back."""

    done: asyncio.Event = field(default_factory=asyncio.Event)
    used_at: float | None = None

    def came_back(self, now: float) -> None:
        """Answered or failed: the provider has read the beginning, or nobody knows better."""
        self.used_at = now


_SharedPrefix = tuple[str, str, str]


@dataclass(slots=True)
class WarmUps:
    """One for each judge and shared beginning, that is system and context of a prompt; forgotten after `lifetime` seconds
    without a question.
    """

    shortest_prefix: int
    lifetime: float
    _known: dict[_SharedPrefix, WarmUp] = field(default_factory=dict)

    @asynccontextmanager
    async def turn(self, judge: str, prompt: JudgePrompt) -> AsyncIterator[WarmUp]:
        """The first question of a beginning goes alone; the others wait until it came back. One that never left leaves
        the place to the next.
        """
        if len(prompt.system) + len(prompt.context) < self.shortest_prefix:
            yield WarmUp()
            return
        prefix = (judge, prompt.system, prompt.context)
        warm_up, goes_first = await self._join(prefix)
        try:
            yield warm_up
        finally:
            if goes_first:
                self._finish(prefix, warm_up)

    async def _join(self, prefix: _SharedPrefix) -> tuple[WarmUp, bool]:
        """The warm-up to go with, and whether the caller makes it."""
        while (known := self._known.get(prefix)) is not None and not self._is_cold(known):
            await known.done.wait()
            if known.used_at is not None:
                return known, False
        self._forget_cold_ones()
        self._known[prefix] = begun = WarmUp()
        return begun, True

    def _finish(self, prefix: _SharedPrefix, warm_up: WarmUp) -> None:
        if warm_up.used_at is None:
            del self._known[prefix]
        warm_up.done.set()

    def _is_cold(self, warm_up: WarmUp) -> bool:
        now = asyncio.get_running_loop().time()
        return warm_up.used_at is not None and now - warm_up.used_at > self.lifetime

    def _forget_cold_ones(self) -> None:
        self._known = {prefix: known for prefix, known in self._known.items() if not self._is_cold(known)}
