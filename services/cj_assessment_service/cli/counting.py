"""A bar for work whose amount is known."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cj_assessment_service.cli.talk import Talk


@contextmanager
def counting(talk: Talk, what: str, total: int) -> Iterator[Callable[[], object]]:
    """Gives what to call after each piece of work; the bar is gone afterwards, and shows only where somebody watches."""
    progress = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=talk.console,
        transient=True,
        disable=not talk.is_watched,
    )
    with progress:
        task = progress.add_task(what, total=total)
        yield lambda: progress.advance(task)
