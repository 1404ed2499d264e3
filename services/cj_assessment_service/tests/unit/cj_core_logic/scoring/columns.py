"""Judgements in columns for the tests of statistics: drawn by Hypothesis, from answers, and simulated from a known truth."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import expit

from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.domain.identifiers import EssayId

Answer = tuple[int, int, int, int]
"""First essay, second essay, judge (all by number), outcome 1, 0 or -1."""


def columns(answers: Sequence[Answer], essays: int, judges: int = 1) -> Judgements:
    table = np.array(answers, dtype=np.intp).reshape(-1, 4)
    return Judgements(
        essays=tuple(EssayId(f"essay-{number:05d}") for number in range(essays)),
        judges=tuple(f"judge-{number:04d}" for number in range(judges)),
        first=table[:, 0],
        second=table[:, 1],
        judge=table[:, 2],
        outcome=table[:, 3],
        level=np.zeros(len(table), dtype=np.intp),
        p_first=np.full(len(table), np.nan),
        confidence=np.full(len(table), np.nan),
        weight=np.ones(len(table)),
    )


@st.composite
def some_judgements(draw: st.DrawFn, most: int = 40) -> Judgements:
    """2 to 7 essays, 1 to 3 judges, 1 to `most` answers with ties, connected or not."""
    essays, judges = draw(st.integers(2, 7)), draw(st.integers(1, 3))
    pair = st.lists(st.integers(0, essays - 1), min_size=2, max_size=2, unique=True)
    answer = st.builds(
        lambda two, judge, outcome: (two[0], two[1], judge, outcome),
        pair,
        st.integers(0, judges - 1),
        st.sampled_from((1, 1, -1, -1, 0)),
    )
    return columns(draw(st.lists(answer, min_size=1, max_size=most)), essays, judges)


def swapped(judgements: Judgements) -> Judgements:
    """Every pair shown the other way round, with the same winners."""
    return replace(
        judgements,
        first=judgements.second,
        second=judgements.first,
        outcome=-judgements.outcome,
        p_first=1.0 - judgements.p_first,
    )


def reversed_outcomes(judgements: Judgements) -> Judgements:
    return replace(judgements, outcome=-judgements.outcome, p_first=1.0 - judgements.p_first)


def simulated(
    truth: NDArray[np.float64], rounds: int, rng: np.random.Generator, judges: int = 1
) -> Judgements:
    """Every essay once per round against a random other, answered by judges drawn at random under the model."""
    orders = [rng.permutation(len(truth)) for _ in range(rounds)]
    half = len(truth) // 2
    first = np.concatenate([order[:half] for order in orders])
    second = np.concatenate([order[half : 2 * half] for order in orders])
    return answered(truth, (first, second), rng.integers(0, judges, len(first)), rng)


def answered(
    truth: NDArray[np.float64],
    pairs: tuple[NDArray[np.intp], NDArray[np.intp]],
    judge: NDArray[np.intp],
    rng: np.random.Generator,
) -> Judgements:
    first, second = pairs
    won = rng.random(len(first)) < expit(truth[first] - truth[second])
    rows = np.column_stack([first, second, judge, np.where(won, 1, -1)])
    return columns([tuple(row) for row in rows.tolist()], len(truth), int(judge.max()) + 1)
