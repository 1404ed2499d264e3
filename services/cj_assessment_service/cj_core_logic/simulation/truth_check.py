"""A fit held against the truth."""

import numpy as np

from cj_assessment_service.cj_core_logic.scoring.arrays import FloatArray
from cj_assessment_service.domain.batches import StopReason
from cj_assessment_service.domain.scores import JudgeFlag, Scoreboard
from cj_assessment_service.domain.simulations import WaveRecord


def checked(board: Scoreboard, truth: FloatArray, stop: StopReason | None) -> WaveRecord:
    """The record of the wave that led to `board`; `truth` in the order of its scores. Scores are centred, so the truth is too:
    only differences can be judged.
    """
    centred = truth - truth.mean()
    score = np.array([essay.score for essay in board.scores])
    limits = np.array([essay.interval for essay in board.scores])
    inside = (limits[:, 0] <= centred) & (centred <= limits[:, 1])
    return WaveRecord(
        comparisons=board.decisions,
        cpe=2.0 * board.decisions / len(truth),
        r_squared=squared_correlation(score, truth),
        reliability=board.reliability,
        ssr=board.separation_reliability,
        coverage=float(inside.mean()),
        mean_se=board.mean_se,
        rmse=float(np.sqrt(np.square(score - centred).mean())),
        stop=stop,
        near_random=tuple(
            place for place, judge in enumerate(board.judges) if JudgeFlag.NEAR_RANDOM in judge.flags
        ),
    )


def squared_correlation(one: FloatArray, other: FloatArray) -> float:
    """Pearson's r^2; 0 where one of the two does not vary, so that nothing is measured."""
    one, other = one - one.mean(), other - other.mean()
    spread = float(one @ one) * float(other @ other)
    return float(one @ other) ** 2 / spread if spread > 0 else 0.0
