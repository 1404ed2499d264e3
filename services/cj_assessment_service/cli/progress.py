"""What one sees while a batch runs: a live line on a terminal, JSON lines for machines, little otherwise."""

import json
import sys
from datetime import UTC, datetime
from typing import Protocol, Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from cj_assessment_service.domain.batches import BatchOverview


class ProgressView(Protocol):
    """Shown one overview after another."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *_: object) -> None: ...
    def show(self, overview: BatchOverview) -> None: ...


class TerminalProgress:
    """A bar towards the budget, which is the most that can be asked; most batches end before."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("wave {task.fields[wave]}"),
            BarColumn(),
            TextColumn("{task.completed:.0f}/{task.total:.0f} comparisons"),
            TextColumn("{task.fields[failed]}"),
            TextColumn("reliability {task.fields[reliability]}"),
            TextColumn("{task.fields[spent]}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        )
        self._task = self._progress.add_task("", total=1, wave=0, failed="", reliability="–", spent="")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, overview: BatchOverview) -> None:
        counts = overview.progress
        self._progress.update(
            self._task,
            total=max(counts.budget, 1),
            completed=counts.answered,
            wave=overview.wave,
            failed=f"[red]{counts.failed} failed[/red]" if counts.failed else "",
            reliability="–" if overview.reliability is None else f"{overview.reliability:.2f}",
            spent=f"${overview.spent:.2f}" if overview.spent else "",
        )


class JsonProgress:
    """One JSON object a line on standard output whenever something changed."""

    def __init__(self) -> None:
        self._last: str | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def show(self, overview: BatchOverview) -> None:
        line = json.dumps(overview_document(overview))
        if line != self._last:
            self._last = line
            sys.stdout.write(line + "\n")
            sys.stdout.flush()


class QuietProgress:
    """Says nothing: nobody is watching."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def show(self, overview: BatchOverview) -> None:
        """Nothing to see."""


def overview_document(overview: BatchOverview) -> dict[str, object]:
    """The same keys in every place where a program reads where a batch stands."""
    counts = overview.progress
    ended = overview.completed_at or datetime.now(UTC)
    return {
        "batch": overview.identity.batch_id,
        "status": overview.status.value,
        "state": overview.state.value,
        "stop_reason": overview.stop_reason.value if overview.stop_reason is not None else None,
        "detail": overview.failure_detail,
        "essays": overview.essays_loaded,
        "wave": overview.wave,
        "submitted": counts.submitted,
        "completed": counts.completed,
        "failed": counts.failed,
        "budget": counts.budget,
        "reliability": overview.reliability,
        "spent": str(overview.spent),
        "unpriced": overview.unpriced,
        "seconds": round((ended - overview.created_at).total_seconds()),
    }
