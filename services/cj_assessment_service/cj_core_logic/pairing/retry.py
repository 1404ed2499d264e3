"""Failed questions that deserve another try."""

import numpy as np

from cj_assessment_service.cj_core_logic.pairing.candidates import candidates_among
from cj_assessment_service.cj_core_logic.pairing.history import BoolArray, History, history_of
from cj_assessment_service.cj_core_logic.pairing.orientation import fair_complement
from cj_assessment_service.cj_core_logic.pairing.situation import PairingSituation
from cj_assessment_service.domain.comparisons import PairMode, PlannedComparison, WavePlan
from cj_assessment_service.domain.policies import PairingPolicy


def plan_retries(situation: PairingSituation, policy: PairingPolicy, rng: np.random.Generator) -> WavePlan:
    """At most `limit` pairs whose latest question failed in a way that asking again may cure, attempts left, least
    compared essays first. Each pair appears once, and an essay in as many as failed. Pairs of the requester's plan are
    left to it, which knows how they must be shown.
    """
    history = history_of(situation.items, situation.asked)
    curable = history.retryable & (history.spent < policy.max_attempts_per_question)
    curable &= ~_is_planned(history, situation)
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


def _is_planned(history: History, situation: PairingSituation) -> BoolArray:
    planned = {pair.unordered for pair in situation.plan.pairs} if situation.plan is not None else set()
    pairs = zip(history.left.tolist(), history.right.tolist(), strict=True)
    return np.array(
        [(history.essays[left], history.essays[right]) in planned for left, right in pairs], dtype=np.bool_
    )
