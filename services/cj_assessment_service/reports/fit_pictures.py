"""Which pictures an analysis has, drawn from its values and captioned in plain words."""

from collections.abc import Sequence
from itertools import groupby, pairwise
from math import ceil, inf

from markupsafe import Markup

from cj_assessment_service.domain.analyses import DecisionAnalysis
from cj_assessment_service.domain.grades import Calibration
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.reports.fit_plots import ScaleLine, scale_plot
from cj_assessment_service.reports.fit_view import ItemView, grade_names_of
from cj_assessment_service.reports.plot_parts import GradeBand, PlotAnchor, PlotRow, ScoreFrame
from cj_assessment_service.reports.plots import anchors_plot, ranking_plot
from cj_assessment_service.reports.report_figures import ROWS_PER_PICTURE, Picture, display_width, shortened
from cj_assessment_service.reports.small_plots import comparisons_plot, position_plot
from cj_assessment_service.reports.wording import counted, position_sentence, signed

MOST_DRAWN = 200
"""Items drawn with a line and a name each; more are drawn as one band."""

MOST_GROUPS = 12

_LONGEST_GRADE = 14
_VERDICT = Markup('<tspan font-weight="700">{}</tspan><tspan dx="8">{}</tspan>')


def scale_pictures(analysis: DecisionAnalysis, rows: Sequence[ItemView]) -> tuple[Picture, ...]:
    """The scale of each group of items that can be compared, with its errors."""
    groups = [list(members) for _, members in groupby(rows, key=lambda row: row.item.component)]
    drawn = [group for group in groups if len(group) > 1][:MOST_GROUPS]
    frame = _frame(analysis, rows)
    pictures: list[Picture] = []
    for group in drawn:
        place = f"Group {group[0].group}: " if len(groups) > 1 else ""
        if len(rows) > MOST_DRAWN:
            pictures.append(_band_picture(group, place))
        else:
            pictures.extend(_pages(group, frame, place))
    return tuple(pictures)


def scale_words(rows: Sequence[ItemView]) -> str:
    """How to read the pictures of the scale."""
    if len(rows) > MOST_DRAWN:
        return "The line is the score of each item, best at the left; the band is where true scores lie with 95% certainty."
    return (
        "The best on top. The dot is the score, the line where the true score lies with 95% certainty. Where two lines"
        " overlap widely, the order of the two items is open."
    )


def anchors_picture(analysis: DecisionAnalysis, rows: Sequence[ItemView]) -> Picture | None:
    """None without known grades that were used."""
    calibration, names = analysis.calibration, grade_names_of(analysis.scale)
    if calibration is None or not calibration.anchors:
        return None
    bands = _bands(calibration, len(names))
    labels: dict[EssayId, str] = {row.item.item: row.item.item for row in rows}
    anchors = []
    for fit in calibration.anchors:
        index = names.index(fit.grade)
        band = bands[max(0, index - (len(names) - len(bands)))]
        label = labels.get(fit.essay_id, fit.essay_id)
        words = f"{label}: known grade {fit.grade}, score {signed(fit.score)}"
        agrees = band.low <= fit.score <= band.high
        anchors.append(PlotAnchor(shortened(label), words, index, fit.score, fit.se, agrees))
    reach = [fit.score + side * 2.2 * fit.se for fit in calibration.anchors for side in (-1, 1)]
    low, high = min(*reach, *calibration.cut_points), max(*reach, *calibration.cut_points)
    frame = ScoreFrame(low - 0.3, high + 0.3, 0, _short(names), bands)
    agreeing = sum(anchor.agrees for anchor in anchors)
    words = f"{agreeing} of {counted(len(anchors), 'item')} with known grades lie in the band of their grade."
    return Picture(
        "Items with known grades",
        anchors_plot(anchors, frame, alternative=words),
        f"{words} Each diamond is an item whose grade was known, in the row of that grade; the columns are the scores each"
        " grade was given. A filled diamond in the warning colour lies outside its band.",
    )


