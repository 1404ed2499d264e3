"""Posteriors by brute force: the scores of two or three essays, and a position effect, on a dense grid."""

from dataclasses import dataclass

import numpy as np

from cj_assessment_service.cj_core_logic.scoring.model import Model
from cj_assessment_service.tests.unit.cj_core_logic.scoring.judgements import FloatArray

_REACH = 9.0
"""Standard deviations of the prior that the grid covers on either side."""


@dataclass(frozen=True, slots=True, eq=False)
class Exact:
    """Means and standard deviations of the centred scores, and log p(answers | sd)."""

    means: FloatArray
    errors: FloatArray
    log_evidence: float


def integrated(model: Model, sd: float, points: int) -> Exact:
    """The centred scores have n - 1 independent N(0, sd^2) coordinates on an orthonormal basis of the sum-zero space; a
    position effect is N(0, 1). The sum over an even grid is spectrally exact for smooth densities that vanish at its
    ends (Trefethen & Weideman 2014, SIAM Review 56, 385-458).
    """
    n, positions = model.design.essays, model.design.positions
    scales = np.array([sd] * (n - 1) + [1.0] * positions)
    axes = [np.linspace(-_REACH, _REACH, points) * scale for scale in scales]
    grid = np.stack([axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")])
    basis = np.linalg.svd(np.ones((1, n)))[2][1:]
    parameters = np.vstack((basis.T @ grid[: n - 1], grid[n - 1 :]))
    log_density = -0.5 * np.square(grid / scales[:, np.newaxis]).sum(axis=0)
    a = model.design.discrimination[:, np.newaxis]
    d = a * (parameters[model.design.first] - parameters[model.design.second])
    if positions:
        d = d + parameters[n + model.design.position]
    log_density += model.responses.log_likelihood(d).sum(axis=0)
    mass = np.exp(log_density - log_density.max())
    means = parameters[:n] @ mass / mass.sum()
    variances = np.square(parameters[:n] - means[:, np.newaxis]) @ mass / mass.sum()
    cell = np.prod([(axis[1] - axis[0]) / scale for axis, scale in zip(axes, scales, strict=True)])
    log_evidence = np.log(mass.sum() * cell) + log_density.max() - 0.5 * len(scales) * np.log(2.0 * np.pi)
    return Exact(means, np.sqrt(variances), float(log_evidence))
