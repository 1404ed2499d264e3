"""Simulated batches of known truth: 30 essays with a spread of 2 logits, random pairs."""

import numpy as np
import pytest

from cj_assessment_service.cj_core_logic.scoring.fit import fit
from cj_assessment_service.tests.unit.cj_core_logic.scoring.judgements import simulated

BATCHES = 20


def figures(rounds: int) -> tuple[float, float, float]:
    """Means over batches: squared correlation with the truth, reported reliability, coverage of the intervals."""
    rows = []
    for seed in range(BATCHES):
        rng = np.random.default_rng(seed)
        truth = rng.normal(0.0, 2.0, 30)
        case = simulated(truth, rounds, rng, position=0.3)
        board = fit(case.essays, case.decided)
        centred = truth - truth.mean()
        inside = [
            low <= value <= high
            for value, (low, high) in zip(centred, (score.interval for score in board.scores), strict=True)
        ]
        fitted = [score.score for score in board.scores]
        rows.append((np.corrcoef(fitted, centred)[0, 1] ** 2, board.reliability, np.mean(inside)))
    correlation, reliability, coverage = np.mean(rows, axis=0)
    return float(correlation), float(reliability), float(coverage)


@pytest.mark.parametrize(("rounds", "least"), [(8, 0.70), (20, 0.85)])
def test_truth_is_recovered_and_the_uncertainty_is_honest(rounds: int, least: float) -> None:
    correlation, reliability, coverage = figures(rounds)
    assert correlation > least
    assert reliability == pytest.approx(correlation, abs=0.05)
    assert 0.90 <= coverage <= 0.98
