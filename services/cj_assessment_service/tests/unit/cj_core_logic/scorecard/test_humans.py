import pytest

from cj_assessment_service.cj_core_logic.scorecard.humans import human_row, judged_pairs
from cj_assessment_service.domain.comparisons import DecidedComparison, Winner
from cj_assessment_service.tests.unit.cj_core_logic.scorecard.checks import F, S, T, answer, graded, pair

ESSAYS = graded(a=2, b=1, c=1)


def said(first: str, second: str, winner: Winner, who: str) -> DecidedComparison:
    return DecidedComparison(pair(first, second), winner, who)


def test_people_are_held_against_the_grades_the_judge_and_each_other() -> None:
    decisions = [
        said("a", "b", F, "anna"),
        said("b", "a", F, "bo"),
        said("b", "c", F, "anna"),
        said("a", "stranger", F, "bo"),
    ]
    row = human_row(decisions, [answer("a", "b", F), answer("b", "a", S, S)], ESSAYS)
    assert (row.decisions, row.people) == (3, 2)
    assert row.accuracy is not None
    assert (row.accuracy.share, row.accuracy.count) == (0.5, 2)
    assert row.agreement_with_judge is not None
    assert (row.agreement_with_judge.share, row.agreement_with_judge.count) == (0.5, 4)
    assert row.agreement_among_people is not None
    assert row.agreement_among_people.share == pytest.approx(0.0)


def test_people_who_never_met_the_judge_say_nothing_about_it() -> None:
    row = human_row([said("a", "c", T, "anna")], [answer("a", "b", F)], ESSAYS)
    assert (row.agreement_with_judge, row.agreement_among_people) == (None, None)
    assert row.accuracy is not None
    assert row.accuracy.share == pytest.approx(0.5)


def test_the_pairs_people_judged_are_known_whichever_order_they_had() -> None:
    assert judged_pairs([said("b", "a", F, "x"), said("a", "b", F, "y")]) == {("a", "b")}
