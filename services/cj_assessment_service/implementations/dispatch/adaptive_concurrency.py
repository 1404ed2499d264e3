"""How many questions may be with a provider at once."""

import asyncio
from dataclasses import dataclass, field


@dataclass(slots=True)
class AdaptiveConcurrency:
    """Additive increase, multiplicative decrease (Chiu and Jain 1989, Computer Networks and ISDN Systems 17, 1-14): each
    round of answers allows one more, each overload half as many, between 1 and `ceiling`.

    Questions that left before an overload was noticed say nothing about what came of it, so a burst of refusals halves
    once.
    """

    ceiling: int
    _limit: float = field(init=False)
    _slots: int = field(init=False)
    _free: asyncio.Semaphore = field(init=False)
    _slowed_at: float = float("-inf")

    def __post_init__(self) -> None:
        self._limit, self._slots = float(self.ceiling), self.ceiling
        self._free = asyncio.Semaphore(self.ceiling)

    @property
    def limit(self) -> int:
        return int(self._limit)

    async def enter(self) -> None:
        """Waits for a slot, in the order of asking; slots above the limit are put away."""
        await self._free.acquire()
        while self._slots > self.limit:
            self._slots -= 1
            await self._free.acquire()

    def leave(self) -> None:
        """A slot above the limit is not given to anybody else."""
        if self._slots > self.limit:
            self._slots -= 1
        else:
            self._free.release()

    def went_well(self) -> None:
        self._limit = min(float(self.ceiling), self._limit + 1.0 / self._limit)
        while self._slots < self.limit:
            self._slots += 1
            self._free.release()

    def overloaded(self, left_at: float, now: float) -> None:
        """A question that left at `left_at` was refused because there were too many."""
        if left_at > self._slowed_at:
            self._slowed_at = now
            self._limit = max(1.0, self._limit / 2.0)

    def lower(self, ceiling: int) -> None:
        """Never raises it."""
        self.ceiling = min(self.ceiling, ceiling)
        self._limit = min(self._limit, float(self.ceiling))
