"""How widely the true scores spread, and what not knowing it does to every error.

The spread sd of the scores has the prior density of a half-Cauchy variable of scale 2.5 logits (Gelman 2006, Bayesian
Analysis 1, 515-534), weak enough to follow the answers and thin enough near 0 and far out to be safe while there are
few. Its posterior is taken at points evenly spaced in log sd, wherever it has weight:

    p(sd | answers) ~ p(answers | sd) sd / (1 + (sd / 2.5)^2)      per unit of log sd

with the evidence p(answers | sd) of expectation propagation. The posterior of a score is the mixture over these points.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from cj_assessment_service.cj_core_logic.scoring.arrays import FloatArray
from cj_assessment_service.cj_core_logic.scoring.design import Design, Prior
from cj_assessment_service.cj_core_logic.scoring.expectation_propagation import (
    Factors,
    Posterior,
    propagate,
)
from cj_assessment_service.cj_core_logic.scoring.model import Model

TYPICAL_SD = 2.5
"""Scale of the half-Cauchy prior of the spread, in logits: true spreads below and above it are equally likely."""

SMALLEST_SD = 0.02
LARGEST_SD = 20.0
_NEGLIGIBLE = 6.5
"""Points whose log density lies this far below the highest one end the grid."""

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
    return math.log(sd) - math.log1p((sd / TYPICAL_SD) ** 2)


def spread_posterior(model: Model, sd: float, start: Factors) -> SpreadPosterior:
    """From the point `sd` outwards in both directions until the density is negligible."""
    step = float(np.clip(2.0 / math.sqrt(2.0 * model.design.essays), 0.06, 0.35))
    first = propagate(model, Prior(sd), start)
    points = {0: first}
    best = density = _log_density(first)
    for direction in (1, -1):
        place, current = 0, first
        while True:
            place += direction
            next_sd = sd * math.exp(step * place)
            if not SMALLEST_SD < next_sd < LARGEST_SD:
                break
            current = propagate(model, Prior(next_sd), current.factors)
            points[place] = current
            density = _log_density(current)
            best = max(best, density)
            if density < best - _NEGLIGIBLE:
                break
    return _weighted(model.design, tuple(points[place] for place in sorted(points)))


def centred_variances(design: Design, posterior: Posterior) -> FloatArray:
    """Variances of the scores less the mean of their connected part, shape (essays,).

    No answer informs the mean of a part, which keeps the prior's variance sd^2 / size and is uncorrelated with the
    rest. An essay nobody compared is not centred: it keeps the prior's sd.
    """
    variance = np.diag(posterior.covariance)[: design.essays]
    sizes = design.component_sizes
    shared = np.where(sizes > 1, posterior.prior.sd**2 / sizes, 0.0)
    return np.maximum(variance - shared, 0.0)


def _log_density(posterior: Posterior) -> float:
    return posterior.log_evidence + log_prior(posterior.prior.sd)


def _weighted(design: Design, posteriors: tuple[Posterior, ...]) -> SpreadPosterior:
    density = np.array([_log_density(posterior) for posterior in posteriors])
    weights = np.exp(density - density.max())
    return SpreadPosterior(
        posteriors=posteriors,
        weights=weights / weights.sum(),
        means=np.array([posterior.mean[: design.essays] for posterior in posteriors]),
        variances=np.array([centred_variances(design, posterior) for posterior in posteriors]),
    )
