"""Failed questions that deserve another try."""

import numpy as np

from cj_assessment_service.cj_core_logic.pairing.candidates import candidates_among
from cj_assessment_service.cj_core_logic.pairing.history import history_of
from cj_assessment_service.cj_core_logic.pairing.orientation import fair_complement
from cj_assessment_service.cj_core_logic.pairing.planner import PairingSituation
from cj_assessment_service.domain.comparisons import PairMode, PlannedComparison, WavePlan
from cj_assessment_service.domain.policies import PairingPolicy


def plan_retries(situation: PairingSituation, policy: PairingPolicy, rng: np.random.Generator) -> WavePlan:
    """At most `limit` pairs whose latest question failed in a way that asking again may cure, attempts left, least
    compared essays first. Each pair appears once, and an essay in as many as failed.
    """
    history = history_of(situation.items, situation.asked)
    curable = history.retryable & (history.spent < policy.max_attempts_per_question)
    failed = candidates_among(history.keys[curable], history, situation.offer, policy)
    comparisons = history.comparisons
    by_need = np.lexsort((rng.random(len(failed)), comparisons[failed.left] + comparisons[failed.right]))
    again = failed.take(by_need[: max(situation.limit, 0)])
    return WavePlan(
        tuple(
            PlannedComparison(pair, PairMode.RETRY, spent + 1)
            for pair, spent in zip(fair_complement(again, history, rng), again.spent.tolist(), strict=True)
        )
    )
