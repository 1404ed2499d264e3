"""A measured figure beside what was promised, and how much measuring is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Figure:
    """`earlier` is the system this one replaces (empty where it had no such thing); `holds` is None without a goal."""

    what: str
    earlier: str
    goal: str
    reached: str
    holds: bool | None = None


@dataclass(frozen=True, slots=True)
class Effort:
    """`repeats` of a timing (the median counts), `kills` at random moments, every `step`-th batch size from 2 to 40, and
    `draws` of anchors.
    """

    repeats: int
    kills: int
    step: int
    draws: int


FULL = Effort(repeats=5, kills=50, step=1, draws=5)
QUICK = Effort(repeats=1, kills=5, step=8, draws=1)


@dataclass(frozen=True, slots=True)
class Bench:
    """What a benchmark works with: an empty, migrated database on a durable server whose data lies in `data_dir`."""

    url: str
    data_dir: Path
    effort: Effort


def print_figures(title: str, figures: Sequence[Figure]) -> None:
    table = Table(title=title, title_justify="left", show_lines=True)
    for heading in ("What", "Earlier", "Goal", "Reached", "Holds"):
        table.add_column(heading)
    for figure in figures:
        table.add_row(figure.what, figure.earlier, figure.goal, figure.reached, verdict(figure))
    Console().print(table)


def print_markdown(figures: Sequence[Figure]) -> None:
    print("| What | Earlier | Goal | Reached | Holds |\n|---|---|---|---|---|")
    for figure in figures:
        cells = (figure.what, figure.earlier, figure.goal, figure.reached, verdict(figure))
        print(f"| {' | '.join(cells)} |")


def verdict(figure: Figure) -> str:
    if figure.holds is None:
        return ""
    return "yes" if figure.holds else "NO"
