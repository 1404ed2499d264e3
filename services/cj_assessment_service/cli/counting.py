"""A bar for work whose amount is known."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cj_assessment_service.cli.processes import Workers
from cj_assessment_service.cli.talk import Talk

Done = TypeVar("Done")


def counted(talk: Talk, what: str, calls: Sequence[Callable[[], Done]], jobs: int | None) -> tuple[Done, ...]:
    """What the calls return, done in so many processes (None: one for each core), while a bar moves where somebody watches."""
    progress = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=talk.console,
        transient=True,
        disable=not talk.is_watched,
    )
    with Workers(jobs) as workers, progress:
        return tuple(progress.track(workers.results(calls), total=len(calls), description=what))
