"""Waiting for somebody who cannot be reached."""

import asyncio
from typing import Final

from cj_assessment_service.implementations.dispatch.circuit_breaker import CircuitBreaker
from cj_assessment_service.implementations.dispatch.wave import Wave

_LOOK_AGAIN: Final = 1.0
"""Seconds after which a question that waits looks again: another may have got through."""


async def comes_back(breaker: CircuitBreaker, patience: float, wave: Wave) -> bool:
    """Waits until the breaker lets a question pass again; False when it has been open for `patience` seconds, or the wave has
    ended.
    """
    loop = asyncio.get_running_loop()
    while (open_since := breaker.open_since) is not None:
        seconds = breaker.seconds_to_wait(loop.time())
        if seconds <= 0:
            return True
        left = open_since + patience - loop.time()
        if left <= 0 or wave.is_over:
            return False
        await wave.sleep(min(left, _LOOK_AGAIN, seconds))
    return True
