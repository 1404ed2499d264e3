"""`cj fit`: decisions of any tool in, a scale with everything that must be said of it out. Only its options; the work is in
`fitting`.
"""

from pathlib import Path
from typing import TypedDict, Unpack

import click

from cj_assessment_service.cli.fit_order import FaultyRows, FitOrder, carry_out
from cj_assessment_service.cli.talk import talk_for
from cj_assessment_service.domain.analysis_plans import AnalysisPlan, ScaleModel
from cj_assessment_service.domain.policies import JudgeTermsUse, PositionTerm, ScoringPolicy, TieTreatment

GIVEN_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
AUTOMATIC = "auto"


class FitOptions(TypedDict):
    """What click hands over, by the names of the options."""

    decisions: Path
    anchors: Path | None
    scale: str | None
    model: str
    eps: float
    ties: str
    position: bool
    judge_terms: bool
    excluded: tuple[str, ...]
    split_halves: int | None
    null_draws: int | None
    criterion: Path | None
    seed: int
    strict: bool
    out: Path


@click.command()
@click.argument("decisions", type=GIVEN_FILE)
@click.option("--anchors", type=GIVEN_FILE, help="Table of items with known grades: item,grade.")
@click.option(
    "--scale", help="Grade scale of the anchors: a built-in one (cefr, swedish_8_anchor, …) or a TOML file."
)
@click.option(
    "--model",
    type=click.Choice([model.value for model in ScaleModel]),
    default=ScaleModel.MAP.value,
    show_default=True,
    help="map: with a prior of estimated width. ml: maximum likelihood. eps: the literature's convention (sirt::btm).",
)
@click.option(
    "--eps",
    type=click.FloatRange(0, 1, min_open=True),
    default=0.3,
    show_default=True,
    help="Only with --model eps: how far extreme win counts are moved inwards.",
)
@click.option(
    "--ties",
    type=click.Choice([AUTOMATIC, *(treatment.value for treatment in TieTreatment)]),
    default=AUTOMATIC,
    show_default=True,
    help="auto: an outcome of their own (davidson), with --model eps half a win for each.",
)
@click.option(
    "--position/--no-position",
    default=True,
    help="Estimate the advantage of the item shown first (default: yes).",
)
@click.option(
    "--judge-terms/--no-judge-terms",
    default=True,
    help="Let judges differ, or count them as one (default: differ).",
)
@click.option(
    "--exclude-judge", "excluded", multiple=True, metavar="ID", help="Leave a judge out; may be repeated."
)
@click.option(
    "--split-halves",
    type=click.IntRange(min=0),
    help="Random halvings of the decisions and of the judges (default 100, fewer for very long files; 0: none).",
)
@click.option(
    "--null",
    "null_draws",
    type=click.IntRange(min=0),
    help="Times the outcomes are shuffled (default 200, fewer for very long files; 0: never).",
)
@click.option("--criterion", type=GIVEN_FILE, help="Table of another measure to compare with: item,value.")
@click.option(
    "--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True, help="Of halves and shuffles."
)
@click.option(
    "--strict", is_flag=True, help="Refuse a file with rows that cannot be used; else they are listed."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("fit-results"),
    show_default=True,
    help="Folder for items.csv, judges.csv, summary.json and report.html.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="The summary as one JSON line instead of words and tables."
)
def fit(as_json: bool, **options: Unpack[FitOptions]) -> None:
    """Analyse DECISIONS, a CSV, TSV or parquet file of pairwise decisions with columns like `winner,loser` or
    `first,second,winner`, and optionally judge, level, p_first, confidence, seconds, weight, group.
    """
    _check(options)
    order = FitOrder(
        decisions=options["decisions"],
        out=options["out"],
        plan=_plan(options),
        split_halves=options["split_halves"],
        null_draws=options["null_draws"],
        faulty_rows=FaultyRows.REFUSED if options["strict"] else FaultyRows.LISTED,
        seed=options["seed"],
        anchors=options["anchors"],
        scale=options["scale"],
        criterion=options["criterion"],
    )
    carry_out(order, talk_for(as_json))


def _check(options: FitOptions) -> None:
    if options["anchors"] is not None and options["scale"] is None:
        raise click.UsageError("--anchors needs --scale, for example --scale cefr.")
    if options["scale"] is not None and options["anchors"] is None and options["criterion"] is None:
        raise click.UsageError("--scale needs --anchors or --criterion: it says what their grades mean.")
    if options["model"] == ScaleModel.EPS.value and options["ties"] == TieTreatment.DAVIDSON.value:
        raise click.UsageError("--model eps knows no tie parameter; choose --ties half or drop.")


def _plan(options: FitOptions) -> AnalysisPlan:
    model = ScaleModel(options["model"])
    automatic = TieTreatment.HALF if model is ScaleModel.EPS else TieTreatment.DAVIDSON
    return AnalysisPlan(
        model=model,
        policy=ScoringPolicy(
            ties=automatic if options["ties"] == AUTOMATIC else TieTreatment(options["ties"]),
            position=PositionTerm.ESTIMATED if options["position"] else PositionTerm.ABSENT,
            judge_terms=JudgeTermsUse.SEPARATE if options["judge_terms"] else JudgeTermsUse.POOLED,
        ),
        eps=options["eps"],
        excluded_judges=frozenset(options["excluded"]),
    )
