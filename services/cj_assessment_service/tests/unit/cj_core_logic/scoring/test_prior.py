"""The spread of the true scores, learned from judgements."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import dblquad
from scipy.special import expit

from cj_assessment_service.cj_core_logic.scoring.bradley_terry import POSITION_SD, Prior, find_mode
from cj_assessment_service.cj_core_logic.scoring.design import design_of
from cj_assessment_service.cj_core_logic.scoring.prior import (
    LOG_SD_SPREAD,
    TYPICAL_SD,
    fit_prior,
    log_evidence,
)
from cj_assessment_service.tests.unit.cj_core_logic.scoring.judgements import (
    Case,
    cases,
    counted,
    simulated,
)
from cj_assessment_service.tests.unit.cj_core_logic.scoring.slow_posterior import slow_curvature


def evidence(case: Case, sd: float) -> float:
    design = design_of(case.essays, case.decided)
    return log_evidence(design, find_mode(design, Prior(sd)))


def hyper_prior(sd: float) -> float:
    return -0.5 * (math.log(sd / TYPICAL_SD) / LOG_SD_SPREAD) ** 2


@settings(deadline=None, max_examples=50)
@given(cases(), st.floats(0.1, 6.0))
def test_the_evidence_is_laplace_on_an_explicit_sum_zero_basis(case: Case, sd: float) -> None:
    design = design_of(case.essays, case.decided)
    mode = find_mode(design, Prior(sd))
    n = len(case.essays)
    basis = np.eye(n + 1)[:, 1:]
    basis[:n, : n - 1] = np.linalg.svd(np.ones((1, n)))[2][1:].T
    curvature = basis.T @ slow_curvature(case, mode.prior, mode.parameters) @ basis
    laplace = mode.log_posterior - (n - 1) * math.log(sd) - 0.5 * np.linalg.slogdet(curvature)[1]
    assert log_evidence(design, mode) == pytest.approx(laplace + hyper_prior(sd), abs=1e-7)


def test_the_evidence_follows_the_exact_integral() -> None:
    case = counted([("a", "b", 14, 6), ("b", "a", 5, 11)])

    def exact(sd: float) -> float:
        """Two essays: the difference of their scores is N(0, 2 sd^2)."""

        def density(b: float, difference: float) -> float:
            forward, backward = expit(difference + b), expit(-difference + b)
            likelihood = forward**14 * (1 - forward) ** 6 * backward**5 * (1 - backward) ** 11
            return float(
                likelihood * math.exp(-(difference**2) / (4 * sd**2) - b**2 / (2 * POSITION_SD**2)) / sd
            )

        return math.log(dblquad(density, -4, 6, -3, 3, epsabs=0.0, epsrel=1e-6)[0]) + hyper_prior(sd)

    change = evidence(case, 2.0) - evidence(case, 0.7)
    assert change == pytest.approx(exact(2.0) - exact(0.7), abs=0.02)


@settings(deadline=None, max_examples=30)
@given(cases())
def test_the_chosen_spread_is_the_most_probable_one(case: Case) -> None:
    design = design_of(case.essays, case.decided)
    chosen = fit_prior(design)
    grid = [evidence(case, sd) for sd in np.geomspace(0.06, 9.0, 60)]
    assert log_evidence(design, chosen) >= max(grid) - 1e-6


@pytest.mark.parametrize("sd", [0.5, 1.0, 2.0, 3.0])
def test_the_true_spread_is_recovered(sd: float) -> None:
    rng = np.random.default_rng(11)
    case = simulated(rng.normal(0.0, sd, 100), rounds=20, rng=rng)
    assert fit_prior(design_of(case.essays, case.decided)).prior.sd == pytest.approx(sd, rel=0.25)


def test_coin_tosses_are_seen_as_almost_no_spread() -> None:
    case = simulated(np.zeros(100), rounds=20, rng=np.random.default_rng(5))
    assert fit_prior(design_of(case.essays, case.decided)).prior.sd < 0.3
