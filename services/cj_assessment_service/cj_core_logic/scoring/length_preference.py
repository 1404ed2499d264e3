"""Whether a judge goes by length: how often the longer text wins, and how much of that the other judges do not see."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from cj_assessment_service.cj_core_logic.scoring.arrays import FloatArray, IntArray
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.scoring.observed_shares import share_over_pairs
from cj_assessment_service.cj_core_logic.scoring.tallies import pairs_of, won_by_first
from cj_assessment_service.domain.judge_summaries import LengthPreference

FEWEST_PAIRS = 20
"""Fewer cannot part the length of a text from its score and its place."""

_PRIOR_SD = 2.5
"""Logits; keeps estimates finite where decisions fall apart completely (after Gelman et al. 2008, Ann. Appl. Stat. 2,
1360-1383) and hardly matters elsewhere.
"""

_MOST_STEPS = 50


def length_preference(
    judgements: Judgements, lengths: FloatArray, scores: FloatArray | None
) -> LengthPreference | None:
    """Of the decisions of one judge; ties and texts of equal length are left out, None when nothing is left. `lengths` and
    `scores`, those of the other judges or None, have one entry for each of `judgements.essays`; nan is an unknown one.

    `beyond` is the intercept c of the logistic regression

        logit P(longer wins) = c + slope (score of the longer - score of the shorter) + place (+-1/2: longer first or second)

    so that c is what length does to two texts that the others find equally good, shown in either order. Its error is that of the
    sandwich of Liang & Zeger (1986, Biometrika 73, 13-22) over pairs, because repeats of a pair are no new evidence. What the others
    see only roughly, and what length shows of it, is part of c: a small c is no proof of a fault.
    """
    longer_is_first = lengths[judgements.first] - lengths[judgements.second]
    first_won = won_by_first(judgements)
    counts = (np.nan_to_num(longer_is_first) != 0.0) & (first_won != 0.5)
    won = np.where(longer_is_first > 0, first_won, 1.0 - first_won)
    longer = share_over_pairs(judgements, np.where(counts, won, np.nan))
    if longer is None:
        return None
    if scores is None:
        return LengthPreference(longer, None, None)
    side = np.sign(longer_is_first)
    lead = side * (scores[judgements.first] - scores[judgements.second])
    used = counts & ~np.isnan(lead)
    pair = pairs_of(judgements).pair[used]
    if len(np.unique(pair)) < FEWEST_PAIRS:
        return LengthPreference(longer, None, None)
    columns = np.column_stack((np.ones(int(used.sum())), lead[used], side[used] / 2.0))
    found = _logistic(columns, won[used], np.unique(pair, return_inverse=True)[1])
    return LengthPreference(longer, float(found.estimates[0]), float(found.errors[0]))


@dataclass(frozen=True, slots=True, eq=False)
class _Regression:
    estimates: FloatArray
    errors: FloatArray


def _logistic(columns: FloatArray, won: FloatArray, cluster: IntArray) -> _Regression:
    """The mode under the prior, and sandwich errors over the clusters."""
    at = np.zeros(columns.shape[1])
    prior = np.eye(columns.shape[1]) / _PRIOR_SD**2
    for _ in range(_MOST_STEPS):
        slope = columns.T @ (won - expit(columns @ at)) - prior @ at
        step = np.linalg.solve(_information(columns, at) + prior, slope)
        at = at + step / max(1.0, float(np.abs(step).max()))
        if np.abs(step).max() < 1e-9:
            break
    residual = columns * (won - expit(columns @ at))[:, None]
    clusters = int(cluster.max()) + 1
    sums = np.zeros((clusters, columns.shape[1]))
    np.add.at(sums, cluster, residual)
    middle = sums.T @ sums * clusters / max(clusters - 1, 1)
    inverse = np.linalg.inv(_information(columns, at) + prior)
    # where a side always wins, residuals vanish while the prior still leaves doubt: the larger of the two is believed
    variance = np.maximum(np.diag(inverse @ middle @ inverse), np.diag(inverse))
    return _Regression(at, np.sqrt(variance))


def _information(columns: FloatArray, at: FloatArray) -> FloatArray:
    chance = expit(columns @ at)
    return np.asarray((columns.T * (chance * (1.0 - chance))) @ columns)
