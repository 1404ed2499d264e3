"""Work that several processes share."""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Self, TypeVar

Done = TypeVar("Done")


class Workers:
    """Processes for as long as the block lasts; a single one is this process itself. None: one for each core."""

    def __init__(self, processes: int | None) -> None:
        count = processes or os.cpu_count() or 1
        self._pool: ProcessPoolExecutor | None = None
        if count > 1:
            # spawned, not forked: a fork copies the locks of threads that do not live on in it
            self._pool = ProcessPoolExecutor(count, get_context("spawn"), _leave_ctrl_c_to_parent)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def results(self, calls: Sequence[Callable[[], Done]]) -> Iterator[Done]:
        """What the calls return, in their order, each as soon as it and those before it are there. Calls and results must be
        picklable; an error of a call is raised in its place.
        """
        if self._pool is None:
            return (call() for call in calls)
        return self._pool.map(_carry_out, calls)


def _carry_out(call: Callable[[], Done]) -> Done:
    return call()


def _leave_ctrl_c_to_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
