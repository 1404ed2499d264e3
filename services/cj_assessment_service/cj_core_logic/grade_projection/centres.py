"""Where the grades lie on the scale of scores, learned from anchors: a mixed model with its spreads integrated out.

Anchor i of step k (the index of its grade) has the score

    score_i = intercept + slope * k + deviation_k + w_i + e_i

with deviation_k ~ N(0, between^2), w_i ~ N(0, within^2) and e_i ~ N(0, se_i^2). The centre of a grade is
intercept + slope * k + deviation_k, so that grades are drawn towards equal spacing the more, the less is known of
them, and a grade without anchors lies where the spacing says. Intercept and slope have flat priors.

Given both spreads the centres are Gaussian with precision

    P = M / between^2 + diag(sum over a step's anchors of 1 / (within^2 + se_i^2))

where M projects on the complement of straight lines. The restricted likelihood of the spreads (Patterson & Thompson
1971, Biometrika 58, 545-554) follows from the same terms, and centres and errors are averaged over a grid of spreads.
One anchor for each grade cannot tell the two spreads apart; there the priors below decide.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

TYPICAL_WITHIN = 0.5
"""Prior median of the spread inside a grade, in spacings of neighbouring grades. An even spread over a band would have
1 / sqrt(12) = 0.29; people who grade do not draw their lines that sharply.
"""

LOG_WITHIN_SPREAD = 0.6

TYPICAL_BETWEEN = 0.25
"""Prior median of the deviation from equal spacing, in spacings."""

LOG_BETWEEN_SPREAD = 0.7

_NODES = np.linspace(-3.0, 3.0, 13)
"""Grid of each spread, in standard deviations of its prior's logarithm."""


@dataclass(frozen=True, slots=True, eq=False)
class CentresPosterior:
    """Centres of K consecutive grades: `mean` (K,) and `covariance` (K, K) in logits; `slope` is the fitted spacing,
    `within_sd` the root of the posterior mean of within^2.
    """

    mean: FloatArray
    covariance: FloatArray
    slope: float
    within_sd: float


def fit_centres(
    steps: IntArray, scores: FloatArray, errors: FloatArray, spacing: float, grades: int
) -> CentresPosterior:
    """`steps` in 0..grades - 1 with at least two different ones, `scores` and `errors`: one entry per anchor.
    `spacing` (logits, above 0) is the unit of the priors.
    """
    within = spacing * TYPICAL_WITHIN * np.exp(LOG_WITHIN_SPREAD * _NODES)
    between = spacing * TYPICAL_BETWEEN * np.exp(LOG_BETWEEN_SPREAD * _NODES)
    middle = float(scores.mean())
    information, pull, fit = _evidence_per_grade(steps, scores - middle, errors, within, grades)
    precision = information[:, None, :, None] * np.eye(grades) + (
        _off_the_line(grades) / np.square(between)[:, None, None]
    )
    covariances = np.linalg.inv(precision)
    means = np.einsum("abij,aj->abi", covariances, pull)
    log_weight = (
        fit[:, None]
        + 0.5 * np.einsum("abi,ai->ab", means, pull)
        - 0.5 * np.linalg.slogdet(precision).logabsdet
        - (grades - 2) * np.log(between)
        - 0.5 * np.add.outer(np.square(_NODES), np.square(_NODES))
    )
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    mean = np.einsum("ab,abi->i", weight, means)
    second = np.einsum("ab,abij->ij", weight, covariances + means[..., :, None] * means[..., None, :])
    return CentresPosterior(
        mean=mean + middle,
        covariance=second - np.outer(mean, mean),
        slope=float(np.polyfit(np.arange(grades), mean, 1)[0]),
        within_sd=float(np.sqrt(weight.sum(axis=1) @ np.square(within))),
    )


def _evidence_per_grade(
    steps: IntArray, scores: FloatArray, errors: FloatArray, within: FloatArray, grades: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """For each within spread (rows): per grade the sums of 1 / variance and of score / variance, and the part of the
    log likelihood that does not depend on the centres.
    """
    variance = np.square(within)[:, None] + np.square(errors)
    membership = (steps[:, None] == np.arange(grades)).astype(np.float64)
    fit = -0.5 * (np.log(variance) + np.square(scores) / variance).sum(axis=1)
    return (1.0 / variance) @ membership, (scores / variance) @ membership, fit


def _off_the_line(grades: int) -> FloatArray:
    """The projection of (grades,) vectors on the complement of constant and straight line."""
    basis = np.linalg.qr(np.column_stack((np.ones(grades), np.arange(grades))))[0]
    residual_maker: FloatArray = np.eye(grades) - basis @ basis.T
    return residual_maker
