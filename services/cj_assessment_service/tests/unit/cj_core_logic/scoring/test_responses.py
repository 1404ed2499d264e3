"""What an answer says about a difference: probabilities, slopes, symmetry and tails."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.scoring.answers import answers_of
from cj_assessment_service.cj_core_logic.scoring.responses import (
    Responses,
    dominance,
    responses_of,
    winner_moments,
)
from cj_assessment_service.cj_core_logic.scoring.terms import Terms
from cj_assessment_service.domain.policies import TieTreatment
from cj_assessment_service.tests.unit.cj_core_logic.scoring.judgements import FloatArray, columns
from cj_assessment_service.tests.unit.cj_core_logic.scoring.models import plain_terms
from cj_assessment_service.tests.unit.cj_core_logic.scoring.slow_posterior import cumulative_logit

LEVELS = 4
DIFFERENCES = np.linspace(-12.0, 12.0, 241)

differences = st.floats(-30.0, 30.0)
ties = st.floats(0.05, 8.0)
gradings = st.sampled_from((0.0, 0.05, 0.5, 1.0))
thresholds = st.lists(st.floats(0.05, 3.0), min_size=LEVELS - 1, max_size=LEVELS - 1).map(
    lambda gaps: np.cumsum(gaps) - 1.0
)


def terms_with(tie: float, grading: float, kappa: FloatArray) -> Terms:
    return replace(
        plain_terms(), tie=np.array([tie]), grading=np.array([grading]), thresholds=kappa[np.newaxis]
    )


def every_answer(terms: Terms, *, graded: bool = True) -> Responses:
    """A tie and, at every level or bare, a win of the first and of the second."""
    said = [
        (0, 0),
        *((side, level) for side in (1, -1) for level in (range(1, LEVELS + 1) if graded else (0,))),
    ]
    pairs = [(2 * row, 2 * row + 1) for row in range(len(said))]
    judgements = columns(2 * len(said), pairs, [side for side, _ in said], level=[level for _, level in said])
    return responses_of(answers_of(judgements, TieTreatment.DAVIDSON), terms)


def at(responses: Responses, d: float) -> FloatArray:
    return np.full(len(responses.weight), d)


@settings(deadline=None)
@given(differences, ties, gradings.filter(bool), thresholds)
def test_the_probabilities_of_all_graded_answers_sum_to_one(
    d: float, tie: float, grading: float, kappa: FloatArray
) -> None:
    responses = every_answer(terms_with(tie, grading, kappa))
    assert np.exp(responses.log_likelihood(at(responses, d))).sum() == pytest.approx(1.0)


@settings(deadline=None)
@given(differences, ties)
def test_the_probabilities_of_win_tie_and_defeat_sum_to_one(d: float, tie: float) -> None:
    responses = every_answer(terms_with(tie, 1.0, np.arange(3.0)), graded=False)
    assert np.exp(responses.log_likelihood(at(responses, d))).sum() == pytest.approx(1.0)


@settings(deadline=None)
@given(st.floats(-15.0, 15.0), thresholds)
def test_fully_trusted_levels_are_the_cumulative_logit(d: float, kappa: FloatArray) -> None:
    bounds = [-math.inf, *kappa.tolist(), math.inf]
    classic = [
        math.log(cumulative_logit(side * d, low, high).real)
        for side in (1, -1)
        for low, high in pairwise(bounds)
    ]
    responses = every_answer(terms_with(1.0, 1.0, kappa))
    graded = replace(responses, tie=np.zeros(len(classic) + 1))
    assert graded.levels is not None
    graded = replace(graded, levels=replace(graded.levels, tie=np.zeros(len(classic))))
    assert graded.log_likelihood(at(graded, d))[1:] == pytest.approx(classic, abs=1e-6)


def test_levels_that_do_not_count_leave_the_winner() -> None:
    ignored = every_answer(terms_with(0.5, 0.0, np.arange(3.0)))
    bare = every_answer(terms_with(0.5, 1.0, np.arange(3.0)), graded=False)
    assert ignored.log_likelihood(at(ignored, 0.7))[1 : LEVELS + 1] == pytest.approx(
        bare.log_likelihood(at(bare, 0.7))[1]
    )


@settings(deadline=None)
@given(st.floats(-8.0, 8.0), ties, gradings, thresholds)
def test_slopes_are_derivatives(d: float, tie: float, grading: float, kappa: FloatArray) -> None:
    responses = every_answer(terms_with(tie, grading, kappa))
    step = 1e-4
    low, here, high = (responses.log_likelihood(at(responses, d + move)) for move in (-step, 0.0, step))
    slope, curvature = responses.slopes(at(responses, d))
    assert slope == pytest.approx((high - low) / (2 * step), abs=1e-6)
    assert curvature == pytest.approx((2 * here - low - high) / step**2, abs=1e-5)


@settings(deadline=None, max_examples=50)
@given(st.just(0.0) | ties, gradings, thresholds)
def test_every_answer_is_concave_in_the_difference(tie: float, grading: float, kappa: FloatArray) -> None:
    responses = every_answer(terms_with(max(tie, 1e-9), grading, kappa))
    _, curvature = responses.slopes(np.tile(DIFFERENCES, (len(responses.weight), 1)))
    assert curvature.min() >= 0.0


@settings(deadline=None)
@given(differences, ties, gradings, thresholds)
def test_a_win_of_one_side_is_that_of_the_other_seen_from_behind(
    d: float, tie: float, grading: float, kappa: FloatArray
) -> None:
    responses = every_answer(terms_with(tie, grading, kappa))
    there, back = responses.log_likelihood(at(responses, d)), responses.log_likelihood(at(responses, -d))
    assert there[1 : LEVELS + 1] == pytest.approx(back[LEVELS + 1 :])
    assert there[0] == pytest.approx(back[0])


@pytest.mark.parametrize("grading", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("d", [-800.0, 800.0])
def test_extreme_differences_stay_finite(d: float, grading: float) -> None:
    responses = every_answer(terms_with(0.7, grading, np.arange(3.0)))
    assert np.isfinite(responses.log_likelihood(at(responses, d))).all()
    slope, curvature = responses.slopes(at(responses, d))
    assert np.isfinite(slope).all()
    assert np.isfinite(curvature).all()


@settings(deadline=None)
@given(st.floats(-60.0, 60.0), st.just(0.0) | ties)
def test_moments_of_the_winner_are_those_of_three_outcomes(d: float, tie: float) -> None:
    chances = np.array([math.exp(d / 2), math.exp(-d / 2), tie]) / (math.exp(d / 2) + math.exp(-d / 2) + tie)
    lead, variance = winner_moments(np.array([d]), np.array([tie]))
    mean = (chances[0] - chances[1]) / 2
    assert lead[0] == pytest.approx(mean)
    squares = chances @ np.square(np.array([0.5 - mean, -0.5 - mean, -mean]))
    assert variance[0] == pytest.approx(squares, rel=1e-6, abs=1e-30 if abs(d) < 20 else 1e-16)


def test_the_variance_of_a_foregone_winner_is_small_but_not_nothing() -> None:
    _, variance = winner_moments(np.array([60.0]), np.array([0.0]))
    assert variance[0] == pytest.approx(math.exp(-60.0), rel=1e-9)


def test_dominance_without_ties_is_softplus() -> None:
    u = np.array([-800.0, -3.0, 0.0, 3.0, 800.0])
    assert dominance(u, np.zeros(5)) == pytest.approx(np.logaddexp(0.0, u), abs=1e-15)
