"""What somebody orders on the command line."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from pkgutil import resolve_name

from cj_assessment_service.cli.talk import Talk
from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.panels import Panel
from cj_assessment_service.domain.policies import PairStrategy


@dataclass(frozen=True, slots=True)
class Order:
    """An assessment. `scale` is a name or a TOML file; anchors and scale come together. `pairs_only` needs `pairs`."""

    essays: Path
    panel: Panel
    out: Path
    anchors: Path | None = None
    scale: str | None = None
    task: Path | None = None
    rubric: Path | None = None
    budget: int | None = None
    max_cost: Decimal | None = None
    max_seconds: float | None = None
    target_reliability: float | None = None
    max_expected_grade_changes: float | None = None
    strategy: PairStrategy | None = None
    pairs: Path | None = None
    pairs_only: bool = False
    seed: int | None = None
    language: str | None = None
    answers: str = AnswerForm.GRADED
    allow_ties: bool = False
    skip_bad: bool = False
    class_list: Path | None = None
    pseudonym_key: Path | None = None
    keep_names: bool = False
    local_only: bool = False
    prompt: Path | None = None
    prompt_language: str | None = None
    reuse: bool = False

    @property
    def answer_form(self) -> AnswerForm:
        form = AnswerForm(self.answers)
        return form.with_ties if self.allow_ties else form


Assess = Callable[[Order, Talk], Coroutine[None, None, None]]


def carry_out(order: Order, talk: Talk) -> None:
    """Loads the application, which takes a moment, and has it do the order."""
    with talk.waiting("Getting ready"):
        assess_essays: Assess = resolve_name("cj_assessment_service.cli.assessment:assess_essays")
    asyncio.run(assess_essays(order, talk))
