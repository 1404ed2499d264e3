"""What one sees while a batch runs: a live line on a terminal, JSON lines for machines, little otherwise."""

from collections.abc import Callable, Mapping
from typing import Protocol, Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
)
from rich.text import Text

from cj_assessment_service.cli.documents import overview_document
from cj_assessment_service.domain.batches import BatchOverview
from cj_assessment_service.reports.document import Json
from cj_assessment_service.reports.wording import cached_share, money

BESIDE_THE_BAR = 72
"""Columns all texts together may take: one line on a terminal of the usual 80."""


LONGEST_FACTS = BESIDE_THE_BAR - 24
"""Columns that the spinner, the wave, the counts and the time leave."""


class ProgressView(Protocol):
    """Shown one overview after another."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *_: object) -> None: ...
    def show(self, overview: BatchOverview) -> None: ...


class AtMostLeft(ProgressColumn):
    """The time until the budget is used up; most batches end before, so it is the longest wait there can be."""

    max_refresh = 0.5

    def render(self, task: Task) -> Text:
        seconds = task.time_remaining
        if seconds is None:
            return Text("")
        minutes, left = divmod(int(seconds), 60)
        return Text(f"≤ {minutes}:{left:02} left", "progress.remaining")


class TerminalProgress:
    """A bar towards the budget, which is the most that can be asked."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(max(8, min(40, console.width - BESIDE_THE_BAR))),
            TextColumn("{task.fields[counts]}", markup=False),
            TextColumn("{task.fields[facts]}", markup=False),
            AtMostLeft(),
            console=console,
            transient=True,
        )
        self._task = self._progress.add_task("reading", total=None, counts="", facts="")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, overview: BatchOverview) -> None:
        counts = overview.progress
        if not overview.wave:
            return
        self._progress.update(
            self._task,
            description=f"wave {overview.wave}",
            total=max(counts.budget, 1),
            completed=counts.answered,
            counts=f"{counts.answered}/{counts.budget}",
            facts=facts(overview),
        )


class JsonProgress:
    """One JSON object a line whenever something changed; the end is told by whoever knows the outcome."""

    def __init__(self, write: Callable[[Mapping[str, Json]], None]) -> None:
        self._write = write
        self._last: Mapping[str, Json] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def show(self, overview: BatchOverview) -> None:
        document = overview_document(overview)
        if document != self._last and not overview.status.is_terminal:
            self._last = document
            self._write(document)


class QuietProgress:
    """Says nothing: nobody is watching."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def show(self, overview: BatchOverview) -> None:
        """Nothing to see."""


def facts(overview: BatchOverview) -> str:
    """What is known beside the counts, the most important first; what does not fit beside them is left out."""
    counts, found = overview.progress, []
    if counts.failed > counts.unsent:
        found.append(f"{counts.failed - counts.unsent} failed")
    if counts.unsent:
        found.append(f"{counts.unsent} not sent")
    if (spent := _spent(overview)) is not None:
        found.append(spent)
    if overview.reliability is not None:
        found.append(f"reliability {overview.reliability:.2f}")
    if overview.reused:
        found.append(f"{overview.reused} reused")
    if overview.cached_tokens:
        found.append(f"{cached_share(overview):.0%} cached")
    while len(", ".join(found)) > LONGEST_FACTS:
        found.pop()
    return ", ".join(found)


def _spent(overview: BatchOverview) -> str | None:
    """None where nothing was spent and nothing is limited."""
    limit = overview.settings.max_cost
    if not overview.spent and not overview.unpriced and limit is None:
        return None
    words = money(overview.spent) if limit is None else f"{money(overview.spent)} of {money(limit)}"
    return f"{words} + unknown prices" if overview.unpriced else words
