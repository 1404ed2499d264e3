"""A scorecard as one self-contained page that works offline."""

from collections.abc import Iterator
from dataclasses import dataclass

from cj_assessment_service.domain.scorecards import (
    ClaimSource,
    DistanceRow,
    Evidence,
    JudgeVerdict,
    Scorecard,
)
from cj_assessment_service.reports import scorecard_words as words
from cj_assessment_service.reports.palette import GradeColours, grade_colours
from cj_assessment_service.reports.report_figures import Picture
from cj_assessment_service.reports.report_view import Card
from cj_assessment_service.reports.scorecard_plots import claim_plot, distance_plot
from cj_assessment_service.reports.small_plots import first_share_plot
from cj_assessment_service.reports.templating import TEMPLATES
from cj_assessment_service.reports.wording import Setting, counted, money

_TONES = {
    JudgeVerdict.USE: "good",
    JudgeVerdict.USE_WITH_BOTH_ORDERS: "caution",
    JudgeVerdict.DO_NOT_USE: "alert",
    JudgeVerdict.UNDECIDED: "caution",
}
"""How the verdict looks, by the classes of the style sheet."""

_CLAIMS = {ClaimSource.CONFIDENCE: "Confidence", ClaimSource.P_FIRST: "Probabilities"}


@dataclass(frozen=True, slots=True)
class FailureView:
    kind: str
    count: int
    message: str


@dataclass(frozen=True, slots=True)
class DistanceView:
    """A row of the table of distances, as it is printed."""

    distance: str
    right: str
    rivals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScorecardPage:
    """All that the template prints."""

    headline: str
    reason: str
    tone: str
    notices: tuple[str, ...]
    cards: tuple[Card, ...]
    colours: GradeColours
    accuracy: tuple[words.CardFigure, ...]
    distances: Picture | None
    distance_rows: tuple[DistanceView, ...]
    rivals: tuple[str, ...]
    consistency: tuple[words.CardFigure, ...]
    small: tuple[Picture, ...]
    spending: tuple[words.CardFigure, ...]
    failures: tuple[FailureView, ...]
    settings: tuple[Setting, ...]


def scorecard_html(card: Scorecard) -> str:
    """Equal scorecards give equal pages; no page loads anything or runs any script."""
    evidence = card.evidence
    page = ScorecardPage(
        headline=words.headline(card),
        reason=card.ruling.reason,
        tone=_TONES[card.ruling.verdict],
        notices=tuple(
            notice for notice in (words.partial_words(evidence), card.notice) if notice is not None
        ),
        cards=tuple(_cards(evidence)),
        colours=grade_colours(max(2, len(evidence.rivals))),
        accuracy=words.accuracy_figures(evidence),
        distances=_distances(evidence),
        distance_rows=tuple(_distance_row(row) for row in evidence.by_distance),
        rivals=tuple(rival.name for rival in evidence.rivals),
        consistency=words.consistency_figures(evidence),
        small=tuple(_small_pictures(evidence)),
        spending=words.spending_figures(evidence),
        failures=tuple(
            FailureView(kind.code.value, kind.count, kind.message or "") for kind in evidence.failures
        ),
        settings=_settings(card),
    )
    return TEMPLATES.get_template("scorecard.html.j2").render(page=page)


def _cards(evidence: Evidence) -> Iterator[Card]:
    accuracy, flips = evidence.accuracy, evidence.consistency.flips
    if accuracy is not None:
        yield Card("Right", f"{accuracy.share:.0%}", _between(accuracy.low, accuracy.high), accuracy.share)
    best = max((rival.accuracy.share for rival in evidence.rivals), default=None)
    if best is not None:
        yield Card("Best baseline", f"{best:.0%}", "right without any judge", best)
    if flips is not None:
        yield Card("Flip rate", f"{flips.share:.0%}", "changed with the order", flips.share)
    spent = evidence.spending
    price = words.UNKNOWN if spent.cost_per_100 is None else money(spent.cost_per_100)
    yield Card("100 comparisons", price, "price")
    if spent.median_seconds is not None:
        yield Card("One answer", f"{spent.median_seconds:.1f} s", "median")


def _between(low: float, high: float) -> str:
    return f"{low:.0%} to {high:.0%} with 95% certainty"


def _distances(evidence: Evidence) -> Picture | None:
    if not evidence.by_distance:
        return None
    names = [rival.name for rival in evidence.rivals]
    said = "; ".join(f"{row.distance} apart: {row.accuracy.share:.0%} right" for row in evidence.by_distance)
    return Picture(
        "Right answers by distance",
        distance_plot(evidence.by_distance, names, f"Right answers by grade distance. {said}."),
        "The further apart the grades, the easier the question. Bars are 95% intervals; the dashed line is a coin.",
    )


def _distance_row(row: DistanceRow) -> DistanceView:
    return DistanceView(
        counted(row.distance, "grade"),
        words.share_words(row.accuracy),
        tuple(f"{share:.0%}" for share in row.rivals),
    )


def _small_pictures(evidence: Evidence) -> Iterator[Picture]:
    position = evidence.consistency.position
    if position is not None:
        said = words.position_words(position)
        yield Picture(
            "The order",
            first_share_plot(
                (position.low, position.estimate, position.high), f"Between two equal texts: {said}.", "text"
            ),
            "Which of two equal texts would win, from the pairs whose winner changed with the order.",
        )
    for curve in evidence.claims:
        said = "; ".join(f"{one.claimed:.2f} claimed, {one.right.share:.2f} right" for one in curve.bins)
        yield Picture(
            _CLAIMS[curve.source],
            claim_plot(curve, f"Claims against truth: {said}."),
            "Claimed against true share of right answers; honest claims lie on the dashed line.",
        )


def _settings(card: Scorecard) -> tuple[Setting, ...]:
    screening = card.evidence.screening
    return (
        Setting("Judge", card.judge),
        Setting("Essays of known grade", f"{card.essays} ({card.scale})"),
        Setting("Language", card.language),
        Setting("Questions", f"{card.evidence.asked} of {card.evidence.planned} planned"),
        Setting("Pairs answered", str(card.evidence.pairs)),
        Setting(
            "Screening",
            f"right both times on {screening.both_right} of {screening.pairs} clear pairs: {screening.state.value}",
        ),
        Setting("Rule", card.ruling.rule.value),
        Setting("Batches", ", ".join(map(str, card.batches))),
    )
