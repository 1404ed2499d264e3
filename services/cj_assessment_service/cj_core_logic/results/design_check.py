"""What the choice of pairs did to the reliability of a batch."""

from cj_assessment_service.domain.batches import BatchOverview, StopReason
from cj_assessment_service.domain.results import DesignCheck
from cj_assessment_service.domain.scores import Scoreboard

RANDOM_START = 4.0
"""Comparisons per essay up to which pairs are chosen without regard to scores."""


def check_design(overview: BatchOverview, board: Scoreboard) -> DesignCheck:
    """Pairs count as chosen by score from the end of the random start on, unless every question there was has been asked,
    in whatever order.
    """
    per_essay = 2 * board.decisions / len(board.scores)
    is_adaptive = per_essay > RANDOM_START and overview.stop_reason is not StopReason.SATURATED
    return DesignCheck(is_adaptive=is_adaptive, null_reliability=None)
