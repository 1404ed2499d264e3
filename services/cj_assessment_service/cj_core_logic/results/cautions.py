"""What a reader of a result must not miss, in sentences."""

from collections.abc import Sequence

from cj_assessment_service.cj_core_logic.results.anchor_warnings import anchor_warnings
from cj_assessment_service.cj_core_logic.results.checked_scale import CheckedScale
from cj_assessment_service.cj_core_logic.results.judge_warnings import judge_warnings
from cj_assessment_service.domain.batches import BatchOverview
from cj_assessment_service.domain.grades import Calibration
from cj_assessment_service.domain.results import DesignCheck
from cj_assessment_service.domain.scores import NORMAL_95, Scoreboard

RELIABLE_ENOUGH = 0.8
"""The usual demand on scales that decide about people."""

_HARDLY_MORE = 0.05
"""A reliability this close above what coin tosses show is none."""

_NOTICEABLE_POSITION = 0.2


def cautions(
    overview: BatchOverview, scale: CheckedScale, calibration: Calibration | None
) -> tuple[str, ...]:
    """The worst first; empty when there is nothing to say."""
    board = scale.board
    return (
        *_disconnected(board),
        *_reliability(board, scale.design),
        *judge_warnings(overview.excluded_judges, board, scale.panel.between),
        *_position(board),
        *(anchor_warnings(calibration) if calibration is not None else ()),
        *_unpriced(overview),
    )


def _disconnected(board: Scoreboard) -> Sequence[str]:
    found = []
    if board.components > 1:
        found.append(
            f"The essays fall into {board.components} groups that were never compared with each other;"
            " scores of different groups do not compare."
        )
    uncompared = sum(score.comparisons == 0 for score in board.scores)
    if uncompared:
        found.append(_counted(uncompared, "essay was", "essays were") + " never compared.")
    return found


def _reliability(board: Scoreboard, design: DesignCheck) -> Sequence[str]:
    null = design.null_reliability
    if null is not None and board.reliability <= null + _HARDLY_MORE:
        shown = f"{null:.2f} that coin tosses over the same pairs show"
        return (
            f"The reliability of {board.reliability:.2f} is hardly better than the {shown}: it is no sign of an order.",
        )
    if board.reliability < RELIABLE_ENOUGH:
        remedy = "do not base decisions about single essays on this scale alone"
        return (f"The reliability of {board.reliability:.2f} is below {RELIABLE_ENOUGH}: {remedy}.",)
    return ()


def _position(board: Scoreboard) -> Sequence[str]:
    effect = board.position
    if abs(effect.estimate) <= max(_NOTICEABLE_POSITION, NORMAL_95 * effect.se):
        return ()
    place = "first" if effect.estimate > 0 else "second"
    return (f"The judge favours the essay shown {place}; the scores are corrected for it.",)


def _unpriced(overview: BatchOverview) -> Sequence[str]:
    if not overview.unpriced:
        return ()
    answers = _counted(overview.unpriced, "answer", "answers")
    return (f"The price of {answers} is unknown and not part of the cost.",)


def _counted(number: int, singular: str, plural: str) -> str:
    return f"{number} {singular if number == 1 else plural}"
