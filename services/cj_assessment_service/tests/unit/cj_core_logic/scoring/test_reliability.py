"""Reliability in both senses."""

import numpy as np
import pytest

from cj_assessment_service.cj_core_logic.scoring.reliability import reliability, separation_reliability


def test_reliability_is_the_share_of_the_prior_variance_that_was_explained() -> None:
    assert reliability(np.array([0.5, 1.5]), np.array([3.0, 5.0])) == pytest.approx(0.75)


@pytest.mark.parametrize("n", [2, 3, 100])
def test_errors_as_wide_as_the_prior_mean_no_reliability(n: int) -> None:
    prior = np.full(n, 2.25 * (1 - 1 / n))
    assert reliability(prior, prior) == pytest.approx(0.0, abs=1e-12)


def test_reliability_stays_between_zero_and_one() -> None:
    assert reliability(np.full(3, 9.0), np.ones(3)) == 0.0
    assert reliability(np.full(3, 1e-30), np.ones(3)) <= 1.0
    assert reliability(np.zeros(1), np.zeros(1)) == 0.0


def test_separation_reliability_compares_errors_with_the_sample_variance() -> None:
    scores, errors = np.array([-1.0, 0.0, 1.0]), np.array([0.5, 0.5, 0.5])
    assert separation_reliability(scores, errors) == pytest.approx(1 - 0.25 / 1.0)


def test_every_part_of_the_scale_costs_a_degree_of_freedom() -> None:
    scores, errors = np.array([-1.0, 1.0, -2.0, 2.0]), np.full(4, 0.5)
    assert separation_reliability(scores, errors, parts=2) == pytest.approx(1 - 0.25 / 5.0)


def test_separation_reliability_may_be_negative() -> None:
    assert separation_reliability(np.array([-0.1, 0.1]), np.array([0.5, 0.5])) == pytest.approx(-11.5)


@pytest.mark.parametrize("scores", [[], [0.0], [0.0, 0.0, 0.0]])
def test_separation_reliability_is_unknown_without_spread(scores: list[float]) -> None:
    assert separation_reliability(np.array(scores), np.ones(len(scores))) is None
