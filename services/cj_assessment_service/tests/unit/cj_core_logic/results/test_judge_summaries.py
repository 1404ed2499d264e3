"""What is said of each judge, against cases counted by hand."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from cj_assessment_service.cj_core_logic.results.judge_summaries import JudgeEvidence, judge_summaries
from cj_assessment_service.cj_core_logic.results.panel_scales import PanelScales
from cj_assessment_service.domain.comparisons import AnswerRemark, JudgeUsage, RecordedComparison, Winner
from cj_assessment_service.domain.judge_summaries import (
    JudgeAgreement,
    JudgeKind,
    JudgeSummary,
    RemarkCount,
    Yardstick,
    kind_of,
)
from cj_assessment_service.domain.scores import EssayScore, PositionEffect, Scoreboard
from cj_assessment_service.tests.fixtures.judge_results import between
from cj_assessment_service.tests.unit.cj_core_logic.results.judged import (
    essay,
    essays,
    recorded,
    said,
    unreadable,
)


def descending(size: int = 4) -> Scoreboard:
    """Essay 0 is best."""
    scores = tuple(
        EssayScore(one, float(-place), 0.3, comparisons=5, wins=2) for place, one in enumerate(essays(size))
    )
    return Scoreboard(scores, 1.0, 0.9, None, PositionEffect(0.0, 0.1), components=1, decisions=10)


def evidence(
    comparisons: tuple[RecordedComparison, ...],
    others: dict[str, Scoreboard] | None = None,
    excluded: frozenset[str] = frozenset(),
) -> JudgeEvidence:
    scales = PanelScales(others or {}, {}, between(("a",)))
    lengths = {essay(number): 100 + number for number in range(4)}
    return JudgeEvidence(comparisons, excluded, lengths, descending(), scales)


def only(
    comparisons: tuple[RecordedComparison, ...], others: dict[str, Scoreboard] | None = None
) -> JudgeSummary:
    (summary,) = judge_summaries(evidence(comparisons, others))
    return summary


def test_ties_are_decisions_but_say_nothing_about_agreement_or_place() -> None:
    summary = only(
        recorded(
            [
                said("a", 0, 1),
                said("a", 2, 0),
                said("a", 1, 2, Winner.TIE),
                said("a", 1, 3, Winner.TIE),
            ]
        )
    )
    assert summary.decisions == 4
    assert summary.agreement is not None
    assert summary.first_share is not None
    assert summary.ties is not None
    assert (summary.agreement.agreed.share, summary.agreement.agreed.pairs) == (0.5, 2)
    assert (summary.first_share.share, summary.ties.share) == (1.0, 0.5)


def test_a_judge_that_only_calls_ties_agrees_with_nothing() -> None:
    summary = only(recorded([said("a", 0, 1, Winner.TIE)]))
    assert (summary.decisions, summary.agreement, summary.first_share) == (1, None, None)


def test_agreement_is_with_the_others_where_they_have_a_scale() -> None:
    upside_down = replace(
        descending(), scores=tuple(replace(one, score=-one.score) for one in descending().scores)
    )
    decided = recorded([said("a", 0, 1), said("a", 0, 2)])
    alone, among_others = only(decided).agreement, only(decided, {"a": upside_down}).agreement
    assert alone is not None
    assert among_others is not None
    assert (alone.yardstick, alone.agreed.share) == (Yardstick.ALL, 1.0)
    assert (among_others.yardstick, among_others.agreed.share) == (Yardstick.OTHERS, 0.0)


def test_essays_that_do_not_compare_on_the_scale_say_nothing_about_agreement() -> None:
    first, *rest = descending().scores
    apart = replace(descending(), scores=(replace(first, component=1), *rest))
    assert only(recorded([said("a", 0, 1)]), {"a": apart}).agreement is None


def test_agreement_is_told_for_every_confidence_and_level() -> None:
    sure, unsure = said("a", 0, 1), said("a", 3, 2)
    stated = [
        replace(sure, confidence=5.0, level=3),
        replace(unsure, confidence=1.0, level=1),
        said("a", 0, 3),
    ]
    agreement = only(recorded(stated)).agreement
    assert agreement is not None
    assert [(one.stated, one.agreed.share) for one in agreement.by_confidence] == [(1, 0.0), (5, 1.0)]
    assert [(one.stated, one.agreed.share) for one in agreement.by_level] == [(1, 0.0), (3, 1.0)]


def test_a_judge_meets_all_others_but_not_the_excluded_and_not_itself() -> None:
    # a meets b (equal, in the other order) and c (not equal); b and c meet too, which is not a's affair; x is excluded
    decided = [
        said("a", 0, 1),
        said("a", 0, 1),
        said("b", 1, 0, Winner.SECOND),
        said("c", 0, 1, Winner.SECOND),
        said("x", 0, 1),
    ]
    found = judge_summaries(evidence(recorded(decided), excluded=frozenset({"x"})))
    met = {summary.judge: summary.met for summary in found}
    assert met["a"] is not None
    assert (met["a"].meetings, met["a"].equal) == (4, 0.5)
    assert met["x"] is not None
    assert (met["x"].meetings, met["x"].equal) == (4, 0.75)
    assert [summary.judge for summary in found if summary.is_excluded] == ["x"]


def test_a_judge_that_met_nobody_says_so() -> None:
    found = judge_summaries(evidence(recorded([said("a", 0, 1), said("b", 2, 3)])))
    assert [summary.met for summary in found] == [None, None]


def test_reused_answers_are_decisions_that_took_nothing() -> None:
    usage = JudgeUsage("p", "m", 2.0, 100, 10, Decimal("0.01"), cached_tokens=60)
    first, second, third = recorded([said("a", 0, 1), said("a", 0, 2), said("a", 0, 3)], usage)
    slow = replace(third, usage=replace(usage, seconds=8.0))
    summary = only((first, replace(second, is_reused=True, usage=replace(usage, seconds=99.0)), slow))
    assert (summary.decisions, summary.reused, summary.median_seconds) == (3, 1, 5.0)
    assert (summary.prompt_tokens, summary.completion_tokens, summary.cached_tokens) == (200, 20, 120)
    assert (summary.cost, summary.unpriced) == (Decimal("0.02"), 0)


def test_an_unknown_price_is_counted_and_not_guessed() -> None:
    priced, unpriced = recorded(
        [said("a", 0, 1), said("a", 0, 2)], JudgeUsage("p", "m", 1.0, cost=Decimal(1))
    )
    summary = only((priced, replace(unpriced, usage=JudgeUsage("p", "m", 1.0))))
    assert (summary.cost, summary.unpriced) == (Decimal(1), 1)


def test_remarks_are_counted_and_failures_too() -> None:
    answers = recorded([said("a", 0, 1), said("a", 0, 2)])
    noticed = [replace(one, remarks=(AnswerRemark.QUOTES_FENCE,)) for one in answers]
    summary = only((*noticed, unreadable("a")))
    assert summary.remarks == (RemarkCount(AnswerRemark.QUOTES_FENCE, 2),)
    assert (summary.decisions, summary.failures) == (2, 1)


def test_a_judge_that_never_answered_has_no_figures() -> None:
    summary = only((unreadable("a"),))
    assert (summary.decisions, summary.failures, summary.flips, summary.length) == (0, 1, None, None)
    assert (summary.agreement, summary.met, summary.median_seconds) == (None, None, None)


def test_without_a_scale_what_needs_none_is_still_told() -> None:
    comparisons = recorded([said("a", 0, 1), said("a", 1, 0)])
    (summary,) = judge_summaries(
        replace(evidence(comparisons), board=None, scales=None, lengths={essay(0): 5, essay(1): 9})
    )
    assert (summary.agreement, summary.terms) == (None, None)
    assert summary.flips is not None
    assert summary.flips.share == 1.0
    assert summary.length is not None
    assert summary.length.longer.share == 0.5


def test_relabelling_the_essays_changes_nothing_but_names() -> None:
    rng = np.random.default_rng(2)
    pairs = [rng.permutation(4)[:2].tolist() for _ in range(30)]
    decided = [said("ab"[place % 2], first, second) for place, (first, second) in enumerate(pairs)]
    turned = [said("ab"[place % 2], 3 - first, 3 - second) for place, (first, second) in enumerate(pairs)]
    before = judge_summaries(evidence(recorded(decided)))
    after = judge_summaries(evidence(recorded(turned)))
    assert [rounded(one.met) for one in before] == [rounded(one.met) for one in after]
    assert [one.flips for one in before] == [one.flips for one in after]


def rounded(met: JudgeAgreement | None) -> tuple[float, ...]:
    assert met is not None
    return met.meetings, round(met.equal, 9)


@pytest.mark.parametrize(
    ("judge", "kind"),
    [
        ("replay:people.csv", JudgeKind.RECORDED),
        ("offline", JudgeKind.OFFLINE),
        ("simulated:sd=2", JudgeKind.SIMULATED),
        ("openai:gpt-5-mini?effort=low", JudgeKind.LANGUAGE_MODEL),
    ],
)
def test_the_kind_of_a_judge_is_told_by_its_name(judge: str, kind: JudgeKind) -> None:
    assert kind_of(judge) is kind
