"""One wave of a panel: pairs are chosen first, then who judges them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from cj_assessment_service.cj_core_logic.pairing.arbitration import (
    as_pairs_are_chosen,
    boundary_places,
    disputes,
    most_arbitrations,
    plan_arbitrations,
)
from cj_assessment_service.cj_core_logic.pairing.assignment import assigned
from cj_assessment_service.cj_core_logic.pairing.given_plan import pending_questions
from cj_assessment_service.cj_core_logic.pairing.planner import count_askable
from cj_assessment_service.cj_core_logic.pairing.roster import Roster
from cj_assessment_service.cj_core_logic.pairing.rounds import as_outstanding, plan_rounds
from cj_assessment_service.cj_core_logic.pairing.second_opinions import second_opinions
from cj_assessment_service.cj_core_logic.pairing.situation import PairingSituation, Seat
from cj_assessment_service.domain.comparisons import (
    AssignedComparison,
    PlannedComparison,
    PlanUse,
    WavePlan,
)
from cj_assessment_service.domain.policies import PairingPolicy, PanelPolicy


@dataclass(frozen=True, slots=True)
class WavePolicies:
    """How pairs are chosen, and how judges share them."""

    pairing: PairingPolicy
    panel: PanelPolicy


def for_panel(policy: PairingPolicy, situation: PairingSituation) -> PairingPolicy:
    """Each primary judge may be asked about each pair as often as a single one."""
    most = policy.max_judgements_per_pair * max(1, len(situation.primaries))
    return replace(policy, max_judgements_per_pair=most)


def count_panel_askable(situation: PairingSituation, policies: WavePolicies) -> int:
    """How many more judgements could be had at all, of primary judges and, where those disagree, of arbiters."""
    pairs = count_askable(as_pairs_are_chosen(situation), for_panel(policies.pairing, situation))
    if _is_locked(situation) or not most_arbitrations(situation, policies.panel):
        return pairs
    return pairs + len(_disputes(situation, policies.pairing))


def plan_panel_wave(
    situation: PairingSituation,
    again: WavePlan,
    policies: WavePolicies,
    pairs_rng: np.random.Generator,
    judges_rng: np.random.Generator,
) -> tuple[AssignedComparison, ...]:
    """Failed questions (`again`), arbitrations, new questions, second opinions, each with its judge; at most `limit`. Empty
    only when nothing can be asked or the limit is 0. The same situation and generators give the same wave.

    Of the requester's own plan each question is put to one primary judge, and nothing is added while it lasts.
    """
    seen, policy = as_pairs_are_chosen(situation), for_panel(policies.pairing, situation)
    is_given = _is_locked(seen) or bool(pending_questions(seen, policy))
    primaries, arbiters = _roster(situation, situation.primaries), _roster(situation, situation.arbiters)
    most = 0 if is_given else most_arbitrations(situation, policies.panel)
    left = situation.limit - len(again)
    disputed = _disputes(situation, policies.pairing) if most else ()
    arbitrations = plan_arbitrations(disputed, situation, arbiters, min(most, left), judges_rng)
    left -= len(arbitrations)
    known = (*seen.asked, *as_outstanding((*again.comparisons, *arbitrations), seen.next_wave))
    fresh = plan_rounds(replace(seen, asked=known, limit=left), policy, pairs_rng).comparisons
    border = boundary_places(fresh, situation, arbiters, most - len(arbitrations), policies.pairing)
    for_arbiters = (*arbitrations, *(fresh[place] for place in sorted(border)))
    for_primaries = tuple(one for place, one in enumerate(fresh) if place not in border)
    items = situation.items
    retried = assigned(again.comparisons, primaries, items, judges_rng)
    judged = assigned(for_primaries, primaries, items, judges_rng)
    open_pairs = [one for one in judged if primaries.times(one.planned.pair) < policy.max_judgements_per_pair]
    room = 0 if is_given else left - len(fresh)
    extra = second_opinions(open_pairs, primaries, policies.panel, room, judges_rng)
    return (*retried, *assigned(for_arbiters, arbiters, items, judges_rng), *judged, *extra)


def _is_locked(situation: PairingSituation) -> bool:
    return situation.plan is not None and situation.plan.use is PlanUse.ONLY


def _disputes(situation: PairingSituation, policy: PairingPolicy) -> tuple[PlannedComparison, ...]:
    return disputes(situation, _roster(situation, situation.arbiters), policy)


def _roster(situation: PairingSituation, seats: Sequence[Seat]) -> Roster:
    return Roster(seats, sorted(item.essay_id for item in situation.items), situation.asked)
