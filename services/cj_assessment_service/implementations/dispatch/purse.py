"""The money of one wave. What a question may cost at most is set aside before it leaves, so that no order of answers can
spend more than there is.
"""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    most: Decimal
    granted: "asyncio.Future[bool]"


@dataclass(slots=True)
class Purse:
    """`left` in USD is neither spent nor set aside."""

    left: Decimal
    _out: int = 0
    _waiting: deque[_Waiting] = field(default_factory=deque)

    async def reserve(self, most: Decimal) -> bool:
        """Sets `most` aside. While it does not fit, waits for others to give back what they did not need; False once nobody
        is left who could.
        """
        if self._takes(most):
            return True
        if not self._out:
            return False
        waiting = _Waiting(most, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        try:
            return await waiting.granted
        except asyncio.CancelledError:
            self._forget(waiting)
            raise

    def settle(self, reserved: Decimal, charged: Decimal) -> None:
        """What was set aside for one question becomes what it did cost."""
        self._out -= 1
        self.left += reserved - charged
        self._serve()

    def _takes(self, most: Decimal) -> bool:
        if most > self.left:
            return False
        self.left -= most
        self._out += 1
        return True

    def _serve(self) -> None:
        """The others are refused only after everybody was served who can be."""
        refused = []
        for waiting in self._taken_out():
            if self._takes(waiting.most):
                waiting.granted.set_result(True)
            else:
                refused.append(waiting)
        if self._out:
            self._waiting.extend(refused)
        else:
            for waiting in refused:
                waiting.granted.set_result(False)

    def _taken_out(self) -> list[_Waiting]:
        """Those still waiting, in their order."""
        found = [waiting for waiting in self._waiting if not waiting.granted.done()]
        self._waiting.clear()
        return found

    def _forget(self, waiting: _Waiting) -> None:
        """A grant that nobody is there to use goes back."""
        granted = waiting.granted
        if granted.done() and not granted.cancelled() and granted.result():
            self.settle(waiting.most, Decimal(0))
