"""What leaves the machine, what stays, what is told of it, and what is forgotten."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from cj_assessment_service.implementations.database_server import DATABASE_NAME
from cj_assessment_service.tests.fixtures.listening_proxy import HOST, JUDGE, ListeningProxy
from cj_assessment_service.tests.integration.command_line import (
    CommandLine,
    Said,
    cj,
    ranking_in,
    read_table,
    write_table,
)

__all__ = ["cj"]

SCHEMA = Path(__file__).parents[4] / "docs" / "schemas" / "disclosure-v1.schema.json"
MARKER = "Zwölfnachtschwalbe"
ESSAYS = {
    "Anna_Svensson_9b": "Name: Anna Svensson\n\nIn my free time I meet Erik. Annas Hund is old, and Hope came too.",
    "Åsa Öberg": "My name is Åsa. We hope to win, and I will write to anna.svensson@skola.se about the race on Sunday.",
    "Erik": f"I like {MARKER} and the school uniform. Hope Young is my best friend, and A. Svensson is the second.",
    "School_Uniform": "A school uniform is grey. I think that School Uniform is a topic for those who like grey cloth.",
}
NAMES = ("Anna", "Svensson", "Åsa", "Öberg", "Erik", "Holm", "Hope Young", "Hope came")
CLASS_LIST = "Erik Holm\nHope Young\n"
KEEP_LOCAL = "update cj_batch_uploads set local_only = true where id = :batch"
REOPEN = (
    "update cj_comparison_pairs set completed_at = null, winner = null, level = null, provider = null, model = null where"
    " cj_batch_id = :batch; "
    "update cj_batch_states set state = 'WAITING_CALLBACKS', completed_comparisons = 0, failed_comparisons = 0 where"
    " batch_id = :batch; "
    "update cj_batch_uploads set status = 'PERFORMING_COMPARISONS', stop_reason = null, completed_at = null where id = :batch"
)
PSEUDONYM = re.compile(r"Student (?:[A-Z]\d)+")


def quotes_a_name(prompt: str) -> str:
    found = PSEUDONYM.search(prompt)
    return f"{found.group() if found else 'It'} argues about {MARKER}."


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("Klasse 9b von Frau Weber")
    (home / "essays").mkdir()
    for name, content in ESSAYS.items():
        (home / "essays" / f"{name}.txt").write_text(content, "utf-8")
    (home / "class.txt").write_text(CLASS_LIST, "utf-8")
    (home / "task.md").write_text(f"Write about {MARKER} as Anna Svensson did.", "utf-8")
    (home / "rubric.md").write_text(f"Look for {MARKER}.", "utf-8")
    write_table(home / "anchors.csv", ("id", "grade"), ("Åsa Öberg", "C2"), ("Erik", "A1"))
    return home


def assess(cj: CommandLine, home: Path, out: Path, *options: object) -> Said:
    return cj(
        "assess", home / "essays", "--class-list", home / "class.txt", "--task", home / "task.md", "--rubric", home / "rubric.md",
        "--budget", 8, "--seed", 1, "--language", "en", "--out", out, "--json", *options,
    )  # fmt: skip


@pytest.fixture(scope="module")
def sent(cj: CommandLine, home: Path) -> ListeningProxy:
    """An assessment by a judge elsewhere; its results are in `out`."""
    with ListeningProxy(quotes_a_name) as proxy:
        remote = replace(cj, environment=proxy.environment)
        said = assess(
            remote, home, home / "out", "--judge", JUDGE, "--anchors", home / "anchors.csv", "--scale", "cefr"
        )
    assert (said.code, said.err) == (0, "")
    return proxy


@pytest.fixture(scope="module")
def batch(cj: CommandLine, sent: ListeningProxy) -> int:
    assert sent.received
    return int(str(cj("list", "--json").documents[0]["batch"]))


def stored(cj: CommandLine) -> str:
    """Every text and document of every table."""
    return asyncio.run(_stored(cj.address.url(DATABASE_NAME)))


async def _stored(url: str) -> str:
    engine = create_async_engine(url, poolclass=NullPool)
    found = []
    async with engine.connect() as connection:
        columns = await connection.execute(
            text(
                "select table_name, column_name, data_type from information_schema.columns where table_schema = 'public'"
            )
        )
        for table, column, kind in columns.all():
            shown = f"convert_from({column}, 'UTF8')" if kind == "bytea" else f"{column}::text"
            found += list(
                await connection.scalars(
                    text(f"select {shown} from {table} where {column} is not null")  # noqa: S608 - our own names
                )
            )
    await engine.dispose()
    return "\n".join(found)


def test_no_name_of_a_student_or_file_leaves_the_machine(sent: ListeningProxy) -> None:
    everything = sent.everything
    assert not [name for name in (*NAMES, "_9b", "anchor", "C2", "Frau Weber", ".txt") if name in everything]
    assert "We hope to win" in everything
    assert "School Uniform is a topic" in everything


def test_nothing_but_the_question_leaves_the_machine(sent: ListeningProxy) -> None:
    assert {frozenset(body) for body in sent.bodies} == {
        frozenset({"model", "messages", "response_format", "max_tokens"})
    }
    assert all("First text" in str(body) for body in sent.bodies)


@pytest.mark.usefixtures("batch")
def test_the_database_has_pseudonyms_only(cj: CommandLine) -> None:
    everything = stored(cj)
    assert MARKER in everything
    assert not [name for name in NAMES if name in everything]


@pytest.mark.usefixtures("sent")
def test_results_have_the_names_again(home: Path) -> None:
    assert set(ranking_in(home / "out")) == set(ESSAYS)
    decisions = (home / "out" / "decisions.csv").read_text("utf-8")
    assert re.search(r"(Anna Svensson|Åsa Öberg|Erik Holm|Hope Young) argues", decisions)
    for name in ("decisions.csv", "essays.csv", "result.json", "report.html", "disclosure.json"):
        assert not PSEUDONYM.search((home / "out" / name).read_text("utf-8")), name


def test_without_the_key_results_show_pseudonyms_and_a_wrong_key_is_told(
    cj: CommandLine, batch: int, tmp_path: Path
) -> None:
    key = cj.data_dir / "pseudonym-key.json"
    assert key.stat().st_mode & 0o777 == 0o600
    apart = key.rename(tmp_path / "key.json")
    try:
        assert cj("results", batch, "--out", tmp_path / "without").code == 0
        assert (
            cj("results", batch, "--pseudonym-key", tmp_path / "none", "--out", tmp_path / "wrong").code == 2
        )
        assert cj("results", batch, "--pseudonym-key", apart, "--out", tmp_path / "with").code == 0
    finally:
        apart.rename(key)
    shown = "".join(
        (tmp_path / "without" / name).read_text("utf-8")
        for name in ("essays.csv", "decisions.csv", "report.html")
    )
    assert not [name for name in NAMES if name in shown]
    assert set(ranking_in(tmp_path / "with")) == set(ESSAYS)


def test_the_same_student_has_the_same_pseudonym_in_the_next_run(
    cj: CommandLine, home: Path, sent: ListeningProxy, tmp_path: Path
) -> None:
    with ListeningProxy() as proxy:
        assert assess(replace(cj, environment=proxy.environment), home, tmp_path, "--judge", JUDGE).code == 0
    assert set(PSEUDONYM.findall(proxy.everything)) <= set(PSEUDONYM.findall(sent.everything))


def test_names_are_kept_when_ordered_and_the_record_says_so(
    cj: CommandLine, home: Path, tmp_path: Path
) -> None:
    with ListeningProxy() as proxy:
        remote = replace(cj, environment=proxy.environment)
        said = remote(
            "assess",
            home / "essays",
            "--judge",
            JUDGE,
            "--keep-names",
            "--budget",
            4,
            "--out",
            tmp_path,
            "--json",
        )
    assert said.code == 0
    assert "Anna Svensson" in proxy.everything
    assert json.loads((tmp_path / "disclosure.json").read_text("utf-8"))["privacy"]["names"] == "kept"
    batch = said.documents[-1]["batch"]
    refused = cj("delete", batch, "--keep-decisions", "--yes")
    assert (refused.code, "may be names of students" in refused.err) == (3, True)
    cj("delete", batch, "--yes")


def test_the_record_tells_exactly_what_was_received(home: Path, sent: ListeningProxy) -> None:
    told = json.loads((home / "out" / "disclosure.json").read_text("utf-8"))
    Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(told)
    (judge,) = told["judges"]
    assert (judge["judge"], judge["destination"], told["destinations"]) == (JUDGE, HOST, [HOST])
    assert (
        judge["questions"]
        == judge["attempts"]
        == len(sent.received)
        == len(read_table(home / "out" / "decisions.csv"))
    )
    assert told["characters_sent"] == judge["characters_sent"] == sent.characters
    assert (set(told["essays_sent"]), told["essays_kept"], told["task_and_rubric_sent"]) == (
        set(ESSAYS),
        [],
        True,
    )
    assert told["privacy"] == {
        "local_only": False,
        "names": "replaced",
        "replacements": 9,
        "texts_changed": 4,
    }
    report = (home / "out" / "report.html").read_text("utf-8")
    assert f"{sent.characters:,} characters to {HOST}" in report


def test_nothing_is_told_to_have_left_for_a_judge_on_this_machine(
    cj: CommandLine, home: Path, tmp_path: Path
) -> None:
    assert assess(cj, home, tmp_path, "--judge", "offline", "--local-only").code == 0
    told = json.loads((tmp_path / "disclosure.json").read_text("utf-8"))
    assert (told["destinations"], told["characters_sent"], told["essays_sent"]) == ([], 0, [])
    assert told["privacy"]["local_only"] is True
    assert "No text left this machine." in (tmp_path / "report.html").read_text("utf-8")


@pytest.mark.parametrize(("options", "variables"), [(["--local-only"], {}), ([], {"CJ_LOCAL_ONLY": "1"})])
def test_a_remote_judge_is_refused_before_anything_is_read(
    cj: CommandLine, home: Path, tmp_path: Path, options: list[str], variables: dict[str, str]
) -> None:
    with ListeningProxy() as proxy:
        remote = replace(cj, environment={**proxy.environment, **variables})
        before = cj.count("stored_contents")
        said = remote(
            "assess", home / "essays" / "Erik.txt", "--judge", JUDGE, "--out", tmp_path / "out", *options
        )
    assert (said.code, proxy.received, cj.count("stored_contents")) == (3, [], before)
    assert HOST in said.err
    assert "must stay on this machine" in said.err
    assert not (tmp_path / "out").exists()


def test_a_batch_that_was_started_before_is_not_carried_on_where_texts_must_stay(
    cj: CommandLine, home: Path, tmp_path: Path
) -> None:
    with ListeningProxy() as proxy:
        started = _interrupted(cj, home, tmp_path, proxy)
        received = len(proxy.received)
        remote = replace(cj, environment={**proxy.environment, "CJ_LOCAL_ONLY": "1"})
        assert remote("resume", started).code == 3
        asyncio.run(_change(cj.address.url(DATABASE_NAME), started, KEEP_LOCAL))
        said = replace(cj, environment=proxy.environment)("resume", started)
        assert (said.code, len(proxy.received)) == (3, received)
        assert "must stay on this machine" in said.err
    cj("delete", started, "--yes")


def _interrupted(cj: CommandLine, home: Path, out: Path, proxy: ListeningProxy) -> int:
    """A batch that stands as a killed process would have left it, without an answer."""
    said = assess(replace(cj, environment=proxy.environment), home, out, "--judge", JUDGE)
    batch = int(str(said.documents[-1]["batch"]))
    asyncio.run(_change(cj.address.url(DATABASE_NAME), batch, REOPEN))
    return batch


async def _change(url: str, batch: int, statements: str) -> None:
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        for statement in statements.split("; "):
            await connection.execute(text(statement), {"batch": batch})
    await engine.dispose()


def test_the_record_of_an_interrupted_run_tells_what_may_have_been_sent(
    cj: CommandLine, home: Path, tmp_path: Path
) -> None:
    with ListeningProxy() as proxy:
        batch = _interrupted(cj, home, tmp_path / "first", proxy)
    assert cj("results", batch, "--format", "disclosure", "--out", tmp_path / "then").code == 0
    (judge,) = json.loads((tmp_path / "then" / "disclosure.json").read_text("utf-8"))["judges"]
    assert (judge["destination"], judge["questions"], judge["unanswered"]) == (HOST, 0, len(proxy.received))
    assert judge["uncounted"] == len(proxy.received)
    refused = cj("delete", batch, "--keep-decisions", "--yes")
    assert refused.code == 3
    assert "has not ended" in refused.err
    cj("delete", batch, "--yes")


def test_a_run_that_is_broken_off_tells_all_that_it_has_sent(
    cj: CommandLine, home: Path, tmp_path: Path
) -> None:
    stopped = Event()
    with ListeningProxy(lambda _prompt: "Late." if stopped.wait(30) else "Never.") as proxy:
        command = [
            sys.executable,
            "-m",
            "cj_assessment_service",
            "assess",
            str(home / "essays"),
            "--judge",
            JUDGE,
        ]
        environment = {**os.environ, **proxy.environment, "CJ_DATA_DIR": str(cj.data_dir)}
        process = subprocess.Popen(
            [*command, "--out", str(tmp_path)], env=environment, stdout=subprocess.DEVNULL
        )
        assert proxy.first.wait(60)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        stopped.set()
    (judge,) = json.loads((tmp_path / "disclosure.json").read_text("utf-8"))["judges"]
    assert judge["destination"] == HOST
    assert judge["questions"] + judge["unanswered"] >= len(proxy.received) > 0
    cj("delete", cj("list", "--json").documents[0]["batch"], "--yes")


def test_deleted_texts_leave_no_trace_and_the_decisions_stay(
    cj: CommandLine, home: Path, batch: int, tmp_path: Path
) -> None:
    before = read_table(home / "out" / "decisions.csv")
    for other in cj("list", "--json").documents:
        if other["batch"] != batch:
            cj("delete", other["batch"], "--yes")
    assert MARKER in stored(cj)
    said = cj("delete", batch, "--keep-decisions", "--yes")
    assert (said.code, "decisions, scores and grades are kept" in said.out) == (0, True)
    everything = stored(cj)
    assert not [trace for trace in (MARKER, "argues", "grey cloth", *NAMES, str(home)) if trace in everything]
    assert cj("results", batch, "--out", tmp_path).code == 0
    after = read_table(tmp_path / "decisions.csv")
    assert [(row["winner"], row["level"], row["cost"]) for row in after] == [
        (row["winner"], row["level"], row["cost"]) for row in before
    ]
    assert {row["grade"] for row in read_table(tmp_path / "essays.csv")} == {
        row["grade"] for row in read_table(home / "out" / "essays.csv")
    }
    assert not any(row["justification"] for row in after)
    resumed = cj("resume", batch)
    assert (resumed.code, f"cj results {batch}" in resumed.err) == (3, True)


@pytest.mark.usefixtures("batch")
def test_old_batches_are_forgotten_together(cj: CommandLine, home: Path, tmp_path: Path) -> None:
    assert assess(cj, home, tmp_path, "--judge", "offline").code == 0
    assert "No batch ended that long ago." in cj("delete", "--older-than", "1d", "--yes").out
    assert "are kept" in cj("delete", "--older-than", "0d", "--keep-decisions", "--yes").out
    assert cj.count("stored_contents") == 0
    assert "is deleted" in cj("delete", "--older-than", "0h", "--yes").out
    assert cj.count("cj_batch_uploads") == cj.count("event_outbox") == 0
    assert cj("delete", "--older-than", "old", "--yes").code == 2
