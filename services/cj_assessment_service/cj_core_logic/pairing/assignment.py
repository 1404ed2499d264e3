"""Which judge is asked which of the planned comparisons.

Every essay meets every judge in proportion to the judge's share, so that a judge's severity, position effect or guessing
cannot be taken for the quality of the essays it happened to see; so do pairs far apart, on which guessing shows.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from cj_assessment_service.cj_core_logic.pairing.history import IntArray
from cj_assessment_service.cj_core_logic.pairing.outlook import scale_of
from cj_assessment_service.cj_core_logic.pairing.roster import Roster
from cj_assessment_service.domain.comparisons import AssignedComparison, OrientedPair, PlannedComparison
from cj_assessment_service.domain.essays import EssayItem

_MOST_AT_ONCE = 512
"""Comparisons dealt together: the work grows with their square and more."""

_NEVER = 1e6
_JITTER = 1e-3


def assigned(
    planned: Sequence[PlannedComparison],
    roster: Roster,
    items: Sequence[EssayItem],
    rng: np.random.Generator,
) -> tuple[AssignedComparison, ...]:
    """Each comparison with its judge, in the same order. The shares are kept within rounding, as far as every judge can be
    asked; nobody is asked the same question again while somebody else can be, and a failed one goes to somebody else.
    """
    seat_of: dict[int, int] = {}
    for block in _blocks(planned, items):
        chosen = _dealt([planned[place].pair for place in block], roster, rng)
        seat_of.update(zip(block, chosen, strict=True))
    return tuple(
        AssignedComparison(one, roster.seats[seat_of[place]].judge) for place, one in enumerate(planned)
    )


def _blocks(planned: Sequence[PlannedComparison], items: Sequence[EssayItem]) -> Iterator[list[int]]:
    """The places of comparisons that are dealt together: pairs that lie further apart than the scores spread, then the
    others; a question that stands there twice, in different blocks.
    """
    scale = scale_of(items)
    essays = sorted(item.essay_id for item in items)
    score = dict(zip(essays, scale.score.tolist(), strict=True))
    times = Counter[OrientedPair]()
    blocks = defaultdict[tuple[int, bool], list[int]](list)
    for place, one in enumerate(planned):
        is_near = abs(score[one.pair.first] - score[one.pair.second]) <= scale.spread
        blocks[times[one.pair], is_near].append(place)
        times[one.pair] += 1
    for _, block in sorted(blocks.items()):
        for start in range(0, len(block), _MOST_AT_ONCE):
            yield block[start : start + _MOST_AT_ONCE]


def _dealt(pairs: Sequence[OrientedPair], roster: Roster, rng: np.random.Generator) -> list[int]:
    """The seat of each pair: as many pairs for each seat as it is due, and the essays' meetings with each as even as can be
    (an assignment problem, solved exactly; Kuhn 1955, Naval Research Logistics Quarterly 2, 83-97).
    """
    if len(roster.seats) == 1:
        for pair in pairs:
            roster.give(0, pair)
        return [0] * len(pairs)
    may = np.array([roster.may(pair) for pair in pairs])
    places = np.repeat(np.arange(len(roster.seats)), roster.quotas(len(pairs)))
    cost = roster.surplus(pairs) + _JITTER * rng.random(may.shape) + np.where(may, 0.0, _NEVER)
    row, column = linear_sum_assignment(cost[:, places])
    seat: IntArray = np.empty(len(pairs), dtype=np.intp)
    seat[row] = places[column]
    is_sound = may[np.arange(len(pairs)), seat]
    for place in np.flatnonzero(is_sound).tolist():
        roster.give(int(seat[place]), pairs[place])
    for place in np.flatnonzero(~is_sound).tolist():
        seat[place] = roster.most_due(
            may[place] if may[place].any() else np.ones(len(roster.seats), dtype=np.bool_)
        )
        roster.give(int(seat[place]), pairs[place])
    return [int(number) for number in seat]
