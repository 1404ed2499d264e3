"""Whether a batch has become what it was to become."""

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import NormalDist, mean

from cj_assessment_service.domain.comparisons import DecidedComparison
from cj_assessment_service.domain.grades import GradeProjection
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.scores import NORMAL_95, Scoreboard

_SMALLEST_ERROR = 1e-9
"""A share of error below this is rounding; keeps logarithms finite."""


def reliability_reached(board: Scoreboard, target: float, certainty: float) -> bool:
    """Whether the true reliability is at least `target` with the probability `certainty` (0.5 to 1).

    The share of error, 1 - reliability, is a variance over the variance of the true scores, and not knowing the latter
    makes its logarithm nearly normal. So its standard error is read from the 95 % interval on that scale,

        se = (log(1 - low) - log(1 - high)) / (2 * 1.96),

    and the target holds when log(1 - reliability) + z(certainty) se <= log(1 - target). A bare `reliability >= target`
    is 1 point too early: it picks the moment at which a wavering estimate first is too high. Without an interval the
    estimate is taken as it is.
    """
    error, allowed = max(1.0 - board.reliability, _SMALLEST_ERROR), max(1.0 - target, _SMALLEST_ERROR)
    return math.log(error) + NormalDist().inv_cdf(certainty) * _error_of_log(board) <= math.log(allowed)


def expected_grade_changes(projections: Sequence[GradeProjection]) -> float | None:
    """The expected share of essays whose true grade is not their most probable one, mean of 1 - P(best grade): the
    Bayes risk of the projected grades under zero-one loss (Berger 1985, ch. 4.4). None without projections.
    """
    return mean(1.0 - projection.confidence for projection in projections) if projections else None


def order_decided(board: Scoreboard, decided: Sequence[DecidedComparison], lead: int) -> bool:
    """Whether every essay leads the next one by at least `lead` judgements, and none trails one below it.

    Two essays are a sequential test of whose share of wins is above one half: it ends at a lead of
    log((1 - a) / a) / log(p / (1 - p)) judgements (Wald 1945, Annals of Mathematical Statistics 16, 117-186), which is
    3 for an error of at most a = 5 % where the better essay wins p = 3 of 4 times.
    """
    leads = _leads(decided)
    order = [score.essay_id for score in board.ranked()]
    above = ((high, low) for place, high in enumerate(order) for low in order[place + 1 :])
    return all(leads.get(pair, 0) >= lead for pair in pairwise(order)) and all(
        leads.get(pair, 0) >= 0 for pair in above
    )


def _error_of_log(board: Scoreboard) -> float:
    if board.reliability_limits is None:
        return 0.0
    low, high = (max(1.0 - limit, _SMALLEST_ERROR) for limit in board.reliability_limits)
    return (math.log(low) - math.log(high)) / (2.0 * NORMAL_95)


def _leads(decided: Sequence[DecidedComparison]) -> dict[tuple[EssayId, EssayId], int]:
    """Wins minus losses of the first essay of a pair against the second; ties count for neither."""
    leads: dict[tuple[EssayId, EssayId], int] = {}
    for one in decided:
        winner = one.winning_essay
        if winner is None:
            continue
        loser = one.pair.second if winner == one.pair.first else one.pair.first
        leads[winner, loser] = leads.get((winner, loser), 0) + 1
        leads[loser, winner] = leads.get((loser, winner), 0) - 1
    return leads
