"""Many items on one scale, as a line with a band."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup
from matplotlib.ticker import MaxNLocator

from cj_assessment_service.reports.plot_parts import SMALL, panel
from cj_assessment_service.reports.svg import Ink, Texts, blank_figure, themed_svg

_WIDTH, _HEIGHT = 1000, 380
_MOST_POINTS = 500
"""More could not be told apart."""


@dataclass(frozen=True, slots=True)
class ScaleLine:
    """One item: its rank, its score and the ends of its 95 % interval."""

    rank: int
    low: float
    score: float
    high: float


def scale_plot(lines: Sequence[ScaleLine], name: str, alternative: str) -> Markup:
    """Best at the left. Of many items an even choice is drawn, both ends included."""
    last = len(lines) - 1
    points = min(len(lines), _MOST_POINTS)
    drawn = [lines[round(step * last / max(points - 1, 1))] for step in range(points)]
    ranks = [line.rank for line in drawn]
    figure = blank_figure(_WIDTH, _HEIGHT)
    axes = panel(figure, (56, 14, _WIDTH - 74, _HEIGHT - 62))
    axes.fill_between(
        ranks,
        [line.low for line in drawn],
        [line.high for line in drawn],
        facecolor=Ink.ACCENT,
        alpha=0.25,
        linewidth=0,
    )
    axes.plot(ranks, [line.score for line in drawn], color=Ink.ACCENT, linewidth=2)
    axes.set_xlim(ranks[0], max(ranks[-1], ranks[0] + 1))
    axes.xaxis.set_major_locator(MaxNLocator(8, integer=True, min_n_ticks=1))
    axes.yaxis.set_major_locator(MaxNLocator(6))
    axes.grid(axis="y", color=Ink.LINE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.set_xlabel("rank", fontsize=SMALL, color=Ink.MUTED)
    axes.set_ylabel("score", fontsize=SMALL, color=Ink.MUTED)
    return themed_svg(figure, name, alternative, Texts())
