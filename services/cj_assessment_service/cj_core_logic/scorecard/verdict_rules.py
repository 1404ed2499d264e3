"""The rules that make the verdict, in the order of their priority. The first that has an opinion decides."""

import math
from collections.abc import Callable, Sequence

from cj_assessment_service.domain.judge_checks import Screening, ScreeningState
from cj_assessment_service.domain.scorecards import (
    Evidence,
    JudgeVerdict,
    Rival,
    Ruling,
    Share,
    VerdictPolicy,
    VerdictRule,
)
from cj_assessment_service.domain.scores import NORMAL_95

Rule = Callable[[Evidence, VerdictPolicy], Ruling | None]
"""Returns None where it has no opinion."""


def rule_on(evidence: Evidence, policy: VerdictPolicy) -> Ruling:
    """The first rule with an opinion decides; where none objects, the judge may be used."""
    for rule in RULES:
        if (ruling := rule(evidence, policy)) is not None:
            return ruling
    return _fit_for_use(evidence)


def screened_out(evidence: Evidence, policy: VerdictPolicy) -> Ruling | None:  # noqa: ARG001 - its limits are the screening's
    """The first answers were no better than a coin's."""
    screening = evidence.screening
    if screening.state is not ScreeningState.CONDEMNED:
        return None
    return Ruling(
        JudgeVerdict.DO_NOT_USE,
        VerdictRule.SCREENED_OUT,
        f"Of {screening.pairs} pairs of clearly different grades, each shown in both orders, it was right both times on"
        f" {screening.both_right}. {_habit(screening)}Nothing more was asked.",
    )


def unreadable(evidence: Evidence, policy: VerdictPolicy) -> Ruling | None:
    """Too many answers are none."""
    answered = evidence.decided + evidence.failed
    if not evidence.failed or evidence.decided >= policy.readable_share * answered:
        return None
    return Ruling(
        JudgeVerdict.DO_NOT_USE,
        VerdictRule.UNREADABLE,
        f"Only {evidence.decided} of {answered} answers could be read; at least {policy.readable_share:.0%} must be. The most"
        f" frequent fault: {evidence.failures[0].message or evidence.failures[0].code.value}",
    )


def too_few_answers(evidence: Evidence, policy: VerdictPolicy) -> Ruling | None:
    if evidence.pairs >= policy.fewest_pairs:
        return None
    return Ruling(
        JudgeVerdict.UNDECIDED,
        VerdictRule.TOO_FEW_ANSWERS,
        f"It answered about {evidence.pairs} pairs, and at least {policy.fewest_pairs} are needed to tell. Check it again with"
        " a higher limit, or with more essays of known grades.",
    )


def mostly_ties(evidence: Evidence, policy: VerdictPolicy) -> Ruling | None:
    ties = evidence.consistency.ties
    if ties is None or ties.share <= policy.most_ties:
        return None
    return Ruling(
        JudgeVerdict.DO_NOT_USE,
        VerdictRule.MOSTLY_TIES,
        f"It called {ties.share:.0%} of the pairs a tie, although their grades differ; it hardly tells essays apart.",
    )


def no_better_than_chance(evidence: Evidence, policy: VerdictPolicy) -> Ruling | None:
    accuracy = evidence.accuracy
    if accuracy is None or accuracy.low > policy.chance:
        return None
    return Ruling(
        JudgeVerdict.DO_NOT_USE,
        VerdictRule.NO_BETTER_THAN_CHANCE,
        f"It is right in {share_words(accuracy)}; that is not surely better than tossing a coin.",
    )


def telling_nothing(evidence: Evidence, policy: VerdictPolicy) -> Ruling | None:
    """Essays whose order a baseline gets right nearly always tell no good judge from it; one that says the very same is told."""
    best = _best_of(evidence.rivals)
    if best is None or best.accuracy.share < policy.baseline_share:
        return None
    if not best.advantage.low < 0.0 < best.advantage.high:
        return None
    return Ruling(
        JudgeVerdict.UNDECIDED,
        VerdictRule.TELLING_NOTHING,
        f"“{best.name}”, which needs no judge, is right in {best.accuracy.share:.0%} of these questions, so they cannot tell a"
        f" good judge from it ({_right(evidence)}). Take essays of known grade whose order cannot be told from their surface.",
    )


