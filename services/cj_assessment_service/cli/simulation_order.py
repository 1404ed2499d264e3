"""What somebody orders of `cj simulate`."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from pkgutil import resolve_name

from cj_assessment_service.cli.talk import Talk
from cj_assessment_service.domain.simulations import JudgeModel


@dataclass(frozen=True, slots=True)
class SimulationOrder:
    """`runs` of each strategy, in `jobs` processes (None: one for each core). Without judges one answers by the model alone, and
    without strategies the one of assessments is tried.
    """

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


def carry_out(order: SimulationOrder, talk: Talk) -> None:
    """Loads what simulates, which takes a moment, and has it do the order."""
    with talk.waiting("Getting ready"):
        work: Callable[[SimulationOrder, Talk], None] = resolve_name(
            "cj_assessment_service.cli.simulation:simulate_order"
        )
    work(order, talk)
