"""The scale of decisions under the model that was asked for, part by part where the parts were never compared."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from cj_assessment_service.cj_core_logic.scoring.arrays import IntArray
from cj_assessment_service.cj_core_logic.scoring.decision_columns import only
from cj_assessment_service.cj_core_logic.scoring.fit import fit_judgements
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.scoring.literature import fit_literature
from cj_assessment_service.cj_core_logic.scoring.maximum_likelihood import fit_maximum_likelihood
from cj_assessment_service.domain.analysis_plans import AnalysisPlan, ScaleModel
from cj_assessment_service.domain.policies import JudgeTermsUse, ScoringPolicy
from cj_assessment_service.domain.scores import EssayScore, PositionEffect, Scoreboard

Fit = Callable[[Judgements], Scoreboard]

_NO_SPREAD = 1e-12


def scale_of(judgements: Judgements, plan: AnalysisPlan) -> Scoreboard:
    """Scores in the order of `judgements.essays`, centred within each connected part; parts are numbered from the largest.

    The parts share the spread and the judges' terms in the model with a prior, and nothing in the others: no judgement
    links their scores. Maximum likelihood is a matter of each part alone.

    Raises InsufficientComparisons, ScoreConvergenceFailed, and ScaleDoesNotExist from maximum likelihood.
    """
    part = parts_of(judgements)
    parts = int(part.max()) + 1
    fit = _fit_of(plan)
    if parts == 1 or plan.model is not ScaleModel.ML:
        return fit(judgements)
    boards = [
        fit(only(judgements, np.flatnonzero(part[judgements.first] == number))) for number in range(parts)
    ]
    return _joined(judgements, boards)


def refit_of(plan: AnalysisPlan) -> Fit:
    """What halves and shuffles of the data are fitted with: the same model with the judges as one, because half the
    data of a judge says little of the judge. Maximum likelihood rarely exists for a half, so the prior stands in.
    """
    if plan.model is ScaleModel.EPS:
        return _fit_of(plan)
    policy = ScoringPolicy(plan.policy.ties, plan.policy.position, JudgeTermsUse.POOLED)
    return lambda judgements: fit_judgements(_of_one_judge(judgements), policy)


def _of_one_judge(judgements: Judgements) -> Judgements:
    """So that equal answers count as one row, however many judges gave them: much faster, and the same to the model."""
    return replace(judgements, judges=("",), judge=np.zeros_like(judgements.judge))


def parts_of(judgements: Judgements) -> IntArray:
    """The connected part of every essay, numbered from 0, the largest first; equal ones by their first essay."""
    n = len(judgements.essays)
    graph = coo_array((np.ones(len(judgements)), (judgements.first, judgements.second)), shape=(n, n))
    count, label = connected_components(graph, directed=False)
    _, first_member = np.unique(label, return_index=True)
    number = np.empty(count, dtype=np.intp)
    number[np.lexsort((first_member, -np.bincount(label, minlength=count)))] = np.arange(count)
    return number[label]


def _fit_of(plan: AnalysisPlan) -> Fit:
    match plan.model:
        case ScaleModel.MAP:
            return partial(fit_judgements, policy=plan.policy)
        case ScaleModel.ML:
            return partial(fit_maximum_likelihood, policy=plan.policy)
        case ScaleModel.EPS:
            return partial(fit_literature, eps=plan.eps)


def _joined(judgements: Judgements, boards: Sequence[Scoreboard]) -> Scoreboard:
    """One board of scales that share nothing: figures of the whole are means, weighted by essays or decisions."""
    by_id = {
        one.essay_id: replace(one, component=number)
        for number, board in enumerate(boards)
        for one in board.scores
    }
    scores = [by_id[essay] for essay in judgements.essays]
    essays = np.array([len(board.scores) for board in boards], dtype=np.float64)
    decisions = np.array([board.decisions for board in boards], dtype=np.float64)
    likelihoods = [board.log_likelihood for board in boards if board.log_likelihood is not None]
    ties = [(board.tie_parameter, board.decisions) for board in boards if board.tie_parameter is not None]
    return Scoreboard(
        scores=tuple(scores),
        prior_sd=float(np.average([board.prior_sd for board in boards], weights=essays)),
        reliability=float(np.average([board.reliability for board in boards], weights=essays)),
        separation_reliability=_separation_reliability(scores, len(boards)),
        position=_mean_position(boards),
        components=len(boards),
        decisions=int(decisions.sum()),
        tie_parameter=float(np.average(*np.transpose(ties))) if ties else None,
        log_likelihood=sum(likelihoods) if len(likelihoods) == len(boards) else None,
        converged=all(board.converged for board in boards),
    )


def _mean_position(boards: Sequence[Scoreboard]) -> PositionEffect:
    """Weighted by precision; no effect where none was estimated."""
    known = [board.position for board in boards if board.position.se > 0.0]
    if not known:
        return PositionEffect(0.0, 0.0)
    precision = np.array([1.0 / one.se**2 for one in known])
    estimate = float(np.average([one.estimate for one in known], weights=precision))
    return PositionEffect(estimate, float(precision.sum() ** -0.5))


def _separation_reliability(scores: Sequence[EssayScore], parts: int) -> float | None:
    """1 - mean(se^2) / var(score) with the variance taken within the parts (n - parts degrees of freedom)."""
    if len(scores) <= parts:
        return None
    variance = sum(one.score**2 for one in scores) / (len(scores) - parts)
    if variance <= _NO_SPREAD:
        return None
    return 1.0 - sum(one.se**2 for one in scores) / len(scores) / variance
