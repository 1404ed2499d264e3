"""Infit and outfit mean squares."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from cj_assessment_service.cj_core_logic.scoring.design import Prior
from cj_assessment_service.cj_core_logic.scoring.misfit import essay_misfit, judge_misfit
from cj_assessment_service.cj_core_logic.scoring.mode import find_mode
from cj_assessment_service.cj_core_logic.scoring.model import Model
from cj_assessment_service.domain.policies import DEFAULT_SCORING
from cj_assessment_service.tests.unit.cj_core_logic.scoring.judgements import (
    Case,
    FloatArray,
    Panel,
    cases,
    essay_ids,
    judged,
    simulated,
    without_levels,
)
from cj_assessment_service.tests.unit.cj_core_logic.scoring.models import model_of, plain_terms


def differences_of(model: Model, sd: float) -> FloatArray:
    return model.design.differences(find_mode(model, Prior(sd)).parameters)


@settings(deadline=None, max_examples=40)
@given(cases())
def test_mean_squares_agree_with_the_sums_over_single_judgements(case: Case) -> None:
    judgements, nu = without_levels(case).judgements, 0.7
    terms = plain_terms(len(judgements.judges))
    model = model_of(judgements, DEFAULT_SCORING, replace(terms, tie=terms.tie + nu))
    parameters = find_mode(model, Prior(1.5)).parameters
    found = essay_misfit(model.answers, model.terms, model.design.differences(parameters))
    squares: dict[int, list[tuple[float, float]]] = {place: [] for place in range(len(case.essays))}
    for row in range(len(judgements)):
        i, j = int(judgements.first[row]), int(judgements.second[row])
        effect = parameters[len(case.essays) + model.groups.position[judgements.judge[row]]]
        d = parameters[i] - parameters[j] + effect
        chances = np.array([np.exp(d / 2), nu, np.exp(-d / 2)])
        chances /= chances.sum()
        worth = np.array([1.0, 0.5, 0.0])
        variance = float(chances @ np.square(worth - chances @ worth))
        surprise = float((1 + judgements.outcome[row]) / 2 - chances @ worth) ** 2
        squares[i].append((surprise, variance))
        squares[j].append((surprise, variance))
    for place, pairs in squares.items():
        infit = sum(s for s, _ in pairs) / sum(v for _, v in pairs) if pairs else np.nan
        outfit = sum(s / v for s, v in pairs) / len(pairs) if pairs else np.nan
        assert found.infit[place] == pytest.approx(infit, nan_ok=True)
        assert found.outfit[place] == pytest.approx(outfit, nan_ok=True)


def test_mean_squares_are_unknown_without_comparisons() -> None:
    model = model_of(Case(essay_ids(3), judged("essay-000", "essay-001")).judgements)
    found = essay_misfit(model.answers, model.terms, np.zeros(1))
    assert np.isnan(found.infit).tolist() == np.isnan(found.outfit).tolist() == [False, False, True]


def test_an_essay_judged_at_random_misfits() -> None:
    rng = np.random.default_rng(2)
    truth = rng.normal(0.0, 3.0, 30)
    case = simulated(truth, rounds=30, rng=rng)
    best = case.essays[int(np.argmax(truth))]
    tossed = tuple(d for other in case.essays if other != best for d in judged(best, other, 1, 1))
    model = model_of(Case(case.essays, case.decided + tossed).judgements)
    infit = essay_misfit(model.answers, model.terms, differences_of(model, 3.0)).infit
    assert int(np.argmax(infit)) == case.essays.index(best)
    assert infit.max() > 1.2


def test_at_the_true_scores_judges_fit_and_one_who_guesses_does_not() -> None:
    rng = np.random.default_rng(4)
    truth = rng.normal(0.0, 2.0, 40)
    model = model_of(Panel((1.0, 1.0, 1.0, 0.0), (0.0,) * 4).judgements(truth, 160, rng))
    found = judge_misfit(model.answers, model.terms, model.design.differences(truth))
    assert found.infit[:3] == pytest.approx(np.ones(3), abs=0.15)
    assert found.infit[3] > 1.5
    assert found.outfit[3] > 1.5
