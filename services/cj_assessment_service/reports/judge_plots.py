"""The pictures of the judges: which side they favour, how far they agree, and what their confidence is worth."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup
from matplotlib.axes import Axes

from cj_assessment_service.domain.judge_summaries import StatedCertainty
from cj_assessment_service.domain.scores import NORMAL_95, PositionEffect
from cj_assessment_service.reports.plot_parts import NORMAL, SMALL, panel
from cj_assessment_service.reports.svg import Ink, Texts, blank_figure, themed_svg
from cj_assessment_service.reports.wording import first_win_share

_WIDTH = 720
_ROW = 34
_LABELS = 230


@dataclass(frozen=True, slots=True)
class PlotJudge:
    """`label` is short enough for the margin."""

    label: str
    position: PositionEffect


def positions_plot(judges: Sequence[PlotJudge], alternative: str) -> Markup:
    """For each judge the first-shown essay's share of wins between equals, with its 95 % interval, against a fair half."""
    texts = Texts()
    height = _ROW * len(judges)
    figure = blank_figure(_WIDTH, height + 34)
    axes = panel(figure, (_LABELS + 10, 4, _WIDTH - _LABELS - 70, height))
    axes.set_xlim(0, 100)
    axes.set_ylim(len(judges) - 0.5, -0.5)
    axes.axvline(50, color=Ink.MUTED, linewidth=1.2, linestyle=(0, (3, 3)))
    for row, judge in enumerate(judges):
        effect = judge.position
        low, middle, high = (
            100 * first_win_share(effect.estimate + step * effect.se) for step in (-NORMAL_95, 0.0, NORMAL_95)
        )
        colour = Ink.ACCENT if low <= 50 <= high else Ink.ALERT
        axes.axhline(row, color=Ink.LINE, linewidth=0.8, zorder=0)
        axes.plot([low, high], [row, row], color=colour, linewidth=5, solid_capstyle="round")
        axes.plot([middle], [row], marker="o", markersize=10, color=colour, markeredgecolor=Ink.SURFACE)
        axes.annotate(
            f"{middle:.0f}%",
            (100, row),
            (10, 0),
            textcoords="offset points",
            va="center",
            fontsize=SMALL,
            color=Ink.TEXT,
        )
    axes.set_yticks(
        range(len(judges)), [texts.slot(judge.label) for judge in judges], color=Ink.TEXT, fontsize=NORMAL
    )
    axes.set_xticks([0, 50, 100], ["always second", "fair", "always first"])
    return themed_svg(figure, "judge-positions", alternative, texts)


@dataclass(frozen=True, slots=True)
class Matrix:
    """What every two of the `labels` have in common, 0 to 1; None where that is not known. Symmetric, the diagonal is not
    read.
    """

    labels: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]


def agreement_plot(matrix: Matrix, alternative: str) -> Markup:
    """A square for every two judges, the darker the closer they are; judges are numbered from above."""
    texts = Texts()
    count = len(matrix.labels)
    cell = min(46, (_WIDTH - _LABELS - 20) // count)
    figure = blank_figure(_WIDTH, 26 + count * cell)
    axes = panel(figure, (_LABELS + 10, 22, count * cell, count * cell))
    axes.set_xlim(-0.5, count - 0.5)
    axes.set_ylim(count - 0.5, -0.5)
    for row, values in enumerate(matrix.values):
        for column, value in enumerate(values):
            if row != column:
                _square(axes, row, column, value)
    numbered = [texts.slot(f"{place}  {label}") for place, label in enumerate(matrix.labels, start=1)]
    axes.set_yticks(range(count), numbered, color=Ink.TEXT, fontsize=NORMAL)
    axes.set_xticks(range(count), [str(place) for place in range(1, count + 1)])
    axes.xaxis.tick_top()
    axes.tick_params(axis="x", length=0, labelsize=SMALL, colors=Ink.MUTED)
    return themed_svg(figure, "judge-agreement", alternative, texts)


def _square(axes: Axes, row: int, column: int, value: float | None) -> None:
    """Below one half there is nothing in common, so that the colour begins there."""
    strength = 0.0 if value is None else min(max(2.0 * value - 1.0, 0.0), 1.0)
    axes.bar(column, 0.92, 0.92, row - 0.46, color=Ink.LINE, zorder=0)
    axes.bar(column, 0.92, 0.92, row - 0.46, color=Ink.ACCENT, alpha=0.65 * strength, zorder=1)
    axes.text(
        column,
        row,
        "–" if value is None else f"{100 * value:.0f}",
        ha="center",
        va="center",
        fontsize=SMALL,
        color=Ink.TEXT,
    )


def certainty_plot(
    stated: Sequence[StatedCertainty], names: Sequence[str], name: str, alternative: str
) -> Markup:
    """How often the scale agrees at each certainty a judge stated, with 95 % intervals, against an even half. `names` are what
    the certainties from 1 on are called, `name` is that of the picture.
    """
    width = 340
    figure = blank_figure(width, 190)
    axes = panel(figure, (40, 10, width - 54, 132))
    axes.axhline(50, color=Ink.MUTED, linewidth=1.2, linestyle=(0, (3, 3)))
    places = [one.stated for one in stated]
    axes.plot(places, [100 * one.agreed.share for one in stated], color=Ink.ACCENT, linewidth=1.5)
    for one in stated:
        limits = [100 * one.agreed.low, 100 * one.agreed.high]
        axes.plot([one.stated] * 2, limits, color=Ink.ACCENT, linewidth=4, alpha=0.45, solid_capstyle="round")
        axes.plot([one.stated], [100 * one.agreed.share], marker="o", markersize=9, color=Ink.ACCENT)
    axes.set_xlim(0.6, len(names) + 0.4)
    axes.set_ylim(0, 104)
    axes.set_xticks(range(1, len(names) + 1), list(names))
    axes.set_yticks([0, 50, 100], ["0%", "50%", "100%"])
    axes.set_xlabel("how sure it said it was", fontsize=SMALL, color=Ink.MUTED)
    return themed_svg(figure, name, alternative, Texts())
