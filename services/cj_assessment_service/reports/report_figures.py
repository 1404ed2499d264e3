"""Which pictures a result has, drawn from its values and captioned in plain words."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, inf
from unicodedata import east_asian_width

from markupsafe import Markup

from cj_assessment_service.domain.grades import Calibration
from cj_assessment_service.domain.results import AssessmentResult
from cj_assessment_service.reports.plot_parts import (
    GradeBand,
    PlotAnchor,
    PlotRow,
    ScoreFrame,
    WaveCount,
)
from cj_assessment_service.reports.plots import anchors_plot, ranking_plot
from cj_assessment_service.reports.report_view import RowView, grade_names
from cj_assessment_service.reports.small_plots import (
    comparisons_plot,
    grade_counts_plot,
    position_plot,
    waves_plot,
)
from cj_assessment_service.reports.wording import counted, position_sentence, signed

ROWS_PER_PICTURE = 40
"""What fits a printed page; longer rankings are drawn as several pictures of equal length."""

_LONGEST_LABEL = 30
_LONGEST_GRADE = 14
_VERDICT = Markup('<tspan font-weight="700">{}</tspan><tspan dx="8">{}</tspan>')


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing and what to look at in it."""

    heading: str
    drawing: Markup
    caption: str


def ranking_pictures(result: AssessmentResult, rows: Sequence[RowView]) -> tuple[Picture, ...]:
    """Empty when no essay was compared."""
    ranked = [row for row in rows if row.essay.rank is not None]
    if not ranked:
        return ()
    frame = _frame(result, ranked)
    pages = ceil(len(ranked) / ROWS_PER_PICTURE)
    size = ceil(len(ranked) / pages)
    return tuple(
        _ranking_page(ranked[start : start + size], frame, number)
        for number, start in enumerate(range(0, len(ranked), size), start=1)
    )


