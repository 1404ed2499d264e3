"""The most probable scores under a given prior.

    P(first wins) = 1 / (1 + exp(-eta)),    eta = theta_first - theta_second + b

The model is Bradley & Terry (1952), Biometrika 39, 324-345, with an order effect b added to the log-odds (Davidson &
Beaver 1977, Biometrics 33, 693-702). A Gaussian prior keeps every score finite, where maximum likelihood needs a
strongly connected graph (Hunter 2004, Annals of Statistics 32, 384-406); it takes the place of the gamma prior of
Caron & Doucet (2012), J. Comp. Graph. Stat. 21, 174-196.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.linalg import LinAlgError, cho_solve, cholesky
from scipy.special import expit

from cj_assessment_service.cj_core_logic.scoring.design import Design, FloatArray
from cj_assessment_service.domain.errors import ScoreConvergenceFailed

POSITION_SD = 0.5
"""Prior standard deviation of the position effect, in logits."""

_SETTLED = 1e-20
"""Squared length of the Newton step in posterior standard deviations below which the search has arrived."""

_MAX_STEPS = 100
_MAX_HALVINGS = 40


@dataclass(frozen=True, slots=True)
class Prior:
    """theta ~ N(0, sd^2) on the space where scores sum to zero; b ~ N(0, position_sd^2)."""

    sd: float
    position_sd: float = POSITION_SD


@dataclass(frozen=True, slots=True, eq=False)
class Mode:
    """The top of the posterior. `parameters` are the n scores, which sum to zero, followed by b, shape (n + 1,). `factor` is the lower
    Cholesky factor of the curvature there. `log_posterior` leaves out what does not depend on the parameters.

    No comparison informs the direction in which all scores move together. The curvature along it is set to 1, so that
    the determinant is the one on the sum-zero space whatever the prior, and no precision is lost under a wide one.
    """

    prior: Prior
    parameters: FloatArray
    factor: FloatArray
    log_posterior: float

    @property
    def scores(self) -> FloatArray:
        return self.parameters[:-1]

    @property
    def position(self) -> float:
        return float(self.parameters[-1])


def moved_mode(mode: Mode, sd: float) -> FloatArray:
    """Where the mode goes, to first order, when the prior's sd becomes `sd`: d theta / d log sd = H^-1 2 theta / sd^2
    with H the curvature (implicit function theorem). A start for `find_mode`.
    """
    pull = np.append(2.0 * mode.scores / mode.prior.sd**2, 0.0)
    course = np.asarray(cho_solve((mode.factor, True), pull, check_finite=False))
    return mode.parameters + math.log(sd / mode.prior.sd) * _centred(course)


def log_odds(design: Design, parameters: FloatArray) -> FloatArray:
    """The eta of every distinct ordered pair."""
    eta: FloatArray = parameters[design.first] - parameters[design.second] + parameters[-1]
    return eta


def find_mode(design: Design, prior: Prior, start: FloatArray | None = None) -> Mode:
    """Newton's method with step halving on the (strictly concave) log posterior; the same mode from any `start` whose
    scores sum to zero.

    Raises ScoreConvergenceFailed when it does not arrive.
    """
    at = np.zeros(len(design.essays) + 1) if start is None else start
    height = _log_posterior(design, prior, at)
    for _ in range(_MAX_STEPS):
        factor = factorised_curvature(design, prior, at)
        slope = _gradient(design, prior, at)
        step = _centred(np.asarray(cho_solve((factor, True), slope, check_finite=False)))
        gain = float(slope @ step)
        if gain <= _SETTLED:
            return Mode(prior, at, factor, height)
        at, height = _uphill(design, prior, (at, height), (step, gain))
    raise ScoreConvergenceFailed(_story(design, f"did not settle within {_MAX_STEPS} steps"))


def _centred(step: FloatArray) -> FloatArray:
    """Without the rounding error along the constant direction, which its curvature of 1 would magnify step by step."""
    return np.append(step[:-1] - step[:-1].mean(), step[-1])


def _precision(design: Design, prior: Prior) -> FloatArray:
    return np.append(np.full(len(design.essays), prior.sd**-2), prior.position_sd**-2)


def _log_posterior(design: Design, prior: Prior, at: FloatArray) -> float:
    """sum(won eta - total log(1 + exp(eta))) - |theta|^2 / (2 sd^2) - b^2 / (2 position_sd^2)"""
    eta = log_odds(design, at)
    log_likelihood = design.won @ eta - design.total @ np.logaddexp(0.0, eta)
    return float(log_likelihood - 0.5 * _precision(design, prior) @ np.square(at))


def _gradient(design: Design, prior: Prior, at: FloatArray) -> FloatArray:
    residual = design.won - design.total * expit(log_odds(design, at))
    informed = np.append(design.per_essay(residual, -residual), residual.sum())
    return informed - _precision(design, prior) * at


def factorised_curvature(design: Design, prior: Prior, at: FloatArray) -> FloatArray:
    """Lower Cholesky factor, shape (n + 1, n + 1), of: the comparison graph's Laplacian with weights total p (1 - p),
    bordered by b, plus the prior's precision, plus what brings the constant direction to curvature 1.
    """
    n = len(design.essays)
    chance = expit(log_odds(design, at))
    weight = design.total * chance * (1.0 - chance)
    curvature = np.zeros((n + 1, n + 1), order="F")
    curvature[:n, :n] = (1.0 - prior.sd**-2) / n
    curvature[design.first, design.second] -= weight
    curvature[design.second, design.first] -= weight
    curvature[np.diag_indices(n)] += design.per_essay(weight, weight)
    curvature[n, :n] = curvature[:n, n] = design.per_essay(weight, -weight)
    curvature[n, n] = weight.sum()
    curvature[np.diag_indices(n + 1)] += _precision(design, prior)
    try:
        return np.asarray(cholesky(curvature, lower=True, overwrite_a=True, check_finite=False))
    except LinAlgError as fault:
        raise ScoreConvergenceFailed(_story(design, "met a flat direction")) from fault


def _uphill(
    design: Design, prior: Prior, here: tuple[FloatArray, float], newton: tuple[FloatArray, float]
) -> tuple[FloatArray, float]:
    """The longest of the steps 1, 1/2, 1/4, ... that climbs enough (Armijo's rule, up to rounding)."""
    (at, height), (step, gain) = here, newton
    rounding = 1e-12 * max(1.0, abs(height))
    for halvings in range(_MAX_HALVINGS):
        length = 0.5**halvings
        candidate = at + length * step
        reached = _log_posterior(design, prior, candidate)
        if reached >= height + 1e-4 * length * gain - rounding:
            return candidate, reached
    raise ScoreConvergenceFailed(_story(design, "found no way uphill"))


def _story(design: Design, fault: str) -> str:
    return (
        f"The scale of {len(design.essays)} essays and {design.decisions} judgements could not be fitted: "
        f"the search for the most probable scores {fault}."
    )
