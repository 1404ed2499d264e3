"""`cj assess`: essays in, a graded and explained result out. Only its options; the work is in `assessment`."""

import re
from decimal import Decimal
from pathlib import Path
from typing import TypedDict, Unpack

import click

from cj_assessment_service.cli.order import Order, carry_out
from cj_assessment_service.cli.panel_options import Shares, ordered_panel
from cj_assessment_service.cli.talk import talk_for
from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.policies import PairStrategy

GIVEN_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
PROMPT_LANGUAGES = ("en", "sv", "de")
LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,4})?")


class AssessOptions(TypedDict):
    """What click hands over, by the names of the options."""

    essays: Path
    out: Path
    anchors: Path | None
    scale: str | None
    task: Path | None
    rubric: Path | None
    budget: int | None
    max_cost: Decimal | None
    max_seconds: float | None
    target_reliability: float | None
    max_expected_grade_changes: float | None
    answers: str
    allow_ties: bool
    strategy: PairStrategy | None
    pairs: Path | None
    pairs_only: bool
    seed: int | None
    language: str | None
    skip_bad: bool
    class_list: Path | None
    pseudonym_key: Path | None
    keep_names: bool
    local_only: bool
    prompt: Path | None
    prompt_language: str | None
    reuse: bool


class Cost(click.ParamType[Decimal]):
    """An amount in USD."""

    name = "USD"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        text = str(value)
        if not text.replace(".", "", 1).isdecimal() or not Decimal(text):
            self.fail(f"{text!r} is not an amount of money, for example 2.50.", param, ctx)
        return Decimal(text)


class Language(click.ParamType[str]):
    """An ISO 639 code, perhaps with a region."""

    name = "code"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = str(value)
        if not LANGUAGE_CODE.fullmatch(text):
            self.fail(f"{text!r} is not a language code, for example sv or en.", param, ctx)
        return text


@click.command()
@click.argument("essays", type=click.Path(exists=True, path_type=Path))
@click.option("--anchors", type=GIVEN_FILE, help="Table of essays with known grades: id,grade[,path|text].")
@click.option(
    "--scale", help="Grade scale of the anchors: a built-in one (cefr, swedish_8_anchor, …) or a TOML file."
)
@click.option("--task", type=GIVEN_FILE, help="The task the students were given.")
@click.option("--rubric", type=GIVEN_FILE, help="The criteria judges shall apply.")
@click.option(
    "--judge",
    "judges",
    multiple=True,
    default=("offline",),
    show_default=True,
    help="offline, openai:MODEL[@URL], anthropic:MODEL, ollama:MODEL, replay:FILE, … (docs/judges.md). Several share the"
    " questions.",
)
@click.option("--shares", type=Shares(), help="What share each --judge gets, as 2,1 (default: equal).")
@click.option(
    "--arbiter",
    "arbiters",
    multiple=True,
    help="A judge asked only where judges disagree and where an essay lies between two grades. Repeatable.",
)
@click.option(
    "--fallback",
    "fallbacks",
    multiple=True,
    help="A judge asked in the place of one that cannot be reached. Repeatable; tried in this order.",
)
@click.option(
    "--budget", type=click.IntRange(min=1), help="At most this many comparisons (default: 8 for each essay)."
)
@click.option("--max-cost", type=Cost(), help="Never spend more than this (USD).")
@click.option(
    "--max-time",
    "max_seconds",
    type=click.FloatRange(min=0, min_open=True),
    help="Ask nothing later than this (seconds).",
)
@click.option(
    "--target-reliability",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    help="Stop once the scale is this reliable, surely enough (default 0.9).",
)
@click.option(
    "--max-grade-changes",
    "max_expected_grade_changes",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    help="Stop once so small a share of the grades is expected to be wrong, as 0.1 (needs --anchors).",
)
@click.option(
    "--answers",
    type=click.Choice([AnswerForm.GRADED.value, AnswerForm.WINNER.value]),
    default=AnswerForm.GRADED.value,
    show_default=True,
    help="Ask judges which essay is better and by how much (slightly, clearly, far), or only which.",
)
@click.option("--allow-ties", is_flag=True, help="Judges may say that neither essay is better.")
@click.option(
    "--strategy",
    type=click.Choice(PairStrategy, case_sensitive=False),
    help="How pairs are chosen after a random start (default: information).",
)
@click.option("--pairs", type=GIVEN_FILE, help="Table of pairs to compare first: first,second[,locked].")
@click.option("--pairs-only", is_flag=True, help="Compare the pairs of --pairs and no others.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), help="Makes every random choice repeatable.")
@click.option("--language", type=Language(), help="The essays' language, as sv or en (default: recognised).")
@click.option(
    "--prompt", type=GIVEN_FILE, help="TOML file with own words for the judges; try it with cj prompts show."
)
@click.option(
    "--prompt-language",
    type=click.Choice(PROMPT_LANGUAGES),
    help="The language judges are asked in (default: the essays', or else English).",
)
@click.option(
    "--skip-bad", is_flag=True, help="Go on without essays that cannot be used; they are listed as failed."
)
@click.option(
    "--class-list", type=GIVEN_FILE, help="Names of the students, to be hidden: a text file, CSV or XLSX."
)
@click.option(
    "--pseudonym-key",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file that tells names from pseudonyms (default: in your data folder).",
)
@click.option("--keep-names", is_flag=True, help="Do not replace students' names by pseudonyms.")
@click.option(
    "--local-only",
    is_flag=True,
    help="Refuse judges that texts would be sent to over the network.",
)
@click.option(
    "--reuse",
    is_flag=True,
    help="Take recorded answers to the very same questions instead of paying again.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("results"),
    show_default=True,
    help="Folder for the results.",
)
@click.option("--json", "as_json", is_flag=True, help="Progress and outcome as JSON lines.")
def assess(
    as_json: bool,
    judges: tuple[str, ...],
    shares: tuple[float, ...] | None,
    arbiters: tuple[str, ...],
    fallbacks: tuple[str, ...],
    **options: Unpack[AssessOptions],
) -> None:
    """Assess ESSAYS: a folder or zip of .txt .md .docx .odt .pdf files, or a CSV/XLSX with the columns id,text[,name]."""
    if options["anchors"] is not None and options["scale"] is None:
        raise click.UsageError("--anchors needs --scale, for example --scale cefr.")
    if options["scale"] is not None and options["anchors"] is None:
        raise click.UsageError("--scale needs --anchors: grades are read off essays whose grade is known.")
    if options["max_expected_grade_changes"] is not None and options["anchors"] is None:
        raise click.UsageError(
            "--max-grade-changes needs --anchors and --scale: without them nothing is graded."
        )
    if options["pairs_only"] and options["pairs"] is None:
        raise click.UsageError("--pairs-only needs --pairs, for example --pairs pairs.csv.")
    if options["keep_names"] and options["class_list"] is not None:
        raise click.UsageError("--class-list says whose names to hide, and --keep-names to hide none.")
    if arbiters and len(judges) < 2 and options["anchors"] is None:
        raise click.UsageError(
            "--arbiter needs a second --judge to disagree with, or --anchors and --scale for grades to lie between."
        )
    carry_out(
        Order(panel=ordered_panel(judges, shares or (), arbiters, fallbacks), **options), talk_for(as_json)
    )
