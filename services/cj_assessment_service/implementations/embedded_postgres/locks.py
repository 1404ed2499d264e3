"""Locks between processes, on files. The kernel drops them when a process ends, however it ends."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cj_assessment_service.domain.errors import DatabaseUnavailable

LOCK_SECONDS = 180.0
POLL_SECONDS = 0.02


@contextmanager
def exclusive_lock(path: Path) -> Iterator[None]:
    """One holder at a time among all processes and threads; raises DatabaseUnavailable after LOCK_SECONDS."""
    descriptor = _opened(path)
    try:
        deadline = time.monotonic() + LOCK_SECONDS
        while not _try_lock(descriptor, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                raise DatabaseUnavailable(
                    f"Another process has been starting or stopping PostgreSQL for {LOCK_SECONDS:.0f} seconds "
                    f"(it holds {path}). If it hangs, end it and try again."
                )
            time.sleep(POLL_SECONDS)
        yield
    finally:
        os.close(descriptor)


class SharedLock:
    """Held by any number of users at once, from creation until `release`."""

    def __init__(self, path: Path) -> None:
        self._descriptor = _opened(path)
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def release(self) -> None:
        """Give the lock up; not to be called twice."""
        os.close(self._descriptor)


def is_held(path: Path) -> bool:
    """Whether anyone holds the lock at `path` at this moment."""
    descriptor = _opened(path)
    try:
        return not _try_lock(descriptor, fcntl.LOCK_EX)
    finally:
        os.close(descriptor)


def _opened(path: Path) -> int:
    # a new file description each time: the kernel counts these, so two holders in one process are two
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _try_lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
