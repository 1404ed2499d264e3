"""The small pictures of the report: counts and the position effect."""

from collections.abc import Sequence

from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from cj_assessment_service.domain.scores import NORMAL_95, PositionEffect
from cj_assessment_service.reports.plot_parts import NORMAL, SMALL, WaveCount, panel
from cj_assessment_service.reports.svg import Ink, Texts, blank_figure, grade_ink, themed_svg
from cj_assessment_service.reports.wording import first_win_share

_WIDTH = 340


def grade_counts_plot(counts: Sequence[int], names: Sequence[str], alternative: str) -> Markup:
    """How many essays each grade would get; highest grade on the left as in a ranking."""
    texts = Texts()
    figure = blank_figure(_WIDTH, 190)
    axes = panel(figure, (8, 26, _WIDTH - 16, 134))
    order = list(reversed(range(len(names))))
    for place, grade in enumerate(order):
        axes.bar(place, counts[grade], width=0.74, color=grade_ink(grade))
        axes.annotate(
            str(counts[grade]),
            (place, counts[grade]),
            (0, 4),
            textcoords="offset points",
            ha="center",
            fontsize=NORMAL,
            fontweight="bold",
            color=Ink.TEXT if counts[grade] else Ink.MUTED,
        )
    axes.set_xticks(range(len(order)), [texts.slot(names[grade]) for grade in order], fontsize=NORMAL)
    axes.set_yticks([])
    axes.set_xlim(-0.6, max(len(order), 4) - 0.4)
    axes.set_ylim(0, max(1, *counts))
    axes.axhline(0, color=Ink.LINE, linewidth=1)
    return themed_svg(figure, "grade-counts", alternative, texts)


def comparisons_plot(per_essay: Sequence[int], alternative: str, noun: str = "essay") -> Markup:
    """How many essays, or whatever they are called here, were compared how often."""
    figure = blank_figure(_WIDTH, 200)
    axes = panel(figure, (34, 14, _WIDTH - 44, 138))
    low, high = min(per_essay), max(per_essay)
    width = max(1, -(-(high - low + 1) // 16))
    edges = [low - 0.5 + width * step for step in range((high - low) // width + 2)]
    axes.hist(per_essay, bins=edges, color=Ink.ACCENT, rwidth=0.86)
    axes.set_xlim(min(edges[0], high - 3), max(edges[-1], low + 3))
    _whole_numbers(axes)
    axes.set_xlabel(f"comparisons of one {noun}", fontsize=SMALL, color=Ink.MUTED)
    _title(axes, f"{noun}s")
    return themed_svg(figure, "comparisons", alternative, Texts())


def waves_plot(waves: Sequence[WaveCount], alternative: str) -> Markup:
    """Answers of each wave: decisions, and on top those that could not be read."""
    figure = blank_figure(_WIDTH, 200)
    axes = panel(figure, (34, 14, _WIDTH - 44, 138))
    numbers = [wave.wave for wave in waves]
    decided = [wave.decided for wave in waves]
    axes.bar(numbers, decided, color=Ink.ACCENT, width=0.8)
    axes.bar(numbers, [wave.failed for wave in waves], bottom=decided, color=Ink.ALERT, width=0.8)
    axes.set_xlim(min(numbers) - 0.7, max(*numbers, min(numbers) + 3) + 0.7)
    _whole_numbers(axes)
    axes.set_xlabel("wave", fontsize=SMALL, color=Ink.MUTED)
    _title(axes, "answers")
    return themed_svg(figure, "waves", alternative, Texts())


def position_plot(position: PositionEffect, alternative: str, noun: str = "essay") -> Markup:
    """The first-shown essay's share of wins between equals, with its 95 % interval, against a fair half."""
    low, middle, high = (position.estimate + step * position.se for step in (-NORMAL_95, 0.0, NORMAL_95))
    return first_share_plot((low, middle, high), alternative, noun)


def first_share_plot(logits: tuple[float, float, float], alternative: str, noun: str = "essay") -> Markup:
    """The same from the lower end, the estimate and the upper end in logits."""
    low, middle, high = (100 * first_win_share(each) for each in logits)
    fair = low <= 50 <= high
    colour = Ink.ACCENT if fair else Ink.ALERT
    figure = blank_figure(_WIDTH, 200)
    axes = panel(figure, (16, 44, _WIDTH - 32, 78))
    axes.set_ylim(0, 1)
    axes.set_yticks([])
    axes.set_xlim(0, 100)
    axes.axvspan(0, 100, ymin=0.4, ymax=0.6, facecolor=Ink.LINE)
    axes.axvline(50, color=Ink.MUTED, linewidth=1.2, linestyle=(0, (3, 3)))
    axes.plot([low, high], [0.5, 0.5], color=colour, linewidth=6, solid_capstyle="round")
    axes.plot([middle], [0.5], marker="o", markersize=14, color=colour, markeredgecolor=Ink.SURFACE)
    axes.annotate(
        f"{middle:.0f}%",
        (middle, 0.5),
        (0, 14),
        textcoords="offset points",
        ha="center",
        fontsize=15,
        fontweight="bold",
        color=Ink.TEXT,
    )
    axes.set_xticks([0, 50, 100], ["always second", "fair", "always first"], fontsize=SMALL)
    labels = axes.get_xticklabels()
    labels[0].set_horizontalalignment("left")
    labels[-1].set_horizontalalignment("right")
    axes.set_xlabel(f"who wins between two equal {noun}s", fontsize=SMALL, color=Ink.MUTED)
    return themed_svg(figure, "position", alternative, Texts())


def _whole_numbers(axes: Axes) -> None:
    axes.xaxis.set_major_locator(MaxNLocator(8, integer=True, min_n_ticks=1))
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True, min_n_ticks=1))
    axes.set_ylim(0, 1.1 * axes.get_ylim()[1])
    axes.grid(axis="y", color=Ink.LINE, linewidth=0.8)
    axes.set_axisbelow(True)


def _title(axes: Axes, text: str) -> None:
    axes.annotate(
        text,
        (0, 1),
        (-26, 6),
        xycoords="axes fraction",
        textcoords="offset points",
        fontsize=SMALL,
        color=Ink.MUTED,
    )
