"""Essays and judges that the scale does not explain."""

from dataclasses import dataclass

import numpy as np

from cj_assessment_service.cj_core_logic.scoring.answers import Answers
from cj_assessment_service.cj_core_logic.scoring.arrays import FloatArray
from cj_assessment_service.cj_core_logic.scoring.responses import winner_moments
from cj_assessment_service.cj_core_logic.scoring.terms import Terms


@dataclass(frozen=True, slots=True, eq=False)
class MeanSquares:
    """1 is expected; more is noise, less is too good to be true; nan without comparisons."""

    infit: FloatArray
    outfit: FloatArray


def essay_misfit(answers: Answers, terms: Terms, d: FloatArray) -> MeanSquares:
    """Of each essay, shape (n,), over the answers about it; `d` is the difference seen in each row.

        infit = sum (x - E x)^2 / sum Var x      outfit = mean of (x - E x)^2 / Var x

    with x the share of the win (Wright & Masters 1982, Rating Scale Analysis, ch. 5).
    """
    surprise, variance, weight = _residuals(answers, terms, d)
    z_squared = weight * surprise / variance
    return _mean_squares(
        answers.per_essay(weight * surprise, weight * surprise),
        answers.per_essay(weight * variance, weight * variance),
        answers.per_essay(z_squared, z_squared),
        answers.per_essay(weight, weight),
    )


def judge_misfit(answers: Answers, terms: Terms, d: FloatArray) -> MeanSquares:
    """The same of each judge, shape (judges,)."""
    surprise, variance, weight = _residuals(answers, terms, d)
    return _mean_squares(
        answers.per_judge(weight * surprise),
        answers.per_judge(weight * variance),
        answers.per_judge(weight * surprise / variance),
        answers.per_judge(weight),
    )


def _residuals(answers: Answers, terms: Terms, d: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    lead, variance = winner_moments(d, terms.tie[answers.judge])
    return np.square(answers.share - 0.5 - lead), np.maximum(variance, 1e-12), answers.weight


def _mean_squares(
    surprise: FloatArray, variance: FloatArray, z_squared: FloatArray, weight: FloatArray
) -> MeanSquares:
    return MeanSquares(ratio_or_nan(surprise, variance), ratio_or_nan(z_squared, weight))


def ratio_or_nan(above: FloatArray, below: FloatArray) -> FloatArray:
    """`above` / `below`, nan where there is nothing below."""
    ratio = np.full(len(below), np.nan)
    np.divide(above, below, out=ratio, where=below > 0.0)
    return ratio
