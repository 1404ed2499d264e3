"""The embedded server as its users see it: acquire it, use it, release it."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from platformdirs import user_data_path

from cj_assessment_service.domain.errors import DatabaseUnavailable
from cj_assessment_service.implementations.embedded_postgres.address import ServerAddress
from cj_assessment_service.implementations.embedded_postgres.binaries import find_binaries, reachable_binaries
from cj_assessment_service.implementations.embedded_postgres.cluster import Cluster, Durability, Postmaster
from cj_assessment_service.implementations.embedded_postgres.directories import (
    ROOT,
    ROOT_DATA_ROOT,
    make_data_root,
    server_account,
)
from cj_assessment_service.implementations.embedded_postgres.locks import SharedLock, exclusive_lock, is_held
from cj_assessment_service.implementations.embedded_postgres.programs import run_program

CREATE_IF_MISSING = r"""
select format('create database %I', :'name')
where not exists (select from pg_database where datname = :'name') \gexec
"""
APPLICATION = "cj-assessment-service"


def default_data_root() -> Path:
    """The user's data directory; for root one that the account of the server can enter."""
    return ROOT_DATA_ROOT if os.geteuid() == ROOT else user_data_path(APPLICATION)


@dataclass(frozen=True, slots=True)
class EmbeddedPostgresSettings:
    """`bin_dir` overrides the search for a PostgreSQL."""

    data_root: Path
    bin_dir: Path | None = None
    durability: Durability = Durability.FULL


class EmbeddedPostgres:
    """One server per data root, shared by every process that acquires it; the last to release it stops it.

    A process that ends without releasing, however it ends, no longer counts; the server it leaves alone is used
    and stopped by the next. Methods block and raise DatabaseUnavailable; in an event loop call them in a thread.
    """

    def __init__(self, settings: EmbeddedPostgresSettings) -> None:
        self._settings = replace(settings, data_root=settings.data_root.resolve())
        self._acquired = 0
        self._membership: SharedLock | None = None

    def acquire(self) -> ServerAddress:
        """Start the server if it does not run, and count this process as a user; every call wants its `release`."""
        with _readable_errors("started"):
            make_data_root(self._settings.data_root, server_account())
        with _readable_errors("started"), self._starting_or_stopping():
            postmaster = self._start()
            if self._membership is None:
                self._membership = SharedLock(self._users_lock)
            self._acquired += 1
            return postmaster.address

    def release(self) -> None:
        """Take back one `acquire`; the last user stops the server. Without an `acquire` nothing happens."""
        if self._acquired == 0:
            return
        with _readable_errors("stopped"), self._starting_or_stopping():
            self._acquired -= 1
            if self._acquired or self._membership is None:
                return
            self._membership.release()
            self._membership = None
            if not is_held(self._users_lock):
                self._cluster.stop()

    def stop(self) -> None:
        """Stop the server whoever uses it; their connections end."""
        if not self._settings.data_root.exists():
            return
        with _readable_errors("stopped"), self._starting_or_stopping():
            self._cluster.stop()

    def is_running(self) -> bool:
        """Whether the server serves at this moment."""
        with _readable_errors("reached"):
            return self._cluster.running() is not None

    def ensure_database(self, name: str) -> None:
        """Create the database if it is missing; the server must run."""
        with _readable_errors("reached"), self._starting_or_stopping():
            address = self._running().address
            psql = str(self._cluster.binaries.program("psql"))
            command = [psql, "--no-psqlrc", "--quiet", *address.options, "--dbname=postgres", "--no-password"]
            done = run_program([*command, "--set=ON_ERROR_STOP=1", f"--set=name={name}"], CREATE_IF_MISSING)
            if done.returncode != 0:
                raise DatabaseUnavailable(f"The database {name} could not be created: {done.stderr.strip()}")

    def dump(self, database: str, target: Path) -> None:
        """Write the database as plain SQL for `psql`; `target` is replaced only by a complete dump."""
        with (
            _readable_errors("dumped"),
            TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as workshop,
        ):
            draft = Path(workshop) / target.name
            address = self._running().address
            command = [
                str(self._cluster.binaries.program("pg_dump")),
                *address.options,
                f"--dbname={database}",
                f"--file={draft}",
                "--no-password",
                "--no-owner",
            ]
            done = run_program(command)
            if done.returncode != 0:
                raise DatabaseUnavailable(
                    f"The database {database} could not be dumped: {done.stderr.strip()}"
                )
            draft.replace(target)

    @cached_property
    def _cluster(self) -> Cluster:
        settings = self._settings
        binaries = find_binaries(settings.bin_dir)
        return Cluster(settings.data_root, binaries, server_account(), settings.durability)

    def _start(self) -> Postmaster:
        found = self._cluster
        reachable = reachable_binaries(found.binaries, found.account, found.data_root)
        cluster = replace(found, binaries=reachable)
        cluster.ensure_created()
        return cluster.start()

    def _running(self) -> Postmaster:
        postmaster = self._cluster.running()
        if postmaster is None:
            raise DatabaseUnavailable(
                f"The embedded PostgreSQL on {self._settings.data_root} does not run; it has to be acquired first."
            )
        return postmaster

    @property
    def _users_lock(self) -> Path:
        """Shared by every process that uses the server."""
        return self._settings.data_root / "users.lock"

    def _starting_or_stopping(self) -> AbstractContextManager[None]:
        """One process (and thread) at a time decides whether the server runs."""
        return exclusive_lock(self._settings.data_root / "start.lock")


@contextmanager
def _readable_errors(done: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DatabaseUnavailable(
            f"The embedded PostgreSQL cannot be {done}: {error}. Set CJ_DATA_DIR to a folder this user may write to, or"
            " CJ_DATABASE_URL to a PostgreSQL server."
        ) from error
