"""`cj simulate` and `cj plan`."""

import csv
import json
from decimal import Decimal
from functools import partial
from pathlib import Path

import click
import numpy as np
import pytest

from cj_assessment_service.cli.judge_models import judge_model
from cj_assessment_service.cli.main import cj
from cj_assessment_service.cli.plan import PlannedJudge
from cj_assessment_service.cli.processes import Workers
from cj_assessment_service.domain.comparisons import JudgeUsage
from cj_assessment_service.domain.decision_tables import (
    CriterionValue,
    DecisionTable,
    KnownGrade,
    ShownOrder,
)
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.judges import JudgeSpec
from cj_assessment_service.domain.simulations import Grading, JudgeModel, Soft
from cj_assessment_service.protocols import DecisionFilesProtocol
from cj_assessment_service.tests.fixtures.installation import installation_of_files

TINY = ("--n", "6", "--seeds", "2", "--max-cpe", "5", "--jobs", "1")
PLAN = ("plan", "--n", "6", "--seeds", "3", "--max-cpe", "5", "--target-reliability", "0.5", "--jobs", "1")


class OneTable(DecisionFilesProtocol):
    """Every file holds the same table."""

    def __init__(self, table: DecisionTable, usages: tuple[JudgeUsage, ...] = ()) -> None:
        self.table = table
        self.usages = usages

    def read(self, path: Path) -> DecisionTable:  # noqa: ARG002
        return self.table

    def read_usage(self, path: Path) -> tuple[JudgeUsage, ...]:  # noqa: ARG002
        return self.usages

    def read_known_grades(self, path: Path) -> tuple[KnownGrade, ...]:
        raise NotImplementedError(path)

    def read_criterion(self, path: Path) -> tuple[CriterionValue, ...]:
        raise NotImplementedError(path)


def a_pilot(problems: int = 0) -> DecisionTable:
    """Five items; the one of the higher number wins nine times in ten, whoever is shown first."""
    pairs = [(first, second) for first in range(5) for second in range(5) if first != second] * 2
    first, second = (np.array(places, dtype=np.intp) for places in zip(*pairs, strict=True))
    surprise = np.arange(len(pairs)) % 10 == 0
    return DecisionTable(
        source="pilot.csv",
        columns=(),
        order=ShownOrder.KNOWN,
        items=tuple(EssayId(f"item-{number}") for number in range(5)),
        judges=("anna", "bo"),
        groups=(),
        row=np.arange(2, len(pairs) + 2, dtype=np.intp),
        first=first,
        second=second,
        judge=(np.arange(len(pairs)) % 2).astype(np.intp),
        group=np.full(len(pairs), -1, dtype=np.intp),
        outcome=np.where((first > second) ^ surprise, 1, -1).astype(np.intp),
        level=np.zeros(len(pairs), dtype=np.intp),
        p_first=np.full(len(pairs), np.nan),
        weight=np.ones(len(pairs)),
        seconds=np.full(len(pairs), np.nan),
        confidence=np.full(len(pairs), np.nan),
        total_rows=len(pairs) + problems,
        problems=(),
    )


def run(*arguments: str, pilot: DecisionTable | None = None, usages: tuple[JudgeUsage, ...] = ()) -> None:
    installation = installation_of_files(OneTable(pilot or a_pilot(), usages))
    cj.main(list(arguments), standalone_mode=False, obj=lambda: installation)


