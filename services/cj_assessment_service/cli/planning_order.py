"""What somebody orders of `cj plan`."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from pkgutil import resolve_name

from cj_assessment_service.cli.talk import Talk
from cj_assessment_service.domain.judges import JudgeSpec
from cj_assessment_service.domain.simulations import JudgeModel


@dataclass(frozen=True, slots=True)
class PlanningOrder:
    """`pilot` is a file of decisions and `batch` one in the database; without either `sd` and `judges` are assumed. `essays`
    is how many are to be assessed, None for those in `texts` or else the pilot's own. `judge` is the one to be asked, for its
    price; `concurrency` questions are with it at once.
    """

    essays: int | None
    target_reliability: float
    pilot: Path | None
    batch: int | None
    texts: Path | None
    judge: JudgeSpec | None
    task: Path | None
    rubric: Path | None
    concurrency: int
    sd: float | None
    judges: tuple[JudgeModel, ...]
    strategy: str
    runs: int
    max_cpe: float
    seed: int
    jobs: int | None


def carry_out(order: PlanningOrder, talk: Talk) -> None:
    """Loads what simulates, which takes a moment, and has it do the order."""
    with talk.waiting("Getting ready"):
        work: Callable[[PlanningOrder, Talk], None] = resolve_name(
            "cj_assessment_service.cli.planning:plan_order"
        )
    work(order, talk)
