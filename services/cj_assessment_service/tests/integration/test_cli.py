"""`cj assess`, from what people hand in to what they get."""

import json
from pathlib import Path
from zipfile import ZipFile

import pytest
from jsonschema import Draft202012Validator
from openpyxl import Workbook

from cj_assessment_service.tests.fixtures.openai_double import OpenAIDouble, fails, judges_by
from cj_assessment_service.tests.integration.command_line import (
    KNOWN_GRADES,
    RANKING,
    CommandLine,
    Said,
    cj,
    essay_texts,
    ranking_in,
    read_table,
    write_anchors,
    write_folder,
    write_table,
)

__all__ = ["cj"]

SCHEMA = Path(__file__).parents[4] / "docs" / "schemas" / "result-v1.schema.json"
ESSAY_COLUMNS = (
    "essay_id,name,is_anchor,known_grade,rank,score,se,ci_low,ci_high,comparisons,wins,grade,grade_probability,"
    "second_grade,second_probability,needs_review,review_reasons"
)
DECISION_COLUMNS = (
    "sequence,wave,judge,first,second,winner,confidence,justification,error,model,prompt_tokens,completion_tokens,cost,"
    "seconds,submitted_at,completed_at,level"
)
SIMULATED = "simulated:sd=2,bias=0.3,error=0.05,seed=1"


@pytest.fixture(scope="module")
def finished(cj: CommandLine, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Said]:
    """A folder of essays, three of them anchors, assessed with the offline judge."""
    home = tmp_path_factory.mktemp("finished")
    essays, anchors = write_folder(home / "uppsatser"), write_anchors(home / "anchors.csv")
    said = cj("assess", essays, "--anchors", anchors, "--scale", "cefr", "--seed", 7, "--out", home)
    return home, said


def test_an_assessment_ends_well_and_says_why_it_stopped(finished: tuple[Path, Said]) -> None:
    _, said = finished
    assert (said.code, said.err) == (0, "")
    assert "It stopped because" in said.out
    assert "offline judge counts words" in said.out


def test_all_results_lie_in_one_folder(finished: tuple[Path, Said]) -> None:
    home, _ = finished
    names = {"result.json", "essays.csv", "decisions.csv", "judges.csv", "result.xlsx", "report.html"}
    names.add("disclosure.json")
    assert {path.name for path in home.iterdir()} == names | {"uppsatser", "anchors.csv"}


def test_the_tables_have_the_promised_columns(finished: tuple[Path, Said]) -> None:
    home, _ = finished
    assert (home / "essays.csv").read_text("utf-8").splitlines()[0] == ESSAY_COLUMNS
    assert (home / "decisions.csv").read_text("utf-8").splitlines()[0] == DECISION_COLUMNS


def test_swedish_names_survive_to_the_tables_and_the_report(finished: tuple[Path, Said]) -> None:
    home, _ = finished
    assert ranking_in(home) == RANKING
    assert "Åsa Öberg" in (home / "report.html").read_text("utf-8")


def test_every_essay_gets_a_grade_and_anchors_keep_the_known_one(finished: tuple[Path, Said]) -> None:
    home, _ = finished
    rows = read_table(home / "essays.csv")
    assert all(row["grade"] for row in rows)
    assert {row["essay_id"]: row["known_grade"] for row in rows if row["is_anchor"] == "true"} == KNOWN_GRADES


def test_the_json_document_keeps_its_schema(finished: tuple[Path, Said]) -> None:
    home, _ = finished
    schema = json.loads(SCHEMA.read_text("utf-8"))
    Draft202012Validator(schema).validate(json.loads((home / "result.json").read_text("utf-8")))


def test_pairs_of_ones_own_are_the_only_ones_where_they_must_be(cj: CommandLine, tmp_path: Path) -> None:
    essays = write_folder(tmp_path / "essays")
    pairs = [("Erik", "David"), ("David", "Erik"), ("Größe", "Erik"), ("Erik", "David")]
    write_table(tmp_path / "pairs.csv", ("first", "second"), *pairs)
    said = cj("assess", essays, "--pairs", tmp_path / "pairs.csv", "--pairs-only", "--out", tmp_path / "out")
    assert (said.code, said.err) == (0, "")
    rows = read_table(tmp_path / "out" / "decisions.csv")
    assert [(row["first"], row["second"]) for row in rows] == pairs


def test_a_strategy_can_be_chosen_for_what_comes_after_ones_own_pairs(
    cj: CommandLine, tmp_path: Path
) -> None:
    essays = write_folder(tmp_path / "essays")
    write_table(tmp_path / "pairs.csv", ("first", "second", "locked"), ("Erik", "David", "no"))
    options = ("--strategy", "swiss", "--pairs", tmp_path / "pairs.csv", "--out", tmp_path / "out")
    assert cj("assess", essays, "--budget", 20, *options).code == 0
    rows = read_table(tmp_path / "out" / "decisions.csv")
    assert (rows[0]["first"], rows[0]["second"]) == ("Erik", "David")
    assert len(rows) > 10


