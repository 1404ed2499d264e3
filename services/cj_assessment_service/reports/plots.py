"""The two large pictures of the report: the ranking, and the anchors against their grades."""

from collections.abc import Sequence

from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from cj_assessment_service.domain.scores import NORMAL_95
from cj_assessment_service.reports.plot_parts import (
    NORMAL,
    SMALL,
    PlotAnchor,
    PlotRow,
    ScoreFrame,
    panel,
)
from cj_assessment_service.reports.svg import Ink, Texts, blank_figure, grade_ink, themed_svg

_WIDTH = 1000
_CHARACTER, _BOLD_CHARACTER = 6.4, 7.6
_ROW = 22
"""Sizes in CSS pixels; the widths of characters are those of a wide typeface."""

_VISIBLE_SHARE = 0.004
"""Thinner slices of a probability bar than this would not be seen."""


def ranking_plot(rows: Sequence[PlotRow], frame: ScoreFrame, name: str, alternative: str) -> Markup:
    """A line for each essay, best on top: its place with the 95 % interval, and beside it how likely each grade is."""
    texts = Texts()
    depth, top = _ROW * len(rows), 40 if frame.names else 10
    left = 28 + _rank_width(rows) + frame.label_width * _CHARACTER
    right = 268 + _verdict_width(frame) if frame.names else 14
    figure = blank_figure(_WIDTH, top + depth + 44)
    places = panel(figure, (left, top, _WIDTH - left - right, depth))
    _prepare_rows(places, rows, texts)
    _draw_bands(places, frame, texts)
    for line, row in enumerate(rows):
        _draw_place(places, line, row, texts)
    places.set_xlim(frame.low, frame.high)
    places.xaxis.set_major_locator(MaxNLocator(8, steps=[1, 2, 5, 10]))
    places.set_xlabel("weaker   ←   score   →   stronger", fontsize=SMALL, color=Ink.MUTED)
    if frame.names:
        shares = panel(figure, (_WIDTH - right + 24, top, 234, depth))
        _draw_shares(shares, rows, texts)
    return themed_svg(figure, name, alternative, texts)


def _rank_width(rows: Sequence[PlotRow]) -> float:
    """Room for the longest rank, with a gap on both sides."""
    return 22 + _BOLD_CHARACTER * max(len(str(row.rank)) for row in rows)


def _verdict_width(frame: ScoreFrame) -> float:
    """Room for the longest grade and its share."""
    return 56 + _CHARACTER * max(len(name) for name in frame.names)


def anchors_plot(anchors: Sequence[PlotAnchor], frame: ScoreFrame, alternative: str) -> Markup:
    """Each anchor in the row of its known grade, highest grade on top, over the bands the grades were given."""
    texts = Texts()
    rows, top = len(frame.names), 40
    left = 50 + _CHARACTER * max(len(name) for name in frame.names)
    depth = 40 * rows
    figure = blank_figure(_WIDTH, top + depth + 44)
    axes = panel(figure, (left, top, _WIDTH - left - 14, depth))
    axes.set_ylim(-0.5, rows - 0.5)
    labels = [texts.slot(f"grade {name}") for name in frame.names]
    axes.set_yticks(range(rows), labels, fontsize=NORMAL, color=Ink.TEXT)
    axes.hlines([row + 0.5 for row in range(rows - 1)], frame.low, frame.high, color=Ink.LINE, linewidth=0.8)
    _draw_bands(axes, frame, texts)
    _draw_cut_errors(axes, frame)
    for anchor, shift in zip(anchors, _spread(anchors), strict=True):
        _draw_anchor(axes, anchor, anchor.grade + shift, texts)
    axes.set_xlim(frame.low, frame.high)
    axes.set_xlabel("weaker   ←   score   →   stronger", fontsize=SMALL, color=Ink.MUTED)
    return themed_svg(figure, "anchors", alternative, texts)


def _prepare_rows(axes: Axes, rows: Sequence[PlotRow], texts: Texts) -> None:
    """Names and ranks at the left, a hairline between every two rows."""
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks([])
    for line, row in enumerate(rows):
        _beside(axes, line, -_rank_width(rows), texts.slot(row.label), Ink.TEXT)
        _beside(axes, line, -12, str(row.rank), Ink.ALERT if row.needs_review else Ink.MUTED)
    axes.hlines(
        [line - 0.5 for line in range(1, len(rows))],
        0,
        1,
        transform=axes.get_yaxis_transform(),
        color=Ink.LINE,
        linewidth=0.6,
    )


def _beside(axes: Axes, line: int, offset: float, text: str, colour: Ink) -> None:
    axes.annotate(
        text,
        (0, line),
        (offset, 0),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        ha="right",
        va="center_baseline",
        fontsize=NORMAL,
        color=colour,
        fontweight="bold" if colour is Ink.ALERT else "normal",
    )


