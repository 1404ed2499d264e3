"""The questions of one wave, and what they may take together."""

import asyncio
from dataclasses import dataclass

from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.judges import Allowance
from cj_assessment_service.implementations.dispatch.purse import Purse


@dataclass(frozen=True, slots=True)
class Wave:
    """`purse` is None where money is no matter, `until` (seconds since the epoch) where time is none."""

    purse: Purse | None
    until: float | None
    clock: Clock

    @classmethod
    def within(cls, allowance: Allowance, clock: Clock) -> "Wave":
        return cls(Purse(allowance.cost) if allowance.cost is not None else None, allowance.until, clock)

    @property
    def seconds_left(self) -> float | None:
        """None: any number."""
        return None if self.until is None else self.until - self.clock.now().timestamp()

    @property
    def is_over(self) -> bool:
        left = self.seconds_left
        return left is not None and left <= 0

    async def sleep(self, seconds: float) -> None:
        """Not beyond the end."""
        left = self.seconds_left
        await asyncio.sleep(seconds if left is None else max(0.0, min(seconds, left)))
