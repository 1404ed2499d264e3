"""`cj judges check`: only its options; the work is in `checking`."""

from decimal import Decimal
from pathlib import Path
from typing import TypedDict, Unpack

import click

from cj_assessment_service.cli.assess import GIVEN_FILE, Cost, Language
from cj_assessment_service.cli.check_order import CheckOrder, carry_out
from cj_assessment_service.cli.talk import talk_for
from cj_assessment_service.domain.answers import AnswerForm


class CheckOptions(TypedDict):
    """What click hands over, by the names of the options."""

    essays: Path
    judge: str
    scale: str
    out: Path
    anchors: Path | None
    task: Path | None
    rubric: Path | None
    answers: str
    allow_ties: bool
    human: Path | None
    pairs: int
    max_cost: Decimal | None
    max_seconds: float | None
    reuse: bool
    seed: int | None
    language: str | None
    skip_bad: bool


@click.command()
@click.argument("essays", type=click.Path(exists=True, path_type=Path))
@click.option("--judge", required=True, help="The judge to be checked, as in `cj assess`.")
@click.option(
    "--anchors",
    type=GIVEN_FILE,
    help="Table of essays with known grades: id,grade[,path|text] (default: ESSAYS has the column grade).",
)
@click.option("--scale", required=True, help="Grade scale of the grades: a built-in one or a TOML file.")
@click.option("--task", type=GIVEN_FILE, help="The task the students were given.")
@click.option("--rubric", type=GIVEN_FILE, help="The criteria the judge shall apply.")
@click.option(
    "--answers",
    type=click.Choice([AnswerForm.GRADED.value, AnswerForm.WINNER.value]),
    default=AnswerForm.GRADED.value,
    show_default=True,
    help="Ask which essay is better and by how much, or only which.",
)
@click.option("--allow-ties", is_flag=True, help="The judge may say that neither essay is better.")
@click.option(
    "--human", type=GIVEN_FILE, help="What people decided about these essays, in any form `cj fit` reads."
)
@click.option(
    "--pairs",
    type=click.IntRange(min=15),
    default=60,
    show_default=True,
    help="Pairs of essays to check it on; some are asked in both orders or twice.",
)
@click.option("--max-cost", type=Cost(), help="Spend no more than this (USD).")
@click.option(
    "--max-time",
    "max_seconds",
    type=click.FloatRange(min=0, min_open=True),
    help="Ask no longer than this (seconds).",
)
@click.option("--reuse", is_flag=True, help="Take answers that were recorded for the very same questions.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), help="Makes the choice of questions repeatable.")
@click.option("--language", type=Language(), help="The essays' language, as sv or en (default: recognised).")
@click.option("--skip-bad", is_flag=True, help="Go on without essays that cannot be used.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("judge-check"),
    show_default=True,
    help="Folder for the scorecard.",
)
@click.option("--json", "as_json", is_flag=True, help="Progress and scorecard as JSON lines.")
def check(as_json: bool, **options: Unpack[CheckOptions]) -> None:
    """Check a judge on ESSAYS whose grades are known: is it right, does it agree with itself, what does it cost?

    A judge that always names the same place, or guesses, is sent away after a few questions. Ends with 0 when the judge
    may be used, 4 when not.
    """
    carry_out(CheckOrder(**options), talk_for(as_json))
