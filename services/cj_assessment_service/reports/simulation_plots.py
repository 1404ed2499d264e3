"""The pictures of a simulation: true reliability, the fit's claims and its intervals, against comparisons per essay."""

from collections.abc import Callable, Sequence

from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from cj_assessment_service.domain.simulations import CurvePoint, StrategySummary
from cj_assessment_service.reports.plot_parts import NORMAL, SMALL, panel
from cj_assessment_service.reports.svg import Ink, Texts, blank_figure, grade_ink, themed_svg

_WIDTH, _HEIGHT = 1000, 380
_SMALL_WIDTH, _SMALL_HEIGHT = 490, 260
_TARGETS = (0.8, 0.9)
_GOOD_COVERAGE = (0.93, 0.97)

Figures = Callable[[CurvePoint], float]


def reliability_plot(summaries: Sequence[StrategySummary], alternative: str) -> Markup:
    """The true r^2 of each strategy, with the range of eight runs in ten."""
    texts = Texts()
    figure = blank_figure(_WIDTH, _HEIGHT)
    axes = panel(figure, (44, 14, _WIDTH - 44 - _legend_width(summaries), _HEIGHT - 62))
    for target in _TARGETS:
        axes.axhline(target, color=Ink.MUTED, linewidth=1, linestyle=(0, (3, 3)))
    for index, summary in enumerate(summaries):
        cpe = [point.cpe for point in summary.curve]
        low = [point.r_squared_low for point in summary.curve]
        high = [point.r_squared_high for point in summary.curve]
        axes.fill_between(cpe, low, high, color=grade_ink(index), alpha=0.13, linewidth=0)
        _line(axes, summary, index, lambda point: point.r_squared)
    _name_lines(axes, summaries, texts)
    _finish(axes, (0.0, 1.0))
    return themed_svg(figure, "reliability", alternative, texts)


def claim_plot(summaries: Sequence[StrategySummary], alternative: str) -> Markup:
    """What the fit claims above what is true: 0 is honest."""
    figure, axes = _small()
    axes.axhspan(-0.03, 0.03, facecolor=Ink.LINE, alpha=0.6)
    axes.axhline(0, color=Ink.MUTED, linewidth=1)
    for index, summary in enumerate(summaries):
        _line(axes, summary, index, lambda point: point.reliability - point.r_squared)
    _finish(axes, (min(-0.1, axes.get_ylim()[0]), max(0.1, axes.get_ylim()[1])))
    return themed_svg(figure, "claims", alternative, Texts())


def coverage_plot(summaries: Sequence[StrategySummary], alternative: str) -> Markup:
    """The share of 95 % intervals that hold the truth."""
    figure, axes = _small()
    axes.axhspan(*_GOOD_COVERAGE, facecolor=Ink.LINE, alpha=0.6)
    axes.axhline(0.95, color=Ink.MUTED, linewidth=1)
    for index, summary in enumerate(summaries):
        _line(axes, summary, index, lambda point: point.coverage)
    _finish(axes, (min(0.85, axes.get_ylim()[0]), 1.0))
    return themed_svg(figure, "coverage", alternative, Texts())


def _small() -> tuple[Figure, Axes]:
    figure = blank_figure(_SMALL_WIDTH, _SMALL_HEIGHT)
    return figure, panel(figure, (48, 10, _SMALL_WIDTH - 62, _SMALL_HEIGHT - 58))


def _line(axes: Axes, summary: StrategySummary, index: int, figures: Figures) -> None:
    cpe = [point.cpe for point in summary.curve]
    values = [figures(point) for point in summary.curve]
    marker = "o" if len(cpe) < 3 else ""
    axes.plot(cpe, values, color=grade_ink(index), linewidth=2.2, marker=marker)


def _name_lines(axes: Axes, summaries: Sequence[StrategySummary], texts: Texts) -> None:
    """Beside the ends of the lines, moved apart where these lie together, best on top."""
    order = sorted(range(len(summaries)), key=lambda index: -summaries[index].curve[-1].r_squared)
    height = 1.0
    for index in order:
        summary = summaries[index]
        height = min(summary.curve[-1].r_squared, height - 0.055)
        axes.annotate(
            texts.slot(summary.strategy),
            (1, height),
            (10, 0),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            va="center",
            fontsize=NORMAL,
            fontweight="bold",
            color=grade_ink(index),
        )


def _legend_width(summaries: Sequence[StrategySummary]) -> float:
    return 24 + 7.6 * max(len(summary.strategy) for summary in summaries)


def _finish(axes: Axes, heights: tuple[float, float]) -> None:
    axes.set_ylim(*heights)
    axes.set_xlim(left=0)
    axes.xaxis.set_major_locator(MaxNLocator(8, steps=[1, 2, 5, 10], integer=True, min_n_ticks=1))
    axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axes.grid(axis="y", color=Ink.LINE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.set_xlabel("comparisons of each essay", fontsize=SMALL, color=Ink.MUTED)
