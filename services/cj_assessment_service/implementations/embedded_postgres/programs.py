"""Running the programs of PostgreSQL, with nothing of our environment that could lead them astray."""

import os
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path

from cj_assessment_service.implementations.embedded_postgres.directories import ServerAccount

PROCESSES = Path("/proc")
KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR")


def run_program(command: Sequence[str], standard_input: str = "") -> subprocess.CompletedProcess[str]:
    """Run to the end as ourselves; input, output and errors as text."""
    return subprocess.run(  # noqa: S603 - the program was found by us, no shell is involved
        command,
        env=_clean_environment(),
        input=standard_input,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )


def run_as(
    account: ServerAccount, command: Sequence[str], working_directory: Path
) -> subprocess.CompletedProcess[str]:
    """Run to the end as `account`; output and errors as text."""
    return subprocess.run(  # noqa: S603 - as above
        command,
        env=_clean_environment(),
        cwd=working_directory,
        user=account.uid,
        group=account.gid,
        extra_groups=account.extra_groups,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )


def start_detached(
    account: ServerAccount, command: Sequence[str], working_directory: Path, log_file: Path
) -> subprocess.Popen[bytes]:
    """Start as `account` in a session of its own, where neither Ctrl-C nor our end reaches it."""
    with log_file.open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - as above
            command,
            env=_clean_environment(),
            cwd=working_directory,
            user=account.uid,
            group=account.gid,
            extra_groups=account.extra_groups,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    # Collected as soon as it ends: PostgreSQL takes an uncollected process for a running server.
    threading.Thread(target=process.wait, name="embedded-postgres", daemon=True).start()
    return process


def command_line_of(pid: int) -> str | None:
    """The command line of a process: empty for one that ended uncollected, None when there is no such process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        pass  # it runs, as somebody else
    if not (PROCESSES / "self").exists():
        return run_program(["ps", "-ww", "-o", "args=", "-p", str(pid)]).stdout
    try:
        return os.fsdecode((PROCESSES / str(pid) / "cmdline").read_bytes())
    except (FileNotFoundError, ProcessLookupError):
        return None


def _clean_environment() -> dict[str, str]:
    """No PG* variables (they redirect programs), no keys (a server outlives us), and a locale that always exists."""
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    return {**kept, "LC_ALL": "C"}
