"""What somebody orders of `cj judges check`."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from pkgutil import resolve_name

from cj_assessment_service.cli.order import Order
from cj_assessment_service.cli.talk import Talk
from cj_assessment_service.domain.panels import Panel


@dataclass(frozen=True, slots=True)
class CheckOrder:
    """A check of one judge on essays of known grades. `anchors` is None where the table of essays itself has a column of
    grades; `human` is a file of what people decided about the same essays.
    """

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

    @property
    def assessment(self) -> Order:
        """The assessment whose questions the check asks: the same words, so that its answers serve that one too."""
        return Order(
            essays=self.essays,
            panel=Panel.of(self.judge),
            out=self.out,
            anchors=self.anchors or self.essays,
            scale=self.scale,
            task=self.task,
            rubric=self.rubric,
            max_cost=self.max_cost,
            max_seconds=self.max_seconds,
            seed=self.seed,
            language=self.language,
            answers=self.answers,
            allow_ties=self.allow_ties,
            skip_bad=self.skip_bad,
        )


CheckJudge = Callable[[CheckOrder, Talk], Coroutine[None, None, None]]


def carry_out(order: CheckOrder, talk: Talk) -> None:
    """Loads the application, which takes a moment, and has it do the order."""
    with talk.waiting("Getting ready"):
        check_judge: CheckJudge = resolve_name("cj_assessment_service.cli.checking:check_one_judge")
    asyncio.run(check_judge(order, talk))
