"""What reliability the same questions would have shown if the judges had tossed coins.

A reliability is worth something only as far as it exceeds this one: with few comparisons, and more so with pairs chosen by
score, noise alone looks like a scale.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from cj_assessment_service.cj_core_logic.scoring.arrays import FloatArray, IntArray
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.scoring.tallies import pairs_of
from cj_assessment_service.domain.errors import GaveUp, Rejected
from cj_assessment_service.domain.scores import Scoreboard


def null_reliability(
    judgements: Judgements,
    refit: Callable[[Judgements], Scoreboard],
    draws: int,
    rng: np.random.Generator,
) -> float | None:
    """The median of `Scoreboard.reliability` over `draws` shufflings (see `coin_tosses`); None when none could be fitted.

    The pairs stay as they were asked. Where they were chosen by score the real chain of answers and pairs would have gone
    elsewhere, so for adaptive designs this is a lower bound of what coin tosses could have shown.
    """
    found = []
    for _ in range(draws):
        try:
            found.append(refit(coin_tosses(judgements, rng)).reliability)
        except (GaveUp, Rejected):
            continue
    return float(np.median(found)) if found else None


def coin_tosses(judgements: Judgements, rng: np.random.Generator) -> Judgements:
    """The same questions with answers that know nothing of the essays.

    Every judge keeps its ties, levels and probabilities, but they come to other pairs of its own; then a fair coin decides which
    of the two essays is the better one. Repeats of a pair by one judge move and turn together, so a judge that repeats itself
    goes on doing so. A position effect does not survive: the coin knows no sides.
    """
    pairs = pairs_of(judgements)
    unit, source = _exchange(judgements.judge * max(1, len(pairs)) + pairs.pair, judgements.judge, rng)
    coin = np.where(rng.random(int(unit.max(initial=-1)) + 1) < 0.5, 1, -1)[unit]
    sign = coin * pairs.turned[source] * pairs.turned
    return replace(
        judgements,
        outcome=judgements.outcome[source] * sign,
        level=judgements.level[source],
        p_first=_turned(judgements.p_first[source], sign),
    )


def _exchange(key: IntArray, judge: IntArray, rng: np.random.Generator) -> tuple[IntArray, IntArray]:
    """For each judgement the number of its unit (equal keys), and the judgement whose answer it takes: units of one judge with
    equally many repeats exchange their answers, first for first, second for second.
    """
    _, unit, repeats = np.unique(key, return_inverse=True, return_counts=True)
    order = np.argsort(unit, kind="stable")
    start = np.cumsum(repeats) - repeats
    owner = judge[order[start]]
    here = np.lexsort((repeats, owner))
    there = np.lexsort((rng.random(len(repeats)), repeats, owner))
    partner = np.empty_like(here)
    partner[here] = there
    nth = np.empty_like(unit)
    nth[order] = np.arange(len(unit)) - np.repeat(start, repeats)
    return unit, order[start[partner[unit]] + nth]


def _turned(p_first: FloatArray, sign: IntArray) -> FloatArray:
    return np.asarray(np.where(sign > 0, p_first, 1.0 - p_first))
