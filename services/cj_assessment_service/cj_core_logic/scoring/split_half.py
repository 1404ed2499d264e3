"""How well two halves of the evidence agree, and what that says of the whole.

The judgements are split at random into two halves, each half is fitted on its own, the scores of the two are correlated, and
the correlation r is stepped up to the full length (Spearman 1910 and Brown 1910, Brit. J. Psychology 3, 271-295 and 296-322):

    reliability of the whole = 2 r / (1 + |r|)

The bars keep a negative r within -1 and 1 (Krus & Helmstadter 1993, Educ. Psych. Measurement 53, 643-650). Splitting judges
rather than answers asks whether other judges would have given the same scale (Bisson, Gilmore, Inglis & Jones 2016, Int. J.
Res. Undergrad. Math. Educ. 2, 141-164; Verhavert, De Maeyer, Donche & Coertjens 2018, Applied Psych. Measurement 42, 428-445).
Splits of adaptively chosen pairs promise too much, as every figure made of the same design does.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from cj_assessment_service.cj_core_logic.scoring.arrays import BoolArray, FloatArray, IntArray
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.scoring.tallies import pairs_of
from cj_assessment_service.domain.errors import GaveUp, Rejected
from cj_assessment_service.domain.scores import Scoreboard

Refit = Callable[[Judgements], Scoreboard]


@dataclass(frozen=True, slots=True)
class SplitHalf:
    """Stepped-up reliability: the median over the `splits` that could be fitted, and the 2.5 % and 97.5 % points."""

    median: float
    low: float
    high: float
    splits: int


def split_half(
    judgements: Judgements, refit: Refit, splits: int, rng: np.random.Generator
) -> SplitHalf | None:
    """From random halves of the answers. Repeats of a pair by one judge stay together: they are no independent evidence.

    None without two answers of different judges or pairs, or when no split gives two scales that vary.
    """
    pairs = pairs_of(judgements)
    _, unit = np.unique(judgements.judge * max(1, len(pairs)) + pairs.pair, return_inverse=True)
    count = int(unit.max(initial=-1)) + 1
    chosen = (_random_half(count, rng)[unit] for _ in range(splits if count >= 2 else 0))
    return _summary(judgements, refit, chosen)


def judge_split_half(
    judgements: Judgements, refit: Refit, splits: int, rng: np.random.Generator
) -> SplitHalf | None:
    """From random halves of the judges; every possible halving once where there are no more than `splits`.

    None with fewer than two judges, or when no split gives two scales that vary.
    """
    seats = np.unique(judgements.judge)
    if len(seats) < 2:
        return None
    chosen = (np.isin(judgements.judge, half) for half in _judge_halves(seats, splits, rng))
    return _summary(judgements, refit, chosen)


def scale_correlation(one: Scoreboard, other: Scoreboard) -> float | None:
    """Pearson's correlation of the scores of the essays compared in both, pooled within the parts connected in both (scores of
    different parts do not compare). None when either side does not vary.
    """
    both = [
        (a, b)
        for a, b in zip(one.scores, other.scores, strict=True)
        if a.comparisons > 0 and b.comparisons > 0
    ]
    if not both:
        return None
    label = np.unique([(a.component, b.component) for a, b in both], axis=0, return_inverse=True)[1].ravel()
    first = _within(np.array([a.score for a, _ in both]), label)
    second = _within(np.array([b.score for _, b in both]), label)
    spread = math.sqrt(float(first @ first) * float(second @ second))
    return float(first @ second) / spread if spread > 1e-12 else None


def stepped_up(correlation: float) -> float:
    """The reliability of twice the evidence."""
    return 2.0 * correlation / (1.0 + abs(correlation))


def _within(scores: FloatArray, label: IntArray) -> FloatArray:
    means = np.bincount(label, scores) / np.bincount(label)
    return np.asarray(scores - means[label])


def _random_half(count: int, rng: np.random.Generator) -> BoolArray:
    return np.asarray(rng.permutation(count) < count // 2)


def _judge_halves(seats: IntArray, splits: int, rng: np.random.Generator) -> Iterator[IntArray]:
    half = len(seats) // 2
    if math.comb(len(seats), half) <= 2 * splits:
        for chosen in combinations(seats.tolist(), half):
            # of two equal halves one names the split: the one that holds the first judge
            if 2 * half < len(seats) or chosen[0] == seats[0]:
                yield np.array(chosen)
    else:
        for _ in range(splits):
            yield rng.permutation(seats)[:half]


def _summary(judgements: Judgements, refit: Refit, chosen: Iterator[BoolArray]) -> SplitHalf | None:
    found = [value for half in chosen if (value := _of_one_split(judgements, refit, half)) is not None]
    if not found:
        return None
    low, median, high = np.quantile(found, (0.025, 0.5, 0.975)).tolist()
    return SplitHalf(median, low, high, len(found))


def _of_one_split(judgements: Judgements, refit: Refit, half: BoolArray) -> float | None:
    """None where a half cannot be fitted or does not vary."""
    try:
        scales = [refit(judgements.take(np.flatnonzero(side))) for side in (half, ~half)]
    except (GaveUp, Rejected):
        return None
    correlation = scale_correlation(*scales)
    return None if correlation is None else stepped_up(correlation)
