"""`cj judges check`, from essays of known grade to the verdict on a judge."""

import asyncio
import json
import os
import signal
from collections.abc import Sequence
from itertools import permutations
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.implementations.judges.simulated import true_ability
from cj_assessment_service.tests.fixtures.openai_double import OpenAIDouble, fails
from cj_assessment_service.tests.integration.command_line import (
    CommandLine,
    Said,
    cj,
    read_table,
    write_table,
)
from cj_assessment_service.tests.integration.killed_process import Command, end_of, new_process, run_command
from cj_assessment_service.tests.integration.waiting import until

__all__ = ["cj"]

SCHEMA = Path(__file__).parents[4] / "docs" / "schemas" / "judge-scorecard-v1.schema.json"
GRADES = ("A1", "A2", "B1", "B2", "C1", "C2")
SD = 4.0
IDS = [f"text-{number:02}" for number in range(12)]
RANKED = sorted(IDS, key=lambda essay: true_ability(1, SD, EssayId(essay)))
"""Worst first, in the eyes of simulated judges, whose truth the grades follow."""


@pytest.fixture(scope="module")
def essays(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two texts of each grade; in most pairs the better one is the longer."""
    rows = [(essay, text_of(essay), GRADES[place // 2]) for place, essay in enumerate(RANKED)]
    return write_table(tmp_path_factory.mktemp("check") / "essays.csv", ("id", "text", "grade"), *rows)


def text_of(essay: str) -> str:
    place = RANKED.index(essay)
    shifted = place + (5 if place % 3 == 0 else -2)
    return f"This is the text {essay}. " + "It says something. " * (20 + shifted)


def check(cj: CommandLine, essays: Path, judge: str, out: Path, *options: object) -> Said:
    return cj(
        "judges", "check", essays, "--judge", judge, "--scale", "cefr", "--seed", 3, "--out", out, *options
    )


def card_in(folder: Path) -> dict[str, dict[str, object]]:
    document: dict[str, dict[str, object]] = json.loads((folder / "scorecard.json").read_text("utf-8"))
    return document


def recording(path: Path, winner_of: Sequence[str], cost: str = "") -> Path:
    """Every pair in both orders, twice; the one that stands later in `winner_of` wins."""
    rows = [
        (one, other, "first" if winner_of.index(one) > winner_of.index(other) else "second", cost)
        for one, other in permutations(IDS, 2)
    ]
    return write_table(path, ("first", "second", "winner", "cost"), *rows, *rows)


def test_a_good_judge_may_be_used(cj: CommandLine, essays: Path, tmp_path: Path) -> None:
    said = check(cj, essays, f"simulated:sd={SD}", tmp_path)
    assert (said.code, said.err) == (0, "")
    assert "Use. It is right in" in said.out
    document = card_in(tmp_path)
    Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(document)
    assert document["ruling"]["verdict"] == "use"
    assert document["evidence"]["ending"] == "complete"
    assert "Is it right?" in (tmp_path / "scorecard.html").read_text("utf-8")


def test_a_judge_that_leans_on_the_first_text_needs_both_orders(
    cj: CommandLine, essays: Path, tmp_path: Path
) -> None:
    said = check(cj, essays, f"simulated:sd={SD},bias=2", tmp_path)
    assert said.code == 0
    assert card_in(tmp_path)["ruling"]["verdict"] == "use with both orders"


def test_a_judge_that_always_says_first_is_sent_away_after_fourteen_answers(
    cj: CommandLine, essays: Path, tmp_path: Path
) -> None:
    said = check(cj, essays, f"simulated:sd={SD},bias=50", tmp_path)
    assert said.code == 4
    assert "It named the text shown first in all 14 answers. Nothing more was asked." in said.out
    assert card_in(tmp_path)["evidence"]["asked"] == 14


def test_a_judge_that_tosses_coins_is_condemned(cj: CommandLine, essays: Path, tmp_path: Path) -> None:
    assert check(cj, essays, f"simulated:sd={SD},error=1", tmp_path).code == 4
    assert card_in(tmp_path)["ruling"]["verdict"] == "do not use"


def test_a_judge_that_only_takes_the_longer_text_is_condemned(
    cj: CommandLine, essays: Path, tmp_path: Path
) -> None:
    by_length = sorted(IDS, key=lambda essay: len(text_of(essay)))
    judge = f"replay:{recording(tmp_path / 'longest.csv', by_length)}"
    assert check(cj, essays, judge, tmp_path).code == 4
    assert card_in(tmp_path)["ruling"]["rule"] == "no_better_than_baseline"


def test_a_cost_limit_stops_the_check_with_a_scorecard_that_says_so(
    cj: CommandLine, essays: Path, tmp_path: Path
) -> None:
    judge = f"replay:{recording(tmp_path / 'paid.csv', RANKED, '0.05')}"
    said = check(cj, essays, judge, tmp_path, "--max-cost", "2.5")
    assert said.code == 5
    assert "This scorecard is partial: the cost limit was reached after" in said.out
    evidence = card_in(tmp_path)["evidence"]
    assert (evidence["ending"], card_in(tmp_path)["ruling"]["verdict"]) == ("cost_cap", "use")
    assert 14 < int(str(evidence["asked"])) < int(str(evidence["planned"]))
    assert "$5.00 for 100 comparisons" in said.out


def test_too_little_money_decides_nothing(cj: CommandLine, essays: Path, tmp_path: Path) -> None:
    judge = f"replay:{recording(tmp_path / 'paid.csv', RANKED, '0.05')}"
    assert check(cj, essays, judge, tmp_path, "--max-cost", "0.3").code == 5
    assert card_in(tmp_path)["ruling"]["rule"] == "too_few_answers"


def test_people_stand_beside_the_judge_on_the_pairs_they_judged(
    cj: CommandLine, essays: Path, tmp_path: Path
) -> None:
    people = [(RANKED[n], RANKED[n + 2], "second", who) for n in range(10) for who in ("anna", "bo")]
    human = write_table(tmp_path / "human.csv", ("first", "second", "winner", "judge"), *people)
    judge = f"replay:{recording(tmp_path / 'right.csv', RANKED)}"
    assert check(cj, essays, judge, tmp_path, "--human", human, "--pairs", 20).code == 0
    row = card_in(tmp_path)["evidence"]["human"]
    assert isinstance(row, dict)
    assert (row["people"], row["accuracy"]["share"], row["agreement_with_judge"]["share"]) == (2, 1.0, 1.0)
    assert row["agreement_with_judge"]["count"] >= 10


def test_anchors_may_stand_in_a_file_of_their_own(cj: CommandLine, essays: Path, tmp_path: Path) -> None:
    anchors = write_table(
        tmp_path / "anchors.csv", ("id", "grade"), *((RANKED[n], GRADES[n // 2]) for n in range(0, 12, 2))
    )
    said = check(cj, essays, f"simulated:sd={SD}", tmp_path, "--anchors", anchors, "--json")
    outcome = said.documents[-1]
    assert (outcome["essays"], outcome["exit_code"]) == (6, said.code)
    assert outcome["schema"] == "cj-judge-scorecard/1"


def test_a_judge_whose_key_is_refused_is_told_with_its_words(
    cj: CommandLine, essays: Path, tmp_path: Path
) -> None:
    with OpenAIDouble(fails(401, "bad key")) as server:
        said = check(cj, essays, f"openai:gpt-4o-mini@{server.base_url}", tmp_path)
    assert said.code == 4
    assert card_in(tmp_path)["ruling"]["rule"] == "unreadable"
    assert "AUTHENTICATION_ERROR" in (tmp_path / "scorecard.html").read_text("utf-8")


def test_too_few_grades_are_refused_before_anything_is_asked(
    cj: CommandLine, essays: Path, tmp_path: Path
) -> None:
    anchors = write_table(tmp_path / "anchors.csv", ("id", "grade"), (RANKED[0], "A1"), (RANKED[-1], "C2"))
    said = check(cj, essays, "offline", tmp_path / "out", "--anchors", anchors)
    assert said.code == 3
    assert "give 1 pair of different grades, and a check needs 15" in said.err


def test_people_who_judged_other_essays_are_refused(cj: CommandLine, essays: Path, tmp_path: Path) -> None:
    human = write_table(tmp_path / "human.csv", ("first", "second", "winner"), ("x", "y", "first"))
    said = check(cj, essays, "offline", tmp_path / "out", "--human", human)
    assert said.code == 3
    assert "Check that the ids are the same." in said.err


def test_a_finished_check_is_the_pilot_of_a_plan(cj: CommandLine, essays: Path, tmp_path: Path) -> None:
    judge = f"replay:{recording(tmp_path / 'paid.csv', RANKED, '0.05')}"
    batch = check(cj, essays, judge, tmp_path, "--json").documents[-1]["batches"]
    assert isinstance(batch, list)
    few = ("--seeds", 3, "--jobs", 1, "--max-cpe", 12, "--json")
    (plan,) = cj("plan", "--from-batch", batch[-1], *few).documents
    assert plan["essays"] == 12
    assert plan["reused"] == card_in(tmp_path)["evidence"]["decided"]
    (other,) = cj("plan", "--from-batch", batch[0], "--n", 20, *few).documents
    assert other["reused"] == 0
    price, asked = other["price"], other["to_ask"]
    assert isinstance(price, dict)
    assert isinstance(asked, dict)
    if asked["likely"] is not None:
        assert float(price["likely"]) == pytest.approx(0.05 * asked["likely"])


@pytest.mark.crash
async def test_a_killed_check_is_resumed_to_the_verdict_it_would_have_had(
    cj: CommandLine, essays: Path, tmp_path: Path
) -> None:
    judge = f"simulated:sd={SD},delay=0.02"
    assert (await asyncio.to_thread(check, cj, essays, judge, tmp_path / "whole")).code == 0
    killed = tmp_path / "killed"
    process = new_process(run_command, command(cj, essays, judge, killed))
    process.start()

    async def in_the_main_part() -> str | None:
        """The number of the check, once a second batch is at work."""
        lines = (tmp_path / "said.txt").read_text().splitlines() if (tmp_path / "said.txt").exists() else []
        states = [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]
        late = states and states[-1]["batch"] != states[0]["batch"] and states[-1]["completed"] > 10
        return str(states[0]["batch"]) if late else None

    first = await until(in_the_main_part)
    os.kill(process.pid or 0, signal.SIGKILL)
    assert await end_of(process) == -signal.SIGKILL
    assert not (killed / "scorecard.json").exists()
    said = await asyncio.to_thread(cj, "resume", first)
    assert (said.code, said.err) == (0, "")
    assert without_time(card_in(killed)) == without_time(card_in(tmp_path / "whole"))


def command(cj: CommandLine, essays: Path, judge: str, out: Path) -> Command:
    options = ("--judge", judge, "--scale", "cefr", "--seed", "3", "--out", str(out), "--json")
    return Command(("judges", "check", str(essays), *options), cj.data_dir, out.parent / "said.txt")


def without_time(card: dict[str, dict[str, object]]) -> dict[str, object]:
    evidence = {name: value for name, value in card["evidence"].items() if name != "spending"}
    return {"ruling": card["ruling"], "evidence": evidence}


def test_the_help_names_what_a_check_needs(cj: CommandLine) -> None:
    assert "check" in cj("judges", "--help").out
    assert cj("judges", "check", "--help").code == 0


def test_every_question_of_a_check_can_be_read_again(cj: CommandLine, essays: Path, tmp_path: Path) -> None:
    batches = check(cj, essays, f"simulated:sd={SD}", tmp_path, "--json").documents[-1]["batches"]
    assert isinstance(batches, list)
    asked = 0
    for batch in batches:
        cj("results", batch, "--format", "csv", "--out", tmp_path / "again")
        asked += len(read_table(tmp_path / "again" / "decisions.csv"))
    assert asked == card_in(tmp_path)["evidence"]["asked"]
