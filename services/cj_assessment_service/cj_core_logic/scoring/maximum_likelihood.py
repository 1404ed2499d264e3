"""Plain maximum likelihood, where it exists: Bradley and Terry's model without any prior.

It exists exactly when the essays cannot be divided in two groups of which one won every comparison with the other (Ford
1957, American Mathematical Monthly 64(8), 28-33): the graph of wins is strongly connected. Judges count as one, levels
are left out, and the scores of each connected part sum to zero.
"""

import math
from dataclasses import replace

import numpy as np
from scipy.linalg import lapack
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from cj_assessment_service.cj_core_logic.scoring.answers import Answers, answers_of
from cj_assessment_service.cj_core_logic.scoring.arrays import FloatArray
from cj_assessment_service.cj_core_logic.scoring.dense_precision import information_matrix
from cj_assessment_service.cj_core_logic.scoring.design import Design, Prior
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.scoring.model import Model, first_model
from cj_assessment_service.cj_core_logic.scoring.precision import DENSE_UP_TO
from cj_assessment_service.cj_core_logic.scoring.reliability import separation_reliability
from cj_assessment_service.cj_core_logic.scoring.scoreboards import NO_POSITION_EFFECT, essay_scores
from cj_assessment_service.cj_core_logic.scoring.sparse_precision import sparse_precision
from cj_assessment_service.domain.errors import ScaleDoesNotExist, ScoreConvergenceFailed
from cj_assessment_service.domain.policies import JudgeTermsUse, ScoringPolicy
from cj_assessment_service.domain.scores import PositionEffect, Scoreboard

_NO_PRIOR = Prior(float("inf"))
_SETTLED = 1e-20
_MOST_STEPS = 100
_MOST_HALVINGS = 30
_DIVERGED = 30.0
"""Logits no finite optimum of real data comes near."""


def fit_maximum_likelihood(judgements: Judgements, policy: ScoringPolicy) -> Scoreboard:
    """Scores in the order of `judgements.essays`; `prior_sd` is infinite, `reliability` that of separation. Standard errors are those of the scores less
    the mean of their connected part.

    Raises InsufficientComparisons when there is nothing to fit, ScaleDoesNotExist when no finite optimum exists, and
    ScoreConvergenceFailed when it is not found.
    """
    pooled = replace(
        judgements,
        judges=("all",),
        judge=np.zeros_like(judgements.judge),
        level=np.zeros_like(judgements.level),
        scales=(),
    )
    model = first_model(answers_of(pooled, policy.ties), replace(policy, judge_terms=JudgeTermsUse.POOLED))
    _check_existence(model)
    model, parameters = _optimum(model)
    errors, position_error = _errors(model, parameters)
    parts = 1 + int(model.design.component.max())
    ssr = separation_reliability(parameters[: model.design.essays], errors, parts)
    return Scoreboard(
        scores=essay_scores(model, parameters, errors, [None] * len(errors)),
        prior_sd=math.inf,
        reliability=0.0 if ssr is None else max(ssr, 0.0),
        separation_reliability=ssr,
        position=PositionEffect(float(parameters[-1]), position_error)
        if model.groups.positions
        else NO_POSITION_EFFECT,
        components=parts,
        decisions=model.answers.decisions,
        tie_parameter=float(model.terms.tie[0]) if model.answers.is_tie.any() else None,
        log_likelihood=float(model.responses.log_likelihood(_d(model, parameters)).sum()),
    )


def _d(model: Model, parameters: FloatArray) -> FloatArray:
    return model.design.differences(parameters)


def _check_existence(model: Model) -> None:
    answers = model.answers
    never = np.flatnonzero(answers.per_essay(answers.count, answers.count) == 0)
    if len(never):
        raise ScaleDoesNotExist(f"The essay {answers.essays[never[0]]} was never compared. {_REMEDY}")
    parts = _parts_of_wins(answers)
    if parts.max() > model.design.component.max():
        raise ScaleDoesNotExist(f"{_one_sided(answers, parts)} {_REMEDY}")
    decided = answers.share != 0.5
    if model.groups.positions and decided.any() and len(set(answers.share[decided].tolist())) == 1:
        raise ScaleDoesNotExist(
            f"Every winner was shown on the same side, so the position effect is infinite. {_REMEDY}"
        )


_REMEDY = "Plain maximum likelihood has no finite scale then; use the model with a prior (map)."


def _parts_of_wins(answers: Answers) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    """The strongly connected parts of the graph that leads from each essay to those it got a share of a win from."""
    n = len(answers.essays)
    forward, backward = answers.share > 0.0, answers.share < 1.0
    winner = np.concatenate((answers.first[forward], answers.second[backward]))
    loser = np.concatenate((answers.second[forward], answers.first[backward]))
    graph = coo_array((np.ones(len(winner)), (winner, loser)), shape=(n, n))
    labels: np.ndarray[tuple[int], np.dtype[np.int32]] = connected_components(graph, connection="strong")[1]
    return labels


