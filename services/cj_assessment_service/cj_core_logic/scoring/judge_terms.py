"""The judges' terms, learned from the answers by expectation maximisation.

Each round asks the posterior of the differences (not only their most probable values) how likely the answers were
under other terms, and moves the terms uphill (Dempster, Laird & Rubin 1977, JRSS B 39, 1-38). Averaging over the
posterior keeps terms from being fitted to the noise in the scores. Every term is drawn towards what judges have in
common: most log discriminations lie close to 0, so that equal judges stay equal, while the few odd ones are let go
(a two-component prior; freely learned weights overfit, and one normal prior wide enough for a guessing judge is too
wide for the others). Thresholds are drawn towards the mean of all judges.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit

from cj_assessment_service.cj_core_logic.scoring.answers import Answers
from cj_assessment_service.cj_core_logic.scoring.arrays import BoolArray, FloatArray, IntArray
from cj_assessment_service.cj_core_logic.scoring.expectation_propagation import FINE, Posterior
from cj_assessment_service.cj_core_logic.scoring.model import Model
from cj_assessment_service.cj_core_logic.scoring.responses import dominance
from cj_assessment_service.cj_core_logic.scoring.terms import Terms

ALIKE_SPREAD = 0.15
"""Standard deviation of log discrimination among judges who see about the same."""

ODD_SHARE = 0.1
"""The share of judges expected to be of another kind: guessing, careless, or uncommonly sharp ..."""

ODD_MEAN, ODD_SPREAD = -1.0, 1.0
"""... and mean and standard deviation of their log discrimination."""

GUESSING = 0.15
"""The discrimination with which the search starts for a judge suspected of guessing."""

_SUSPECT = 0.95
"""Discriminations below this are held against the possibility that the judge guesses."""

_LARGEST_STEP = 0.7
_SMALLEST_LOG_DISCRIMINATION = -4.0
_SHARED_DECISIONS = 5.0
"""The tie rate of a judge is drawn towards that of all by this many decisions."""

_THRESHOLD_SPREAD = 0.7
"""Standard deviation of a judge's thresholds around those of all, in logits."""


@dataclass(frozen=True, slots=True, eq=False)
class Expected:
    """The posterior of each row's d on quadrature nodes: `d` of shape (rows, nodes), with the row's mean and variance."""

    d: FloatArray
    mean: FloatArray
    variance: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Discriminations:
    """Log discriminations and their standard errors, shape (judges,)."""

    log_discrimination: FloatArray
    se: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class _NormalPull:
    """Precision and precision-weighted mean, shape (judges,)."""

    precision: FloatArray
    pull: FloatArray


def expected_differences(posterior: Posterior) -> Expected:
    spread = np.sqrt(posterior.moments.rows)
    return Expected(
        posterior.row_mean[:, np.newaxis] + spread[:, np.newaxis] * FINE.nodes,
        posterior.row_mean,
        posterior.moments.rows,
    )


def improved_terms(model: Model, posterior: Posterior) -> Terms:
    """One step uphill for every kind of term."""
    terms, expected = model.terms, expected_differences(posterior)
    better = replace(terms, tie=_tie(model, expected))
    if terms.thresholds.shape[1]:
        better = _graded(model, better, expected)
    if model.groups.own_discrimination.any():
        found = discriminations(model, posterior)
        better = replace(better, discrimination=np.exp(found.log_discrimination))
    return better


def largest_move(before: Terms, after: Terms) -> float:
    """Between two steps, over all terms, on their natural scales."""
    known = np.isfinite(before.thresholds)
    moves = (
        np.abs(np.log(after.discrimination / before.discrimination)),
        np.abs(np.log1p(after.tie) - np.log1p(before.tie)),
        np.abs(after.grading - before.grading),
        np.abs(after.thresholds[known] - before.thresholds[known]),
    )
    return max(float(move.max(initial=0.0)) for move in moves)