def test_recorded_decisions_give_the_same_ranking_again(
    cj: CommandLine, finished: tuple[Path, Said], tmp_path: Path
) -> None:
    home, _ = finished
    judge = f"replay:{home / 'decisions.csv'}"
    assert cj("assess", home / "uppsatser", "--judge", judge, "--out", tmp_path).code == 0
    assert ranking_in(tmp_path) == RANKING
    before, after = (read_table(folder / "decisions.csv") for folder in (home, tmp_path))
    assert len(after) == len(before)
    assert {(r["first"], r["second"]): r["level"] for r in after} == {
        (r["first"], r["second"]): r["level"] for r in before
    }


def test_winners_and_losers_are_enough_of_a_recording(cj: CommandLine, tmp_path: Path) -> None:
    pairs = [(winner, loser) for place, winner in enumerate(RANKING) for loser in RANKING[place + 1 :]]
    recording = write_table(tmp_path / "before.csv", ("winner", "loser"), *pairs)
    essays = write_folder(tmp_path / "essays")
    assert cj("assess", essays, "--judge", f"replay:{recording}", "--out", tmp_path).code == 0
    assert ranking_in(tmp_path) == RANKING


def test_a_zip_a_csv_and_a_workbook_are_read_like_a_folder(cj: CommandLine, tmp_path: Path) -> None:
    texts = essay_texts()
    with ZipFile(tmp_path / "essays.zip", "w") as archive:
        for name, content in texts.items():
            archive.writestr(f"{name}.md", content)
    workbook = Workbook()
    for row in [("id", "text"), *texts.items()]:
        workbook.worksheets[0].append(row)
    workbook.save(tmp_path / "essays.xlsx")
    write_table(tmp_path / "essays.csv", ("id", "text", "name"), *((i, t, f"{i}!") for i, t in texts.items()))
    for kind in ("zip", "xlsx", "csv"):
        assert cj("assess", tmp_path / f"essays.{kind}", "--budget", 15, "--out", tmp_path / kind).code == 0
        assert ranking_in(tmp_path / kind) == RANKING
    assert {row["name"] for row in read_table(tmp_path / "csv" / "essays.csv")} == {f"{i}!" for i in RANKING}


@pytest.mark.parametrize("column", ["path", "text"])
def test_anchors_may_bring_their_own_text_and_a_scale_of_ones_own(
    cj: CommandLine, tmp_path: Path, column: str
) -> None:
    essays = write_folder(tmp_path / "essays")
    texts, grades = essay_texts(), {"Åsa Öberg": "good", "Größe": "fair", "Erik": "poor"}
    rows = []
    for name, grade in grades.items():
        (tmp_path / f"{name}.txt").write_text(texts[name], "utf-8")
        (essays / f"{name}.txt").unlink()
        rows.append((name, grade, f"{name}.txt" if column == "path" else texts[name]))
    anchors = write_table(tmp_path / "anchors.csv", ("id", "grade", column), *rows)
    scale = tmp_path / "mine.toml"
    scale.write_text('id = "mine"\nname = "Mine"\ngrades = ["poor", "fair", "good"]\n', "utf-8")
    assert cj("assess", essays, "--anchors", anchors, "--scale", scale, "--out", tmp_path / "out").code == 0
    rows_out = read_table(tmp_path / "out" / "essays.csv")
    assert {r["essay_id"]: r["known_grade"] for r in rows_out if r["known_grade"]} == grades
    assert {r["grade"] for r in rows_out} <= {"poor", "fair", "good"}


def test_the_same_seed_gives_the_same_table_to_the_byte(cj: CommandLine, tmp_path: Path) -> None:
    essays = write_folder(tmp_path / "essays")
    for out in ("one", "two"):
        assert cj("assess", essays, "--judge", SIMULATED, "--seed", 3, "--out", tmp_path / out).code == 0
    assert (tmp_path / "one" / "essays.csv").read_bytes() == (tmp_path / "two" / "essays.csv").read_bytes()


def test_the_budget_is_never_exceeded_and_a_spent_one_is_no_failure(cj: CommandLine, tmp_path: Path) -> None:
    essays = write_folder(tmp_path / "essays")
    said = cj("assess", essays, "--judge", SIMULATED, "--budget", 9, "--out", tmp_path)
    assert said.code == 0
    assert len(read_table(tmp_path / "decisions.csv")) == 9
    assert "all 9 comparisons it was allowed were used" in said.out


