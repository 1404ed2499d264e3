"""`cj plan`: only its options; the work is in `planning`."""

from pathlib import Path
from typing import TypedDict, Unpack

import click

from cj_assessment_service.cli.judge_models import JudgeModelType
from cj_assessment_service.cli.planning_order import PlanningOrder, carry_out
from cj_assessment_service.cli.strategies import DEFAULT_STRATEGY, STRATEGIES
from cj_assessment_service.cli.talk import talk_for
from cj_assessment_service.domain.simulations import JudgeModel


class PlanOptions(TypedDict):
    """What click hands over, by the names of the options."""

    essays: int
    target_reliability: float
    pilot: Path | None
    sd: float | None
    judges: tuple[JudgeModel, ...]
    strategy: str
    runs: int
    max_cpe: float
    seed: int
    jobs: int | None


@click.command()
@click.option("--n", "essays", type=click.IntRange(min=2), required=True, help="Essays to be assessed.")
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
    "--sd",
    type=click.FloatRange(0, 20, min_open=True),
    help="Assumed spread of the true abilities, in logits (default 2, without a pilot).",
)
@click.option(
    "--judge",
    "judges",
    type=JudgeModelType(),
    multiple=True,
    help="Assumed faults of a judge, as in `cj simulate`. Several make a panel.",
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
    """Say how many comparisons a session needs until its scale is reliable, by simulating it."""
    if options["pilot"] is not None and (options["sd"] is not None or options["judges"]):
        raise click.UsageError("--from estimates what --sd and --judge assume: give the one or the other.")
    carry_out(PlanningOrder(**options), talk_for(as_json))
