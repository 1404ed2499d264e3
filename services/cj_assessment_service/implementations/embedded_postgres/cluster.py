"""One PostgreSQL data directory: made, started, found running, stopped. The caller holds the start lock."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from cj_assessment_service.domain.errors import DatabaseUnavailable
from cj_assessment_service.implementations.embedded_postgres.address import SUPERUSER, ServerAddress
from cj_assessment_service.implementations.embedded_postgres.binaries import PostgresBinaries
from cj_assessment_service.implementations.embedded_postgres.directories import ServerAccount, built_whole
from cj_assessment_service.implementations.embedded_postgres.programs import (
    command_line_of,
    run_as,
    run_program,
    start_detached,
)
from cj_assessment_service.implementations.embedded_postgres.sockets import private_socket_dir

START_SECONDS = 90.0
RETRY_SECONDS = 15.0
STOP_SECONDS = 90.0
POLL_SECONDS = 0.03
LOG_LINES = 20
PORT_BASE = 5400  # a port only names the socket file; one per major version, so that no two are confused
LOG_BYTES = 10_000_000
LOCALES = ("C.UTF-8", "C")  # macOS may lack the first


class ServerState(Enum):
    """What the socket says: nobody there, there but not serving (starting, stopping, recovering), serving."""

    DOWN = "down"
    BUSY = "busy"
    READY = "ready"


PG_ISREADY_ANSWERS = {0: ServerState.READY, 1: ServerState.BUSY, 2: ServerState.DOWN}


_WITHOUT_DURABILITY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class Durability(Enum):
    """FULL: what is committed survives a power cut. NONE: it survives killed processes only; for tests."""

    FULL = "full"
    NONE = "none"

    @property
    def settings(self) -> tuple[str, ...]:
        """Those of PostgreSQL that differ from the usual ones."""
        return () if self is Durability.FULL else _WITHOUT_DURABILITY


@dataclass(frozen=True, slots=True)
class Postmaster:
    """The server process as it recorded itself in its data directory; it may have died since."""

    pid: int
    address: ServerAddress


@dataclass(frozen=True, slots=True)
class Cluster:
    """The data directory of one major version below `data_root`, served as `account`."""

    data_root: Path
    binaries: PostgresBinaries
    account: ServerAccount
    durability: Durability

    @property
    def data_dir(self) -> Path:
        """Its name carries the major version, because no other version can read it."""
        return self.data_root / f"postgres-{self.binaries.major}"

    @property
    def log_file(self) -> Path:
        """What the server says; the file before it is kept as server.log.old."""
        return self.data_root / "server.log"

    def running(self) -> Postmaster | None:
        """The server if it serves at this moment."""
        postmaster = self._recorded()
        return postmaster if self._state(postmaster) is ServerState.READY else None

    def ensure_created(self) -> None:
        """The data directory exists and belongs to the account; raises DatabaseUnavailable otherwise."""
        if self.data_dir.exists():
            self._check_owner()
            return
        refusals: list[str] = []
        with built_whole(self.data_dir) as partial:
            self.account.own(partial)
            for locale in LOCALES:
                done = self._initdb(partial, locale)
                if done.returncode == 0:
                    return
                refusals.append(_last_lines(done.stdout + done.stderr))
            raise DatabaseUnavailable(
                f"PostgreSQL could not create its data directory in {self.data_root}. It said:\n"
                + "\n".join(refusals)
            )

    def start(self) -> Postmaster:
        """The server, started if it was not serving; raises DatabaseUnavailable with the end of its log."""
        # The children of a killed server hold its memory for a moment; until they let go a start fails.
        was_killed = self._record_file.exists()
        now = time.monotonic()
        retry_until, deadline = now + RETRY_SECONDS * was_killed, now + START_SECONDS
        process: subprocess.Popen[bytes] | None = None
        while time.monotonic() < deadline:
            postmaster = self._recorded()
            state = self._state(postmaster)
            if state is ServerState.READY and postmaster is not None:
                return postmaster
            if state is ServerState.DOWN and process is None:
                process = self._spawn()
            elif state is ServerState.DOWN and process is not None and process.poll() is not None:
                if time.monotonic() > retry_until:
                    raise self._failure(f"ended at once with exit code {process.returncode}")
                process = None
            time.sleep(POLL_SECONDS)
        if process is not None:
            process.send_signal(signal.SIGINT)
        raise self._failure(f"did not answer within {START_SECONDS:.0f} seconds")

    def stop(self) -> None:
        """No server runs; open sessions are ended and everything is written. Raises DatabaseUnavailable if it stays."""
        postmaster = self._recorded()
        # a record whose socket is silent is a leftover: its process id may be somebody else's by now
        if postmaster is None or self._state(postmaster) is ServerState.DOWN:
            return
        with suppress(ProcessLookupError):
            os.kill(postmaster.pid, signal.SIGINT)
        deadline = time.monotonic() + STOP_SECONDS
        while self._recorded() == postmaster:
            if time.monotonic() > deadline:
                raise self._failure(
                    f"(process {postmaster.pid}) did not stop within {STOP_SECONDS:.0f} seconds"
                )
            time.sleep(POLL_SECONDS)

    @property
    def _record_file(self) -> Path:
        return self.data_dir / "postmaster.pid"

    def _recorded(self) -> Postmaster | None:
        """What the file postmaster.pid says; None while it is missing or not yet complete."""
        try:
            lines = self._record_file.read_text().splitlines()
        except FileNotFoundError:
            return None
        if len(lines) < 5 or not lines[4]:
            return None
        return Postmaster(int(lines[0]), ServerAddress(Path(lines[4]), int(lines[3])))

    def _state(self, postmaster: Postmaster | None) -> ServerState:
        """Found by really connecting: the record outlives a killed server."""
        if postmaster is None:
            return ServerState.DOWN
        program = str(self.binaries.program("pg_isready"))
        answer = run_program([program, *postmaster.address.options, "--timeout=5", "--quiet"])
        if answer.returncode not in PG_ISREADY_ANSWERS:
            raise DatabaseUnavailable(
                f"{program} could not ask the server (exit code {answer.returncode}): {answer.stderr.strip()}"
            )
        return PG_ISREADY_ANSWERS[answer.returncode]

    def _forget_foreign_record(self) -> None:
        """Remove the record of a dead server when its process id is now another's, or waits to be collected.

        PostgreSQL would take that process for the server and refuse to start. Where children of the dead server
        are left, it still refuses: it finds their shared memory by the data directory, not by the record.
        """
        try:
            pid = int(self._record_file.read_text().split(maxsplit=1)[0])
        except (FileNotFoundError, ValueError, IndexError):
            return
        command_line = command_line_of(pid)
        if command_line is not None and str(self.data_dir) not in command_line:
            self._record_file.unlink()

    def _check_owner(self) -> None:
        owner = self.data_dir.stat().st_uid
        if owner != self.account.uid:
            raise DatabaseUnavailable(
                f"{self.data_dir} belongs to the account with id {owner}, and PostgreSQL would run as {self.account.uid}. "
                "Run the command as the account that made the data, or set CJ_DATA_DIR to another directory."
            )

    def _initdb(self, directory: Path, locale: str) -> subprocess.CompletedProcess[str]:
        command = [
            str(self.binaries.program("initdb")),
            f"--pgdata={directory}",
            f"--username={SUPERUSER}",
            "--auth=trust",
            "--encoding=UTF8",
            f"--locale={locale}",
            "--no-instructions",
        ]
        match self.durability:
            case Durability.FULL:
                pass
            case Durability.NONE:
                command.append("--no-sync")
        return run_as(self.account, command, self.data_root)

    def _spawn(self) -> subprocess.Popen[bytes]:
        self._forget_foreign_record()
        socket_dir = private_socket_dir(self.data_root, self._port, self.account)
        quoted_socket_dir = str(socket_dir).replace('"', '""')
        settings = (
            "listen_addresses=",
            f'unix_socket_directories="{quoted_socket_dir}"',
            f"port={self._port}",
            "max_connections=100",
            "shared_buffers=64MB",
            # files in the data directory: a container's /dev/shm is small, and systemd empties it at logout
            "dynamic_shared_memory_type=mmap",
            "autovacuum=on",
            "timezone=UTC",
            "log_timezone=UTC",
            *self.durability.settings,
        )
        command = [str(self.binaries.program("postgres")), "-D", str(self.data_dir)]
        command += [argument for setting in settings for argument in ("-c", setting)]
        self._prepare_log()
        return start_detached(self.account, command, self.data_dir, self.log_file)

    def _prepare_log(self) -> None:
        if self.log_file.exists() and self.log_file.stat().st_size > LOG_BYTES:
            self.log_file.replace(self.log_file.with_suffix(".log.old"))
        self.log_file.touch(mode=0o600)  # failed statements are quoted in it

    @property
    def _port(self) -> int:
        return PORT_BASE + self.binaries.major

    def _failure(self, what: str) -> DatabaseUnavailable:
        log = self.log_file.read_text(errors="replace") if self.log_file.exists() else ""
        return DatabaseUnavailable(
            f"PostgreSQL on {self.data_dir} {what}. The end of {self.log_file}:\n{_last_lines(log)}"
        )


def _last_lines(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-LOG_LINES:])
