"""Pairs chosen by score are noticed, others are not accused."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from cj_assessment_service.cj_core_logic.scoring.adaptivity import adaptive_suspected
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.scoring.literature import fit_literature
from cj_assessment_service.domain.scores import Scoreboard
from cj_assessment_service.tests.unit.cj_core_logic.scoring.columns import answered, simulated

ESSAYS = 40


def eps(judgements: Judgements) -> Scoreboard:
    return fit_literature(judgements, 0.3)


def suspected(judgements: Judgements) -> bool:
    return adaptive_suspected(judgements, eps, np.random.default_rng(1))


def neighbours(seed: int, sd: float) -> Judgements:
    """Three random rounds, then seven in which each essay meets its neighbour on the scale so far."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(0.0, sd, ESSAYS)
    judgements = simulated(truth, 3, rng)
    for turn in range(7):
        scale = [row.score for row in eps(judgements).scores]
        order = np.roll(np.argsort(scale), turn % 2)
        judgements = joined(judgements, truth, (order[::2], order[1::2]), rng)
    return judgements


def joined(
    before: Judgements,
    truth: NDArray[np.float64],
    pairs: tuple[NDArray[np.intp], NDArray[np.intp]],
    rng: np.random.Generator,
) -> Judgements:
    new = answered(truth, pairs, np.zeros(len(pairs[0]), dtype=np.intp), rng)
    return replace(
        before,
        first=np.concatenate((before.first, new.first)),
        second=np.concatenate((before.second, new.second)),
        judge=np.concatenate((before.judge, new.judge)),
        outcome=np.concatenate((before.outcome, new.outcome)),
        level=np.concatenate((before.level, new.level)),
        p_first=np.concatenate((before.p_first, new.p_first)),
        confidence=np.concatenate((before.confidence, new.confidence)),
        weight=np.concatenate((before.weight, new.weight)),
    )


@pytest.mark.parametrize("sd", [0.5, 2.0])
def test_neighbours_by_score_are_suspected(sd: float) -> None:
    assert sum(suspected(neighbours(seed, sd)) for seed in range(6)) >= 5


@pytest.mark.parametrize(("sd", "rounds"), [(0.5, 4), (2.0, 8), (3.0, 16)])
def test_random_rounds_are_not(sd: float, rounds: int) -> None:
    found = []
    for seed in range(6):
        rng = np.random.default_rng(seed)
        found.append(suspected(simulated(rng.normal(0.0, sd, ESSAYS), rounds, rng)))
    assert sum(found) == 0


def design(kind: str) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    every = np.arange(ESSAYS)
    match kind:
        case "star":
            return np.zeros(4 * (ESSAYS - 1), dtype=np.intp), np.tile(every[1:], 4)
        case "ring":
            return np.tile(every, 4), np.tile(np.roll(every, 1), 4)
        case "complete":
            return np.triu_indices(ESSAYS, 1)
        case _:
            raise ValueError(kind)


@pytest.mark.parametrize("kind", ["star", "ring", "complete"])
def test_designs_that_know_no_scores_are_not(kind: str) -> None:
    rng = np.random.default_rng(7)
    pairs = design(kind)
    truth = rng.normal(0.0, 2.0, ESSAYS)
    truth[0] = 0.0
    assert not suspected(answered(truth, pairs, np.zeros(len(pairs[0]), dtype=np.intp), rng))


def test_too_few_pairs_say_nothing() -> None:
    rng = np.random.default_rng(8)
    assert not suspected(simulated(np.zeros(4), 2, rng))