def grade_counts_picture(result: AssessmentResult, rows: Sequence[RowView]) -> Picture | None:
    """None where no essay without a known grade was graded."""
    names = grade_names(result)
    given = Counter(row.grade.index for row in rows if row.grade is not None and not row.essay.is_anchor)
    if not given:
        return None
    counts = [given[index] for index in range(len(names))]
    words = ", ".join(f"{count} × {name}" for name, count in zip(names, counts, strict=True) if count)
    caption = "How many essays get each grade (without those whose grade was known)."
    fitting = [shortened(name, max(2, 46 // len(names))) for name in names]
    return Picture("Grades given", grade_counts_plot(counts, fitting, f"Grades given: {words}."), caption)


def anchors_picture(result: AssessmentResult, rows: Sequence[RowView]) -> Picture | None:
    """None without anchors that were used."""
    calibration = result.calibration
    if calibration is None or not calibration.anchors:
        return None
    bands = _bands(calibration)
    anchors = _anchors(calibration, rows)
    agreeing = sum(anchor.agrees for anchor in anchors)
    reach = [fit.score + side * 2.2 * fit.se for fit in calibration.anchors for side in (-1, 1)]
    low, high = min(*reach, *calibration.cut_points), max(*reach, *calibration.cut_points)
    frame = ScoreFrame(low - 0.3, high + 0.3, 0, _short_names(result), bands)
    words = (
        f"{agreeing} of {counted(len(anchors), 'essay')} with known grades lie in the band of their grade."
    )
    return Picture(
        "Essays with known grades",
        anchors_plot(anchors, frame, alternative=words),
        f"{words} Each diamond is an essay whose grade was known, in the row of that grade; the columns are the scores"
        " each grade was given. A diamond inside its own colour agrees; a filled one in the warning colour lies"
        " elsewhere. The dashed lines are the cut-points between grades; each lies in its grey strip with 95% certainty.",
    )


def progress_pictures(result: AssessmentResult) -> tuple[Picture, ...]:
    """How the comparisons went; only what there is."""
    pictures = []
    if any(essay.comparisons for essay in result.essays):
        pictures.append(_comparisons_picture(result))
    if waves := _waves(result):
        pictures.append(_waves_picture(waves))
    if result.quality is not None:
        words = position_sentence(result.quality.position)
        caption = f"{words} The bar is the range the true value lies in with 95% certainty."
        pictures.append(
            Picture(
                "Does the order of reading matter?", position_plot(result.quality.position, words), caption
            )
        )
    return tuple(pictures)


def _ranking_page(rows: Sequence[RowView], frame: ScoreFrame, number: int) -> Picture:
    first, last = rows[0], rows[-1]
    heading = f"Ranks {first.essay.rank} to {last.essay.rank}"
    words = f"{heading}: {first.label} ({first.score}) is highest, {last.label} ({last.score}) lowest."
    drawing = ranking_plot([_plot_row(row) for row in rows], frame, f"ranking-{number}", words)
    return Picture(heading, drawing, words)


def _plot_row(row: RowView) -> PlotRow:
    essay, projection = row.essay, row.essay.projection
    anchor = f", known grade {essay.known_grade}" if essay.is_anchor else ""
    grade = f", grade {row.grade.grade} with {row.grade.probability:.0%}" if row.grade else ""
    place = f"rank {essay.rank}, score {row.score} (95%: {row.interval})"
    return PlotRow(
        label=Markup('<a href="#{}">{}</a>').format(row.target, shortened(row.label)),
        rank=essay.rank or 0,
        score=essay.score,
        low=essay.ci_low,
        high=essay.ci_high,
        is_anchor=essay.is_anchor,
        needs_review=bool(essay.review_reasons),
        grade=row.grade.index if row.grade else None,
        shares=tuple(each.probability for each in projection.probabilities) if projection else (),
        verdict=_VERDICT.format(shortened(row.grade.grade, _LONGEST_GRADE), f"{row.grade.probability:.0%}")
        if row.grade
        else Markup(),
        description=f"{row.label}: {place}{grade}{anchor}",
    )


def _frame(result: AssessmentResult, ranked: Sequence[RowView]) -> ScoreFrame:
    low, high = min(row.essay.ci_low for row in ranked), max(row.essay.ci_high for row in ranked)
    margin = 0.03 * (high - low) or 1.0
    bands = _bands(result.calibration) if result.calibration else ()
    widest = max(display_width(shortened(row.label)) for row in ranked)
    return ScoreFrame(low - margin, high + margin, widest, _short_names(result), bands)


def _short_names(result: AssessmentResult) -> tuple[str, ...]:
    return tuple(shortened(name, _LONGEST_GRADE) for name in grade_names(result))


def _bands(calibration: Calibration) -> tuple[GradeBand, ...]:
    edges = pairwise((-inf, *calibration.cut_points, inf))
    errors = (0.0, *calibration.cut_point_se)
    return tuple(
        GradeBand(grade, low, high, error)
        for grade, ((low, high), error) in enumerate(zip(edges, errors, strict=True))
    )


def _anchors(calibration: Calibration, rows: Sequence[RowView]) -> tuple[PlotAnchor, ...]:
    labels = {row.essay_id: row.label for row in rows}
    found = []
    for fit in calibration.anchors:
        label = labels.get(fit.essay_id, fit.essay_id)
        description = f"{label}: known grade {fit.grade}, score {signed(fit.score)}"
        place = calibration.scale.ladder.index(fit.grade)
        found.append(
            PlotAnchor(shortened(label), description, place, fit.score, fit.se, agrees=fit.residual == 0)
        )
    return tuple(found)


def _comparisons_picture(result: AssessmentResult) -> Picture:
    counts = [essay.comparisons for essay in result.essays]
    least, most = min(counts), max(counts)
    words = (
        f"Every essay was compared {counted(least, 'time')}."
        if least == most
        else f"Each essay was compared between {least} and {most} times."
    )
    return Picture("Comparisons of each essay", comparisons_plot(counts, words), words)


def _waves_picture(waves: Sequence[WaveCount]) -> Picture:
    decided, failed = sum(wave.decided for wave in waves), sum(wave.failed for wave in waves)
    words = f"{counted(decided, 'decision')} in {counted(len(waves), 'wave')}"
    words += f"; {counted(failed, 'answer')} could not be read (in the warning colour)." if failed else "."
    caption = f"{words} After each wave the scores were calculated anew and the next pairs chosen."
    return Picture("Progress", waves_plot(waves, words), caption)


def _waves(result: AssessmentResult) -> tuple[WaveCount, ...]:
    answered = [one for one in result.comparisons if one.winner is not None or one.error is not None]
    decided = Counter(one.wave for one in answered if one.winner is not None)
    every = Counter(one.wave for one in answered)
    return tuple(WaveCount(wave, decided[wave], every[wave] - decided[wave]) for wave in sorted(every))


def shortened(label: str, longest: int = _LONGEST_LABEL) -> str:
    """On one line, at most `longest` wide."""
    line = " ".join(label.split())
    if display_width(line) <= longest:
        return line
    while display_width(line) > longest - 1:
        line = line[:-1]
    return f"{line}…"


def display_width(text: str) -> int:
    """In narrow characters; East Asian wide ones count twice."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
