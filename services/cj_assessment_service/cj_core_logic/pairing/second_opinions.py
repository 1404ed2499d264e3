"""Questions that are asked again at once, so that judges can be measured against each other and against themselves."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from cj_assessment_service.cj_core_logic.pairing.history import BoolArray
from cj_assessment_service.cj_core_logic.pairing.roster import Roster
from cj_assessment_service.domain.comparisons import (
    AssignedComparison,
    OrientedPair,
    PairMode,
    PlannedComparison,
)
from cj_assessment_service.domain.policies import PanelPolicy


def second_opinions(
    first: Sequence[AssignedComparison],
    roster: Roster,
    policy: PanelPolicy,
    limit: int,
    rng: np.random.Generator,
) -> tuple[AssignedComparison, ...]:
    """At most `limit` further questions about the pairs of `first`, drawn by lot and each used once: shares of them, to a
    second judge and to the same one, in the other order. Where a second judge cannot be asked in the other order it sees
    the same one; pairs that leave nobody to ask are passed over.
    """
    order = [first[place] for place in rng.permutation(len(first)).tolist()]
    others = _drawn(policy.second_share * len(first), rng) if len(roster.seats) > 1 else 0
    again = _drawn(policy.swap_share * len(first), rng)
    asked = list(_others(order, roster, min(others, limit)))
    used = Counter(one.planned.pair.unordered for one in asked)
    left = [one for one in order if not used[one.planned.pair.unordered]]
    return (*asked, *_swapped(left, roster, min(again, limit - len(asked))))


def _drawn(expected: float, rng: np.random.Generator) -> int:
    """A whole number that is `expected` on average."""
    return math.floor(expected + rng.random())


def _others(order: Sequence[AssignedComparison], roster: Roster, count: int) -> Iterator[AssignedComparison]:
    for one in order:
        if not count:
            return
        is_other = np.array([seat.judge != one.judge for seat in roster.seats], dtype=np.bool_)
        for pair in (one.planned.pair.swapped, one.planned.pair):
            if (free := roster.may(pair) & is_other).any():
                yield _asked(pair, free, roster)
                count -= 1
                break


def _swapped(order: Sequence[AssignedComparison], roster: Roster, count: int) -> Iterator[AssignedComparison]:
    for one in order:
        if not count:
            return
        pair = one.planned.pair.swapped
        is_same = np.array([seat.judge == one.judge for seat in roster.seats], dtype=np.bool_)
        if (free := roster.may(pair) & is_same).any():
            yield _asked(pair, free, roster)
            count -= 1


def _asked(pair: OrientedPair, free: BoolArray, roster: Roster) -> AssignedComparison:
    number = roster.most_due(free)
    roster.give(number, pair)
    return AssignedComparison(PlannedComparison(pair, PairMode.RESAMPLING), roster.seats[number].judge)
