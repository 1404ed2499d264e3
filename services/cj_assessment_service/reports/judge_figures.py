"""Which pictures the judges of a result have, captioned in plain words."""

from collections.abc import Sequence

from cj_assessment_service.domain.answers import HIGHEST_LEVEL, margin_of
from cj_assessment_service.domain.judge_summaries import BetweenJudges, JudgeSummary, StatedCertainty
from cj_assessment_service.reports.judge_plots import (
    Matrix,
    PlotJudge,
    agreement_plot,
    certainty_plot,
    positions_plot,
)
from cj_assessment_service.reports.report_figures import Picture, shortened
from cj_assessment_service.reports.wording import counted

MOST_PICTURED = 6
"""Judges whose stated certainty is drawn: those with the most decisions."""

_MOST_POSITIONS = 24
_LONGEST_NAME = 34
_CONFIDENCES = ("1 guess", "2", "3", "4", "5 certain")


def judge_pictures(judges: Sequence[JudgeSummary], between: BetweenJudges | None) -> tuple[Picture, ...]:
    """What can be seen of several judges side by side."""
    found = (_positions_picture(judges), _agreement_picture(between))
    return tuple(picture for picture in found if picture is not None)


def _positions_picture(judges: Sequence[JudgeSummary]) -> Picture | None:
    """Of the judges with the most decisions; None with fewer than two, because one has its picture already."""
    known = [judge for judge in judges if judge.terms is not None]
    most = sorted(known, key=lambda judge: -judge.decisions)[:_MOST_POSITIONS]
    rows = [
        PlotJudge(shortened(judge.judge, _LONGEST_NAME), judge.terms.position)
        for judge in known
        if judge in most and judge.terms is not None
    ]
    if len(rows) < 2:
        return None
    leaning = sum(not low <= 0.0 <= high for low, high in (row.position.interval for row in rows))
    favour = "favours" if leaning == 1 else "favour"
    words = f"{leaning} of {len(rows)} judges {favour} one side beyond chance."
    return Picture(
        "Who favours which side",
        positions_plot(rows, words),
        f"{words} Each dot is how often the essay shown first would win against an equally good one; the bar is where that lies"
        " with 95% certainty. A bar in the warning colour leaves out the fair half. The scores are corrected for it.",
    )


def _agreement_picture(between: BetweenJudges | None) -> Picture | None:
    """By equal answers about the same pairs where every two judges met, else by the scales each judge makes alone; None where
    there are no two judges to compare.
    """
    if between is None:
        return None
    met = {(one.one, one.other): one.agreement.equal for one in between.met}
    scales = {(one.one, one.other): one.correlation for one in between.scales}
    by_answers = len(met) >= len(scales)
    values = met if by_answers else scales
    if not values:
        return None
    judges = sorted({name for pair in values for name in pair})
    matrix = Matrix(
        tuple(shortened(judge, _LONGEST_NAME) for judge in judges),
        tuple(tuple(values.get((min(a, b), max(a, b))) for b in judges) for a in judges),
    )
    low, high = min(values.values()), max(values.values())
    if by_answers:
        words = f"Every two judges give the same answer about the same pair in {_between(f'{low:.0%}', f'{high:.0%}')} of the cases."
        caption = f"{words} Numbers are percent; a coin would reach 50."
    else:
        words = f"The scales that every two judges make alone correlate with {_between(f'{low:.2f}', f'{high:.2f}')}."
        caption = f"{words} Numbers are hundredths; chance in small scales keeps them below 100."
    return Picture("Who agrees with whom", agreement_plot(matrix, words), caption)


def _between(low: str, high: str) -> str:
    return low if low == high else f"{low} to {high}"


def certainty_pictures(judges: Sequence[JudgeSummary]) -> tuple[Picture, ...]:
    """What a judge's confidence and levels are worth, where it stated at least two of them."""
    most = sorted((judge for judge in judges if judge.agreement is not None), key=lambda one: -one.decisions)
    levels = tuple(margin_of(level) for level in range(1, HIGHEST_LEVEL + 1))
    pictures = []
    for place, judge in enumerate(most[:MOST_PICTURED], start=1):
        if judge.agreement is None:
            continue
        for kind, stated, names in (
            ("confidence", judge.agreement.by_confidence, _CONFIDENCES),
            ("levels", judge.agreement.by_level, levels),
        ):
            if len(stated) >= 2 and stated[-1].stated <= len(names):
                pictures.append(_certainty(f"judge-{kind}-{place}", judge.judge, stated, names))
    return tuple(pictures)


def _certainty(name: str, judge: str, stated: Sequence[StatedCertainty], names: Sequence[str]) -> Picture:
    lowest, highest = stated[0], stated[-1]
    words = (
        f"Where it said “{names[lowest.stated - 1]}”, the scale agrees in {lowest.agreed.share:.0%} of"
        f" {counted(lowest.agreed.pairs, 'pair')}; where it said “{names[highest.stated - 1]}”, in"
        f" {highest.agreed.share:.0%} of {highest.agreed.pairs:,}."
    )
    return Picture(shortened(judge, _LONGEST_NAME), certainty_plot(stated, names, name, words), words)
