"""Simulated batches of known truth: 30 essays with a spread of 2 logits, random pairs."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

from cj_assessment_service.cj_core_logic.scoring.fit import fit
from cj_assessment_service.tests.unit.cj_core_logic.scoring.judgements import simulated

BATCHES = 14


@dataclass(frozen=True, slots=True)
class Recovery:
    """Means over batches: squared correlation with the truth, reported reliability, coverage of the 95 % intervals, and
    reported error.
    """

    r_squared: float
    reliability: float
    coverage: float
    error: float


@cache
def recovery(rounds: int) -> Recovery:
    rows = []
    for seed in range(BATCHES):
        rng = np.random.default_rng(seed)
        truth = rng.normal(0.0, 2.0, 30)
        case = simulated(truth, rounds, rng, position=0.3)
        board = fit(case.essays, case.decided)
        centred = truth - truth.mean()
        low, high = np.array([score.interval for score in board.scores]).T
        fitted = [score.score for score in board.scores]
        inside = np.mean((low <= centred) & (centred <= high))
        rows.append((np.corrcoef(fitted, centred)[0, 1] ** 2, board.reliability, inside, board.mean_se))
    return Recovery(*np.mean(rows, axis=0).tolist())


@pytest.mark.parametrize(("rounds", "least"), [(4, 0.45), (8, 0.70), (20, 0.85)])
def test_truth_is_recovered_and_the_uncertainty_is_honest(rounds: int, least: float) -> None:
    found = recovery(rounds)
    assert found.r_squared > least
    assert found.reliability == pytest.approx(found.r_squared, abs=0.06)
    assert 0.90 <= found.coverage <= 0.99


def test_more_evidence_lowers_the_mean_error() -> None:
    assert recovery(4).error > recovery(8).error > recovery(20).error
