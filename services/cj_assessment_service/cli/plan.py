"""`cj plan`: only its options; the work is in `planning`."""

from pathlib import Path
from typing import TypedDict, Unpack

import click

from cj_assessment_service.cli.assess import GIVEN_FILE
from cj_assessment_service.cli.judge_models import JudgeModelType
from cj_assessment_service.cli.planning_order import PlanningOrder, carry_out
from cj_assessment_service.cli.strategies import DEFAULT_STRATEGY, STRATEGIES
from cj_assessment_service.cli.talk import talk_for
from cj_assessment_service.domain.judges import JudgeSpec
from cj_assessment_service.domain.simulations import JudgeModel


class PlanOptions(TypedDict):
    """What click hands over, by the names of the options."""

    texts: Path | None
    essays: int | None
    target_reliability: float
    pilot: Path | None
    batch: int | None
    sd: float | None
    judges: tuple[JudgeModel | JudgeSpec, ...]
    task: Path | None
    rubric: Path | None
    concurrency: int
    strategy: str
    runs: int
    max_cpe: float
    seed: int
    jobs: int | None


class PlannedJudge(click.ParamType[JudgeModel | JudgeSpec]):
    """Assumed faults (`bias=0.3,…`), or a judge by name."""

    name = "judge"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> JudgeModel | JudgeSpec:
        if isinstance(value, JudgeModel | JudgeSpec):
            return value
        kind, colon, _ = str(value).partition(":")
        if "=" in kind or not (colon or kind.isalpha()):
            return JudgeModelType().convert(value, param, ctx)
        return JudgeSpec.parse(str(value))


@click.command()
@click.argument("texts", metavar="[ESSAYS]", type=click.Path(exists=True, path_type=Path), required=False)
@click.option(
    "--n",
    "essays",
    type=click.IntRange(min=2),
    help="Essays to be assessed (default: ESSAYS, or the pilot's own).",
)
@click.option(
    "--target-reliability",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.9,
    show_default=True,
    help="How reliable the scale shall be.",
)
@click.option(
    "--from",
    "pilot",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Decisions of a pilot session with essays and judges of the same kind, in any form `cj fit` reads.",
)
@click.option(
    "--from-batch", "batch", type=click.IntRange(min=1), help="A batch or a check of a judge as the pilot."
)
@click.option(
    "--sd",
    type=click.FloatRange(0, 20, min_open=True),
    help="Assumed spread of the true abilities, in logits (default 2, without a pilot).",
)
@click.option(
    "--judge",
    "judges",
    type=PlannedJudge(),
    multiple=True,
    help="Assumed faults of a judge, as in `cj simulate` (several make a panel); or the judge to be asked, for its price.",
)
@click.option("--task", type=GIVEN_FILE, help="The task the students were given, as part of what is sent.")
@click.option("--rubric", type=GIVEN_FILE, help="The criteria, as part of what is sent.")
@click.option(
    "--concurrency",
    type=click.IntRange(min=1),
    default=16,
    show_default=True,
    help="Questions with the judge at once.",
)
@click.option("--strategy", type=click.Choice(list(STRATEGIES)), default=DEFAULT_STRATEGY, show_default=True)
@click.option(
    "--seeds",
    "runs",
    type=click.IntRange(2, 10_000),
    default=40,
    show_default=True,
    help="Simulated sessions.",
)
@click.option(
    "--max-cpe",
    type=click.FloatRange(1, 1000),
    default=60.0,
    show_default=True,
    help="Give up at so many comparisons of each essay.",
)
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True)
@click.option("--jobs", type=click.IntRange(min=1), help="Processes to use (default: one for each core).")
@click.option("--json", "as_json", is_flag=True, help="The outcome as one JSON line.")
def plan(as_json: bool, **options: Unpack[PlanOptions]) -> None:
    """Say how many comparisons a session needs until its scale is reliable, by simulating it, and what they take.

    Without --n the plan is for ESSAYS or for the pilot's own essays, whose answers then count as made.
    """
    has_pilot = options["pilot"] is not None or options["batch"] is not None
    if options["pilot"] is not None and options["batch"] is not None:
        raise click.UsageError("--from and --from-batch both name the pilot: give the one or the other.")
    if has_pilot and (options["sd"] is not None or options["judges"]):
        raise click.UsageError("A pilot estimates what --sd and --judge assume: give the one or the other.")
    if not has_pilot and options["essays"] is None and options["texts"] is None:
        raise click.UsageError("Say how many essays with --n, name ESSAYS, or give a pilot with --from.")
    named = [judge for judge in options["judges"] if isinstance(judge, JudgeSpec)]
    if len(named) > 1:
        raise click.UsageError("Name one judge whose price is to be told.")
    carry_out(_order(options, named[0] if named else None), talk_for(as_json))


def _order(options: PlanOptions, judge: JudgeSpec | None) -> PlanningOrder:
    return PlanningOrder(
        essays=options["essays"],
        target_reliability=options["target_reliability"],
        pilot=options["pilot"],
        batch=options["batch"],
        texts=options["texts"],
        judge=judge,
        task=options["task"],
        rubric=options["rubric"],
        concurrency=options["concurrency"],
        sd=options["sd"],
        judges=tuple(one for one in options["judges"] if isinstance(one, JudgeModel)),
        strategy=options["strategy"],
        runs=options["runs"],
        max_cpe=options["max_cpe"],
        seed=options["seed"],
        jobs=options["jobs"],
    )
