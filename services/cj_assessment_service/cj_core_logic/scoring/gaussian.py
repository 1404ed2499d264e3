"""Gaussian posteriors with every covariance at hand."""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import lapack

from cj_assessment_service.cj_core_logic.scoring.answers import sums_at
from cj_assessment_service.cj_core_logic.scoring.arrays import FloatArray, IntArray
from cj_assessment_service.cj_core_logic.scoring.design import Design, Prior
from cj_assessment_service.domain.errors import ScoreConvergenceFailed


@dataclass(frozen=True, slots=True, eq=False)
class Factor:
    """The lower Cholesky factor of a posterior precision, shape (parameters, parameters)."""

    lower: FloatArray

    @property
    def log_determinant(self) -> float:
        """Of the precision."""
        return 2.0 * float(np.log(np.diag(self.lower)).sum())

    def solve(self, pull: FloatArray) -> FloatArray:
        solution, _ = lapack.dpotrs(self.lower, pull, lower=1)
        return np.asarray(solution, dtype=np.float64)

    def covariance(self) -> FloatArray:
        half, _ = lapack.dpotri(self.lower, lower=1)
        full = np.tril(half)
        return np.asarray(full + np.tril(full, -1).T, dtype=np.float64)


def precision(design: Design, prior: Prior, information: FloatArray) -> FloatArray:
    """sum_r information_r x_r x_r' plus the prior's precision, with x_r the row's dependence on the parameters: the
    comparison graph's Laplacian, bordered by the position effects. Shape (parameters, parameters).
    """
    size, essays = design.parameters, design.essays
    weight = information * np.square(design.discrimination)
    first, second = design.first, design.second
    places = [first * size + first, second * size + second, first * size + second, second * size + first]
    values = [weight, weight, -weight, -weight]
    if design.positions:
        held = design.position >= 0
        effect = essays + design.position[held]
        lever = (information * design.discrimination)[held]
        first, second = first[held], second[held]
        places += _both_ways(effect, first, size) + _both_ways(effect, second, size) + [effect * (size + 1)]
        values += [lever, lever, -lever, -lever, information[held]]
    matrix = sums_at(np.concatenate(places), np.concatenate(values), size * size).reshape(size, size)
    diagonal = np.arange(essays)
    matrix[diagonal, diagonal] += prior.sd**-2
    matrix[essays:, essays:] += prior.position_precision(design.positions)
    return matrix


def factorised(matrix: FloatArray) -> Factor:
    """Raises ScoreConvergenceFailed when the matrix is not positive definite."""
    lower, fault = lapack.dpotrf(matrix, lower=1, clean=1, overwrite_a=1)
    if fault:
        raise ScoreConvergenceFailed(
            f"The scale of {len(matrix)} parameters could not be fitted: its curvature has a flat direction."
        )
    return Factor(np.asarray(lower))


def row_variances(design: Design, covariance: FloatArray) -> FloatArray:
    """Variance of the d of each row, x_r' C x_r, shape (rows,)."""
    variance = np.diag(covariance)
    first, second, a = design.first, design.second, design.discrimination
    apart: FloatArray = np.square(a) * (variance[first] + variance[second] - 2.0 * covariance[first, second])
    if design.positions:
        effect = design.essays + np.maximum(design.position, 0)
        shared = variance[effect] + 2.0 * a * (covariance[first, effect] - covariance[second, effect])
        apart = apart + np.where(design.position >= 0, shared, 0.0)
    return apart


def _both_ways(effect: IntArray, essay: IntArray, size: int) -> list[IntArray]:
    return [effect * size + essay, essay * size + effect]
