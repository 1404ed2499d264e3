"""Judgements for the scoring tests: from counts, drawn by Hypothesis, and simulated from a known truth."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements, judgements_of
from cj_assessment_service.domain.comparisons import DecidedComparison, OrientedPair, Winner
from cj_assessment_service.domain.identifiers import EssayId

FloatArray = NDArray[np.float64]

_OTHER = {Winner.FIRST: Winner.SECOND, Winner.SECOND: Winner.FIRST, Winner.TIE: Winner.TIE}


@dataclass(frozen=True, slots=True)
class Case:
    """Essays and the judgements between them."""

    essays: tuple[EssayId, ...]
    decided: tuple[DecidedComparison, ...]

    @property
    def judgements(self) -> Judgements:
        return judgements_of(self.essays, self.decided)


def essay_ids(count: int) -> tuple[EssayId, ...]:
    return tuple(EssayId(f"essay-{number:03d}") for number in range(count))


def judged(
    first: str, second: str, first_wins: int = 1, second_wins: int = 0, ties: int = 0
) -> tuple[DecidedComparison, ...]:
    pair = OrientedPair(EssayId(first), EssayId(second))
    winners = [Winner.FIRST] * first_wins + [Winner.SECOND] * second_wins + [Winner.TIE] * ties
    return tuple(DecidedComparison(pair, winner, "test") for winner in winners)


def counted(rows: Sequence[tuple[str, str, int, int]]) -> Case:
    """From rows of first, second, wins of the first, wins of the second."""
    essays = sorted({row[0] for row in rows} | {row[1] for row in rows})
    return Case(tuple(EssayId(name) for name in essays), tuple(d for row in rows for d in judged(*row)))


Pairs = list[tuple[int, int]]
SHAPES: dict[str, Callable[[int], Pairs]] = {
    "chain": lambda n: [(i, i + 1) for i in range(n - 1)],
    "tree": lambda n: [((i - 1) // 2, i) for i in range(1, n)],
    "ring": lambda n: [(i, (i + 1) % n) for i in range(n)],
    "star": lambda n: [(0, i) for i in range(1, n)],
    "disconnected": lambda n: [(i, i + 1) for i in range(0, n - 1, 2)],
    "repeated": lambda n: [(0, 1), (1, 0)] * n,
    "complete": lambda n: [(i, j) for i in range(n) for j in range(i + 1, n)],
}


@st.composite
def designs(draw: st.DrawFn) -> Case:
    """A named shape on 2 to 6 essays: up to three times over, won by the better one or not, judged by one judge, two
    judges, or one judge each, with ties and levels or without.
    """
    n = draw(st.integers(2, 6))
    pairs = SHAPES[draw(st.sampled_from(sorted(SHAPES)))](n) * draw(st.integers(1, 3))
    judges = draw(st.sampled_from((1, 2, len(pairs))))
    winner = draw(st.sampled_from((st.just(Winner.FIRST), st.sampled_from(Winner))))
    level = draw(st.sampled_from((st.none(), st.none() | st.integers(1, 3))))
    essays = essay_ids(n)
    return Case(
        essays,
        tuple(
            _decision(OrientedPair(essays[i], essays[j]), draw(winner), f"judge-{k % judges}", draw(level))
            for k, (i, j) in enumerate(pairs)
        ),
    )


@st.composite
def random_cases(draw: st.DrawFn) -> Case:
    """2 to 6 essays and 1 to 25 judgements of two judges, connected or not, one-sided or not."""
    essays = essay_ids(draw(st.integers(2, 6)))
    pairs = st.lists(st.sampled_from(essays), min_size=2, max_size=2, unique=True)
    decision = st.builds(
        _decision,
        pairs.map(lambda pair: OrientedPair(*pair)),
        st.sampled_from(Winner),
        st.sampled_from(("judge-0", "judge-1")),
        st.none() | st.integers(1, 3),
    )
    return Case(essays, tuple(draw(st.lists(decision, min_size=1, max_size=25))))


def cases() -> st.SearchStrategy[Case]:
    return designs() | random_cases()


def _decision(pair: OrientedPair, winner: Winner, judge: str, level: int | None) -> DecidedComparison:
    return DecidedComparison(pair, winner, judge, None if winner is Winner.TIE else level)


def without_levels(case: Case) -> Case:
    """Bare winners and ties."""
    return Case(case.essays, tuple(replace(decision, level=None) for decision in case.decided))


def reversed_winner(decision: DecidedComparison) -> DecidedComparison:
    """The other essay wins, by as much; a tie stays one."""
    return replace(decision, winner=_OTHER[decision.winner])


def swapped_sides(decision: DecidedComparison) -> DecidedComparison:
    """The same essay wins, shown in the other order."""
    return replace(reversed_winner(decision), pair=decision.pair.swapped)


def simulated(truth: FloatArray, rounds: int, rng: np.random.Generator, position: float = 0.0) -> Case:
    """Every essay once per round against a random other, judged by the model itself."""
    essays = essay_ids(len(truth))
    decided = []
    for first, second in random_pairs(len(truth), rounds, rng):
        chance = 1.0 / (1.0 + np.exp(-(truth[first] - truth[second] + position)))
        winner = Winner.FIRST if rng.random() < chance else Winner.SECOND
        decided.append(DecidedComparison(OrientedPair(essays[first], essays[second]), winner, "test"))
    return Case(essays, tuple(decided))


def random_pairs(essays: int, rounds: int, rng: np.random.Generator) -> Pairs:
    """Every essay once per round against a random other."""
    orders = [rng.permutation(essays) for _ in range(rounds)]
    return [(int(i), int(j)) for order in orders for i, j in zip(order[0::2], order[1::2], strict=False)]


@dataclass(frozen=True, slots=True)
class Panel:
    """Judges who take turns: judge k sees discrimination[k] (theta_first - theta_second) + position[k] + noise and says
    how many of `cuts` the size of it exceeds; `blurred` judges say a random level instead.
    """

    discrimination: tuple[float, ...]
    position: tuple[float, ...]
    cuts: tuple[float, ...] = ()
    blurred: tuple[int, ...] = ()

    def judgements(self, truth: FloatArray, rounds: int, rng: np.random.Generator) -> Judgements:
        """Every essay `rounds` times against random others."""
        pairs = np.array(random_pairs(len(truth), rounds, rng))
        judge = np.arange(len(pairs)) % len(self.discrimination)
        seen = np.array(self.discrimination)[judge] * (truth[pairs[:, 0]] - truth[pairs[:, 1]])
        seen = seen + np.array(self.position)[judge] + rng.logistic(size=len(pairs))
        level = 1 + (np.abs(seen)[:, np.newaxis] > np.array(self.cuts)).sum(axis=1)
        guess = rng.integers(1, len(self.cuts) + 2, len(pairs))
        level = np.where(np.isin(judge, self.blurred), guess, level)
        return columns(
            len(truth), pairs, np.where(seen > 0, 1, -1), judge=judge, level=level if self.cuts else level * 0
        )


def equal_panel(judges: int, cuts: tuple[float, ...] = ()) -> Panel:
    return Panel((1.0,) * judges, (0.0,) * judges, cuts)


def columns(
    essays: int,
    pairs: NDArray[np.intp] | Pairs,
    outcome: Sequence[int] | NDArray[np.intp],
    *,
    judge: Sequence[int] | NDArray[np.intp] | None = None,
    level: Sequence[int] | NDArray[np.intp] | None = None,
    p_first: Sequence[float] | FloatArray | None = None,
    confidence: Sequence[float] | FloatArray | None = None,
    weight: Sequence[float] | FloatArray | None = None,
) -> Judgements:
    """Judgements in columns, with the usual values where none are given."""
    rows = len(outcome)
    judges = np.zeros(rows, dtype=np.intp) if judge is None else np.asarray(judge, dtype=np.intp)
    first, second = np.asarray(pairs, dtype=np.intp).reshape(rows, 2).T
    return Judgements(
        essays=essay_ids(essays),
        judges=tuple(f"judge-{k:03d}" for k in range(int(judges.max(initial=0)) + 1)),
        first=first,
        second=second,
        judge=judges,
        outcome=np.asarray(outcome, dtype=np.intp),
        level=np.zeros(rows, dtype=np.intp) if level is None else np.asarray(level, dtype=np.intp),
        p_first=np.full(rows, np.nan) if p_first is None else np.asarray(p_first, dtype=np.float64),
        confidence=np.full(rows, np.nan) if confidence is None else np.asarray(confidence, dtype=np.float64),
        weight=np.ones(rows) if weight is None else np.asarray(weight, dtype=np.float64),
    )