def test_a_simulation_leaves_a_table_a_summary_and_a_page(tmp_path: Path) -> None:
    run("simulate", *TINY, "--judge", "bias=0.3,levels=6", "--out", str(tmp_path))
    with (tmp_path / "curves.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    assert [row["cpe"] for row in rows] == ["1.0000", "2.0000", "3.0000", "4.0000", "5.0000"]
    assert all(0 <= float(row["r_squared"]) <= 1 for row in rows)
    summary = json.loads((tmp_path / "summary.json").read_text("utf-8"))
    assert (summary["essays"], summary["runs"]) == (6, 2)
    assert summary["judges"][0]["levels"] == 6
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "6 levels of answer, position bias +0.3 logits" in page
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_equal_seeds_give_equal_files(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        run("simulate", *TINY, "--seed", "4", "--out", str(tmp_path / folder))
    for name in ("curves.csv", "summary.json", "report.html"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_simulation_says_what_is_needed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("simulate", *TINY, "--out", str(tmp_path))
    said = capsys.readouterr().out
    assert "r² = 0.8 at" in said
    assert "claimed − true" in said
    assert "report.html" in said


def test_programs_get_the_outcome_as_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("simulate", *TINY, "--json", "--out", str(tmp_path))
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["schema"] == "cj-simulation/1"


def test_a_plan_says_what_it_needs_and_what_it_assumes(capsys: pytest.CaptureFixture[str]) -> None:
    run(*PLAN, "--sd", "3")
    said = capsys.readouterr().out
    assert "comparisons for a reliability of 0.5" in said
    assert "Assumed: true abilities with a standard deviation of 3 logits" in said


def test_a_plan_after_a_pilot_rests_on_it(capsys: pytest.CaptureFixture[str]) -> None:
    run(*PLAN, "--from", __file__, pilot=a_pilot(problems=3))
    said = capsys.readouterr().out
    assert "3 of 43 rows of pilot.csv could not be read" in said
    assert "5 essays, 40 decisions, 2 judges" in said


def test_a_plan_for_programs_gives_numbers_with_their_range(capsys: pytest.CaptureFixture[str]) -> None:
    run(*PLAN, "--json")
    document = json.loads(capsys.readouterr().out)
    needed = document["comparisons"]
    assert 1 <= needed["p10"] <= needed["median"] <= (needed["p90"] or 18)


def test_a_plan_without_experience_says_that_the_price_is_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    run(*PLAN)
    assert "Price: unknown." in capsys.readouterr().out
    run(*PLAN, "--json")
    document = json.loads(capsys.readouterr().out)
    assert (document["price"], document["tokens"], document["seconds"]) == (None, None, None)


def test_a_plan_for_the_pilots_own_essays_counts_its_answers_as_made(
    capsys: pytest.CaptureFixture[str],
) -> None:
    answer = JudgeUsage("host", "model", 2.0, 900, 100, Decimal("0.001"))
    run("plan", "--seeds", "3", "--jobs", "1", "--json", "--from", __file__, usages=(answer,) * 40)
    own = json.loads(capsys.readouterr().out)
    run(
        "plan", "--seeds", "3", "--jobs", "1", "--json", "--n", "5", "--from", __file__, usages=(answer,) * 40
    )
    others = json.loads(capsys.readouterr().out)
    assert (own["essays"], own["reused"], others["reused"]) == (5, 40, 0)
    assert others["tokens"]["likely"] == 1000 * others["to_ask"]["likely"]
    assert own["to_ask"]["likely"] == max(0, others["to_ask"]["likely"] - 40)
    assert float(others["price"]["likely"]) == pytest.approx(0.001 * others["to_ask"]["likely"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("plan",), "Say how many essays"),
        (("plan", "--from", __file__, "--from-batch", "1"), "both name the pilot"),
        (("plan", "--n", "5", "--judge", "offline", "--judge", "openai:m"), "Name one judge"),
    ],
)
def test_a_plan_that_cannot_be_made_says_what_is_missing(arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(click.UsageError, match=said):
        run(*arguments)


def test_a_judge_by_name_is_told_from_assumed_faults() -> None:
    kind = PlannedJudge()
    assert kind.convert("bias=0.3,levels=4,thresholds=1", None, None) == JudgeModel(
        bias=0.3, levels=4, thresholds=(1.0,)
    )
    assert kind.convert("simulated:sd=2,bias=1", None, None) == JudgeSpec("simulated", "sd=2,bias=1")
    assert kind.convert("offline", None, None) == JudgeSpec("offline")


def test_a_pilot_and_assumptions_exclude_each_other() -> None:
    with pytest.raises(click.UsageError, match="the one or the other"):
        run(*PLAN, "--from", __file__, "--sd", "2")


def test_a_judge_is_read_from_its_parts() -> None:
    text = "bias=0.3, error=0.05,levels=6,grading=blurred,ties=0.1,discrimination=0.8,thresholds=1:2.5"
    text += ",soft=overconfident,confidence=worthless"
    assert judge_model(text) == JudgeModel(
        bias=0.3,
        error=0.05,
        levels=6,
        grading=Grading.BLURRED,
        ties=0.1,
        discrimination=0.8,
        thresholds=(1.0, 2.5),
        soft=Soft.OVERCONFIDENT,
        confidence=Grading.WORTHLESS,
    )
    assert judge_model("") == JudgeModel()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("bias", "has no value"),
        ("bias=1,bias=2", "given twice"),
        ("mood=2", "knows nothing of 'mood'"),
        ("grading=odd", "grading is full, worthless, blurred"),
        ("soft=odd", "soft is none, calibrated"),
        ("levels=5", "even"),
        ("bias=x", "could not convert"),
    ],
)
def test_a_judge_that_cannot_be_read_is_refused_with_the_reason(text: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        judge_model(text)


def test_several_processes_give_the_same_as_one() -> None:
    calls = [partial(abs, number) for number in (-1, -2, -3)]
    with Workers(1) as alone, Workers(2) as together:
        assert list(alone.results(calls)) == list(together.results(calls)) == [1, 2, 3]
