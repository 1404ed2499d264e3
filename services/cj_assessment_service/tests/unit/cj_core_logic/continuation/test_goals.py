"""What counts as reached, and what as decided."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.continuation.goals import (
    expected_grade_changes,
    order_decided,
    reliability_reached,
)
from cj_assessment_service.domain.comparisons import Winner
from cj_assessment_service.domain.grades import ConfidenceLabel, GradeProjection
from cj_assessment_service.domain.identifiers import Grade
from cj_assessment_service.tests.unit.cj_core_logic.continuation.situations import board, essay_id, wins

ASCENDING = board(essays=3)
"""Essay 2 is best, essay 0 last."""


def projection(confidence: float) -> GradeProjection:
    grade = Grade("B")
    return GradeProjection(essay_id(0), grade, grade, (), confidence, ConfidenceLabel.MID, 0.5)


def test_without_an_interval_the_estimate_decides() -> None:
    assert reliability_reached(board(reliability=0.9), 0.9, certainty=0.6)
    assert not reliability_reached(board(reliability=0.899), 0.9, certainty=0.6)


def test_an_even_chance_is_the_estimate_itself() -> None:
    assert reliability_reached(board(reliability=0.9, limits=(0.7, 0.97)), 0.9, certainty=0.5)


@pytest.mark.parametrize(("reliability", "is_reached"), [(0.905, False), (0.91, True)])
def test_the_usual_certainty_asks_for_a_margin(reliability: float, is_reached: bool) -> None:
    scale = board(reliability=reliability, limits=(0.853, 0.953))
    assert reliability_reached(scale, 0.9, certainty=0.6) is is_reached


def test_a_wide_interval_as_after_a_random_start_never_reaches_a_target() -> None:
    assert not reliability_reached(board(reliability=0.9, limits=(0.3, 0.97)), 0.9, certainty=0.6)


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(0.01, 0.99), st.floats(0.5, 0.98))
def test_more_certainty_never_stops_earlier(low: float, high: float, target: float, certainty: float) -> None:
    low, high = sorted((low, high))
    scale = board(reliability=(low + high) / 2, limits=(low, high))
    if reliability_reached(scale, target, certainty + 0.01):
        assert reliability_reached(scale, target, certainty)


def test_the_share_of_grades_expected_to_change_is_what_their_probabilities_leave() -> None:
    assert expected_grade_changes([projection(0.9), projection(0.5)]) == pytest.approx(0.3)
    assert expected_grade_changes([]) is None


def test_an_order_is_decided_by_a_lead_of_every_essay_over_the_next() -> None:
    assert order_decided(ASCENDING, wins(*[(2, 1)] * 3, *[(1, 0)] * 3), lead=3)
    assert not order_decided(ASCENDING, wins(*[(2, 1)] * 3, *[(1, 0)] * 3, (0, 1)), lead=3)


def test_a_judgement_against_the_order_of_two_others_leaves_it_open() -> None:
    chain = wins(*[(2, 1)] * 3, *[(1, 0)] * 3)
    assert order_decided(ASCENDING, (*chain, *wins((2, 0))), lead=3)
    assert not order_decided(ASCENDING, (*chain, *wins((0, 2))), lead=3)


def test_ties_decide_nothing() -> None:
    tied = tuple(replace(one, winner=Winner.TIE) for one in wins(*[(1, 0)] * 9))
    assert not order_decided(board(essays=2), tied, lead=1)
