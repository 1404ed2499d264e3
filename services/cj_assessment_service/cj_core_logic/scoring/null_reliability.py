"""What reliability the same questions would have shown if the judges had tossed coins.

A reliability is worth something only as far as it exceeds this one: with few comparisons, and more so with pairs chosen by
score, noise alone looks like a scale.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from cj_assessment_service.cj_core_logic.scoring.arrays import IntArray
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
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

    Every judge keeps its ties, levels, probabilities and confidence, but they come to other questions of its own; then a fair coin decides
    for each answer which of the two essays is the better one. So the design, how often each judge ties and how strong its words are
    stay as they were. What a position effect or a judge's habit of repeating itself adds does not: the coin knows no sides and
    remembers nothing.
    """
    source = _own_answers_dealt_again(judgements.judge, rng)
    sign = np.where(rng.random(len(judgements)) < 0.5, 1, -1)
    p_first = judgements.p_first[source]
    return replace(
        judgements,
        outcome=judgements.outcome[source] * sign,
        level=judgements.level[source],
        p_first=np.where(sign > 0, p_first, 1.0 - p_first),
        confidence=judgements.confidence[source],
    )


def _own_answers_dealt_again(judge: IntArray, rng: np.random.Generator) -> IntArray:
    """For each judgement the place of the answer it takes: a random one of the same judge, each once."""
    source = np.empty(len(judge), dtype=np.intp)
    source[np.argsort(judge, kind="stable")] = np.lexsort((rng.random(len(judge)), judge))
    return source
