"""Models and posteriors for the scoring tests."""

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.scoring.answer_forms import in_forms
from cj_assessment_service.cj_core_logic.scoring.answers import answers_of
from cj_assessment_service.cj_core_logic.scoring.design import Prior
from cj_assessment_service.cj_core_logic.scoring.expectation_propagation import (
    Factors,
    Posterior,
    factors_at,
    propagate,
)
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.scoring.mode import find_mode
from cj_assessment_service.cj_core_logic.scoring.model import Model, first_model
from cj_assessment_service.cj_core_logic.scoring.spread import SpreadPosterior, spread_posterior
from cj_assessment_service.cj_core_logic.scoring.terms import Terms
from cj_assessment_service.domain.policies import (
    DEFAULT_SCORING,
    JudgeTermsUse,
    PositionTerm,
    ScoringPolicy,
    TieTreatment,
)
from cj_assessment_service.domain.scores import EvidenceForm
from cj_assessment_service.tests.unit.cj_core_logic.scoring.judgements import FloatArray, cases

POOLED = replace(DEFAULT_SCORING, judge_terms=JudgeTermsUse.POOLED)
BARE = ScoringPolicy(TieTreatment.HALF, PositionTerm.ABSENT, JudgeTermsUse.POOLED)
"""Nothing but the scores."""


def model_of(judgements: Judgements, policy: ScoringPolicy = BARE, terms: Terms | None = None) -> Model:
    model = first_model(answers_of(judgements, policy.ties), policy)
    return model if terms is None else model.under(terms)


def plain_terms(judges: int = 1, levels: int = 0) -> Terms:
    """Judges alike, no ties, levels as the cumulative logit."""
    thresholds = np.tile(np.linspace(1.0, 3.0, max(levels - 1, 0)), (judges, 1))
    return Terms(np.ones(judges), np.zeros(judges), np.ones(judges), thresholds)


def start_of(model: Model, sd: float) -> Factors:
    mode = find_mode(model, Prior(sd))
    return factors_at(model.responses, model.design.differences(mode.parameters))


def posterior_at(model: Model, sd: float, tolerance: float = 1e-4) -> Posterior:
    return propagate(model, Prior(sd), start_of(model, sd), tolerance)


def scores_of(posterior: Posterior) -> FloatArray:
    return posterior.mean[: len(posterior.moments.scores)]


def errors_of(posterior: Posterior) -> FloatArray:
    return np.sqrt(posterior.moments.scores)


def spread_of(model: Model) -> SpreadPosterior:
    return spread_posterior(model, posterior_at(model, 1.5))


def in_one_form(judgements: Judgements, form: EvidenceForm) -> Judgements:
    """Whether it has been earned or not."""
    return in_forms(judgements, np.zeros(len(judgements.judges), dtype=np.intp), (form,))


@st.composite
def judgements_with_terms(draw: st.DrawFn) -> tuple[Judgements, Terms]:
    """Of judges who differ in every term."""
    judgements = draw(cases()).judgements
    judges = len(judgements.judges)

    def each(values: st.SearchStrategy[float]) -> FloatArray:
        return np.array(draw(st.lists(values, min_size=judges, max_size=judges)))

    gaps = [each(st.floats(0.2, 2.0)) for _ in range(max(int(judgements.level.max()) - 1, 0))]
    terms = Terms(
        discrimination=each(st.floats(0.3, 2.0)),
        tie=each(st.floats(0.2, 2.0)) if (judgements.outcome == 0).any() else np.zeros(judges),
        grading=each(st.sampled_from((0.0, 0.4, 1.0))),
        thresholds=np.cumsum(gaps, axis=0).T if gaps else np.empty((judges, 0)),
    )
    return judgements, terms