def _one_sided(answers: Answers, parts: np.ndarray[tuple[int], np.dtype[np.int32]]) -> str:
    """Names an essay, or a group, that won or lost every comparison with the rest."""
    won = answers.per_essay(answers.count * answers.share, answers.count * (1.0 - answers.share))
    compared = answers.per_essay(answers.count, answers.count)
    for word, places in (("won", np.flatnonzero(won == compared)), ("lost", np.flatnonzero(won == 0.0))):
        if len(places):
            return f"The essay {answers.essays[places[0]]} {word} all its comparisons."
    smallest = int(np.argmin(np.bincount(parts)))
    members = [answers.essays[place] for place in np.flatnonzero(parts == smallest)[:3]]
    return f"A group of essays ({', '.join(members)}, …) won or lost every comparison with the others."


def _optimum(model: Model) -> tuple[Model, FloatArray]:
    """Newton's method on scores and position effect, with the tie parameter moved to its own optimum between steps."""
    at = np.zeros(model.design.parameters)
    for _ in range(_MOST_STEPS):
        slope, curvature = model.responses.slopes(model.design.differences(at))
        uphill = model.design.pulled(slope)
        step = _solve(model.design, curvature, uphill)
        gain = float(uphill @ step)
        better, tie_gain = _with_better_tie(model, at)
        if gain <= _SETTLED and tie_gain <= 1e-12:
            return model, at
        at = _climbed(model, at, step, gain)
        model = better
        if np.abs(at).max() > _DIVERGED:
            raise ScaleDoesNotExist(f"The scores grow without end. {_REMEDY}")
    raise ScoreConvergenceFailed(
        f"The maximum-likelihood scale of {model.design.essays} essays was not found within {_MOST_STEPS} steps."
    )


def _climbed(model: Model, at: FloatArray, step: FloatArray, gain: float) -> FloatArray:
    """The longest of the steps 1, 1/2, 1/4, ... that climbs."""
    height = float(model.responses.log_likelihood(model.design.differences(at)).sum())
    rounding = 1e-12 * max(1.0, abs(height))
    for halvings in range(_MOST_HALVINGS):
        candidate = at + 0.5**halvings * step
        reached = float(model.responses.log_likelihood(model.design.differences(candidate)).sum())
        if reached >= height + 1e-4 * 0.5**halvings * gain - rounding:
            return candidate
    return at


def _with_better_tie(model: Model, at: FloatArray) -> tuple[Model, float]:
    """One Newton step on log nu, and its squared length in standard errors: the slope is ties seen minus ties expected."""
    answers = model.answers
    if not answers.is_tie.any():
        return model, 0.0
    d = model.design.differences(at)
    tie = model.terms.tie[0]
    half = np.exp(-np.abs(d) / 2.0)
    chance = tie * half / (1.0 + half * half + tie * half)
    slope = float(answers.weight @ (answers.is_tie - chance))
    information = float(answers.weight @ (chance * (1.0 - chance)))
    step = min(max(slope / max(information, 1e-12), -1.0), 1.0)
    return model.under(replace(model.terms, tie=model.terms.tie * np.exp(step))), slope * step


def _solve(design: Design, information: FloatArray, pull: FloatArray) -> FloatArray:
    if design.parameters > DENSE_UP_TO:
        precision = sparse_precision(design, _NO_PRIOR, information)
        return _without_means(design, precision.solve(_without_means(design, pull)))
    _, solution, fault = lapack.dposv(_lifted(design, information), pull, lower=1)
    if fault:
        raise ScaleDoesNotExist(f"The answers leave a direction of the scale open. {_REMEDY}")
    return np.asarray(solution, dtype=np.float64)


def _without_means(design: Design, values: FloatArray) -> FloatArray:
    """Less the mean of the scores in each connected part, about which no answer says anything."""
    part = design.component
    means = np.bincount(part, values[: design.essays]) / np.bincount(part)
    return np.concatenate((values[: design.essays] - means[part], values[design.essays :]))


def _errors(model: Model, at: FloatArray) -> tuple[FloatArray, float]:
    """Standard errors of the centred scores, shape (essays,), and of the position effect, given the tie parameter."""
    design = model.design
    _, information = model.responses.slopes(design.differences(at))
    if design.parameters > DENSE_UP_TO:
        precision = sparse_precision(design, _NO_PRIOR, information)
        variances = precision.centred_variances()
        positions = precision.position_covariances(variances[design.essays :])
        return np.sqrt(variances[: design.essays]), float(np.sqrt(positions.sum()))
    lower, fault = lapack.dpotrf(_lifted(design, information), lower=1, overwrite_a=1)
    if fault:
        raise ScaleDoesNotExist(f"The answers leave a direction of the scale open. {_REMEDY}")
    variances = np.diag(lapack.dpotri(lower, lower=1)[0])
    scores = variances[: design.essays] - 1.0 / design.component_sizes
    return np.sqrt(np.maximum(scores, 0.0)), float(np.sqrt(variances[design.essays :].sum()))


def _lifted(design: Design, information: FloatArray) -> FloatArray:
    """With curvature 1 along the mean of each connected part, which no answer informs."""
    matrix = information_matrix(design, information)
    if design.component.any():
        same = design.component[:, np.newaxis] == design.component
        matrix[: design.essays, : design.essays] += same / design.component_sizes
    else:
        matrix[: design.essays, : design.essays] += 1.0 / design.essays
    return matrix
