"""The new questions of one wave."""

import math

import numpy as np

from cj_assessment_service.cj_core_logic.pairing.both_orders import owed_complements
from cj_assessment_service.cj_core_logic.pairing.candidates import (
    Candidates,
    candidates_of,
    count_judgements,
)
from cj_assessment_service.cj_core_logic.pairing.coverage import (
    is_bridge,
    is_owed_link,
    random_share,
    without_repeats,
)
from cj_assessment_service.cj_core_logic.pairing.given_plan import pending_questions
from cj_assessment_service.cj_core_logic.pairing.history import BoolArray, History, history_of
from cj_assessment_service.cj_core_logic.pairing.orientation import fair_complement
from cj_assessment_service.cj_core_logic.pairing.outlook import Outlook, importance_of, scale_of
from cj_assessment_service.cj_core_logic.pairing.situation import PairingSituation
from cj_assessment_service.cj_core_logic.pairing.strategies import (
    AT_RANDOM,
    BY_INFORMATION,
    STRATEGIES,
    Strategy,
    drawn_by_lot,
)
from cj_assessment_service.domain.comparisons import PairMode, PlannedComparison, PlanUse, WavePlan
from cj_assessment_service.domain.policies import PairingPolicy, PairStrategy

__all__ = ["PairingSituation", "count_askable", "plan_wave"]


def count_askable(situation: PairingSituation, policy: PairingPolicy) -> int:
    """How many more successful judgements could be asked for at all, whatever the limit; 0 when saturated.

    A judge that answers every pair can be asked `max_judgements_per_pair` times per pair (decided and outstanding
    ones count), unless the pair's latest question failed for the last time. A recorded judge can be asked for
    everything it offers, less what was asked before, failed or not. A plan that must not be left counts alone.
    """
    pending = len(pending_questions(situation, policy))
    if situation.plan is not None and situation.plan.use is PlanUse.ONLY:
        return pending
    history = history_of(situation.items, situation.asked)
    return max(pending, count_judgements(history, situation.offer, policy))


def plan_wave(situation: PairingSituation, policy: PairingPolicy, rng: np.random.Generator) -> WavePlan:
    """At most `limit` new questions, each essay in one at most, the most valuable first. Empty only when nothing can
    be asked or the limit is 0.

    The requester's own plan goes first, in its order, as many questions a wave as there are pairs of essays, whichever
    essays they name. Then come random pairs that connect the essays; with scores and some comparisons per essay, the
    policy's strategy, beside a share of random pairs. A failed question that `plan_retries` leaves alone is asked again,
    while attempts are left, only when its essays have nothing better.
    """
    slots = min(situation.limit, max(1, len(situation.items) // 2))
    if slots <= 0:
        return WavePlan(())
    pending = pending_questions(situation, policy)
    if pending or (situation.plan is not None and situation.plan.use is PlanUse.ONLY):
        return WavePlan(pending[:slots])
    history = history_of(situation.items, situation.asked)
    outlook = _outlook(situation, history, policy, rng)
    return _as_plan(_wave(outlook, slots, rng), history, rng) if len(outlook.candidates) else WavePlan(())


def _outlook(
    situation: PairingSituation, history: History, policy: PairingPolicy, rng: np.random.Generator
) -> Outlook:
    scale = scale_of(situation.items)
    candidates = candidates_of(history, scale.score, situation.offer, policy, rng)
    anchors = {item.essay_id for item in situation.items if item.is_anchor}
    suspects = {item.essay_id for item in situation.items if item.is_suspect}
    return Outlook(
        candidates=candidates,
        history=history,
        scale=scale,
        importance=importance_of(scale, situation.cut_points, policy),
        is_anchor=np.array([essay in anchors for essay in history.essays], dtype=np.bool_),
        is_suspect=np.array([essay in suspects for essay in history.essays], dtype=np.bool_),
        policy=policy,
        taken=candidates.take(slice(0)),
    )


def _wave(outlook: Outlook, slots: int, rng: np.random.Generator) -> Candidates:
    """Pairs that suspect essays still owe the other way round, bridges, links that anchors are owed, random pairs, and then
    the strategy's. In the random phase no other pair is repeated while a new one exists.
    """
    outlook = _extended(outlook, owed_complements(outlook), AT_RANDOM, slots, rng)
    share = _random_share(outlook)
    if share >= 1.0:
        outlook = without_repeats(outlook)
    outlook = _extended(outlook, is_bridge(outlook.candidates, outlook.history), AT_RANDOM, slots, rng)
    outlook = _extended(outlook, is_owed_link(outlook), BY_INFORMATION, slots, rng)
    if share >= 1.0:
        return _extended(outlook, _everything(outlook), AT_RANDOM, slots, rng).taken
    strays = math.floor(share * slots + rng.random())
    drawn_until = min(slots, len(outlook.taken) + strays)
    outlook = _extended(outlook, _everything(outlook), drawn_by_lot, drawn_until, rng)
    strategy = STRATEGIES[outlook.policy.strategy]
    return _extended(outlook, _everything(outlook), strategy, slots, rng).taken


def _random_share(outlook: Outlook) -> float:
    if outlook.policy.strategy is PairStrategy.RANDOM or not outlook.scale.known:
        return 1.0
    return random_share(float(outlook.history.comparisons.mean()), outlook.scale.spread)


def _everything(outlook: Outlook) -> BoolArray:
    return np.ones(len(outlook.candidates), dtype=np.bool_)


def _extended(
    outlook: Outlook, eligible: BoolArray, strategy: Strategy, slots: int, rng: np.random.Generator
) -> Outlook:
    """With what the strategy takes of the eligible candidates."""
    if not eligible.any():
        return outlook
    chosen = strategy(outlook.among(eligible), slots - len(outlook.taken), rng)
    return outlook.taking(np.flatnonzero(eligible)[chosen])


def _as_plan(wave: Candidates, history: History, rng: np.random.Generator) -> WavePlan:
    return WavePlan(
        tuple(
            PlannedComparison(pair, PairMode.RESAMPLING if covered else PairMode.COVERAGE, spent + 1)
            for pair, covered, spent in zip(
                fair_complement(wave, history, rng), wave.covered.tolist(), wave.spent.tolist(), strict=True
            )
        )
    )
