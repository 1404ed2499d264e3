"""The account PostgreSQL runs as, and directories made so that this account can use them."""

import os
import pwd
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cj_assessment_service.domain.errors import DatabaseUnavailable

ROOT = 0
ROOT_DATA_ROOT = Path("/var/lib/cj-assessment-service")


@dataclass(frozen=True, slots=True)
class ServerAccount:
    """The account of the server process: ours, or `nobody` when we are root, because PostgreSQL refuses root."""

    uid: int
    gid: int

    @property
    def is_ours(self) -> bool:
        """Whether the server runs as the account of this process."""
        return self.uid == os.geteuid()

    @property
    def extra_groups(self) -> list[int] | None:
        """For `subprocess`: a changed account keeps none of our groups, our own keeps them all."""
        return None if self.is_ours else []

    def own(self, path: Path) -> None:
        """Hand `path` over to the account."""
        if not self.is_ours:
            os.chown(path, self.uid, self.gid)

    def barrier(self, path: Path) -> Path | None:
        """The outermost directory among `path` and its parents that the account may not enter, if any."""
        if self.is_ours:
            return None
        resolved = path.resolve()
        way = (*reversed(resolved.parents), resolved)
        return next((directory for directory in way if not self._may_enter(directory.stat())), None)

    def _may_enter(self, status: os.stat_result) -> bool:
        if status.st_uid == self.uid:
            return bool(status.st_mode & stat.S_IXUSR)
        if status.st_gid == self.gid:
            return bool(status.st_mode & stat.S_IXGRP)
        return bool(status.st_mode & stat.S_IXOTH)


def server_account() -> ServerAccount:
    """Our own account, or `nobody` for root; raises DatabaseUnavailable when root finds no `nobody`."""
    if os.geteuid() != ROOT:
        return ServerAccount(os.geteuid(), os.getegid())
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError as error:
        raise DatabaseUnavailable(
            "PostgreSQL refuses to run as root, and this system has no account `nobody` to run it as. "
            "Run the command as an ordinary user, or name a PostgreSQL server of your own."
        ) from error
    return ServerAccount(nobody.pw_uid, nobody.pw_gid)


def make_data_root(data_root: Path, account: ServerAccount) -> None:
    """Create `data_root` where it is missing; raises DatabaseUnavailable when the account cannot enter it.

    Only directories made here get their mode set: closed to others for an ordinary user; for root open to
    passing through, never to listing.
    """
    mode = 0o700 if account.is_ours else 0o711
    for directory in reversed((data_root, *data_root.parents)):
        if not directory.exists():
            directory.mkdir(exist_ok=True)
            directory.chmod(mode)
    barrier = account.barrier(data_root)
    if barrier is not None:
        raise DatabaseUnavailable(
            f"PostgreSQL refuses to run as root, so it runs as `nobody`, and `nobody` may not enter {barrier}. "
            f"Set CJ_DATA_DIR to a directory that every account may enter, for example {ROOT_DATA_ROOT}, "
            "or run the command as an ordinary user."
        )


@contextmanager
def built_whole(target: Path) -> Iterator[Path]:
    """A temporary sibling to build in, which becomes `target` at the end: there wholly or not at all.

    The caller holds the start lock, so siblings left by a killed process are removed: before and after, because what the
    killed process had started may still write for a moment, and a directory that is written to cannot be removed.
    """
    _remove_leftovers(target)
    partial = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        yield partial
        partial.rename(target)
        _write_through(target.parent)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        _remove_leftovers(target)


def _remove_leftovers(target: Path) -> None:
    for leftover in target.parent.glob(f".{target.name}.*"):
        shutil.rmtree(leftover, ignore_errors=True)


def _write_through(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
