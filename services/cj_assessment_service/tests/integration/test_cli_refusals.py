"""What `cj` refuses, in a readable paragraph, before anything is started."""

from pathlib import Path

import pytest

from cj_assessment_service.tests.integration.command_line import (
    CommandLine,
    cj,
    essay_texts,
    write_folder,
    write_table,
)

__all__ = ["cj"]


@pytest.fixture(scope="module")
def essays(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("refused")
    write_table(home / "wrong_grade.csv", ("id", "grade"), ("Erik", "A1"), ("Größe", "B7"))
    write_table(home / "unknown.csv", ("id", "grade"), ("Nobody", "A1"), ("Größe", "B1"))
    write_table(home / "good.csv", ("id", "grade"), ("Erik", "A1"), ("Größe", "B1"))
    write_table(home / "others.csv", ("winner", "loser"), ("someone", "somebody else"))
    write_table(home / "pairs.csv", ("first", "second"), ("Erik", "Größe"), ("Erik", "Nobody"))
    (home / "scale.toml").write_text('id = "one"\nname = "One"\ngrades = ["only"]\n')
    (home / "single").mkdir()
    (home / "single" / "Erik.txt").write_text(essay_texts()["Erik"], "utf-8")
    (home / "taken").touch()
    return write_folder(home / "essays")


CASES = [
    (2, "--anchors needs --scale", ("essays", "--anchors", "good.csv")),
    (2, "--scale needs --anchors", ("essays", "--scale", "cefr")),
    (2, "--pairs-only needs --pairs", ("essays", "--pairs-only")),
    (2, "'best'", ("essays", "--strategy", "best")),
    (2, "'nowhere' does not exist", ("nowhere",)),
    (2, "is not an amount of money", ("essays", "--max-cost", "much")),
    (2, "is not an amount of money", ("essays", "--max-cost", "0.0")),
    (2, "is not a language code", ("essays", "--language", "klingonese")),
    (2, "no judge called nobody", ("essays", "--judge", "nobody")),
    (2, "Set OPENAI_API_KEY", ("essays", "--judge", "openai:gpt-5-mini")),
    (2, "no judge called nobody", ("essays", "--judge", "offline", "--fallback", "nobody")),
    (2, "A judge is named twice", ("essays", "--judge", "offline", "--judge", "offline")),
    (2, "give each judge its share", ("essays", "--judge", "offline", "--shares", "2,1")),
    (2, "are not shares", ("essays", "--shares", "2,none")),
    (2, "--arbiter needs a second --judge", ("essays", "--arbiter", "simulated:seed=3")),
    (
        2,
        "the price of openai:own@http://judge.example/v1 is unknown",
        ("essays", "--judge", "openai:own@http://judge.example/v1", "--max-cost", "1"),
    ),
    (2, "Name another folder with --out", ("essays", "--out", "taken")),
    (3, "Choose one of cefr", ("essays", "--anchors", "good.csv", "--scale", "toefl")),
    (
        3,
        "row 3: The scale cefr has no grade 'B7'",
        ("essays", "--anchors", "wrong_grade.csv", "--scale", "cefr"),
    ),
    (3, "The essays have no Nobody", ("essays", "--anchors", "unknown.csv", "--scale", "cefr")),
    (3, "pairs.csv, row 3: The essays have no Nobody", ("essays", "--pairs", "pairs.csv")),
    (3, "scale.toml", ("essays", "--anchors", "good.csv", "--scale", "scale.toml")),
    (3, "No such file", ("essays", "--anchors", "good.csv", "--scale", "none.toml")),
    (3, "There is no such file", ("essays", "--judge", "replay:none.csv")),
    (3, "no decision about two of these essays", ("essays", "--judge", "replay:others.csv")),
    (3, "nothing to compare it with", ("single",)),
    (3, "This is a single text", ("single/Erik.txt",)),
    (3, "No essays can be read from a file of this type", ("scale.toml",)),
]


@pytest.mark.parametrize(("code", "said", "arguments"), CASES, ids=lambda value: str(value)[:40])
def test_a_wrong_order_is_refused_with_its_reason(
    cj: CommandLine,
    essays: Path,
    monkeypatch: pytest.MonkeyPatch,
    code: int,
    said: str,
    arguments: tuple[str, ...],
) -> None:
    monkeypatch.chdir(essays.parent)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    answer = cj("assess", *arguments)
    assert (answer.code, answer.out) == (code, "")
    assert said in answer.err
    assert "Traceback" not in answer.err


@pytest.mark.parametrize("command", ["status", "results", "resume", "delete"])
def test_an_unknown_batch_is_said_to_be_unknown(cj: CommandLine, command: str) -> None:
    answer = cj(command, 99, *(("--yes",) if command == "delete" else ()))
    assert (answer.code, answer.out) == (3, "")
    assert answer.err == "There is no batch 99 in this database. `cj list` shows the ones there are.\n"


def test_nothing_was_stored_for_what_was_refused(cj: CommandLine) -> None:
    assert cj("db", "upgrade").code == 0
    assert cj.count("cj_batch_uploads") == cj.count("stored_contents") == 0
    assert cj("list").out == "There is no batch yet. `cj demo` makes one.\n"
    assert cj("status").code == 3


def test_a_traceback_is_shown_only_on_demand(cj: CommandLine) -> None:
    assert "Traceback" in cj("--debug", "status", 99).err


def test_without_a_command_the_help_is_shown(cj: CommandLine) -> None:
    answer = cj()
    assert answer.code == 2
    assert "assess" in answer.out + answer.err


def test_a_command_that_does_not_exist_is_no_command(cj: CommandLine) -> None:
    answer = cj("judge")
    assert answer.code == 2
    assert "No such command 'judge'" in answer.err
