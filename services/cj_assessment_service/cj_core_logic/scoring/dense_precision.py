"""Small posteriors, with every covariance at hand."""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import lapack

from cj_assessment_service.cj_core_logic.scoring.answers import sums_at
from cj_assessment_service.cj_core_logic.scoring.arrays import FloatArray
from cj_assessment_service.cj_core_logic.scoring.design import Design, Prior
from cj_assessment_service.cj_core_logic.scoring.moments import Moments
from cj_assessment_service.domain.errors import ScoreConvergenceFailed


@dataclass(frozen=True, slots=True, eq=False)
class DensePrecision:
    """Holds the lower Cholesky factor, shape (parameters, parameters)."""

    design: Design
    prior: Prior
    lower: FloatArray

    def solve(self, pull: FloatArray) -> FloatArray:
        solution, _ = lapack.dpotrs(self.lower, pull, lower=1)
        return np.asarray(solution, dtype=np.float64)

    def moments(self) -> Moments:
        essays = self.design.essays
        covariance = self._covariance()
        log_determinant = 2.0 * float(np.log(np.diag(self.lower)).sum())
        return Moments(
            scores=np.maximum(np.diag(covariance)[:essays] - self.prior.mean_variances(self.design), 0.0),
            rows=_row_variances(self.design, covariance),
            positions=covariance[essays:, essays:],
            log_volume=0.5 * (self.prior.log_determinant(self.design) - log_determinant),
        )

    def _covariance(self) -> FloatArray:
        half, _ = lapack.dpotri(self.lower, lower=1)
        lower = np.tril(half)
        return np.asarray(lower + np.tril(lower, -1).T, dtype=np.float64)


def dense_precision(design: Design, prior: Prior, information: FloatArray) -> DensePrecision:
    """The comparison graph's Laplacian, bordered by the position effects, plus the prior's precision. Raises
    ScoreConvergenceFailed when it is not positive definite.
    """
    matrix = information_matrix(design, information)
    diagonal, essays = np.arange(design.essays), design.essays
    matrix[diagonal, diagonal] += prior.sd**-2
    matrix[essays:, essays:] += prior.position_precision(design.positions)
    lower, fault = lapack.dpotrf(matrix, lower=1, clean=1, overwrite_a=1)
    if fault:
        raise ScoreConvergenceFailed(
            f"The scale of {essays} essays could not be fitted: its curvature has a flat direction."
        )
    return DensePrecision(design, prior, np.asarray(lower, dtype=np.float64))


def information_matrix(design: Design, information: FloatArray) -> FloatArray:
    """sum_r information_r x_r x_r', shape (parameters, parameters)."""
    size, graph = design.parameters, design.graph
    matrix = np.zeros((size, size), order="F")
    weight = graph.per_pair(information * np.square(design.discrimination))
    matrix[graph.low, graph.high] = matrix[graph.high, graph.low] = -weight
    diagonal = np.arange(design.essays)
    matrix[diagonal, diagonal] = graph.per_essay(weight)
    if design.positions:
        border, effects = border_of(design, information)
        matrix[design.essays :, : design.essays] = border
        matrix[: design.essays, design.essays :] = border.T
        matrix[np.arange(design.essays, size), np.arange(design.essays, size)] = effects
    return matrix


def border_of(design: Design, information: FloatArray) -> tuple[FloatArray, FloatArray]:
    """What joins position effects and scores, shape (positions, essays), and what informs each effect."""
    held = design.position >= 0
    effect, size = design.position[held], design.positions * design.essays
    lever = (information * design.discrimination)[held]
    joined = sums_at(effect * design.essays + design.first[held], lever, size)
    joined -= sums_at(effect * design.essays + design.second[held], lever, size)
    return joined.reshape(design.positions, design.essays), sums_at(
        effect, information[held], design.positions
    )


def _row_variances(design: Design, covariance: FloatArray) -> FloatArray:
    """Variance of the d of each row, x_r' C x_r, shape (rows,)."""
    variance = np.diag(covariance)
    first, second, a = design.first, design.second, design.discrimination
    apart: FloatArray = np.square(a) * (variance[first] + variance[second] - 2.0 * covariance[first, second])
    if design.positions:
        effect = design.essays + np.maximum(design.position, 0)
        shared = variance[effect] + 2.0 * a * (covariance[first, effect] - covariance[second, effect])
        apart = apart + np.where(design.position >= 0, shared, 0.0)
    return apart
