"""`cj fit`, from the command line to the files."""

import csv
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from cj_assessment_service.cli.exits import ExitCode, guarded
from cj_assessment_service.cli.main import cj
from cj_assessment_service.implementations.decision_files.files import DecisionFiles
from cj_assessment_service.tests.fixtures.installation import installation_of_files

SCHEMA = Path(__file__).parents[5] / "docs" / "schemas" / "fit-summary-v1.schema.json"
DECISIONS = (
    "judge,left,right,winner,seconds\n"
    + "al,a,b,left,3\nbo,b,c,left,4\nal,a,c,left,5\nbo,d,c,c,6\nal,d,b,right,7\nbo,d,a,a,8\n" * 3
    + "al,b,a,left,9\nbo,c,b,left,2\nal,c,d,tie,1\n"
)
QUICK = ("--split-halves", "0", "--null", "0")
SUMMARY_KEYS = {
    "n_items",
    "n_decisions",
    "n_judges",
    "model",
    "sigma",
    "log_likelihood",
    "reliability",
    "reliability_ci",
    "ssr",
    "ssr_alt",
    "separation",
    "split_half_median",
    "split_half_ci",
    "judge_split_half",
    "null_reliability",
    "position_effect",
    "position_effect_se",
    "tie_parameter",
    "components",
    "cyclic_triads",
    "adaptive_suspected",
    "converged",
    "seconds",
}


@dataclass(frozen=True, slots=True)
class Run:
    code: int
    out: str
    err: str
    folder: Path

    def rows(self, name: str) -> list[dict[str, str]]:
        with (self.folder / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    @property
    def summary(self) -> dict[str, object]:
        document: dict[str, object] = json.loads((self.folder / "summary.json").read_text(encoding="utf-8"))
        Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(document)
        return document


Fit = Callable[..., Run]


@pytest.fixture
def fit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Fit:
    """Writes the decisions down and runs `cj fit` on them."""
    installation = installation_of_files(DecisionFiles())

    def run(decisions: str, *options: str, name: str = "decisions.csv") -> Run:
        path = tmp_path / name
        path.write_text(decisions, encoding="utf-8")
        arguments = ["fit", str(path), "--out", str(tmp_path / "out"), *options]
        code = guarded(lambda: cj.main(arguments, standalone_mode=False, obj=lambda: installation))
        said = capsys.readouterr()
        return Run(code, said.out, said.err, tmp_path / "out")

    return run


def test_the_files_have_the_columns_and_keys_that_are_promised(fit: Fit) -> None:
    run = fit(DECISIONS, *QUICK)
    assert run.code == ExitCode.FINISHED
    assert list(run.rows("items.csv")[0]) == (
        [
            "item",
            "score",
            "se",
            "ci_low",
            "ci_high",
            "rank",
            "comparisons",
            "wins",
            "infit",
            "outfit",
            "component",
        ]
    )
    assert list(run.rows("judges.csv")[0]) == (
        [
            "judge",
            "decisions",
            "agreement",
            "infit",
            "outfit",
            "position_effect",
            "position_se",
            "discrimination",
            "discrimination_se",
            "tie_rate",
            "median_seconds",
            "form",
            "flags",
        ]
    )
    assert run.summary.keys() >= SUMMARY_KEYS
    assert {path.name for path in run.folder.iterdir()} == {
        "items.csv",
        "judges.csv",
        "summary.json",
        "report.html",
    }


def test_the_order_and_the_counts_are_those_of_the_decisions(fit: Fit) -> None:
    run = fit(DECISIONS, *QUICK)
    items = run.rows("items.csv")
    assert [(row["item"], row["rank"], row["wins"]) for row in items] == [
        ("a", "1", "9"), ("b", "2", "7"), ("c", "3", "4"), ("d", "4", "0"),
    ]  # fmt: skip
    assert [row["median_seconds"] for row in run.rows("judges.csv")] == ["5.000000", "6.000000"]
    assert (run.summary["n_items"], run.summary["n_decisions"], run.summary["n_judges"]) == (4, 21, 2)


def test_for_programs_there_is_one_json_line_and_nothing_else(fit: Fit) -> None:
    run = fit(DECISIONS, *QUICK, "--json")
    told = json.loads(run.out)
    assert told["n_decisions"] == 21
    assert told["output"] == str(run.folder)
    assert run.err == ""


def test_known_grades_become_columns(fit: Fit, tmp_path: Path) -> None:
    anchors = tmp_path / "anchors.csv"
    anchors.write_text("item,grade\na,C1\nc,B1\nd,A2\nelsewhere,B1\n", encoding="utf-8")
    run = fit(DECISIONS, *QUICK, "--anchors", str(anchors), "--scale", "cefr")
    best = run.rows("items.csv")[0]
    grades = [
        "grade",
        "grade_probability",
        "second_grade",
        *(f"p_{grade}" for grade in ("A1", "A2", "B1", "B2", "C1", "C2")),
    ]
    assert list(best)[-9:] == grades
    assert sum(float(best[column]) for column in grades[3:]) == pytest.approx(1.0, abs=1e-5)
    assert any("elsewhere" in str(warning) for warning in [run.summary["warnings"]])


def test_grades_that_cannot_be_had_are_empty_and_explained(fit: Fit, tmp_path: Path) -> None:
    anchors = tmp_path / "anchors.csv"
    anchors.write_text("item,grade\na,B1\nc,B1\n", encoding="utf-8")
    run = fit(DECISIONS, *QUICK, "--anchors", str(anchors), "--scale", "cefr")
    assert run.rows("items.csv")[0]["p_A1"] == ""
    assert run.summary["grades_unavailable"] == "too_few_anchor_grades"


def test_a_criterion_adds_its_agreement(fit: Fit, tmp_path: Path) -> None:
    criterion = tmp_path / "criterion.csv"
    criterion.write_text("item,value\na,2\nb,2\nc,1\nd,1\n", encoding="utf-8")
    summary = fit(DECISIONS, *QUICK, "--criterion", str(criterion)).summary
    assert (summary["qwk"], summary["criterion_items"]) == (1.0, 4)
    assert {"spearman", "kendall", "pearson"} <= summary.keys()


def test_without_a_criterion_nothing_is_said_of_agreement(fit: Fit) -> None:
    assert "spearman" not in fit(DECISIONS, *QUICK).summary


def test_faulty_rows_are_listed_by_number(fit: Fit) -> None:
    run = fit(DECISIONS + "al,a,a,left,1\nal,a,b,z,1\n", *QUICK)
    assert [(row["row"], row["fault"]) for row in run.rows("problems.csv")] == [
        ("23", "the same item twice"), ("24", "unknown winner"),
    ]  # fmt: skip
    assert run.summary["rows_left_out"] == 2
    assert "2 of 23 rows" in run.out
    assert "a is compared with itself." in (run.folder / "report.html").read_text(encoding="utf-8")


def test_strict_refuses_faulty_rows(fit: Fit) -> None:
    run = fit(DECISIONS + "al,a,a,left,1\nal,a,b,z,1\n", *QUICK, "--strict")
    assert run.code == ExitCode.INPUT_REFUSED
    assert "decisions.csv, row 23: a is compared with itself." in run.err
    assert "row 24" in run.err
    assert not (run.folder / "items.csv").exists()


@pytest.mark.parametrize(
    ("decisions", "what"),
    [
        ("winner,loser\n", "no decision below the header"),
        ("winner,loser\na,a\n", "No row of it holds a decision"),
        ("item,score\na,1\n", "no two items"),
    ],
)
def test_a_file_without_decisions_is_refused(fit: Fit, decisions: str, what: str) -> None:
    run = fit(decisions, *QUICK)
    assert run.code == ExitCode.INPUT_REFUSED
    assert what in run.err


@pytest.mark.parametrize(
    "decisions", ["winner,loser\na,b\n", "a,b,winner\nx,y,tie\n", DECISIONS + "al,x,y,left,1\n"]
)
def test_little_or_strange_data_has_a_sensible_answer(fit: Fit, decisions: str) -> None:
    run = fit(decisions, "--split-halves", "2", "--null", "2", "--model", "eps")
    assert run.code == ExitCode.FINISHED
    assert run.summary["n_decisions"] == len(decisions.splitlines()) - 1


def test_groups_never_compared_are_told_loudly_everywhere(fit: Fit) -> None:
    run = fit(DECISIONS + "al,x,y,left,1\n", *QUICK)
    assert run.summary["components"] == 2
    assert [row["rank"] for row in run.rows("items.csv") if row["component"] == "2"] == ["1", "2"]
    assert "never compared with each other" in run.out
    assert "2 groups, 2 scales." in (run.folder / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "what"),
    [
        (("--anchors", __file__), "--anchors needs --scale"),
        (("--scale", "cefr"), "--scale needs --anchors or --criterion"),
        (("--model", "eps", "--ties", "davidson"), "no tie parameter"),
        (("--model", "best"), "is not one of"),
    ],
)
def test_options_that_do_not_go_together_are_refused(fit: Fit, options: tuple[str, ...], what: str) -> None:
    run = fit(DECISIONS, *options)
    assert run.code == ExitCode.USAGE
    assert what in run.err


