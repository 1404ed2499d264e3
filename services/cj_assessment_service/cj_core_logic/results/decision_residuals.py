"""How well a scale explains the decisions it was made from, by item and by judge."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from cj_assessment_service.cj_core_logic.scoring.answers import sums_at
from cj_assessment_service.cj_core_logic.scoring.arrays import FloatArray, IntArray
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.scoring.misfit import MeanSquares, ratio_or_nan
from cj_assessment_service.domain.scores import Scoreboard


@dataclass(frozen=True, slots=True, eq=False)
class Residuals:
    """Of every decision: `squared` (x - p)^2, `expected` p (1 - p) and `weight`, with p the chance of the first under the
    scale and x = 1, 0 or 1/2; `agrees` 1 where the item with the higher score won, 0 where it lost, 1/2 where the scores
    are equal, nan for a tie.
    """

    squared: FloatArray
    expected: FloatArray
    weight: FloatArray
    agrees: FloatArray

    @property
    def for_both_sides(self) -> "Residuals":
        """Every decision twice: once for the first item, and after all of those once for the second."""
        columns = (self.squared, self.expected, self.weight, self.agrees)
        return Residuals(*(np.concatenate((column, column)) for column in columns))

    def mean_squares(self, members: IntArray, size: int) -> MeanSquares:
        """`members` says whom each decision belongs to, 0..size - 1.

            infit = sum w (x - p)^2 / sum w p (1 - p),   outfit = sum w (x - p)^2 / (p (1 - p)) / sum w

        Wright & Masters (1982), Rating Scale Analysis, ch. 5.
        """
        surprise = self.weight * self.squared
        standardised = surprise / np.maximum(self.expected, 1e-12)
        return MeanSquares(
            infit=ratio_or_nan(
                sums_at(members, surprise, size), sums_at(members, self.weight * self.expected, size)
            ),
            outfit=ratio_or_nan(sums_at(members, standardised, size), sums_at(members, self.weight, size)),
        )

    def agreement(self, members: IntArray, size: int) -> FloatArray:
        """The share of decisions, ties left out, that the scale agrees with; nan without any."""
        decided = ~np.isnan(self.agrees)
        counted = sums_at(members[decided], np.ones(int(decided.sum())), size)
        return ratio_or_nan(sums_at(members[decided], self.agrees[decided], size), counted)


def residuals_of(judgements: Judgements, board: Scoreboard) -> Residuals:
    """`board` scores the essays of `judgements` in their order."""
    scores = np.array([one.score for one in board.scores])
    distance = scores[judgements.first] - scores[judgements.second]
    chance = expit(distance + board.position.estimate)
    result = (judgements.outcome + 1) / 2
    agrees = np.where(judgements.outcome == 0, np.nan, (np.sign(distance) * judgements.outcome + 1) / 2)
    return Residuals(np.square(result - chance), chance * (1.0 - chance), judgements.weight, agrees)
