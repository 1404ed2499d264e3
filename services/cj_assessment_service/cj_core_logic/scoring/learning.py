"""Terms of the judges and spread of the scores, learned together from the answers."""

import math
from dataclasses import dataclass, replace

import numpy as np

from cj_assessment_service.cj_core_logic.scoring.answers import answers_of
from cj_assessment_service.cj_core_logic.scoring.design import Prior
from cj_assessment_service.cj_core_logic.scoring.expectation_propagation import (
    Posterior,
    factors_at,
    propagate,
)
from cj_assessment_service.cj_core_logic.scoring.judge_terms import improved_terms, largest_move
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.scoring.mode import find_mode
from cj_assessment_service.cj_core_logic.scoring.model import Model, first_model
from cj_assessment_service.cj_core_logic.scoring.spread import improved_sd
from cj_assessment_service.cj_core_logic.scoring.terms import Terms
from cj_assessment_service.domain.policies import ScoringPolicy

_FIRST_SD = 1.5
_MOST_ROUNDS = 25
_SETTLED_TERMS = 0.02
_SETTLED_SPREAD = 0.05
"""Moves of (log) terms and of the log spread below these are far within their errors; the spread is refined later."""

_ROUGHLY = 0.05
"""How closely posteriors on the way are computed, in standard deviations."""

WORTHLESS_GRADING = 0.15
"""Levels whose slope falls below this share of what consistent levels have are left out."""


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """Judgements whose levels are settled, the model with the terms learned from them, and the posterior under these."""

    judgements: Judgements
    model: Model
    posterior: Posterior


def learned(judgements: Judgements, policy: ScoringPolicy) -> Learned:
    """By expectation maximisation."""
    model = first_model(answers_of(judgements, policy.ties), policy)
    start = find_mode(model, Prior(_FIRST_SD))
    factors = factors_at(model.responses, model.design.differences(start.parameters))
    posterior = propagate(model, Prior(_FIRST_SD), factors, tolerance=_ROUGHLY)
    if not model.has_terms:
        return Learned(judgements, model, posterior)
    for _ in range(_MOST_ROUNDS):
        better = model.under(_without_worthless_levels(improved_terms(model, posterior)))
        sd = improved_sd(model, posterior)
        is_settled = (
            largest_move(model.terms, better.terms) <= _SETTLED_TERMS
            and abs(math.log(sd / posterior.prior.sd)) <= _SETTLED_SPREAD
        )
        model = better
        posterior = propagate(model, Prior(sd), posterior.factors, tolerance=_ROUGHLY)
        if is_settled:
            break
    return Learned(judgements, model, posterior)


def _without_worthless_levels(terms: Terms) -> Terms:
    return replace(terms, grading=np.where(terms.grading < WORTHLESS_GRADING, 0.0, terms.grading))
