"""Repeats of a pair by the same judge say less than as many new answers: how much less, learned from them.

A judge that saw something in a pair which the scale does not know will see it again. With r = x - p the residual of an answer
(x = 1, 1/2, 0 for the lower-numbered essay's win, tie, loss; p its probability under the scale and the judge's own terms), the
repeats of one pair by one judge have

    cov(r_s, r_t) = rho sqrt(v_s v_t),   v = p (1 - p)

the exchangeable working correlation of Liang & Zeger (1986, Biometrika 73, 13-22), the extra-binomial variation of Williams
(1982, Applied Statistics 31, 144-148): the variance of the sum of m repeats is 1 + (m - 1) rho times the binomial one, the
over-dispersion factor. m repeats are worth m / (1 + (m - 1) rho) answers, so each counts with weight 1 / (1 + (m - 1) rho).
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit

from cj_assessment_service.cj_core_logic.scoring.answers import sums_at
from cj_assessment_service.cj_core_logic.scoring.arrays import FloatArray, IntArray
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.scoring.tallies import Pairs, essay_sums, pairs_of, won_by_first
from cj_assessment_service.domain.decision_tables import UNNAMED_JUDGE
from cj_assessment_service.domain.scores import Scoreboard

_TYPICAL_RHO = 0.3
"""Standard deviation of rho over kinds of judges, before any evidence."""

_HARDLY_LESS = 0.9

_JUDGES_DIFFER = 0.15
"""Standard deviation of rho between the judges of one kind."""


@dataclass(frozen=True, slots=True)
class RepeatCorrelation:
    """`rho`: how strongly a judge's answers to the same pair hang together beyond the scale, 0 (not at all, or no evidence) to 1;
    `repeats`: on how many answers beyond the first of their pair this rests.
    """

    judge: str
    rho: float
    repeats: int

    def factor(self, times: float) -> float:
        """The over-dispersion of the same pair asked `times` times, at least 1."""
        return 1.0 + max(0.0, times - 1.0) * self.rho


def repeat_correlations(judgements: Judgements, scoreboard: Scoreboard) -> tuple[RepeatCorrelation, ...]:
    """One for each judge, given a fit of the same judgements (scores in their order).

    A unit is a judge's m answers about one pair. The fit has adapted to them, which takes the share h of a residual away:
    h = V / (V_ij + 1 / (1 / A_i + 1 / A_j)) with V the sum of v over the unit, V_ij over all answers about the pair, and A_i the
    other information on an essay, prior included (its other opponents held fixed, which errs towards no correlation). By moments
    over a judge's units

        rho = sum[(sum r)^2 - (1 - h) V] / D,   D = sum[(1 - h)^2 ((sum sqrt v)^2 - V)]

    with squared error 2 sum[(1 - h)^2 V^2 (m - 1) / m] / D^2 if the answers were independent. The estimate over all judges is drawn
    to 0 (sd 0.3), each judge's to that (sd 0.15), both by precision, and none is below 0.
    """
    pairs = pairs_of(judgements)
    units = _units_of(judgements, pairs, scoreboard)
    seats = len(judgements.judges)
    excess, base, noise = (sums_at(units.judge, values, seats).tolist() for values in units.moments())
    everywhere = _shrunk((sum(excess), sum(base), sum(noise)), _TYPICAL_RHO, 0.0)
    answers = np.bincount(judgements.judge, minlength=seats)
    distinct = np.bincount(units.judge, minlength=seats)
    return tuple(
        RepeatCorrelation(
            judge,
            min(1.0, max(0.0, _shrunk(moments, _JUDGES_DIFFER, everywhere))),
            int(answers[seat] - distinct[seat]),
        )
        for seat, (judge, moments) in enumerate(
            zip(judgements.judges, zip(excess, base, noise, strict=True), strict=True)
        )
    )


def repeat_weights(judgements: Judgements, correlations: tuple[RepeatCorrelation, ...]) -> FloatArray:
    """What each judgement counts, 1 / (1 + (m - 1) rho) of its judge's m answers to the pair; 1 for a pair asked once."""
    pairs = pairs_of(judgements)
    _, unit, times = np.unique(_unit_keys(judgements, pairs), return_inverse=True, return_counts=True)
    rho = np.array([correlation.rho for correlation in correlations])
    return np.asarray(1.0 / (1.0 + (times[unit] - 1.0) * rho[judgements.judge]))


