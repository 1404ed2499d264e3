"""The same posterior written down naively: one judgement at a time, no counting, no sum-zero space. For comparison."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from cj_assessment_service.cj_core_logic.scoring.bradley_terry import Prior
from cj_assessment_service.domain.comparisons import Winner
from cj_assessment_service.tests.unit.cj_core_logic.scoring.judgements import Case


def log_posterior(case: Case, prior: Prior, at: NDArray[np.float64]) -> float:
    """Of n independent N(0, sd^2) scores and b, without constants."""
    total = -0.5 * float(np.sum(at[:-1] ** 2)) / prior.sd**2 - 0.5 * float(at[-1]) ** 2 / prior.position_sd**2
    for sign, direction in _rows(case):
        total -= float(np.log1p(np.exp(-sign * float(direction @ at))))
    return total


def slow_mode(case: Case, prior: Prior) -> NDArray[np.float64]:
    """A general optimiser from a cold start."""

    def depth(at: NDArray[np.float64]) -> float:
        return -log_posterior(case, prior, at)

    def slope(at: NDArray[np.float64]) -> NDArray[np.float64]:
        result = np.append(at[:-1] / prior.sd**2, at[-1] / prior.position_sd**2)
        for sign, direction in _rows(case):
            result -= sign * direction / (1.0 + np.exp(sign * float(direction @ at)))
        return result

    found = minimize(
        depth,
        np.zeros(len(case.essays) + 1),
        jac=slope,
        method="BFGS",
        options={"gtol": 1e-10},
    )
    return np.asarray(found.x, dtype=np.float64)


def slow_curvature(case: Case, prior: Prior, at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Minus the second derivatives, shape (n + 1, n + 1)."""
    curvature = np.diag(np.append(np.full(len(case.essays), prior.sd**-2), prior.position_sd**-2))
    for _, direction in _rows(case):
        chance = 1.0 / (1.0 + np.exp(-float(direction @ at)))
        curvature += chance * (1.0 - chance) * np.outer(direction, direction)
    return curvature


def _rows(case: Case) -> list[tuple[float, NDArray[np.float64]]]:
    """For every judgement +1 or -1 for a win of the first or second, and the coefficients of its log-odds."""
    rows = []
    for decision in case.decided:
        direction = np.zeros(len(case.essays) + 1)
        direction[case.essays.index(decision.pair.first)] += 1.0
        direction[case.essays.index(decision.pair.second)] -= 1.0
        direction[-1] = 1.0
        rows.append((1.0 if decision.winner is Winner.FIRST else -1.0, direction))
    return rows