def _draw_bands(axes: Axes, frame: ScoreFrame, texts: Texts) -> None:
    """A tinted column for each grade, its name above where it fits; cut-points are where the tint changes."""
    pixels = axes.get_position().width * _WIDTH
    for band in frame.bands:
        low, high = max(band.low, frame.low), min(band.high, frame.high)
        if low >= high:
            continue
        colour, name = grade_ink(band.grade), frame.names[band.grade]
        axes.axvspan(low, high, facecolor=colour, alpha=0.1, zorder=0)
        if band.low > frame.low:
            axes.axvline(low, color=Ink.MUTED, linewidth=0.9, linestyle=(0, (2, 3)), zorder=1)
        axes.plot(
            [low, high],
            [1.0, 1.0],
            transform=axes.get_xaxis_transform(),
            color=colour,
            linewidth=6,
            solid_capstyle="butt",
            clip_on=False,
        )

        if len(name) * _BOLD_CHARACTER < (high - low) / (frame.high - frame.low) * pixels:
            _name_band(axes, (low + high) / 2, texts.slot(name))


def _draw_cut_errors(axes: Axes, frame: ScoreFrame) -> None:
    """A strip where each cut-point lies with 95 % certainty."""
    for band in frame.bands:
        low, high = (band.low + side * NORMAL_95 * band.low_se for side in (-1, 1))
        if low < high and high > frame.low and low < frame.high:
            axes.axvspan(
                max(low, frame.low),
                min(high, frame.high),
                facecolor=Ink.MUTED,
                alpha=0.12,
                linewidth=0,
                zorder=0.5,
            )


def _name_band(axes: Axes, middle: float, name: str) -> None:
    axes.annotate(
        name,
        (middle, 1),
        (0, 12),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        ha="center",
        fontsize=NORMAL,
        fontweight="bold",
        color=Ink.TEXT,
    )


def _draw_place(axes: Axes, line: int, row: PlotRow, texts: Texts) -> None:
    colour = Ink.ACCENT.value if row.grade is None else grade_ink(row.grade)
    axes.plot(
        [row.low, row.score, row.high],
        [line] * 3,
        color=colour,
        linewidth=2.6,
        solid_capstyle="round",
        marker="D" if row.is_anchor else "o",
        markersize=8 if row.is_anchor else 10,
        markevery=[1],
        markerfacecolor=Ink.SURFACE if row.is_anchor else colour,
        markeredgecolor=colour if row.is_anchor else Ink.SURFACE,
        markeredgewidth=2 if row.is_anchor else 1.4,
        clip_on=False,
        gid=texts.tip(row.description),
    )


def _draw_shares(axes: Axes, rows: Sequence[PlotRow], texts: Texts) -> None:
    """One bar for each row, lowest grade at the left, as wide as likely; the chosen grade in words at the right."""
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(0, 1)
    axes.set_yticks([])
    axes.set_xticks([0, 0.5, 1], ["0%", "50%", "100%"], fontsize=SMALL)
    axes.set_xlabel("how likely each grade is", fontsize=SMALL, color=Ink.MUTED)
    for grade in range(max(len(row.shares) for row in rows)):
        _draw_share(axes, rows, grade)
    for line, row in enumerate(rows):
        axes.annotate(
            texts.slot(row.verdict),
            (1, line),
            (10, 0),
            textcoords="offset points",
            va="center_baseline",
            fontsize=NORMAL,
            color=Ink.TEXT,
            annotation_clip=False,
        )


def _draw_share(axes: Axes, rows: Sequence[PlotRow], grade: int) -> None:
    """The slice of one grade in every bar, with a hairline of the background at its right end."""
    lines = [line for line, row in enumerate(rows) if row.shares and row.shares[grade] >= _VISIBLE_SHARE]
    starts = [sum(rows[line].shares[:grade]) for line in lines]
    ends = [start + rows[line].shares[grade] for line, start in zip(lines, starts, strict=True)]
    axes.hlines(lines, starts, ends, color=grade_ink(grade), linewidth=_ROW - 6)
    inner = [(end, line) for end, line in zip(ends, lines, strict=True) if end < 1 - _VISIBLE_SHARE]
    axes.vlines(
        [end for end, _ in inner],
        [line - 0.4 for _, line in inner],
        [line + 0.4 for _, line in inner],
        color=Ink.SURFACE,
        linewidth=1.2,
    )


def _draw_anchor(axes: Axes, anchor: PlotAnchor, height: float, texts: Texts) -> None:
    colour = grade_ink(anchor.grade) if anchor.agrees else Ink.ALERT.value
    reach = NORMAL_95 * anchor.se
    axes.plot(
        [anchor.score - reach, anchor.score, anchor.score + reach],
        [height] * 3,
        color=colour,
        linewidth=2.4,
        solid_capstyle="round",
        marker="D",
        markersize=9,
        markevery=[1],
        markerfacecolor=Ink.SURFACE if anchor.agrees else colour,
        markeredgecolor=colour,
        markeredgewidth=2,
        gid=texts.tip(anchor.description),
    )
    if not anchor.agrees:
        axes.annotate(
            texts.slot(anchor.label),
            (anchor.score, height),
            (0, 9),
            textcoords="offset points",
            ha="center",
            fontsize=SMALL,
            fontweight="bold",
            color=colour,
        )


def _spread(anchors: Sequence[PlotAnchor]) -> list[float]:
    """Where in its row each anchor is drawn, so that those of one grade do not lie on each other."""
    seen = dict.fromkeys((anchor.grade for anchor in anchors), 0)
    total = dict(seen)
    for anchor in anchors:
        total[anchor.grade] += 1
    shifts = []
    for anchor in anchors:
        seen[anchor.grade] += 1
        shifts.append(0.7 * (seen[anchor.grade] / (total[anchor.grade] + 1) - 0.5))
    return shifts
