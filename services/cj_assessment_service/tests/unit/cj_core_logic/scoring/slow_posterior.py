"""The same posterior written down naively, one judgement at a time, and a general optimiser for its top. For comparison.

Gradients are exact without formulas: f(x + ih) has the imaginary part h f'(x) (Squire & Trapp 1998, SIAM Review 40).
"""

import cmath
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.scoring.terms import Terms

FloatArray = NDArray[np.float64]

_STEP = 1e-30


@dataclass(frozen=True, slots=True, eq=False)
class SlowPosterior:
    """`position[k]` is the place of judge k's position effect among the parameters after the scores, -1 without one. A
    tie is an outcome of its own where the judge's tie parameter is positive, and half a win for each otherwise.
    """

    judgements: Judgements
    terms: Terms
    position: Sequence[int]
    sd: float

    @property
    def parameters(self) -> int:
        return len(self.judgements.essays) + max(self.position) + 1

    def log_density(self, at: Sequence[complex]) -> complex:
        """Without constants."""
        n = len(self.judgements.essays)
        total: complex = sum(self.log_likelihood(row, at) for row in range(len(self.judgements)))
        total -= sum(score**2 for score in at[:n]) / (2.0 * self.sd**2)
        precision = np.linalg.inv(effects_covariance(len(at) - n)) if len(at) > n else np.empty((0, 0))
        for i, one in enumerate(at[n:]):
            for j, other in enumerate(at[n:]):
                total -= one * float(precision[i, j]) * other / 2.0
        return total

    def log_likelihood(self, row: int, at: Sequence[complex]) -> complex:
        """Of one judgement."""
        said, terms = self.judgements, self.terms
        k = int(said.judge[row])
        d = float(terms.discrimination[k]) * (at[said.first[row]] - at[said.second[row]])
        if self.position[k] >= 0:
            d += at[len(said.essays) + self.position[k]]
        weight, nu = float(said.weight[row]), float(terms.tie[k])
        if said.outcome[row] == 0:
            return weight * (log_tie(d, nu) if nu > 0.0 else log_shared(d, 0.5))
        u = d * float(said.outcome[row])
        level, grading = int(said.level[row]), float(terms.grading[k])
        if level == 0 or grading == 0.0:
            return weight * log_win(u, nu)
        bounds = [-math.inf, *terms.thresholds[k].tolist(), math.inf]
        low, high = bounds[level - 1], bounds[level]
        if grading == 1.0 and nu == 0.0:
            return weight * cmath.log(cumulative_logit(u, low, high))
        return weight * (log_win(u, nu) + cmath.log(level_given_win(u, nu, grading, (low, high))))

    def gradient(self, at: FloatArray) -> FloatArray:
        steps = np.eye(len(at)) * 1j * _STEP
        return np.array([self.log_density((at + step).tolist()).imag / _STEP for step in steps])

    def mode(self) -> FloatArray:
        """A general optimiser from a cold start."""

        def depth(at: FloatArray) -> float:
            return -self.log_density(at.tolist()).real

        def slope(at: FloatArray) -> FloatArray:
            return -self.gradient(at)

        found = minimize(depth, np.zeros(self.parameters), jac=slope, method="BFGS", options={"gtol": 1e-9})
        return np.asarray(found.x, dtype=np.float64)


def effects_covariance(count: int) -> FloatArray:
    """Of judges' effects: N(0, 1) for their mean and N(0, 0.5^2) around it; of a single effect N(0, 1)."""
    return np.eye(1) if count == 1 else np.ones((count, count)) + 0.25 * np.eye(count)


def logistic(x: complex) -> complex:
    return 1.0 / (1.0 + cmath.exp(-x))


def log_shared(d: complex, share: float) -> complex:
    return share * cmath.log(logistic(d)) + (1.0 - share) * cmath.log(logistic(-d))


def log_win(u: complex, nu: float) -> complex:
    """Davidson's model."""
    return u / 2.0 - cmath.log(cmath.exp(u / 2.0) + cmath.exp(-u / 2.0) + nu)


def log_tie(d: complex, nu: float) -> complex:
    return math.log(nu) - cmath.log(cmath.exp(d / 2.0) + cmath.exp(-d / 2.0) + nu)


def cumulative_logit(u: complex, low: float, high: float) -> complex:
    """McCullagh's original form, P = F(u - tau_low) - F(u - tau_high), with thresholds tau = log(1 + exp(kappa))."""
    upper = 0.0 if high == math.inf else logistic(u - math.log1p(math.exp(high)))
    lower = logistic(u if low == -math.inf else u - math.log1p(math.exp(low)))
    return lower - upper


def level_given_win(u: complex, nu: float, grading: float, bounds: tuple[float, float]) -> complex:
    dominance = -log_win(-u, nu)
    below = 0.0 if bounds[0] == -math.inf else logistic(bounds[0] - grading * dominance)
    above = 1.0 if bounds[1] == math.inf else logistic(bounds[1] - grading * dominance)
    return above - below
