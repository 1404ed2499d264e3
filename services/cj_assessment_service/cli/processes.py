"""Work that several processes share."""

import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

Done = TypeVar("Done")


def each_done(
    calls: Sequence[Callable[[], Done]], processes: int, tell: Callable[[], object]
) -> tuple[Done, ...]:
    """The results of the calls, in their order; `tell` is called after each. With one process they run in this one. Otherwise
    calls and results must be picklable, and an error of any call ends all.
    """
    if min(processes, len(calls)) <= 1:
        return tuple(_told(call(), tell) for call in calls)
    # spawned, not forked: a fork copies the locks of threads that do not live on in it
    pool = ProcessPoolExecutor(min(processes, len(calls)), get_context("spawn"), _leave_ctrl_c_to_parent)
    try:
        return tuple(_told(result, tell) for result in pool.map(_carry_out, calls))
    finally:
        pool.shutdown(cancel_futures=True)


def _told(result: Done, tell: Callable[[], object]) -> Done:
    tell()
    return result


def _carry_out(call: Callable[[], Done]) -> Done:
    return call()


def _leave_ctrl_c_to_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
