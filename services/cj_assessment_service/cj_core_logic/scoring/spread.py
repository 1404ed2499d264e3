"""How widely the true scores spread, and what not knowing it does to every error.

The spread sd of the scores has the prior density of a half-normal variable of scale 2.5 logits (after Gelman 2006,
Bayesian Analysis 1, 515-534): weak enough to follow the answers, and thin enough near 0 and far out to be safe while
there are few (a half-Cauchy variable covers as well, but its far tail made early errors half as large again). Its
posterior is taken at points evenly spaced in log sd, wherever it has weight:

    p(sd | answers) ~ p(answers | sd) sd exp(-sd^2 / (2 * 2.5^2))      per unit of log sd

with the evidence p(answers | sd) of expectation propagation. The posterior of a score is the mixture over these points.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from cj_assessment_service.cj_core_logic.scoring.arrays import FloatArray
from cj_assessment_service.cj_core_logic.scoring.design import Prior
from cj_assessment_service.cj_core_logic.scoring.expectation_propagation import (
    Posterior,
    propagate,
)
from cj_assessment_service.cj_core_logic.scoring.model import Model

TYPICAL_SD = 2.5
"""Scale of the half-normal prior of the spread, in logits: two true spreads in three lie below it."""

SMALLEST_SD = 0.02
LARGEST_SD = 20.0
_NEGLIGIBLE = 6.5
"""Points whose log density lies this far below the highest one end the grid."""

_ROUGHLY = 0.02
_SETTLED = 5e-4
_MOST_SECANTS = 12
_BISECTIONS = 44


@dataclass(frozen=True, slots=True, eq=False)
class SpreadPosterior:
    """The posteriors of the scores at several spreads, with the probability of each spread. `means` and `variances` of
    the scores, centred in their connected part, have shape (points, essays).
    """

    posteriors: tuple[Posterior, ...]
    weights: FloatArray
    means: FloatArray
    variances: FloatArray

    @property
    def sds(self) -> FloatArray:
        return np.array([posterior.prior.sd for posterior in self.posteriors])

    @property
    def sd(self) -> float:
        """The geometric mean of the spread."""
        return float(np.exp(self.weights @ np.log(self.sds)))

    @property
    def nearest(self) -> Posterior:
        """The posterior at the point nearest to `sd`."""
        return self.posteriors[int(np.abs(np.log(self.sds) - math.log(self.sd)).argmin())]

    def errors(self) -> FloatArray:
        """Standard deviations of the mixtures, shape (essays,)."""
        centre = self.weights @ self.means
        second = self.weights @ (self.variances + np.square(self.means))
        return np.sqrt(np.maximum(second - np.square(centre), 0.0))

    def quantile(self, level: float) -> FloatArray:
        """Of each essay's mixture, by bisection, shape (essays,)."""
        deviations = np.sqrt(self.variances)
        low = (self.means - 9.0 * deviations).min(axis=0)
        high = (self.means + 9.0 * deviations).max(axis=0)
        for _ in range(_BISECTIONS):
            middle = (low + high) / 2.0
            below = self.weights @ ndtr((middle - self.means) / np.maximum(deviations, 1e-12)) < level
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return np.asarray((low + high) / 2.0)


def log_prior(sd: float) -> float:
    """Log density of log sd, up to a constant."""
    return math.log(sd) - 0.5 * (sd / TYPICAL_SD) ** 2


def spread_posterior(model: Model, start: Posterior) -> SpreadPosterior:
    """From the most likely spread outwards in both directions until the density is negligible."""
    step = float(np.clip(2.4 / math.sqrt(2.0 * model.design.essays), 0.06, 0.45))
    first = most_likely(model, start)
    if math.isnan(first.log_evidence):
        return point_spread(model, first)
    points = {0: first}
    best = density = log_density(first)
    for direction in (1, -1):
        place, current = 0, first
        while True:
            place += direction
            next_sd = first.prior.sd * math.exp(step * place)
            if not SMALLEST_SD < next_sd < LARGEST_SD:
                break
            current = propagate(model, Prior(next_sd), current.factors)
            points[place] = current
            density = log_density(current)
            best = max(best, density)
            if density < best - _NEGLIGIBLE:
                break
    return _weighted(model.design.essays, tuple(points[place] for place in sorted(points)))


def point_spread(model: Model, posterior: Posterior) -> SpreadPosterior:
    """As if the spread were known to be the one of `posterior`."""
    return _mixture(model.design.essays, (posterior,), np.ones(1))


def improved_sd(model: Model, posterior: Posterior) -> float:
    """The step of expectation maximisation for the spread; where it stays, its posterior density is stationary.

    With S = sum E[theta^2], N degrees of freedom and the prior of scale c it solves -N + S / sd^2 + 1 - sd^2 / c^2 = 0.
    """
    sizes = model.design.component_sizes
    squares = float(np.square(posterior.mean[: model.design.essays]).sum() + posterior.moments.scores.sum())
    freedom = float(np.where(sizes > 1, 1.0 - 1.0 / sizes, 1.0).sum()) - 1.0
    root = math.sqrt(freedom**2 + 4.0 * squares / TYPICAL_SD**2)
    # the same as (root - freedom) c^2 / 2, without its cancellation
    sd = math.sqrt(2.0 * squares / (root + freedom)) if root + freedom > 0.0 else SMALLEST_SD
    return min(max(sd, SMALLEST_SD), LARGEST_SD)


def most_likely(model: Model, start: Posterior) -> Posterior:
    """The posterior under the spread at which `improved_sd` stays, by the secant method on log sd."""
    here = start
    before, gain_before = 0.0, 0.0
    for round_number in range(_MOST_SECANTS):
        log_sd = math.log(here.prior.sd)
        gain = math.log(improved_sd(model, here)) - log_sd
        if abs(gain) <= _SETTLED:
            break
        step = gain
        if round_number and (gain - gain_before) * (log_sd - before) < 0.0:  # elsewhere the secant leads away
            step = -gain * (log_sd - before) / (gain - gain_before)
        before, gain_before = log_sd, gain
        next_sd = min(max(math.exp(log_sd + min(max(step, -0.5), 0.5)), SMALLEST_SD), LARGEST_SD)
        here = propagate(model, Prior(next_sd), here.factors, tolerance=_ROUGHLY)
    return here


def log_density(posterior: Posterior) -> float:
    """Of the answers and log sd together, up to a constant."""
    return posterior.log_evidence + log_prior(posterior.prior.sd)


def _weighted(essays: int, posteriors: tuple[Posterior, ...]) -> SpreadPosterior:
    density = np.array([log_density(posterior) for posterior in posteriors])
    weights = np.exp(density - density.max())
    return _mixture(essays, posteriors, weights / weights.sum())


def _mixture(essays: int, posteriors: tuple[Posterior, ...], weights: FloatArray) -> SpreadPosterior:
    return SpreadPosterior(
        posteriors=posteriors,
        weights=weights,
        means=np.array([posterior.mean[:essays] for posterior in posteriors]),
        variances=np.array([posterior.moments.scores for posterior in posteriors]),
    )