def discriminations(model: Model, posterior: Posterior) -> Discriminations:
    """One Newton step on E[log likelihood] + log prior in log a, where d = a t + b, so that d log L / d log a = L' (d - b).

    The standard errors count what the differences leave open (Louis 1982, JRSS B 44, 226-233).
    """
    answers, design = model.answers, model.design
    expected = expected_differences(posterior)
    effect = design.position_effects(posterior.mean)
    lever = expected.d - effect[:, np.newaxis]
    slope, curvature = model.responses.slopes(expected.d)
    pull = slope * lever
    uphill = answers.per_judge(pull @ FINE.weights)
    complete = answers.per_judge((curvature * np.square(lever)) @ FINE.weights)
    open_part = answers.per_judge(np.square(pull) @ FINE.weights - np.square(pull @ FINE.weights))
    now = np.log(model.terms.discrimination)
    own = model.groups.own_discrimination
    prior = _discrimination_prior(now)
    information = np.maximum(complete, 0.0) + prior.precision
    step = np.clip((uphill + prior.pull - prior.precision * now) / information, -_LARGEST_STEP, _LARGEST_STEP)
    moved = np.where(own, np.maximum(now + step, _SMALLEST_LOG_DISCRIMINATION), now)
    if own.all():
        # the unit of the scale is that of the judges who see it, not of those who guess
        moved -= float(complete @ moved / complete.sum())
    known = np.maximum(complete - open_part, 0.2 * complete) + prior.precision
    return Discriminations(moved, np.where(own, known**-0.5, 0.0))


def log_discrimination_prior(discrimination: FloatArray) -> float:
    """The log density of all log discriminations under the two-component prior, up to a constant."""
    alike, odd = _components(np.log(discrimination))
    return float(np.log(alike + odd).sum())


def suspects(model: Model) -> tuple[BoolArray, ...]:
    """Groups of judges that may be guessing, each of shape (judges,): the least discriminating one, and all whose
    discrimination lies below that of the usual judge. None where no judge stands out.
    """
    found = model.terms.discrimination
    low = model.groups.own_discrimination & (found < _SUSPECT)
    if not low.any():
        return ()
    least = low & (found == found[low].min())
    return (least,) if np.array_equal(least, low) else (least, low)


