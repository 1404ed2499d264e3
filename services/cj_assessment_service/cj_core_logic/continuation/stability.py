"""Whether waves still move the scale."""

from collections.abc import Sequence

from cj_assessment_service.domain.essays import EssayItem
from cj_assessment_service.domain.policies import ContinuationPolicy
from cj_assessment_service.domain.scores import Scoreboard


def quiet_waves(
    items: Sequence[EssayItem], board: Scoreboard, so_far: int, policy: ContinuationPolicy
) -> int:
    """The quiet waves in a row, the one that led from the scores of `items` to `board` included.

    A wave is quiet when it moved the scores by at most `quiet_change` standard errors, mean against mean. One that
    gave any essay its first score never is. Raises KeyError for an item the board does not hold.
    """
    new = {score.essay_id: score.score for score in board.scores}
    moves = [abs(new[item.essay_id] - item.score) for item in items if item.score is not None]
    if not moves or len(moves) < len(items):
        return 0
    is_quiet = sum(moves) / len(moves) <= policy.quiet_change * board.mean_se
    return so_far + 1 if is_quiet else 0
