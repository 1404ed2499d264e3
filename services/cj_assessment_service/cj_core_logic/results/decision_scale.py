"""The scale of decisions under the model that was asked for."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from cj_assessment_service.cj_core_logic.scoring.fit import fit_judgements, fit_roughly
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.scoring.literature import fit_literature
from cj_assessment_service.cj_core_logic.scoring.maximum_likelihood import fit_maximum_likelihood
from cj_assessment_service.domain.analysis_plans import AnalysisPlan, ScaleModel
from cj_assessment_service.domain.policies import JudgeTermsUse, ScoringPolicy
from cj_assessment_service.domain.scores import Scoreboard

Fit = Callable[[Judgements], Scoreboard]


def scale_of(judgements: Judgements, plan: AnalysisPlan) -> Scoreboard:
    """Scores in the order of `judgements.essays`, centred within each connected part; parts are numbered from the largest.

    The parts share the spread and the judges' terms in the model with a prior, and nothing in the others: no judgement
    links their scores.

    Raises InsufficientComparisons, ScoreConvergenceFailed, and ScaleDoesNotExist from maximum likelihood.
    """
    match plan.model:
        case ScaleModel.MAP:
            return fit_judgements(judgements, plan.policy)
        case ScaleModel.ML:
            return fit_maximum_likelihood(judgements, plan.policy)
        case ScaleModel.EPS:
            return fit_literature(judgements, plan.eps)


def refit_of(plan: AnalysisPlan) -> Fit:
    """What halves and shuffles of the data are fitted with: the same model with the judges as one, because half the
    data of a judge says little of the judge. Maximum likelihood rarely exists for a half, so the prior stands in.
    """
    if plan.model is ScaleModel.EPS:
        return lambda judgements: fit_literature(judgements, plan.eps)
    policy = ScoringPolicy(plan.policy.ties, plan.policy.position, JudgeTermsUse.POOLED)
    return lambda judgements: fit_roughly(_of_one_judge(judgements), policy)


def _of_one_judge(judgements: Judgements) -> Judgements:
    """So that equal answers count as one row, however many judges gave them: much faster, and the same to the model."""
    return replace(judgements, judges=("",), judge=np.zeros_like(judgements.judge))