def no_better_than_baseline(evidence: Evidence, policy: VerdictPolicy) -> Ruling | None:  # noqa: ARG001 - the baselines are the limit
    """Who asks and pays a judge wants more than what counting words gives for nothing."""
    best = _best_of([rival for rival in evidence.rivals if rival.advantage.estimate <= 0.0])
    if best is None or evidence.accuracy is None:
        return None
    return Ruling(
        JudgeVerdict.DO_NOT_USE,
        VerdictRule.NO_BETTER_THAN_BASELINE,
        f"It is right in {evidence.accuracy.share:.0%} and “{best.name}”, which needs no judge, in {best.accuracy.share:.0%}"
        " of the same questions.",
    )


def leans_on_position(evidence: Evidence, policy: VerdictPolicy) -> Ruling | None:
    position = evidence.consistency.position
    if position is None or abs(position.estimate) < policy.position_limit:
        return None
    if position.low <= 0.0 <= position.high:
        return None
    side = "first" if position.estimate > 0 else "second"
    share = 1.0 / (1.0 + math.exp(-abs(position.estimate)))
    return Ruling(
        JudgeVerdict.USE_WITH_BOTH_ORDERS,
        VerdictRule.LEANS_ON_POSITION,
        f"Of two equal essays it would name the one shown {side} in {share:.0%} of the cases. Shown in both orders the"
        f" advantage cancels; {_right(evidence)}.",
    )


def order_decides(evidence: Evidence, policy: VerdictPolicy) -> Ruling | None:
    """The order changes many answers that do not change when the question is merely put again."""
    flips, repeated = evidence.consistency.flips, evidence.consistency.repeated
    if flips is None or repeated is None:
        return None
    excess = flips.share - (1.0 - repeated.share)
    se = math.sqrt(_variance(flips) + _variance(repeated))
    if excess < policy.order_limit or excess <= NORMAL_95 * se:
        return None
    return Ruling(
        JudgeVerdict.USE_WITH_BOTH_ORDERS,
        VerdictRule.ORDER_DECIDES,
        f"The order changed its answer about {flips.share:.0%} of the pairs, asking again only {1.0 - repeated.share:.0%}: where"
        f" essays are close the order decides, now for the first and now for the second. In both orders {_right(evidence)}.",
    )


RULES: tuple[Rule, ...] = (
    screened_out,
    unreadable,
    too_few_answers,
    mostly_ties,
    no_better_than_chance,
    telling_nothing,
    no_better_than_baseline,
    leans_on_position,
    order_decides,
)


def share_words(share: Share) -> str:
    """`82% (74% to 88%)`."""
    return f"{share.share:.0%} ({share.low:.0%} to {share.high:.0%})"


def _fit_for_use(evidence: Evidence) -> Ruling:
    rivals = ", ".join(f"{rival.accuracy.share:.0%} for “{rival.name}”" for rival in evidence.rivals)
    beside = f", against {rivals}" if rivals else ""
    return Ruling(JudgeVerdict.USE, VerdictRule.FIT_FOR_USE, f"{_right(evidence).capitalize()}{beside}.")


def _best_of(rivals: Sequence[Rival]) -> Rival | None:
    return max(rivals, key=lambda rival: rival.accuracy.share, default=None)


def _right(evidence: Evidence) -> str:
    return (
        f"it is right in {share_words(evidence.accuracy)}" if evidence.accuracy is not None else "it answers"
    )


def _habit(screening: Screening) -> str:
    """What it said instead, where that is one thing; otherwise nothing."""
    said = screening.named_first + screening.named_second + screening.ties
    for count, words in (
        (screening.named_first, "named the text shown first"),
        (screening.named_second, "named the text shown second"),
        (screening.ties, "called it a tie"),
    ):
        if count == said:
            return f"It {words} in all {said} answers. "
    return ""


def _variance(share: Share) -> float:
    """Of a share with the interval's own width, so that 0 and 1 are not taken for certain."""
    return ((share.high - share.low) / (2.0 * NORMAL_95)) ** 2
