"""The new questions of one wave."""

from dataclasses import dataclass

import numpy as np

from cj_assessment_service.cj_core_logic.pairing.candidates import (
    Candidates,
    candidates_of,
    count_judgements,
)
from cj_assessment_service.cj_core_logic.pairing.coverage import never_judged, random_share
from cj_assessment_service.cj_core_logic.pairing.history import History, history_of
from cj_assessment_service.cj_core_logic.pairing.matching import (
    MatchingStrategy,
    WeightedPairs,
    optimal_graph,
)
from cj_assessment_service.cj_core_logic.pairing.orientation import fair_complement
from cj_assessment_service.cj_core_logic.pairing.weights import Scale, pair_weights, scale_of
from cj_assessment_service.domain.comparisons import AskedComparison, PairMode, PlannedComparison, WavePlan
from cj_assessment_service.domain.essays import EssayItem
from cj_assessment_service.domain.judges import JudgeOffer
from cj_assessment_service.domain.policies import PairingPolicy

_STRATEGY: MatchingStrategy = optimal_graph


@dataclass(frozen=True, slots=True)
class PairingSituation:
    """All that pairing looks at: the essays with their newest scores, every question so far, what the judge can be
    asked, and the most comparisons a plan may hold. The order of `items` and `asked` does not matter.
    """

    items: tuple[EssayItem, ...]
    asked: tuple[AskedComparison, ...]
    offer: JudgeOffer
    limit: int


def count_askable(situation: PairingSituation, policy: PairingPolicy) -> int:
    """How many more successful judgements could be asked for at all, whatever the limit; 0 when saturated.

    A judge that answers every pair can be asked `max_judgements_per_pair` times per pair (decided and outstanding
    ones count), unless the pair's latest question failed for the last time. A recorded judge can be asked for
    everything it offers, less what was asked before, failed or not.
    """
    history = history_of(situation.items, situation.asked)
    return count_judgements(history, situation.offer, policy)


def plan_wave(situation: PairingSituation, policy: PairingPolicy, rng: np.random.Generator) -> WavePlan:
    """At most `limit` new questions, each essay in one at most, the most valuable first. Empty only when nothing can
    be asked or the limit is 0.

    Random pairs that connect the essays come first; with scores and some comparisons per essay, waves turn by and by
    to pairs of similar score. A failed question that `plan_retries` leaves alone is asked again, while attempts are
    left, only when its essays have nothing better.
    """
    if situation.limit <= 0:
        return WavePlan(())
    history = history_of(situation.items, situation.asked)
    scale = scale_of(situation.items)
    candidates = candidates_of(history, scale.score, situation.offer, policy, rng)
    if not len(candidates):
        return WavePlan(())
    wave = _most_valuable_first(candidates, history, scale, policy, rng).take(slice(situation.limit))
    return WavePlan(
        tuple(
            PlannedComparison(pair, PairMode.RESAMPLING if covered else PairMode.COVERAGE, spent + 1)
            for pair, covered, spent in zip(
                fair_complement(wave, history, rng), wave.covered.tolist(), wave.spent.tolist(), strict=True
            )
        )
    )


def _most_valuable_first(
    candidates: Candidates, history: History, scale: Scale, policy: PairingPolicy, rng: np.random.Generator
) -> Candidates:
    """A full wave. In the random phase no pair is repeated while a new one exists."""
    comparisons = history.comparisons
    share = random_share(float(comparisons.mean())) if scale.known else 1.0
    if share >= 1.0:
        candidates = never_judged(candidates)
    weight = pair_weights(candidates, history, scale, share, policy, rng)
    patience = comparisons + rng.random(history.size)
    chosen = _STRATEGY(WeightedPairs(candidates.left, candidates.right, weight, patience))
    return candidates.take(chosen[np.argsort(-weight[chosen])])
