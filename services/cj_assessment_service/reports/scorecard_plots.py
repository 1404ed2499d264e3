"""The pictures of a scorecard: right answers by distance, claims against truth."""

from collections.abc import Sequence

from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from cj_assessment_service.domain.scorecards import ClaimCurve, DistanceRow, Share
from cj_assessment_service.reports.plot_parts import NORMAL, SMALL, panel
from cj_assessment_service.reports.svg import Ink, Texts, blank_figure, grade_ink, themed_svg

_WIDTH, _HEIGHT = 720, 300
_SMALL_WIDTH, _SMALL_HEIGHT = 340, 260


def distance_plot(rows: Sequence[DistanceRow], rivals: Sequence[str], alternative: str) -> Markup:
    """The judge's share of right answers for each distance with its interval, and the rivals' lines."""
    texts = Texts()
    figure = blank_figure(_WIDTH, _HEIGHT)
    axes = panel(figure, (44, 14, _WIDTH - 190, _HEIGHT - 62))
    distances = [row.distance for row in rows]
    _chance(axes)
    lines: list[tuple[str, str, list[float]]] = [
        ("judge", Ink.ACCENT, [row.accuracy.share for row in rows]),
        *((name, grade_ink(place), [row.rivals[place] for row in rows]) for place, name in enumerate(rivals)),
    ]
    for name, ink, values in reversed(lines):
        axes.plot(distances, values, color=ink, linewidth=3 if name == "judge" else 1.8, marker="o")
    for row in rows:
        _interval(axes, row.distance, row.accuracy)
    _name_lines(axes, [(name, ink, values[-1]) for name, ink, values in lines], texts)
    axes.set_ylim(0, 1.03)
    axes.set_xlim(min(distances) - 0.4, max(distances) + 0.4)
    axes.xaxis.set_major_locator(MaxNLocator(8, integer=True, min_n_ticks=1))
    axes.set_xlabel("grades between the two texts", fontsize=SMALL, color=Ink.MUTED)
    return themed_svg(figure, "distance", alternative, texts)


def claim_plot(curve: ClaimCurve, alternative: str) -> Markup:
    """The share that is right of the answers that claim about the same; on the diagonal claims are honest."""
    figure = blank_figure(_SMALL_WIDTH, _SMALL_HEIGHT)
    axes = panel(figure, (44, 14, _SMALL_WIDTH - 60, _SMALL_HEIGHT - 62))
    axes.plot([0, 1], [0, 1], color=Ink.MUTED, linewidth=1, linestyle=(0, (3, 3)))
    for one in curve.bins:
        _interval(axes, one.claimed, one.right)
    claimed = [one.claimed for one in curve.bins]
    axes.plot(claimed, [one.right.share for one in curve.bins], color=Ink.ACCENT, linewidth=2.4, marker="o")
    axes.set_xlim(min(0.45, *claimed), 1.03)
    axes.set_ylim(0, 1.03)
    _grid(axes)
    axes.set_xlabel("claimed probability of being right", fontsize=SMALL, color=Ink.MUTED)
    return themed_svg(figure, f"claims-{curve.source.value}", alternative, Texts())


def _interval(axes: Axes, place: float, share: Share) -> None:
    axes.plot([place, place], [share.low, share.high], color=Ink.ACCENT, linewidth=1.6, alpha=0.55)


def _chance(axes: Axes) -> None:
    axes.axhline(0.5, color=Ink.MUTED, linewidth=1, linestyle=(0, (3, 3)))
    _grid(axes)


def _grid(axes: Axes) -> None:
    axes.grid(axis="y", color=Ink.LINE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))


def _name_lines(axes: Axes, lines: Sequence[tuple[str, str, float]], texts: Texts) -> None:
    """Beside the ends of the lines, moved apart where these lie together."""
    height = 1.1
    for name, ink, end in sorted(lines, key=lambda line: -line[2]):
        height = min(end, height - 0.08)
        axes.annotate(
            texts.slot(name),
            (1, height),
            (10, 0),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            va="center",
            fontsize=NORMAL,
            fontweight="bold",
            color=ink,
        )