def with_repeats_weighted(judgements: Judgements, scoreboard: Scoreboard) -> Judgements | None:
    """The judgements with their weights lowered by `repeat_weights`; None where that changes next to nothing. Nobody knows
    whether an unnamed judge repeats itself, so its answers keep their weights.
    """
    if len(np.unique(_unit_keys(judgements, pairs_of(judgements)))) == len(judgements):
        return None
    weights = repeat_weights(judgements, repeat_correlations(judgements, scoreboard))
    unnamed = np.array([judge == UNNAMED_JUDGE for judge in judgements.judges])
    # rounded, so that the order in which answers were summed leaves no trace
    weights = np.where(unnamed[judgements.judge], 1.0, weights).astype(np.float64).round(6)
    if weights.min() > _HARDLY_LESS:
        return None
    return replace(judgements, weight=judgements.weight * weights)


@dataclass(frozen=True, slots=True, eq=False)
class _Units:
    """For each unit: its judge, its size and the sums over its answers of r, v and sqrt(v); `leverage` is h."""

    judge: IntArray
    times: FloatArray
    residual: FloatArray
    variance: FloatArray
    deviation: FloatArray
    leverage: FloatArray

    def moments(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """The unit's terms of the numerator of rho, of D, and of rho's squared error; nothing from pairs asked once."""
        left = 1.0 - self.leverage
        noise = 2.0 * np.square(left * self.variance) * (1.0 - 1.0 / self.times)
        return (
            (self.times > 1.0) * (np.square(self.residual) - left * self.variance),
            np.square(left) * (np.square(self.deviation) - self.variance),
            noise,
        )


def _units_of(judgements: Judgements, pairs: Pairs, scoreboard: Scoreboard) -> _Units:
    keys, unit = np.unique(_unit_keys(judgements, pairs), return_inverse=True)
    chance = _expected(judgements, scoreboard)
    variance = np.maximum(chance * (1.0 - chance), 1e-12)
    residual = pairs.turned * (won_by_first(judgements) - chance)
    total = sums_at(unit, variance, len(keys))
    pair = keys % max(1, len(pairs))
    of_pair = pairs.sums(variance)[pair]
    known = essay_sums(judgements, variance, variance) + _prior_precision(scoreboard)
    others = (known[pairs.low[pair]] - of_pair, known[pairs.high[pair]] - of_pair)
    indirect = others[0] * others[1] / np.maximum(others[0] + others[1], 1e-12)
    return _Units(
        judge=keys // max(1, len(pairs)),
        times=sums_at(unit, np.ones(len(unit)), len(keys)),
        residual=sums_at(unit, residual, len(keys)),
        variance=total,
        deviation=sums_at(unit, np.sqrt(variance), len(keys)),
        leverage=total / (of_pair + indirect),
    )


def _prior_precision(scoreboard: Scoreboard) -> float:
    return max(scoreboard.prior_sd, 0.1) ** -2


def _expected(judgements: Judgements, scoreboard: Scoreboard) -> FloatArray:
    """P(first wins) of each judgement, ties apart: expit(a_k (theta_first - theta_second) + b_k)."""
    score = np.array([row.score for row in scoreboard.scores])
    terms = {row.judge: row for row in scoreboard.judges}
    known = [terms.get(judge) for judge in judgements.judges]
    slope = np.array([1.0 if row is None else row.discrimination for row in known])
    shift = np.array([(scoreboard.position if row is None else row.position).estimate for row in known])
    distance = score[judgements.first] - score[judgements.second]
    return np.asarray(expit(slope[judgements.judge] * distance + shift[judgements.judge]))


def _unit_keys(judgements: Judgements, pairs: Pairs) -> IntArray:
    return np.asarray(judgements.judge * max(1, len(pairs)) + pairs.pair)


def _shrunk(moments: tuple[float, float, float], prior_sd: float, centre: float) -> float:
    """The moment estimate and what is expected, each by its precision."""
    excess, base, noise = moments
    if base <= 0.0 or noise <= 0.0:
        return centre
    precision, prior = base**2 / noise, prior_sd**-2
    return (precision * excess / base + prior * centre) / (precision + prior)
