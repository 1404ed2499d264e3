"""Whether the pairs look as if they had been chosen by score.

Adaptive pairs make the usual reliabilities too high (Bramley & Vitello 2019, Assessment in Education 26, 43-58), so their
readers have to know.
"""

import numpy as np
from scipy.special import expit

from cj_assessment_service.cj_core_logic.scoring.answers import (
    Pairs,
    essay_sums,
    pairs_of,
    parts_of,
    won_by_first,
)
from cj_assessment_service.cj_core_logic.scoring.arrays import FloatArray, IntArray
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements

_ROUNDS = 120
_WARM_UP = 20
_MOST_PAIRS = 20_000
_FEWEST_PAIRS = 10
_EXTREME = -2.75
"""Standard deviations below the mean of random pairings."""

_NOTABLY = 0.9
"""Of the distance of random pairings: what is closer by less than a tenth changes no reliability."""


def adaptive_suspected(judgements: Judgements, scores: FloatArray) -> bool:
    """True when the compared pairs lie closer together than chance allows. `scores` in the order of `judgements.essays`.

    The mean distance of the judged pairs (see `_distances`), each as often as it was judged, is compared with random pairings:
    every essay keeps its number of opponents inside its connected part, partners being exchanged between pairs drawn at random
    (Maslov & Sneppen 2002, Science 296, 910-913), and how often a pair was judged has nothing to do with its distance.
    Suspected below mean - 2.75 sd when it is below 9/10 of the mean too.

    In simulation (10 to 100 essays, sd 0.5 to 3, 4 to 20 comparisons each) fewer than 1 % of random designs are accused, and
    neighbours matched by score are found in more than 90 % of cases from 30 essays and 8 comparisons each; with fewer essays most
    pairs get judged in any case. Swiss rounds or neighbours of a first marking are found too; a star, a ring or a complete round
    is not. Deterministic: the pairings come from a fixed seed.
    """
    pairs = pairs_of(judgements)
    if len(pairs) < _FEWEST_PAIRS:
        return False
    rng = np.random.default_rng(len(pairs))
    some = np.sort(rng.permutation(len(pairs))[:_MOST_PAIRS])
    distance = _distances(judgements, pairs, scores)[some]
    asked = np.bincount(pairs.pair, minlength=len(pairs))[some].astype(np.float64)
    observed = float(asked @ distance / asked.sum())
    expected, pairing_sd = _random_pairings(
        scores, (pairs.low[some], pairs.high[some]), parts_of(judgements), rng
    )
    repeating_sd = float(distance.std() * asked.std() / asked.mean()) / np.sqrt(len(some) - 1)
    limit = expected + _EXTREME * float(np.hypot(pairing_sd, repeating_sd))
    return observed < limit and observed < _NOTABLY * expected


def _distances(judgements: Judgements, pairs: Pairs, scores: FloatArray) -> FloatArray:
    """|score_i - score_j| of each pair, less half of what the pair's own judgements added to it.

    A fit drives the two essays of a pair apart by what it read there; to first order the difference would be r (1/I_i + 1/I_j)
    smaller without the pair, r being its wins less the expected ones and I the information on an essay. That takes away some of the
    spread as well; half of it is what leaves random designs without bias in simulation.
    """
    chance = expit(scores[judgements.first] - scores[judgements.second])
    carried = chance * (1.0 - chance)
    known = essay_sums(judgements, carried, carried) + 1.0 / (float(np.var(scores)) + 0.1)
    surplus = pairs.sums(pairs.turned * (won_by_first(judgements) - chance))
    push = surplus * (1.0 / known[pairs.low] + 1.0 / known[pairs.high])
    return np.asarray(np.abs(scores[pairs.low] - scores[pairs.high] - 0.5 * push))


def _random_pairings(
    scores: FloatArray, ends: tuple[IntArray, IntArray], part: IntArray, rng: np.random.Generator
) -> tuple[float, float]:
    """Mean and standard deviation of the mean |score difference|."""
    found = []
    for done in range(_ROUNDS):
        ends = _partners_exchanged(ends, part, rng)
        if done >= _WARM_UP:
            found.append(float(np.abs(scores[ends[0]] - scores[ends[1]]).mean()))
    return float(np.mean(found)), float(np.std(found))


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