def test_an_unknown_judge_cannot_be_left_out(fit: Fit) -> None:
    run = fit(DECISIONS, *QUICK, "--exclude-judge", "cy")
    assert run.code == ExitCode.INPUT_REFUSED
    assert "There is no judge cy." in run.err


def test_parquet_needs_its_library_and_says_so(fit: Fit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    run = fit("", name="decisions.parquet")
    assert run.code == ExitCode.INPUT_REFUSED
    assert "pip install 'cj-assessment-service[parquet]'" in run.err


@pytest.mark.parametrize("model", ["map", "ml", "eps"])
def test_every_model_carries_grades_over(fit: Fit, tmp_path: Path, model: str) -> None:
    anchors = tmp_path / "anchors.csv"
    anchors.write_text("item,grade\na,B2\nc,A2\n", encoding="utf-8")
    upsets = "al,d,c,left,1\nbo,c,a,left,1\nal,d,b,left,1\n"
    run = fit(DECISIONS + upsets, *QUICK, "--model", model, "--anchors", str(anchors), "--scale", "cefr")
    assert run.rows("items.csv")[0]["grade"] in {"B1", "B2", "C1", "C2"}
    assert run.summary["model"] == model


def test_maximum_likelihood_says_why_it_has_no_scale(fit: Fit) -> None:
    run = fit(DECISIONS.replace("al,c,d,tie,1\n", ""), *QUICK, "--model", "ml")
    assert run.code == ExitCode.INPUT_REFUSED
    assert "d" in run.err
    assert "map" in run.err
