"""The centres of grades as a mixed model."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.grade_projection.centres import (
    LOG_BETWEEN_SPREAD,
    LOG_WITHIN_SPREAD,
    TYPICAL_BETWEEN,
    TYPICAL_WITHIN,
    CentresPosterior,
    FloatArray,
    IntArray,
    fit_centres,
)

GRADES = 5


def slow_posterior(
    steps: IntArray, scores: FloatArray, errors: FloatArray, spacing: float
) -> tuple[FloatArray, FloatArray]:
    """Mean and covariance of the centres from the anchors' own covariance matrix, one pair of spreads at a time:
    generalised least squares for the line, best linear prediction for the deviations.
    """
    line = np.column_stack((np.ones(GRADES), np.arange(GRADES)))
    member = np.eye(GRADES)[steps]
    weights, means, covariances = [], [], []
    for x in np.linspace(-3, 3, 13):
        for z in np.linspace(-3, 3, 13):
            within = spacing * TYPICAL_WITHIN * np.exp(LOG_WITHIN_SPREAD * x)
            between = spacing * TYPICAL_BETWEEN * np.exp(LOG_BETWEEN_SPREAD * z)
            total = np.diag(within**2 + errors**2) + between**2 * member @ member.T
            inverse = np.linalg.inv(total)
            fixed = member @ line
            of_line = np.linalg.inv(fixed.T @ inverse @ fixed)
            coefficients = of_line @ fixed.T @ inverse @ scores
            rest = scores - fixed @ coefficients
            gain = between**2 * member.T @ inverse
            unexplained = line - gain @ fixed
            means.append(line @ coefficients + gain @ rest)
            covariances.append(
                between**2 * (np.eye(GRADES) - gain @ member) + unexplained @ of_line @ unexplained.T
            )
            weights.append(
                np.linalg.slogdet(of_line)[1] / 2
                - np.linalg.slogdet(total)[1] / 2
                - rest @ inverse @ rest / 2
                - (x**2 + z**2) / 2
            )
    share = np.exp(np.array(weights) - max(weights))
    share /= share.sum()
    mean = share @ np.array(means)
    spread = sum(
        s * (c + np.outer(m - mean, m - mean)) for s, c, m in zip(share, covariances, means, strict=True)
    )
    return mean, np.asarray(spread)


@st.composite
def placed(draw: st.DrawFn) -> tuple[IntArray, FloatArray, FloatArray]:
    steps = [0, draw(st.integers(1, GRADES - 1)), *draw(st.lists(st.integers(0, GRADES - 1), max_size=8))]
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    scores = np.array(steps) + rng.normal(0.0, 0.7, len(steps))
    return np.array(steps, dtype=np.intp), scores, rng.uniform(0.1, 1.0, len(steps))


@settings(deadline=None, max_examples=25)
@given(placed(), st.sampled_from([0.3, 1.0, 2.0]))
def test_the_fit_is_the_mixed_model_written_out(
    anchors: tuple[IntArray, FloatArray, FloatArray], spacing: float
) -> None:
    fit = fit_centres(*anchors, spacing, GRADES)
    mean, covariance = slow_posterior(*anchors, spacing)
    np.testing.assert_allclose(fit.mean, mean, atol=1e-6)
    np.testing.assert_allclose(fit.covariance, covariance, atol=1e-6, rtol=1e-5)


def fitted(steps: list[int], scores: list[float], se: float = 0.3) -> CentresPosterior:
    return fit_centres(np.array(steps, dtype=np.intp), np.array(scores), np.full(len(steps), se), 1.0, GRADES)


def test_grades_without_anchors_lie_on_the_line() -> None:
    fit = fitted([0, 0, 2, 2], [-0.2, 0.2, 1.8, 2.2])
    np.testing.assert_allclose(fit.mean, [0.0, 1.0, 2.0, 3.0, 4.0], atol=1e-8)
    assert fit.slope == pytest.approx(1.0)


def test_less_is_known_further_from_the_anchors() -> None:
    errors = np.diag(fitted([0, 0, 2, 2], [-0.2, 0.2, 1.8, 2.2]).covariance)
    assert errors[2] < errors[3] < errors[4]


def test_an_uneven_grade_keeps_its_place_the_more_anchors_say_so() -> None:
    few = fitted([0, 1, 2, 3, 4], [0.0, 1.0, 2.6, 3.0, 4.0]).mean[2]
    many = fitted([0, 1, 2, 3, 4] * 12, [0.0, 1.0, 2.6, 3.0, 4.0] * 12).mean[2]
    assert 2.0 < few < many < 2.6


def test_the_spread_inside_a_grade_is_not_the_spread_of_all_anchors() -> None:
    rng = np.random.default_rng(4)
    steps = np.repeat(np.arange(GRADES), 30)
    scores = 2.0 * steps + rng.normal(0.0, 0.6, len(steps))
    fit = fit_centres(steps, scores, np.full(len(steps), 0.01), 2.0, GRADES)
    assert fit.within_sd == pytest.approx(0.6, rel=0.15)
