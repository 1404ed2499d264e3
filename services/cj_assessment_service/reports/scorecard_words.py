"""The figures of a scorecard, named and explained."""

from collections.abc import Iterator
from dataclasses import dataclass

from cj_assessment_service.domain.scorecards import (
    CheckEnding,
    ClaimCurve,
    ClaimSource,
    Difference,
    Evidence,
    HumanRow,
    JudgeVerdict,
    Scorecard,
    Share,
    Spending,
)
from cj_assessment_service.reports.wording import counted, first_win_share, money

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CardFigure:
    """One figure as it is shown, and what it means."""

    name: str
    shown: str
    meaning: str


VERDICT_WORDS = {
    JudgeVerdict.USE: "Use",
    JudgeVerdict.USE_WITH_BOTH_ORDERS: "Use with both orders",
    JudgeVerdict.DO_NOT_USE: "Do not use",
    JudgeVerdict.UNDECIDED: "Undecided",
}

_ENDINGS = {
    CheckEnding.COST_CAP: "the cost limit was reached",
    CheckEnding.TIME_CAP: "the time limit was reached",
    CheckEnding.JUDGE_FAILED: "the judge gave too few readable answers",
}


def headline(card: Scorecard) -> str:
    return f"{VERDICT_WORDS[card.ruling.verdict]}: {card.judge}"


def partial_words(evidence: Evidence) -> str | None:
    """That something is missing, and why; None where nothing is, or where the judge was sent away on purpose."""
    if evidence.ending not in _ENDINGS:
        return None
    return (
        f"This scorecard is partial: {_ENDINGS[evidence.ending]} after {evidence.asked} of"
        f" {counted(evidence.planned, 'question')}."
    )


def accuracy_figures(evidence: Evidence) -> tuple[CardFigure, ...]:
    """Right or wrong, beside chance, the baselines and people."""
    rows = [
        CardFigure(
            "Right",
            share_words(evidence.accuracy),
            "answers that name the text with the higher grade; a tie counts half",
        ),
        CardFigure(
            "Kappa",
            number(evidence.kappa),
            "agreement with the grades beyond chance: 0 is a coin, 1 perfect (Cohen)",
        ),
    ]
    rivals = [
        CardFigure(
            f"“{rival.name}”",
            share_words(rival.accuracy),
            f"right on the same questions; the judge is ahead by {difference_words(rival.advantage)}",
        )
        for rival in evidence.rivals
    ]
    people = _human_figures(evidence.human) if evidence.human is not None else ()
    return (*rows, *rivals, *people)


def consistency_figures(evidence: Evidence) -> tuple[CardFigure, ...]:
    """How the judge agrees with itself."""
    found = evidence.consistency
    return (
        CardFigure("Flip rate", share_words(found.flips), "pairs whose winner changed with the order"),
        CardFigure(
            "Position effect", position_words(found.position), "who wins between two equal texts; 50% is fair"
        ),
        CardFigure(
            "Repeatability",
            share_words(found.repeated),
            "the same answer when the same question is put again",
        ),
        CardFigure("Ties", share_words(found.ties), "answers that call neither text better"),
        *(_claim_figure(curve) for curve in evidence.claims),
    )


def spending_figures(evidence: Evidence) -> tuple[CardFigure, ...]:
    """Failures, time and money."""
    spent = evidence.spending
    failures = ", ".join(f"{kind.count} × {kind.code.value}" for kind in evidence.failures) or "none"
    return (
        CardFigure("Answers", f"{evidence.decided} of {evidence.asked}", "readable answers of all questions"),
        CardFigure("Failures", failures, "by kind"),
        CardFigure("Seconds", seconds_words(spent), "of one answer: the median, and what 95% stay below"),
        CardFigure(
            "Tokens",
            f"{spent.prompt_tokens:,} + {spent.completion_tokens:,}",
            f"sent and received; {spent.cached_tokens:,} of those sent came from the provider's cache",
        ),
        CardFigure("Price", price_words(spent), "of this check, and of 100 comparisons"),
    )


def all_figures(evidence: Evidence) -> tuple[CardFigure, ...]:
    return (*accuracy_figures(evidence), *consistency_figures(evidence), *spending_figures(evidence))


def share_words(share: Share | None) -> str:
    """`82% (74% to 88%), 115 cases`."""
    if share is None:
        return UNKNOWN
    return f"{share.share:.0%} ({share.low:.0%} to {share.high:.0%}), n = {share.count:,}"


def difference_words(difference: Difference) -> str:
    """In points of a hundred, with the interval."""
    low, middle, high = (100 * x for x in (difference.low, difference.estimate, difference.high))
    return f"{middle:+.0f} points ({low:+.0f} to {high:+.0f})".replace("-", "\N{MINUS SIGN}")


def position_words(position: Difference | None) -> str:
    if position is None:
        return "no answer changed with the order"
    low, middle, high = (
        f"{first_win_share(x):.0%}" for x in (position.low, position.estimate, position.high)
    )
    return f"{middle} ({low} to {high}) for the first"


def price_words(spending: Spending) -> str:
    """Unknown is said, never taken for nothing."""
    if spending.cost_per_100 is None:
        known = f"{money(spending.spent)} known of this check; " if spending.spent else ""
        return f"{known}the price of 100 comparisons is unknown"
    return f"{money(spending.spent)}; {money(spending.cost_per_100)} for 100 comparisons"


def seconds_words(spending: Spending) -> str:
    if spending.median_seconds is None or spending.p95_seconds is None:
        return UNKNOWN
    return f"{spending.median_seconds:.2f}, {spending.p95_seconds:.2f}"


def number(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.2f}".replace("-", "\N{MINUS SIGN}")


def _human_figures(human: HumanRow) -> Iterator[CardFigure]:
    who = f"{counted(human.decisions, 'decision')} of {counted(human.people, 'person').replace('persons', 'people')}"
    yield CardFigure("People: right", share_words(human.accuracy), f"on the pairs they judged; {who}")
    yield CardFigure(
        "People: agree with the judge",
        share_words(human.agreement_with_judge),
        "both said the same of a pair",
    )
    if human.agreement_among_people is not None:
        yield CardFigure(
            "People: agree with each other",
            share_words(human.agreement_among_people),
            "two of them said the same of a pair",
        )


def _claim_figure(curve: ClaimCurve) -> CardFigure:
    name = "Confidence" if curve.source is ClaimSource.CONFIDENCE else "Probability of the first"
    tells = (
        "all answers are right or all wrong"
        if curve.discrimination is None
        else f"a right answer claims more than a wrong one in {curve.discrimination:.0%}; 50% says nothing"
    )
    return CardFigure(
        name, f"calibration error {curve.expected_error:.2f}", f"claims against truth, 0 is honest; {tells}"
    )
