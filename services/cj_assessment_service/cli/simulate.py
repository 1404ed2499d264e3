"""`cj simulate`: only its options; the work is in `simulation`."""

from pathlib import Path
from typing import TypedDict, Unpack

import click

from cj_assessment_service.cli.judge_models import JudgeModelType
from cj_assessment_service.cli.simulation_order import SimulationOrder, carry_out
from cj_assessment_service.cli.strategies import STRATEGIES
from cj_assessment_service.cli.talk import talk_for
from cj_assessment_service.domain.simulations import JudgeModel


class SimulateOptions(TypedDict):
    """What click hands over, by the names of the options."""

    essays: int
    sd: float
    judges: tuple[JudgeModel, ...]
    strategies: tuple[str, ...]
    runs: int
    max_cpe: float
    target_reliability: float
    seed: int
    jobs: int | None
    out: Path


@click.command()
@click.option("--n", "essays", type=click.IntRange(min=2), default=100, show_default=True, help="Essays.")
@click.option(
    "--sd",
    type=click.FloatRange(0, 20),
    default=2.0,
    show_default=True,
    help="Standard deviation of the true abilities, in logits; 0 for coin tosses.",
)
@click.option(
    "--judge",
    "judges",
    type=JudgeModelType(),
    multiple=True,
    help="A judge's faults: bias=0.3,error=0.05,levels=6,grading=full|worthless|blurred,"
    "discrimination=1,ties=0,thresholds=1:2.5,soft=calibrated|overconfident|underconfident|worthless,"
    "confidence=full|worthless|blurred. Several make a panel.",
)
@click.option(
    "--strategy",
    "strategies",
    type=click.Choice(list(STRATEGIES)),
    multiple=True,
    help="How pairs are chosen (default: as in an assessment). Several are compared.",
)
@click.option("--seeds", "runs", type=click.IntRange(1, 10_000), default=20, show_default=True, help="Runs.")
@click.option(
    "--max-cpe",
    type=click.FloatRange(1, 1000),
    default=30.0,
    show_default=True,
    help="Ask until every essay has been compared this often.",
)
@click.option(
    "--target-reliability",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.9,
    show_default=True,
    help="Tell when an assessment with this target would have stopped.",
)
@click.option(
    "--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True, help="Of the first run."
)
@click.option("--jobs", type=click.IntRange(min=1), help="Processes to use (default: one for each core).")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("simulation"),
    show_default=True,
    help="Folder for curves.csv, summary.json and report.html.",
)
@click.option("--json", "as_json", is_flag=True, help="The outcome as one JSON line.")
def simulate(as_json: bool, **options: Unpack[SimulateOptions]) -> None:
    """Try pairing and scoring on essays whose true quality is known, with judges whose faults are known."""
    carry_out(SimulationOrder(**options), talk_for(as_json))
