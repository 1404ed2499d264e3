"""Whether the pairs look as if they had been chosen by score.

Adaptive pairs make the usual reliabilities too high (Bramley & Vitello 2019, Assessment in Education 26, 43-58), so their
readers have to know.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from cj_assessment_service.cj_core_logic.scoring.arrays import FloatArray, IntArray
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.scoring.tallies import pairs_of, parts_of
from cj_assessment_service.domain.errors import GaveUp, Rejected
from cj_assessment_service.domain.scores import Scoreboard

_FOLDS = 10
_ROUNDS = 80
_WARM_UP = 10
_MOST_PAIRS = 4_000
"""Of one fold: enough to see what matters."""

_EXTREME = -2.5
"""Standard deviations below the mean of random pairings."""

_NOTABLY = 0.9
"""Of the distance of random pairings: what is closer by less than a tenth changes no reliability."""


@dataclass(frozen=True, slots=True)
class _Closeness:
    """Mean distance of `pairs` pairs, what random pairings would have, and the variance of that."""

    pairs: int
    observed: float
    expected: float
    variance: float


def adaptive_suspected(
    judgements: Judgements, refit: Callable[[Judgements], Scoreboard], rng: np.random.Generator
) -> bool:
    """True when the compared pairs lie closer together on the scale than chance allows.

    A fit drives the two essays of a pair apart by what it read there, so no pair is measured on a scale that knows it: the distinct
    pairs are dealt into ten folds, and the distances of each fold taken on a fit of the other nine. They are compared with random
    pairings of the same fold: every essay keeps its number of opponents inside its connected part, partners being exchanged
    between pairs drawn at random (Maslov & Sneppen 2002, Science 296, 910-913), and how often a pair was judged has nothing to do
    with its distance. Suspected when the mean distance is below mean - 2.5 sd of random pairings and below 9/10 of the mean.

    In simulation (10 to 100 essays, sd 0.5 to 3, 4 to 16 comparisons each) 5 of 1,150 random designs were accused. Neighbours matched
    by score were found from 8 comparisons each in 80 % of cases with 30 essays of sd 0.5, and always with sd 2 or with 100 essays;
    with fewer essays most pairs get judged in any case, and little can be seen. Swiss rounds or neighbours
    of a first marking are found too; a star, a ring or a complete round is not. False where nothing can be fitted.
    """
    pairs = pairs_of(judgements)
    fold = rng.permutation(len(pairs)) % _FOLDS
    part = parts_of(judgements)
    found = []
    for number in range(_FOLDS if len(pairs) >= 2 * _FOLDS else 0):
        scores = _scores_of(judgements.take(np.flatnonzero(fold[pairs.pair] != number)), refit)
        if scores is None:
            return False
        chosen = np.flatnonzero(fold == number)[:_MOST_PAIRS]
        asked = np.bincount(pairs.pair, minlength=len(pairs))[chosen].astype(np.float64)
        found.append(_closeness(scores, (pairs.low[chosen], pairs.high[chosen]), asked, part, rng))
    observed = sum(fold.pairs * fold.observed for fold in found)
    expected = sum(fold.pairs * fold.expected for fold in found)
    spread = float(np.sqrt(sum(fold.pairs**2 * fold.variance for fold in found)))
    return observed < expected + _EXTREME * spread and observed < _NOTABLY * expected


def _scores_of(judgements: Judgements, refit: Callable[[Judgements], Scoreboard]) -> FloatArray | None:
    try:
        return np.array([row.score for row in refit(judgements).scores])
    except (GaveUp, Rejected):
        return None


def _closeness(
    scores: FloatArray,
    ends: tuple[IntArray, IntArray],
    asked: FloatArray,
    part: IntArray,
    rng: np.random.Generator,
) -> _Closeness:
    """`asked`: how often each pair was judged, which weighs its distance."""
    distance = np.abs(scores[ends[0]] - scores[ends[1]])
    repeats_sd = float(distance.std() * asked.std() / asked.mean()) / np.sqrt(max(1, len(asked) - 1))
    random = []
    for done in range(_ROUNDS):
        ends = _partners_exchanged(ends, part, rng)
        if done >= _WARM_UP:
            random.append(float(np.abs(scores[ends[0]] - scores[ends[1]]).mean()))
    return _Closeness(
        pairs=len(asked),
        observed=float(asked @ distance / asked.sum()),
        expected=float(np.mean(random)),
        variance=float(np.var(random)) + repeats_sd**2,
    )


def _partners_exchanged(
    ends: tuple[IntArray, IntArray], part: IntArray, rng: np.random.Generator
) -> tuple[IntArray, IntArray]:
    """The pairs (a, b), (c, d), two by two, become (a, d), (c, b) unless that joins parts or pairs an essay with itself."""
    one, other = ends
    turn = rng.random(len(one)) < 0.5
    order = np.lexsort((rng.random(len(one)), part[one]))
    left, right = np.where(turn, other, one)[order], np.where(turn, one, other)[order]
    last = len(left) // 2 * 2
    a, b, c, d = left[0:last:2], right[0:last:2].copy(), left[1:last:2], right[1:last:2].copy()
    free = (a != d) & (c != b) & (part[a] == part[c])
    right[0:last:2], right[1:last:2] = np.where(free, d, b), np.where(free, b, d)
    return left, right
