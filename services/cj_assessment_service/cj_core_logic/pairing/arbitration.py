"""What arbiters are asked: pairs on which judges disagree, and planned comparisons of essays between two grades."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from cj_assessment_service.cj_core_logic.pairing.outlook import scale_of, undecided_of
from cj_assessment_service.cj_core_logic.pairing.roster import Roster
from cj_assessment_service.cj_core_logic.pairing.situation import PairingSituation
from cj_assessment_service.domain.comparisons import (
    AskedComparison,
    AskedState,
    OrientedPair,
    PairMode,
    PlannedComparison,
    Winner,
)
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.policies import PairingPolicy, PanelPolicy

BETWEEN_TWO_GRADES = 0.5
"""Of 4 q (1 - q), with q the probability that an essay lies above the border: q between 0.15 and 0.85."""

Pair = tuple[EssayId, EssayId]


def as_pairs_are_chosen(situation: PairingSituation) -> PairingSituation:
    """Without the questions at which arbiters failed: they are asked again by arbiters or not at all."""
    arbiters = {seat.judge for seat in situation.arbiters}
    asked = tuple(
        question
        for question in situation.asked
        if question.state is not AskedState.FAILED or question.judge not in arbiters
    )
    return replace(situation, asked=asked)


def most_arbitrations(situation: PairingSituation, policy: PanelPolicy) -> int:
    """How many questions of a wave may go to arbiters."""
    if not situation.arbiters or not policy.arbiter_share:
        return 0
    return math.ceil(policy.arbiter_share * max(1, len(situation.items) // 2))


def disputes(
    situation: PairingSituation, roster: Roster, policy: PairingPolicy
) -> tuple[PlannedComparison, ...]:
    """The pairs that two judges decided differently and no arbiter has judged or is judging, by their ids; ties decide
    nothing. Left out are essays that are not there, and pairs at which arbiters failed for the last time.
    """
    if not situation.arbiters:
        return ()
    present = {item.essay_id for item in situation.items}
    arbiters = {seat.judge for seat in situation.arbiters}
    by_pair = defaultdict[Pair, list[AskedComparison]](list)
    for question in situation.asked:
        by_pair[question.pair.unordered].append(question)
    found = []
    for pair, questions in sorted(by_pair.items()):
        own = [question for question in questions if question.judge in arbiters]
        if not present.issuperset(pair) or not _differ([q for q in questions if q.judge not in arbiters]):
            continue
        shown = next(
            (p for p in (OrientedPair(*pair), OrientedPair(*pair).swapped) if roster.may(p).any()), None
        )
        if shown is not None and _may_be_asked(own, policy):
            mode = PairMode.RETRY if own else PairMode.RESAMPLING
            found.append(PlannedComparison(shown, mode, len(own) + 1))
    return tuple(found)


def plan_arbitrations(
    disputed: Sequence[PlannedComparison],
    situation: PairingSituation,
    roster: Roster,
    limit: int,
    rng: np.random.Generator,
) -> tuple[PlannedComparison, ...]:
    """At most `limit` of the disputed pairs, those with undecided grades first, then by lot; each in an order by lot, as
    far as an arbiter can be asked so.
    """
    doubt = undecided_essays(situation)
    lot = rng.random(len(disputed)).tolist()
    ranks = [(-_doubt(one, doubt), chance) for one, chance in zip(disputed, lot, strict=True)]
    chosen = [
        disputed[place] for place in sorted(range(len(disputed)), key=ranks.__getitem__)[: max(limit, 0)]
    ]
    turned = (rng.random(len(chosen)) < 0.5).tolist()
    return tuple(
        PlannedComparison(one.pair.swapped, one.mode, one.attempt)
        if turn and roster.may(one.pair.swapped).any()
        else one
        for one, turn in zip(chosen, turned, strict=True)
    )


def boundary_places(
    fresh: Sequence[PlannedComparison],
    situation: PairingSituation,
    roster: Roster,
    limit: int,
    policy: PairingPolicy,
) -> frozenset[int]:
    """The places of at most `limit` of the planned comparisons that an arbiter shall judge instead: those about the essays
    whose grade is most undecided between two.
    """
    doubt = undecided_essays(situation)
    if not doubt or limit <= 0:
        return frozenset()
    arbiters = {seat.judge for seat in situation.arbiters}
    own = defaultdict[Pair, list[AskedComparison]](list)
    for question in situation.asked:
        if question.judge in arbiters:
            own[question.pair.unordered].append(question)
    eligible = [
        place
        for place, one in enumerate(fresh)
        if _doubt(one, doubt) >= BETWEEN_TWO_GRADES
        and roster.may(one.pair).any()
        and _may_be_asked(own[one.pair.unordered], policy)
    ]
    return frozenset(sorted(eligible, key=lambda place: -_doubt(fresh[place], doubt))[:limit])


def undecided_essays(situation: PairingSituation) -> Mapping[EssayId, float]:
    """How undecided each essay's grade is between two, 0 to 1; empty where grades cannot be told."""
    scale = scale_of(situation.items)
    if not situation.cut_points or not scale.known:
        return {}
    essays = sorted(item.essay_id for item in situation.items)
    return dict(zip(essays, undecided_of(scale, situation.cut_points).tolist(), strict=True))


def _doubt(one: PlannedComparison, doubt: Mapping[EssayId, float]) -> float:
    return max(doubt.get(one.pair.first, 0.0), doubt.get(one.pair.second, 0.0))


def _differ(questions: Sequence[AskedComparison]) -> bool:
    """Whether two judges name different winners; a judge that contradicts itself is not two."""
    said = {
        (question.judge, question.pair.first if question.winner is Winner.FIRST else question.pair.second)
        for question in questions
        if question.winner in {Winner.FIRST, Winner.SECOND}
    }
    return any(judge != other and won != lost for judge, won in said for other, lost in said)


def _may_be_asked(own: Sequence[AskedComparison], policy: PairingPolicy) -> bool:
    """Whether arbiters did not judge the pair and may still come to."""
    if any(question.state is not AskedState.FAILED for question in own):
        return False
    if not own:
        return True
    latest = max(own, key=lambda question: (question.wave, question.attempt)).error_code
    return latest is not None and latest.is_retryable and len(own) < policy.max_attempts_per_question
