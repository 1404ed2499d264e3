"""The posterior's precision matrix: solved exactly while it is small, iteratively where it is large and sparse."""

from typing import Protocol

from cj_assessment_service.cj_core_logic.scoring.arrays import FloatArray
from cj_assessment_service.cj_core_logic.scoring.dense_precision import dense_precision
from cj_assessment_service.cj_core_logic.scoring.design import Design, Prior
from cj_assessment_service.cj_core_logic.scoring.moments import Moments
from cj_assessment_service.cj_core_logic.scoring.sparse_precision import sparse_precision

DENSE_UP_TO = 800
"""Parameters. Beyond, a dense inverse takes longer than its last digits are worth."""


class Precision(Protocol):
    """sum_r information_r x_r x_r' + prior precision, with x_r the dependence of row r's d on the parameters."""

    def solve(self, pull: FloatArray) -> FloatArray:
        """Precision^-1 pull, shape (parameters,)."""
        ...

    def moments(self) -> Moments:
        """What follows from the inverse."""
        ...


def precision_of(design: Design, prior: Prior, information: FloatArray) -> Precision:
    """Raises ScoreConvergenceFailed when it is not positive definite."""
    if design.parameters <= DENSE_UP_TO:
        return dense_precision(design, prior, information)
    return sparse_precision(design, prior, information)