def small_pictures(analysis: DecisionAnalysis) -> tuple[Picture, ...]:
    """How often items were compared, and whether the order of showing matters."""
    counts = [item.comparisons for item in analysis.items]
    least, most = min(counts), max(counts)
    words = (
        f"Every item was compared {counted(least, 'time')}."
        if least == most
        else f"Each item was compared between {least:,} and {most:,} times."
    )
    pictures = [Picture("Comparisons of each item", comparisons_plot(counts, words, "item"), words)]
    position = analysis.figures.position
    if position is not None:
        said = (
            position_sentence(position).replace("essays", "items").replace("the judge leans", "judges lean")
        )
        pictures.append(
            Picture("Does the order of showing matter?", position_plot(position, said, "item"), said)
        )
    return tuple(pictures)


def _pages(group: Sequence[ItemView], frame: ScoreFrame, place: str) -> list[Picture]:
    pages = ceil(len(group) / ROWS_PER_PICTURE)
    size = ceil(len(group) / pages)
    pictures = []
    for start in range(0, len(group), size):
        rows = group[start : start + size]
        heading = f"{place}ranks {rows[0].item.rank} to {rows[-1].item.rank}"
        words = f"{heading}: {rows[0].item.item} ({rows[0].score}) is highest, {rows[-1].item.item} ({rows[-1].score}) lowest."
        drawing = ranking_plot([_plot_row(row) for row in rows], frame, f"scale-{rows[0].target}", words)
        pictures.append(Picture(heading, drawing, words[0].upper() + words[1:]))
    return pictures


def _band_picture(group: Sequence[ItemView], place: str) -> Picture:
    best, last = group[0], group[-1]
    words = (
        f"{place}{counted(len(group), 'item')} from the best at the left ({best.item.item}, {best.score}) to the last at the"
        f" right ({last.item.item}, {last.score})."
    )
    lines = [ScaleLine(row.item.rank, row.item.ci_low, row.item.score, row.item.ci_high) for row in group]
    drawing = scale_plot(lines, f"scale-{best.target}", words)
    return Picture(f"{place}all items", drawing, words)


def _plot_row(row: ItemView) -> PlotRow:
    item, grade = row.item, row.grade
    graded = f", grade {grade.grade} with {grade.probability:.0%}" if grade else ""
    known = f", known grade {row.known_grade}" if row.known_grade else ""
    place = (
        f"rank {item.rank}, score {row.score} (95%: {row.interval}), won {item.wins} of {item.comparisons}"
    )
    return PlotRow(
        label=Markup('<a href="#{}">{}</a>').format(row.target, shortened(item.item)),
        rank=item.rank,
        score=item.score,
        low=item.ci_low,
        high=item.ci_high,
        is_anchor=bool(row.known_grade),
        needs_review=False,
        grade=grade.index if grade else None,
        shares=tuple(one.probability for one in item.projection.probabilities) if item.projection else (),
        verdict=_VERDICT.format(shortened(grade.grade, _LONGEST_GRADE), f"{grade.probability:.0%}")
        if grade
        else Markup(),
        description=f"{item.item}: {place}{graded}{known}",
    )


def _frame(analysis: DecisionAnalysis, rows: Sequence[ItemView]) -> ScoreFrame:
    low, high = min(row.item.ci_low for row in rows), max(row.item.ci_high for row in rows)
    margin = 0.03 * (high - low) or 1.0
    widest = max(display_width(shortened(row.item.item)) for row in rows)
    if analysis.calibration is None:
        return ScoreFrame(low - margin, high + margin, widest)
    names = grade_names_of(analysis.scale)
    bands = _bands(analysis.calibration, len(names))
    return ScoreFrame(low - margin, high + margin, widest, _short(names), bands)


def _bands(calibration: Calibration, grades: int) -> tuple[GradeBand, ...]:
    """Between the cut-points; the lowest grades have none where there are fewer bands than grades."""
    edges = list(pairwise((-inf, *calibration.cut_points, inf)))
    offset = grades - len(edges)
    return tuple(GradeBand(index + offset, low, high) for index, (low, high) in enumerate(edges))


def _short(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(shortened(name, _LONGEST_GRADE) for name in names)
