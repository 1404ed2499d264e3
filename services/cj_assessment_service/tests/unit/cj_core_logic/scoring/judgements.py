"""Judgements for the scoring tests: from counts, drawn by Hypothesis, and simulated from a known truth."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from cj_assessment_service.domain.comparisons import DecidedComparison, OrientedPair, Winner
from cj_assessment_service.domain.identifiers import EssayId


@dataclass(frozen=True, slots=True)
class Case:
    """Essays and the judgements between them."""

    essays: tuple[EssayId, ...]
    decided: tuple[DecidedComparison, ...]


def essay_ids(count: int) -> tuple[EssayId, ...]:
    return tuple(EssayId(f"essay-{number:03d}") for number in range(count))


def judged(
    first: str, second: str, first_wins: int = 1, second_wins: int = 0
) -> tuple[DecidedComparison, ...]:
    pair = OrientedPair(EssayId(first), EssayId(second))
    winners = [Winner.FIRST] * first_wins + [Winner.SECOND] * second_wins
    return tuple(DecidedComparison(pair, winner, "test") for winner in winners)


def counted(rows: Sequence[tuple[str, str, int, int]]) -> Case:
    """From rows of first, second, wins of the first, wins of the second."""
    essays = sorted({row[0] for row in rows} | {row[1] for row in rows})
    return Case(tuple(EssayId(name) for name in essays), tuple(d for row in rows for d in judged(*row)))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """2 to 6 essays and 1 to 25 judgements, connected or not, one-sided or not."""
    essays = essay_ids(draw(st.integers(2, 6)))
    pairs = st.lists(st.sampled_from(essays), min_size=2, max_size=2, unique=True)
    decision = st.builds(
        lambda pair, winner: DecidedComparison(OrientedPair(*pair), winner, "test"),
        pairs,
        st.sampled_from(Winner),
    )
    return Case(essays, tuple(draw(st.lists(decision, min_size=1, max_size=25))))


def reversed_winner(decision: DecidedComparison) -> DecidedComparison:
    """The other essay wins."""
    return replace(decision, winner=Winner.SECOND if decision.winner is Winner.FIRST else Winner.FIRST)


def swapped_sides(decision: DecidedComparison) -> DecidedComparison:
    """The same essay wins, shown in the other order."""
    return replace(reversed_winner(decision), pair=decision.pair.swapped)


def simulated(
    truth: NDArray[np.float64], rounds: int, rng: np.random.Generator, position: float = 0.0
) -> Case:
    """Every essay once per round against a random other, judged by the model itself."""
    essays = essay_ids(len(truth))
    decided = []
    for _ in range(rounds):
        order = rng.permutation(len(truth))
        for i, j in zip(order[0::2], order[1::2], strict=False):
            chance = 1.0 / (1.0 + np.exp(-(truth[i] - truth[j] + position)))
            winner = Winner.FIRST if rng.random() < chance else Winner.SECOND
            decided.append(DecidedComparison(OrientedPair(essays[i], essays[j]), winner, "test"))
    return Case(essays, tuple(decided))
