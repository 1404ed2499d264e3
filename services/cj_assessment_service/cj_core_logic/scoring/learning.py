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
from cj_assessment_service.cj_core_logic.scoring.judge_terms import (
    GUESSING,
    discriminations,
    improved_terms,
    largest_move,
    log_discrimination_prior,
    suspects,
)
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.scoring.mode import find_mode
from cj_assessment_service.cj_core_logic.scoring.model import Model, first_model
from cj_assessment_service.cj_core_logic.scoring.spread import improved_sd, log_density
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
    """By expectation maximisation.

    It may come to rest where guessing judges pass for sound ones, for scores that were fitted to guesses agree with them. So
    the search starts again with the least discriminating judges as guessing ones, and the likelier end counts.
    """
    model = first_model(answers_of(judgements, policy.ties), policy)
    best = _climbed(model)
    for guessing in suspects(best[0]):
        terms = replace(model.terms, discrimination=np.where(guessing, GUESSING, model.terms.discrimination))
        again = _climbed(model.under(terms))
        if _log_density(*again) > _log_density(*best):
            best = again
    return Learned(judgements, *best)


def _log_density(model: Model, posterior: Posterior) -> float:
    """Of the answers and the spread, up to a constant, the log discriminations integrated out around where they are
    (Laplace's approximation; Tierney & Kadane 1986, JASA 81, 82-86).
    """
    own = model.groups.own_discrimination
    prior = log_discrimination_prior(model.terms.discrimination[own])
    return log_density(posterior) + prior + float(np.log(discriminations(model, posterior).se[own]).sum())


def _climbed(model: Model) -> tuple[Model, Posterior]:
    """From the terms of `model` uphill."""
    start = find_mode(model, Prior(_FIRST_SD))
    factors = factors_at(model.responses, model.design.differences(start.parameters))
    posterior = propagate(model, Prior(_FIRST_SD), factors, tolerance=_ROUGHLY)
    if not model.has_terms:
        return model, posterior
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
    return model, posterior


def _without_worthless_levels(terms: Terms) -> Terms:
    return replace(terms, grading=np.where(terms.grading < WORTHLESS_GRADING, 0.0, terms.grading))
