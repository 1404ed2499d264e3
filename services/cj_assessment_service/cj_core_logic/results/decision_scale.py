"""The scale of decisions under the model that was asked for."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from cj_assessment_service.cj_core_logic.scoring.earned_forms import in_earned_forms
from cj_assessment_service.cj_core_logic.scoring.fit import fit_judgements, fit_roughly
from cj_assessment_service.cj_core_logic.scoring.judgements import NAMED_LEVELS, Judgements
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
    return lambda judgements: fit_roughly(_of_few_judges(judgements), policy)


def settled(judgements: Judgements, plan: AnalysisPlan) -> Judgements:
    """The judgements in the forms that count, which halves and shuffles keep."""
    return judgements if plan.model is ScaleModel.EPS else in_earned_forms(judgements, plan.policy)


def _of_few_judges(judgements: Judgements) -> Judgements:
    """One judge for each scale of levels, so that equal answers count as one row, however many judges gave them: much faster, and
    the same to the model.
    """
    scales = sorted(set(judgements.scales)) or [NAMED_LEVELS]
    seat = np.array([scales.index(scale) for scale in judgements.level_scales], dtype=np.intp)
    return replace(
        judgements,
        judges=tuple(f"{number:06}" for number in range(len(scales))),
        judge=seat[judgements.judge],
        scales=tuple(scales),
    )
