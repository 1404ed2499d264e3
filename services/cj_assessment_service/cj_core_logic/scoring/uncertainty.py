"""Errors of the centred scores, from the full curvature of the posterior, prior included."""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_triangular

from cj_assessment_service.cj_core_logic.scoring.bradley_terry import Mode
from cj_assessment_service.cj_core_logic.scoring.design import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Errors:
    """Posterior standard deviations in logits: of each centred score, shape (n,), and of the position effect."""

    scores: FloatArray
    position: float


def errors_of(mode: Mode) -> Errors:
    """The square roots of the diagonal of the inverse curvature, without the share 1 / n that its lifted constant
    direction (see `Mode`) adds to each score. An essay nobody compared keeps the prior's sd sqrt(1 - 1/n).
    """
    size = len(mode.parameters)
    root = solve_triangular(mode.factor, np.eye(size), lower=True, overwrite_b=True, check_finite=False)
    variances = np.square(root).sum(axis=0)
    return Errors(np.sqrt(variances[:-1] - 1.0 / (size - 1)), float(np.sqrt(variances[-1])))
