"""What simulated judges answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

import numpy as np
from scipy.special import expit

from cj_assessment_service.cj_core_logic.scoring.arrays import FloatArray, IntArray
from cj_assessment_service.domain.simulations import Grading, JudgeModel, Soft

_BLUR = 3.0
"""Logistic scale, in logits, of the noise a blurred grading adds: three times that of the judgement itself."""

_CONFIDENCE_CUTS = (0.2, 0.6, 1.5, 3.5)
"""Of the strength of an impression, in logits, between confidence 1, 2, 3, 4 and 5: high numbers are common, as models have it."""


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """One entry for each comparison: `outcome` 1 first wins, -1 second wins, 0 tie; `level` how much better the winner is, 1 and
    rising, 0 for a tie and from a judge that names only winners; `p_first` the probability given to the first and `confidence`,
    nan where none was given.
    """

    outcome: IntArray
    level: IntArray
    p_first: FloatArray
    confidence: FloatArray


def answers_of(judge: JudgeModel, difference: FloatArray, rng: np.random.Generator) -> Answers:
    """Draws the judge's answers, given true ability of the first minus the second in logits; the model is in `JudgeModel`."""
    size = len(difference)
    expected = judge.discrimination * difference + judge.bias
    impression = expected + rng.logistic(size=size)
    tied = rng.random(size) < _chance_of_tie(judge, expected)
    reversed_by_mistake = rng.random(size) < judge.error
    winner = np.where(impression > 0, 1, -1) * np.where(reversed_by_mistake, -1, 1)
    level = _levels(judge, impression, rng)
    return Answers(
        np.where(tied, 0, winner).astype(np.intp),
        np.where(tied, 0, level).astype(np.intp),
        _probabilities(judge, np.where(reversed_by_mistake, -impression, impression), rng),
        _confidence(judge, impression, rng),
    )


def panel_answers(
    judges: Sequence[JudgeModel], seat: IntArray, difference: FloatArray, rng: np.random.Generator
) -> Answers:
    """The same where `seat` says which of the judges is asked."""
    outcome, level = np.zeros(len(seat), dtype=np.intp), np.zeros(len(seat), dtype=np.intp)
    p_first, confidence = np.full(len(seat), np.nan), np.full(len(seat), np.nan)
    for place in np.unique(seat).tolist():
        asked = seat == place
        answers = answers_of(judges[place], difference[asked], rng)
        outcome[asked], level[asked] = answers.outcome, answers.level
        p_first[asked], confidence[asked] = answers.p_first, answers.confidence
    return Answers(outcome, level, p_first, confidence)


def _chance_of_tie(judge: JudgeModel, expected: FloatArray) -> FloatArray:
    """P(tie) = nu / (exp(d/2) + exp(-d/2) + nu), Davidson (1970), JASA 65, 317-328."""
    nu = 2.0 * judge.ties / (1.0 - judge.ties)
    return np.asarray(nu / (2.0 * np.cosh(np.clip(expected, -700.0, 700.0) / 2.0) + nu))


def _levels(judge: JudgeModel, impression: FloatArray, rng: np.random.Generator) -> IntArray:
    if judge.levels == 2:
        return np.zeros(len(impression), dtype=np.intp)
    strength = _strength(judge.grading, impression, rng)
    if strength is None:
        return rng.integers(1, judge.levels // 2, size=len(impression), endpoint=True).astype(np.intp)
    return (1 + np.searchsorted(judge.cuts, strength)).astype(np.intp)


def _strength(grading: Grading, impression: FloatArray, rng: np.random.Generator) -> FloatArray | None:
    """What a grading looks at; None where it looks at nothing."""
    match grading:
        case Grading.FULL:
            return np.abs(impression)
        case Grading.BLURRED:
            # an impression that turned round on second thoughts is only slightly for the winner
            again = impression + rng.logistic(scale=_BLUR, size=len(impression))
            return np.asarray(np.sign(impression) * again)
        case Grading.WORTHLESS:
            return None
        case _:
            assert_never(grading)


def _probabilities(judge: JudgeModel, impression: FloatArray, rng: np.random.Generator) -> FloatArray:
    if judge.soft is Soft.NONE:
        return np.full(len(impression), np.nan)
    if judge.soft is Soft.WORTHLESS:
        return rng.random(len(impression))
    return np.asarray(expit(judge.soft.sharpness * impression))


def _confidence(judge: JudgeModel, impression: FloatArray, rng: np.random.Generator) -> FloatArray:
    if judge.confidence is None:
        return np.full(len(impression), np.nan)
    strength = _strength(judge.confidence, impression, rng)
    if strength is None:
        strength = np.abs(rng.logistic(scale=_BLUR, size=len(impression)))
    return np.asarray(1.0 + np.searchsorted(_CONFIDENCE_CUTS, strength))
