"""The posterior of the scores as the Gaussian that agrees with every single answer in mean and variance.

Expectation propagation (Minka 2001, UAI, 362-369; for binary answers Kuss & Rasmussen 2005, JMLR 6, 1679-1704): each
answer's likelihood is replaced by a Gaussian factor in its d, chosen so that the posterior with the true factor has the
mean and variance of the posterior with the Gaussian one. Where answers are few, posteriors of extreme essays are skew;
the curvature at the mode (Laplace's approximation) makes them 5 to 10 % too narrow and the spread of all scores too
small. All factors are updated at once until nothing moves.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from cj_assessment_service.cj_core_logic.scoring.arrays import FloatArray
from cj_assessment_service.cj_core_logic.scoring.design import Prior
from cj_assessment_service.cj_core_logic.scoring.mode import find_mode
from cj_assessment_service.cj_core_logic.scoring.model import Model
from cj_assessment_service.cj_core_logic.scoring.moments import Moments
from cj_assessment_service.cj_core_logic.scoring.precision import precision_of
from cj_assessment_service.cj_core_logic.scoring.responses import Responses


@dataclass(frozen=True, slots=True, eq=False)
class Quadrature:
    """Nodes and weights of Gauss and Hermite for a standard normal variable."""

    nodes: FloatArray
    weights: FloatArray


def _quadrature(size: int) -> Quadrature:
    nodes, weights = np.polynomial.hermite_e.hermegauss(size)
    return Quadrature(nodes, weights / weights.sum())


FINE = _quadrature(15)
_COARSE, _FINEST = _quadrature(7), _quadrature(31)

_COARSE_UP_TO, _FINE_UP_TO = 1.0, 2.5
"""Posterior standard deviations of d in logits up to which few nodes do: the logistic function is nearly a polynomial
there.
"""

_MOST_ROUNDS = 60

_LEAST_LEFT = 0.02
"""Of a row's precision, at least, comes from other rows and the prior: less is an error of the approximation."""

_AFAR = 1.0
"""Posterior standard deviations a row's mean would move in the first round."""


@dataclass(frozen=True, slots=True, eq=False)
class Factors:
    """The Gaussian factors exp(pull d - precision d^2 / 2), one for each row."""

    precision: FloatArray
    pull: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """The normal posterior of the parameters under one prior: `mean`, `row_mean` of each row's d, and `moments`.
    `log_evidence` approximates log p(answers | prior).
    """

    prior: Prior
    mean: FloatArray
    row_mean: FloatArray
    moments: Moments
    log_evidence: float
    factors: Factors


def propagate(model: Model, prior: Prior, start: Factors, tolerance: float = 2e-3) -> Posterior:
    """`start` near the answer, such as the factors under a similar prior; from afar the way leads by the mode, because
    where a row's likelihood lies outside its quadrature nodes, factors run away. `tolerance` is the largest move of a
    row's mean that may remain, in posterior standard deviations. Raises ScoreConvergenceFailed when a precision is not
    positive definite or the mode is not found.
    """
    posterior, moved = _refined(model, prior, start)
    if moved > max(tolerance, _AFAR):
        mode = find_mode(model, prior)
        nearer = factors_at(model.responses, model.design.differences(mode.parameters))
        posterior, moved = _refined(model, prior, nearer)
    for _ in range(_MOST_ROUNDS):
        if moved <= tolerance:
            break
        posterior, moved = _refined(model, prior, posterior.factors)
    return posterior


def factors_at(responses: Responses, d: FloatArray) -> Factors:
    """The factors with the slope and the curvature of each row's likelihood at its d: Laplace's approximation."""
    slope, curvature = responses.slopes(d)
    return Factors(curvature, slope + curvature * d)


def left_out(model: Model, posterior: Posterior) -> FloatArray:
    """The log probability of each row's answers under what all other rows say, shape (rows,): the row's likelihood averaged over
    the posterior without its factor (leave-one-out by expectation propagation: Opper & Winther 2000, Neural Computation 12,
    2655-2684).
    """
    own, variance = posterior.factors, posterior.moments.rows
    precision = np.maximum(1.0 / variance - own.precision, _LEAST_LEFT / variance)
    mean = (posterior.row_mean / variance - own.pull) / precision
    d = mean[:, np.newaxis] + np.sqrt(1.0 / precision)[:, np.newaxis] * _FINEST.nodes
    return np.asarray(logsumexp(model.responses.log_likelihood(d), axis=1, b=_FINEST.weights))


def _refined(model: Model, prior: Prior, factors: Factors) -> tuple[Posterior, float]:
    """The posterior under `factors`, with the factors to use next, and how far they would move the rows."""
    design = model.design
    precision = precision_of(design, prior, factors.precision)
    pull = design.pulled(factors.pull)
    mean, moments = precision.solve(pull), precision.moments()
    row_mean, row_variance = design.differences(mean), moments.rows
    log_mass, tilted_mean, tilted_variance = _tilted_moments(model.responses, factors, row_mean, row_variance)
    fresh = Factors(
        np.maximum(factors.precision + 1.0 / tilted_variance - 1.0 / row_variance, 0.0),
        factors.pull + tilted_mean / tilted_variance - row_mean / row_variance,
    )
    moved = float((np.abs(tilted_mean - row_mean) / np.sqrt(row_variance)).max(initial=0.0))
    evidence = 0.5 * float(pull @ mean) + moments.log_volume + float(log_mass.sum())
    return Posterior(prior, mean, row_mean, moments, evidence, fresh), moved


def _tilted_moments(
    responses: Responses, factors: Factors, mean: FloatArray, variance: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """For each row log E[L / factor], and mean and variance of d weighted by it, under N(mean, variance): the row's
    Gaussian factor is taken out of the posterior and its likelihood L put in.
    """
    quadrature = _fine_enough(float(np.sqrt(variance.max(initial=0.0))))
    d = mean[:, np.newaxis] + np.sqrt(variance)[:, np.newaxis] * quadrature.nodes
    factor = factors.pull[:, np.newaxis] * d - 0.5 * factors.precision[:, np.newaxis] * np.square(d)
    height = responses.log_likelihood(d) - factor
    top = height.max(axis=1)
    mass = np.exp(height - top[:, np.newaxis]) * quadrature.weights
    total = mass.sum(axis=1)
    tilted_mean = np.einsum("rn,rn->r", mass, d) / total
    second = np.einsum("rn,rn,rn->r", mass, d, d) / total
    return top + np.log(total), tilted_mean, np.maximum(second - np.square(tilted_mean), 1e-12)


def _fine_enough(widest: float) -> Quadrature:
    if widest <= _COARSE_UP_TO:
        return _COARSE
    return FINE if widest <= _FINE_UP_TO else _FINEST
