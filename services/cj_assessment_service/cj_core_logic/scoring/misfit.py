"""Essays the judges disagree about more than the scale explains."""

import numpy as np
from scipy.special import expit

from cj_assessment_service.cj_core_logic.scoring.bradley_terry import log_odds
from cj_assessment_service.cj_core_logic.scoring.design import Design, FloatArray


def infit(design: Design, parameters: FloatArray) -> FloatArray:
    """Information-weighted mean square of each essay, shape (n,); nan for one without comparisons.

        sum (x - p)^2 / sum p (1 - p)   over the essay's comparisons, x = 1 for a win and 0 for a loss

    1 is expected; more is noise, less is too good to be true (Wright & Masters 1982, Rating Scale Analysis, ch. 5).
    """
    chance = expit(log_odds(design, parameters))
    surprise = design.won * np.square(1.0 - chance) + (design.total - design.won) * np.square(chance)
    information = design.total * chance * (1.0 - chance)
    expected = design.per_essay(information, information)
    mean_square = np.full(len(expected), np.nan)
    np.divide(design.per_essay(surprise, surprise), expected, out=mean_square, where=expected > 0.0)
    return mean_square
