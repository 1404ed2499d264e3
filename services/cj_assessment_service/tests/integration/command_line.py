"""`cj` as people call it, on an embedded server that stays up for a whole module."""

import asyncio
import csv
import io
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from cj_assessment_service.__main__ import main
from cj_assessment_service.implementations.database_server import DATABASE_NAME
from cj_assessment_service.implementations.embedded_postgres.address import ServerAddress
from cj_assessment_service.implementations.embedded_postgres.cluster import Durability
from cj_assessment_service.implementations.embedded_postgres.server import (
    EmbeddedPostgres,
    EmbeddedPostgresSettings,
)

_SOURCES = {
    "Åsa Öberg": "text-20",
    "été naïve": "text-05",
    "Größe": "text-29",
    "Bertil": "text-25",
    "David": "text-26",
    "Erik": "text-22",
}
RANKING = list(_SOURCES)
"""Best first, in the eyes of the offline judge."""

KNOWN_GRADES = {"Åsa Öberg": "C2", "Größe": "B2", "Erik": "A1"}


@dataclass(frozen=True, slots=True)
class Said:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def documents(self) -> list[dict[str, object]]:
        """Of an output that must be JSON lines and nothing else."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True, slots=True)
class CommandLine:
    """The console command on its own database."""

    data_dir: Path
    address: ServerAddress
    environment: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: object) -> Said:
        return run_command({"CJ_DATA_DIR": str(self.data_dir), **self.environment}, *arguments)

    def count(self, table: str, database: str = DATABASE_NAME) -> int:
        """Rows of the table."""
        return asyncio.run(_count(self.address.url(database), table))


def run_command(environment: Mapping[str, str], *arguments: object) -> Said:
    """Runs the console command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["cj", *map(str, arguments)])
        for name, value in environment.items():
            patch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            main()
    assert isinstance(ended.value.code, int)
    return Said(ended.value.code, out.getvalue(), err.getvalue())


async def _count(url: str, table: str) -> int:
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.connect() as connection:
        rows = await connection.scalar(text(f"select count(*) from {table}"))  # noqa: S608 - our own names
    await engine.dispose()
    return int(rows or 0)


@pytest.fixture(scope="module")
def cj() -> Iterator[CommandLine]:
    # a short path, because sockets want one; open for passing, because the server of root runs as nobody
    data_dir = Path(tempfile.mkdtemp(prefix="cj-", dir="/tmp"))
    data_dir.chmod(0o711)
    server = EmbeddedPostgres(EmbeddedPostgresSettings(data_dir, durability=Durability.NONE))
    address = server.acquire()
    yield CommandLine(data_dir, address)
    server.release()
    shutil.rmtree(data_dir)


def essay_texts() -> dict[str, str]:
    """Six essays of the demo by new names, best first."""
    folder = files("cj_assessment_service").joinpath("examples", "english", "essays")
    return {name: folder.joinpath(f"{source}.txt").read_text("utf-8") for name, source in _SOURCES.items()}


def write_folder(folder: Path) -> Path:
    folder.mkdir()
    for name, content in essay_texts().items():
        (folder / f"{name}.txt").write_text(content, "utf-8")
    return folder


def write_table(path: Path, *rows: tuple[str, ...]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def write_anchors(path: Path) -> Path:
    return write_table(path, ("id", "grade"), *KNOWN_GRADES.items())


def read_table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def ranking_in(folder: Path) -> list[str]:
    """Essay ids, best first."""
    ranked = [row for row in read_table(folder / "essays.csv") if row["rank"]]
    return [row["essay_id"] for row in sorted(ranked, key=lambda row: int(row["rank"]))]
