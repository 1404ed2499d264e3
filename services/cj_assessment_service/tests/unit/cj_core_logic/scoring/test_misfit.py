"""Infit mean squares."""

import numpy as np
import pytest
from hypothesis import given, settings

from cj_assessment_service.cj_core_logic.scoring.bradley_terry import Prior, find_mode
from cj_assessment_service.cj_core_logic.scoring.design import design_of
from cj_assessment_service.cj_core_logic.scoring.misfit import infit
from cj_assessment_service.domain.comparisons import Winner
from cj_assessment_service.tests.unit.cj_core_logic.scoring.judgements import (
    Case,
    cases,
    essay_ids,
    judged,
    simulated,
)


@settings(deadline=None, max_examples=50)
@given(cases())
def test_infit_agrees_with_the_sum_over_single_judgements(case: Case) -> None:
    design = design_of(case.essays, case.decided)
    parameters = find_mode(design, Prior(1.5)).parameters
    score = dict(zip(case.essays, parameters, strict=False))
    for essay_id, found in zip(case.essays, infit(design, parameters), strict=True):
        surprise = information = 0.0
        for decision in case.decided:
            if essay_id in {decision.pair.first, decision.pair.second}:
                eta = score[decision.pair.first] - score[decision.pair.second] + parameters[-1]
                chance = 1.0 / (1.0 + np.exp(-eta))
                surprise += float(((decision.winner is Winner.FIRST) - chance) ** 2)
                information += float(chance * (1.0 - chance))
        assert found == pytest.approx(surprise / information if information else np.nan, nan_ok=True)


def test_infit_is_unknown_without_comparisons() -> None:
    design = design_of(essay_ids(3), judged("essay-000", "essay-001"))
    assert np.isnan(infit(design, np.zeros(4))).tolist() == [False, False, True]


def test_an_essay_judged_at_random_misfits() -> None:
    rng = np.random.default_rng(2)
    truth = rng.normal(0.0, 3.0, 30)
    case = simulated(truth, rounds=30, rng=rng)
    best = case.essays[int(np.argmax(truth))]
    others = [essay_id for essay_id in case.essays if essay_id != best]
    tossed = [d for essay_id in others for d in judged(best, essay_id, 1, 1)]
    design = design_of(case.essays, [*case.decided, *tossed])
    misfit = infit(design, find_mode(design, Prior(3.0)).parameters)
    assert int(np.argmax(misfit)) == case.essays.index(best)
    assert misfit.max() > 1.2
