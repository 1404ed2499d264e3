"""What an answer says about the difference d of two essays, as seen by one judge.

All kinds of answer are one family, because each is the winner plus, perhaps, a level:

    winner or tie    P(first) : P(second) : P(tie) = e^(d/2) : e^(-d/2) : nu       (Bradley & Terry 1952 for nu = 0,
                                                                                    Davidson 1970, JASA 65, 317-328)
    level            P(level <= m | winner, u) = 1 / (1 + exp(-(kappa_m - lambda dominance(u))))

with u = d towards the winner and dominance(u) = -log P(the other wins). Without ties dominance(u) = softplus(u), and with
lambda = 1 winner and level together are exactly the cumulative logit (McCullagh 1980, JRSS B 42, 109-142) with thresholds
symmetric about 0, tau_m = log(1 + exp(kappa_m)): P(level > m | wins) = F(u - tau_m) / F(u), whose logit is
softplus(u) - kappa_m. With lambda = 0 the levels say nothing and the winner alone
counts. In between, levels that are noisier than winners count for what they are worth.

The log likelihood is concave in d for 0 <= lambda <= 1, ties or not: dominance bends upwards by V, by which the winner's
own log likelihood bends downwards, and the level's slope in lambda dominance is at most 1. (With ties softplus would not
do: it bends by more than V.)
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from cj_assessment_service.cj_core_logic.scoring.answers import Answers
from cj_assessment_service.cj_core_logic.scoring.arrays import BoolArray, FloatArray
from cj_assessment_service.cj_core_logic.scoring.terms import Terms


@dataclass(frozen=True, slots=True, eq=False)
class LevelPart:
    """The rows that carry a level which counts. `rows` are their places; kappa_high and kappa_low bound the level
    (infinite at the ends); `sign` turns d towards the winner; `tie` is nu.
    """

    rows: BoolArray
    sign: FloatArray
    tie: FloatArray
    grading: FloatArray
    kappa_low: FloatArray
    kappa_high: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Responses:
    """The log likelihood of each row as a function of its d. Every method takes d of shape (rows,) or (rows, nodes) and
    returns the same shape; weights are included.
    """

    weight: FloatArray
    share: FloatArray
    tie: FloatArray
    log_tie: FloatArray
    levels: LevelPart | None

    def log_likelihood(self, d: FloatArray) -> FloatArray:
        shape = (slice(None), *(np.newaxis,) * (d.ndim - 1))
        # share d - max(d, 0) is exact for wins, defeats and ties, so that foregone winners lose no digits
        value = self.share[shape] * d - np.maximum(d, 0.0)
        value += self.log_tie[shape] - _log_excess(d, self.tie[shape])
        if self.levels is not None:
            value[self.levels.rows] += _level_value(self.levels, d[self.levels.rows])
        scaled: FloatArray = self.weight[shape] * value
        return scaled

    def slopes(self, d: FloatArray) -> tuple[FloatArray, FloatArray]:
        """First derivative and negative second derivative with respect to d."""
        shape = (slice(None), *(np.newaxis,) * (d.ndim - 1))
        lead, variance = winner_moments(d, self.tie[shape])
        slope = (self.share - 0.5)[shape] - lead
        if self.levels is not None:
            rows = self.levels.rows
            level_slope, level_curvature = _level_slopes(self.levels, d[rows])
            slope[rows] += level_slope
            variance[rows] += level_curvature
        return self.weight[shape] * slope, self.weight[shape] * variance


def responses_of(answers: Answers, terms: Terms) -> Responses:
    """Each row of `answers` under the judges' `terms`."""
    tie = terms.tie[answers.judge]
    with np.errstate(divide="ignore"):
        log_tie = np.where(answers.is_tie, np.log(np.where(answers.is_tie, tie, 1.0)), 0.0)
    return Responses(answers.weight, answers.share, tie, log_tie, _level_part(answers, terms))


def winner_moments(d: FloatArray, tie: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean and variance of +1/2 for the first winning, -1/2 for the second, 0 for a tie."""
    if not tie.any():
        loss = np.exp(-np.abs(d))
        lead = np.copysign((0.5 - 0.5 * loss) / (1.0 + loss), d)
        return lead, loss / np.square(1.0 + loss)
    half = np.exp(-np.abs(d) / 2.0)
    total = 1.0 + half * half + tie * half
    lead = np.sign(d) * (1.0 - half * half) / (2.0 * total)
    # (1 + h^2) / 4T - lead^2 without its cancellation, which leaves nothing of the variance beyond |d| = 37
    variance = (4.0 * half * half + tie * half * (1.0 + half * half)) / np.square(2.0 * total)
    return lead, variance


def dominance(u: FloatArray, tie: FloatArray) -> FloatArray:
    """-log P(the other wins): from 0 for a hopeless winner to u for a certain one."""
    return np.maximum(u, 0.0) + _log_excess(u, tie)


def log_level_probability(eta: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """log(F(high - eta) - F(low - eta)) with F the logistic function, exact in both tails."""
    with np.errstate(over="ignore"):
        return (
            -np.logaddexp(0.0, eta - high)
            - np.logaddexp(0.0, low - eta)
            + np.log1p(-np.exp(np.minimum(low - high, -1e-12)))
        )


def _log_excess(d: FloatArray, tie: FloatArray) -> FloatArray:
    """log(e^(d/2) + e^(-d/2) + nu) - |d| / 2."""
    if not tie.any():
        return np.log1p(np.exp(-np.abs(d)))
    half = np.exp(-np.abs(d) / 2.0)
    return np.log1p(half * half + tie * half)


def _level_part(answers: Answers, terms: Terms) -> LevelPart | None:
    rows = (answers.level > 0) & (terms.grading[answers.judge] > 0.0)
    if not rows.any():
        return None
    judge, level = answers.judge[rows], answers.level[rows]
    bounds = np.pad(terms.thresholds, ((0, 0), (1, 1)), constant_values=((0, 0), (-np.inf, np.inf)))
    return LevelPart(
        rows=rows,
        sign=answers.sign[rows],
        tie=terms.tie[judge],
        grading=terms.grading[judge],
        kappa_low=bounds[judge, level - 1],
        kappa_high=bounds[judge, level],
    )


def _level_value(part: LevelPart, d: FloatArray) -> FloatArray:
    shape = (slice(None), *(np.newaxis,) * (d.ndim - 1))
    eta = part.grading[shape] * dominance(part.sign[shape] * d, part.tie[shape])
    return log_level_probability(eta, part.kappa_low[shape], part.kappa_high[shape])


def _level_slopes(part: LevelPart, d: FloatArray) -> tuple[FloatArray, FloatArray]:
    """For eta = lambda dominance(u): d log P / d eta = F(high - eta) + F(low - eta) - 1, and the second derivative is minus
    the sum of both densities; dominance' = 1 - P(the other wins) - P(tie) / 2, dominance'' = Var x, and the chain rule.
    """
    shape = (slice(None), *(np.newaxis,) * (d.ndim - 1))
    sign, grading = part.sign[shape], part.grading[shape]
    towards, tie = sign * d, part.tie[shape]
    lead, variance = winner_moments(towards, tie)
    rise = 0.5 + lead
    eta = grading * dominance(towards, tie)
    above, below = expit(part.kappa_high[shape] - eta), expit(part.kappa_low[shape] - eta)
    by_eta = above + below - 1.0
    bend = above * (1.0 - above) + below * (1.0 - below)
    curvature = np.square(grading * rise) * bend - grading * variance * by_eta
    return sign * grading * rise * by_eta, curvature
