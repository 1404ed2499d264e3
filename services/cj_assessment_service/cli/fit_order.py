"""What somebody orders of `cj fit`."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from pkgutil import resolve_name

from cj_assessment_service.cli.talk import Talk
from cj_assessment_service.domain.analysis_plans import AnalysisPlan


class FaultyRows(StrEnum):
    """What becomes of rows that cannot be used: left out and listed, or the whole file refused."""

    LISTED = "listed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class FitOrder:
    """`split_halves` and `null_draws` are None where the size of the file shall decide. Known grades come with a scale."""

    decisions: Path
    out: Path
    plan: AnalysisPlan
    split_halves: int | None
    null_draws: int | None
    faulty_rows: FaultyRows
    seed: int
    anchors: Path | None = None
    scale: str | None = None
    criterion: Path | None = None


def carry_out(order: FitOrder, talk: Talk) -> None:
    """Loads what analyses, which takes a moment, and has it do the order."""
    with talk.waiting("Getting ready"):
        work: Callable[[FitOrder, Talk], None] = resolve_name("cj_assessment_service.cli.fitting:fit_order")
    work(order, talk)
