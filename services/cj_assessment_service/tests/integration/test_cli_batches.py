"""The commands around an assessment: looking at batches, forgetting them, and the database they lie in."""

import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cj_assessment_service.implementations.embedded_postgres.binaries import find_binaries
from cj_assessment_service.implementations.embedded_postgres.server import (
    EmbeddedPostgres,
    EmbeddedPostgresSettings,
)
from cj_assessment_service.tests.integration.command_line import (
    RANKING,
    CommandLine,
    cj,
    essay_texts,
    ranking_in,
    write_anchors,
    write_folder,
    write_table,
)

__all__ = ["cj"]

QUICK = ("--judge", "simulated:seed=1", "--budget", 12, "--json")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Essays and anchors; what a batch leaves behind goes to `out`."""
    folder = tmp_path_factory.mktemp("batches")
    write_folder(folder / "essays")
    write_anchors(folder / "anchors.csv")
    return folder


@pytest.fixture(scope="module")
def batch(cj: CommandLine, home: Path) -> str:
    """The number of a finished batch."""
    goal = ("--target-reliability", 0.999)
    said = cj("assess", home / "essays", "--budget", 15, *goal, "--out", home / "out", "--json")
    return str(said.documents[-1]["batch"])


@pytest.fixture
def apart() -> Iterator[Path]:
    """A data folder of its own, with a short path that the server of root may pass."""
    folder = Path(tempfile.mkdtemp(prefix="cj-", dir="/tmp"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


def test_a_batch_is_listed_and_its_standing_told(cj: CommandLine, batch: str) -> None:
    heading, *lines = cj("list").out.splitlines()
    assert heading.split("\t") == [
        "batch",
        "started",
        "essays",
        "judged",
        "reliability",
        "state",
        "judge",
    ]
    assert batch in [line.split("\t")[0] for line in lines]
    assert cj("status", batch).out.startswith(f"Batch {batch}: 15 judgements")


def test_programs_get_the_same_keys_from_list_and_status(cj: CommandLine, batch: str) -> None:
    (standing,) = cj("status", batch, "--json").documents
    assert standing in cj("list", "--json").documents
    assert (standing["status"], standing["submitted"]) == ("COMPLETE_MAX_COMPARISONS", 15)


@pytest.mark.parametrize(
    ("form", "names"),
    [
        ("csv", {"essays.csv", "decisions.csv", "judges.csv"}),
        ("xlsx", {"result.xlsx"}),
        ("json", {"result.json"}),
        ("html", {"report.html"}),
        ("disclosure", {"disclosure.json"}),
    ],
)
def test_results_are_written_again_in_the_form_asked_for(
    cj: CommandLine, batch: str, tmp_path: Path, form: str, names: set[str]
) -> None:
    said = cj("results", batch, "--format", form, "--out", tmp_path / "again")
    assert (said.code, {Path(line).name for line in said.out.splitlines()}) == (0, names)
    assert {path.name for path in (tmp_path / "again").iterdir()} == names


def test_results_go_where_they_went_before_unless_told_otherwise(
    cj: CommandLine, home: Path, batch: str
) -> None:
    shutil.rmtree(home / "out")
    assert cj("results", batch, "--format", "csv").code == 0
    assert ranking_in(home / "out") == RANKING


def test_the_last_judge_of_a_batch_cannot_be_excluded(cj: CommandLine, batch: str) -> None:
    said = cj("judges", "exclude", batch, "offline")
    assert said.code == 2
    assert "Without this judge nobody is left" in said.err
    assert "is no judge of batch" in cj("judges", "restore", batch, "openai:gpt-5-mini").err


def test_resuming_a_finished_batch_writes_its_results_once_more(
    cj: CommandLine, home: Path, batch: str
) -> None:
    shutil.rmtree(home / "out", ignore_errors=True)
    outcome = cj("resume", batch, "--json").documents
    assert [(one["batch"], one["exit_code"]) for one in outcome] == [(int(batch), 0)]
    assert ranking_in(home / "out") == RANKING


def test_results_that_cannot_be_written_are_said_to_be_safe(
    cj: CommandLine, batch: str, tmp_path: Path
) -> None:
    (tmp_path / "taken").touch()
    said = cj("results", batch, "--out", tmp_path / "taken")
    assert said.code == 1
    assert "safe in the database" in said.err


@pytest.mark.usefixtures("batch")
def test_a_deleted_batch_takes_its_texts_with_it_and_leaves_those_of_others(
    cj: CommandLine, tmp_path: Path
) -> None:
    tables = ("stored_contents", "cj_processed_essays", "cj_comparison_pairs", "cj_batch_uploads")
    before = {table: cj.count(table) for table in tables}
    own = [(f"own-{number}", f"This text number {number} belongs to one batch alone.") for number in range(3)]
    shared = ("shared", essay_texts()["Erik"])
    essays = write_table(tmp_path / "essays.csv", ("id", "text"), *own, shared)
    outcome = cj("assess", essays, *QUICK, "--out", tmp_path).documents[-1]
    assert cj.count("stored_contents") == before["stored_contents"] + len(own)
    said = cj("delete", outcome["batch"], "--yes")
    assert (said.code, said.out) == (0, f"Batch {outcome['batch']} is deleted.\n")
    assert {table: cj.count(table) for table in tables} == before


def test_deletion_asks_first_and_takes_silence_for_a_no(
    cj: CommandLine, batch: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert cj("delete", batch).code == 130
    assert cj("status", batch).code == 0


def test_the_place_of_the_data_is_told(cj: CommandLine) -> None:
    assert cj("db", "path").out == f"{cj.data_dir}\n"


def test_the_tables_are_at_the_newest_revision(cj: CommandLine) -> None:
    assert cj("db", "upgrade").out.startswith("The database is at revision 0")


@pytest.mark.usefixtures("batch")
def test_a_dump_can_be_restored(cj: CommandLine, tmp_path: Path) -> None:
    assert cj("db", "dump", tmp_path / "dump.sql").code == 0
    psql = [str(find_binaries(None).program("psql")), *cj.address.options, "--no-psqlrc", "--quiet"]
    subprocess.run([*psql, "--dbname=postgres", "--command=create database restored"], check=True)
    restore = ["--dbname=restored", "--set=ON_ERROR_STOP=1", f"--file={tmp_path / 'dump.sql'}"]
    subprocess.run([*psql, *restore], check=True, stdout=subprocess.DEVNULL)
    for table in ("cj_batch_uploads", "cj_comparison_pairs", "stored_contents"):
        assert cj.count(table, "restored") == cj.count(table) > 0


def test_a_dump_into_a_folder_that_is_not_there_is_refused(cj: CommandLine, tmp_path: Path) -> None:
    said = cj("db", "dump", tmp_path / "missing" / "dump.sql")
    assert said.code == 2
    assert "There is no folder" in said.err


def test_a_server_named_by_its_address_is_used_instead(cj: CommandLine, home: Path, apart: Path) -> None:
    EmbeddedPostgres(EmbeddedPostgresSettings(cj.data_dir)).ensure_database("elsewhere")
    url = cj.address.url("elsewhere").replace("postgresql+asyncpg", "postgresql")
    named = replace(cj, data_dir=apart / "unused", environment={"CJ_DATABASE_URL": url})
    assert named("assess", home / "essays", *QUICK, "--out", apart / "out").documents[-1]["batch"] == 1
    assert named.count("cj_batch_uploads", "elsewhere") == 1
    assert named("db", "path").out.startswith("postgresql://")
    assert "pg_dump" in named("db", "dump", apart / "dump.sql").err
    # names are kept apart from any database, in the data folder
    assert [path.name for path in (apart / "unused").glob("[!.]*")] == ["pseudonym-key.json"]


@pytest.mark.parametrize(
    ("url", "code", "said"),
    [
        ("nonsense", 2, "Write postgresql://user:password@host:port/database"),
        ("mysql://user@host/database", 2, "only PostgreSQL is supported"),
        ("postgresql://user:secret@127.0.0.1:1/database", 1, "Check the address in CJ_DATABASE_URL"),
    ],
)
def test_a_wrong_address_is_told_in_one_paragraph_without_the_password(
    cj: CommandLine, url: str, code: int, said: str
) -> None:
    answer = replace(cj, environment={"CJ_DATABASE_URL": url})("list")
    assert (answer.code, answer.out, answer.err.count("\n")) == (code, "", 1)
    assert said in answer.err
    assert "secret" not in answer.err


def test_a_database_that_is_not_there_is_named(cj: CommandLine) -> None:
    url = cj.address.url("missing").replace("postgresql+asyncpg", "postgresql")
    answer = replace(cj, environment={"CJ_DATABASE_URL": url})("list")
    assert (answer.code, answer.err.count("\n")) == (1, 1)
    assert 'database "missing" does not exist' in answer.err


def test_two_commands_at_once_share_a_server_and_the_last_one_stops_it(home: Path, apart: Path) -> None:
    cj_itself = [sys.executable, "-m", "cj_assessment_service"]
    environment = {**os.environ, "CJ_DATA_DIR": str(apart / "data")}
    orders = [
        ["assess", str(home / "essays"), *map(str, QUICK), "--out", str(apart / out)]
        for out in ("one", "two")
    ]
    running = [
        subprocess.Popen([*cj_itself, *order], env=environment, stdout=subprocess.PIPE) for order in orders
    ]
    for process in running:
        process.communicate()
    assert [process.returncode for process in running] == [0, 0]
    assert ranking_in(apart / "one")
    assert ranking_in(apart / "two")
    assert not EmbeddedPostgres(EmbeddedPostgresSettings(apart / "data")).is_running()


def test_stopping_a_server_that_does_not_run_says_so(cj: CommandLine, apart: Path) -> None:
    idle = replace(cj, data_dir=apart / "idle")
    assert idle("db", "stop").out == "No embedded PostgreSQL is running.\n"