def test_a_spent_cost_limit_ends_with_code_5_and_a_partial_result(
    cj: CommandLine, finished: tuple[Path, Said], tmp_path: Path
) -> None:
    home, _ = finished
    rows = [(r["first"], r["second"], r["winner"], "0.05") for r in read_table(home / "decisions.csv")]
    recording = write_table(tmp_path / "paid.csv", ("first", "second", "winner", "cost"), *rows)
    judge = f"replay:{recording}"
    said = cj("assess", home / "uppsatser", "--judge", judge, "--max-cost", "0.1", "--out", tmp_path)
    assert said.code == 5
    assert "cost limit of $0.1000 was reached" in said.out
    assert 0 < len(read_table(tmp_path / "decisions.csv")) < len(rows)


def test_a_lower_target_is_reached_with_fewer_comparisons(
    cj: CommandLine, finished: tuple[Path, Said], tmp_path: Path
) -> None:
    home, _ = finished
    options = ("--judge", SIMULATED, "--seed", 3, "--out", tmp_path, "--json")
    strict = cj("assess", home / "uppsatser", *options, "--target-reliability", "0.95").documents[-1]
    easy = cj("assess", home / "uppsatser", *options, "--target-reliability", "0.3").documents[-1]
    assert str(easy["stop_reason"]) == "stable"
    assert int(str(easy["completed"])) < int(str(strict["completed"]))


def test_programs_read_json_lines_and_the_last_is_the_outcome(cj: CommandLine, tmp_path: Path) -> None:
    essays = write_folder(tmp_path / "essays")
    said = cj("assess", essays, "--judge", SIMULATED, "--out", tmp_path, "--json")
    *progress, outcome = said.documents
    assert outcome["exit_code"] == said.code == 0
    assert (outcome["output"], outcome["state"]) == (str(tmp_path), "COMPLETED")
    assert all(document["state"] != "COMPLETED" for document in progress)
    assert said.err == ""


def test_essays_that_cannot_be_used_stop_everything_unless_skipped(cj: CommandLine, tmp_path: Path) -> None:
    essays = write_folder(tmp_path / "essays")
    (essays / "empty.txt").touch()
    (essays / "short.txt").write_text("Too short.")
    (essays / "broken.pdf").write_bytes(b"no pdf")
    (essays / "twin.txt").write_text(essay_texts()["Erik"], "utf-8")
    refused = cj("assess", essays, "--out", tmp_path / "out")
    assert (refused.code, refused.out) == (3, "")
    assert all(
        name in refused.err for name in ("empty.txt", "short.txt", "broken.pdf", "twin.txt", "--skip-bad")
    )
    assert not (tmp_path / "out").exists()
    assert cj("assess", essays, "--skip-bad", "--out", tmp_path / "out").code == 0
    failed = {
        r["essay_id"]: r["review_reasons"]
        for r in read_table(tmp_path / "out" / "essays.csv")
        if not r["rank"]
    }
    assert set(failed) == {"empty", "short", "broken", "twin"}
    assert all(reason.startswith("Not assessed: ") for reason in failed.values())
    document = json.loads((tmp_path / "out" / "result.json").read_text("utf-8"))
    assert {essay["essay_id"] for essay in document["failed_essays"]} == set(failed)


def test_a_chat_server_is_asked_and_what_it_took_is_recorded(cj: CommandLine, tmp_path: Path) -> None:
    essays = write_folder(tmp_path / "essays")
    answer = judges_by(lambda first, second: "first" if len(first) > len(second) else "second")
    with OpenAIDouble(
        answer, fails(500), answer, answer, fails(429, "later", ("Retry-After", "0")), answer
    ) as server:
        judge = f"openai:gpt-4o-mini@{server.base_url}"
        assert cj("assess", essays, "--judge", judge, "--budget", 15, "--out", tmp_path).code == 0
        decisions = read_table(tmp_path / "decisions.csv")
        assert server.count == len(decisions) + 2
    assert all(row["winner"] and row["prompt_tokens"] == "1000" for row in decisions)
    assert {row["winner"]: row["level"] for row in decisions} == {"first": "2", "second": "-2"}
    assert all(row["completion_tokens"] == "20" and float(row["seconds"]) > 0 for row in decisions)


def test_a_judge_whose_key_is_refused_ends_with_code_4_and_the_reason(
    cj: CommandLine, tmp_path: Path
) -> None:
    essays = write_folder(tmp_path / "essays")
    with OpenAIDouble(fails(401, "bad key")) as server:
        said = cj("assess", essays, "--judge", f"openai:gpt-4o-mini@{server.base_url}", "--out", tmp_path)
    assert said.code == 4
    assert "the key was not accepted" in said.out
    assert {row["error"] for row in read_table(tmp_path / "decisions.csv")} == {"AUTHENTICATION_ERROR"}


def test_the_demo_needs_nothing_but_itself(cj: CommandLine, tmp_path: Path) -> None:
    said = cj("demo", "--out", tmp_path)
    assert (said.code, said.err) == (0, "")
    rows = read_table(tmp_path / "essays.csv")
    assert len(rows) == 36
    assert {row["grade"] for row in rows} == {"A1", "A2", "B1", "B2", "C1", "C2"}
    assert (tmp_path / "report.html").stat().st_size > 10_000