def _components(log_discrimination: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The prior density of each log discrimination as one of the alike judges and as one of the odd ones, times sqrt(2 pi)."""
    alike = (1.0 - ODD_SHARE) / ALIKE_SPREAD * np.exp(-0.5 * np.square(log_discrimination / ALIKE_SPREAD))
    odd = ODD_SHARE / ODD_SPREAD * np.exp(-0.5 * np.square((log_discrimination - ODD_MEAN) / ODD_SPREAD))
    return alike, odd


def _discrimination_prior(log_discrimination: FloatArray) -> "_NormalPull":
    """The two-component prior as the normal one that has the same slope, given how likely each judge is an odd one."""
    alike, odd = _components(log_discrimination)
    oddness = odd / (alike + odd)
    loose = oddness / ODD_SPREAD**2
    return _NormalPull(precision=(1.0 - oddness) / ALIKE_SPREAD**2 + loose, pull=loose * ODD_MEAN)


def _tie(model: Model, expected: Expected) -> FloatArray:
    """Multiplies each nu by ties seen over ties expected: its fixed point is the likelihood equation, since
    d log L / d log nu = tie - P(tie). Few decisions of a judge are filled up with those of all.
    """
    answers, terms = model.answers, model.terms
    weight = answers.weight
    seen = answers.per_judge(weight * answers.is_tie)
    if not seen.any():
        return np.zeros(len(answers.judges))
    chance = _tie_chance(expected.d, terms.tie[answers.judge]) @ FINE.weights
    foreseen = answers.per_judge(weight * chance)
    shared = _SHARED_DECISIONS / max(float(weight.sum()), 1.0)
    ratio = (model.groups.pooled(seen) + shared * seen.sum()) / np.maximum(
        model.groups.pooled(foreseen) + shared * foreseen.sum(), 1e-12
    )
    return np.asarray(terms.tie * np.clip(ratio, 0.1, 10.0))


def _tie_chance(d: FloatArray, tie: FloatArray) -> FloatArray:
    half = np.exp(-np.abs(d) / 2.0)
    chance: FloatArray = tie[:, np.newaxis] * half / (1.0 + half * half + tie[:, np.newaxis] * half)
    return chance


def _graded(model: Model, terms: Terms, expected: Expected) -> Terms:
    answers, group, scale = model.answers, model.groups.group, model.groups.scale
    graded = answers.level > 0
    dominant = dominance(answers.sign[:, np.newaxis] * expected.d, terms.tie[answers.judge][:, np.newaxis])
    grading, thresholds = terms.grading.copy(), terms.thresholds.copy()
    for number in np.unique(group[answers.judge[graded & (terms.grading[answers.judge] > 0.0)]]).tolist():
        members = group == number
        one = int(members.argmax())
        steps = int(np.isfinite(terms.thresholds[one]).sum())
        grading[members], thresholds[members, :steps] = _graded_step(
            answers,
            dominant,
            graded & members[answers.judge],
            (float(terms.grading[one]), terms.thresholds[one, :steps]),
            _shared_thresholds(answers, terms.thresholds[:, :steps], scale == scale[one]),
        )
    return replace(terms, grading=grading, thresholds=thresholds)


def _shared_thresholds(answers: Answers, thresholds: FloatArray, on_scale: BoolArray) -> FloatArray:
    """The mean of the judges on a scale."""
    decisions = answers.per_judge(answers.weight * (answers.level > 0))[on_scale]
    shared: FloatArray = decisions @ thresholds[on_scale] / decisions.sum()
    return shared


def _graded_step(
    answers: Answers,
    dominance_of_winner: FloatArray,
    rows: BoolArray,
    now: tuple[float, FloatArray],
    mean_thresholds: FloatArray,
) -> tuple[float, FloatArray]:
    """One scoring step (Fisher's, with outer products of the rows' slopes as information) for lambda and kappa of one
    group of judges; lambda stays within 0 and 1, and kappa rises.

    One answer more is spread evenly over the levels, at the mean of the others: thresholds around a level that
    they never gave would run past each other or away.
    """
    grading, thresholds = now
    levels = len(thresholds) + 1
    dominant, level, weight = dominance_of_winner[rows], answers.level[rows], answers.weight[rows]
    spare = np.full((levels, len(FINE.weights)), weight @ dominant @ FINE.weights / weight.sum())
    weight = np.append(weight, np.full(levels, 1.0 / levels))
    slopes = _level_term_slopes(
        np.append(level, np.arange(1, levels + 1)), thresholds, grading, np.vstack((dominant, spare))
    )
    slopes = slopes.reshape(-1, levels)
    weighted = np.outer(weight, FINE.weights).reshape(-1, 1) * slopes
    uphill, information = weighted.sum(axis=0), weighted.T @ slopes
    prior = np.append(np.full(len(thresholds), _THRESHOLD_SPREAD**-2), 0.25)
    uphill[:-1] -= prior[:-1] * (thresholds - mean_thresholds)
    uphill[-1] -= prior[-1] * (grading - 1.0)
    step = np.clip(np.linalg.solve(information + np.diag(prior), uphill), -_LARGEST_STEP, _LARGEST_STEP)
    return float(np.clip(grading + step[-1], 0.0, 1.0)), _moved_in_order(thresholds, step[:-1])


def _moved_in_order(thresholds: FloatArray, step: FloatArray) -> FloatArray:
    """`thresholds` after the step, in which no gap closes by more than half."""
    gaps = np.maximum(np.diff(thresholds + step), np.diff(thresholds) / 2.0)
    return np.asarray(thresholds[0] + step[0] + np.append(0.0, np.cumsum(gaps)), dtype=np.float64)


def _level_term_slopes(
    level: IntArray, thresholds: FloatArray, grading: float, dominant: FloatArray
) -> FloatArray:
    """Derivatives of log P(level) with respect to each kappa and lambda, shape (rows, nodes, levels)."""
    bounds = np.concatenate(([-np.inf], thresholds, [np.inf]))
    high, low = bounds[level][:, np.newaxis], bounds[level - 1][:, np.newaxis]
    eta = grading * dominant
    over, below = expit(eta - high), expit(low - eta)
    edge = np.exp(low - high) / -np.expm1(low - high)
    slopes = np.zeros((*dominant.shape, len(bounds) - 1))
    for m in range(1, len(bounds) - 1):
        is_high, is_low = (level == m)[:, np.newaxis], (level == m + 1)[:, np.newaxis]
        slopes[..., m - 1] = np.where(is_high, over + edge, 0.0) - np.where(is_low, below + edge, 0.0)
    slopes[..., -1] = (below - over) * dominant
    return slopes
