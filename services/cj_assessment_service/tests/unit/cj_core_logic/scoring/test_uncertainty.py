"""Standard errors of the centred scores."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.scoring.bradley_terry import (
    Mode,
    Prior,
    factorised_curvature,
    find_mode,
)
from cj_assessment_service.cj_core_logic.scoring.design import design_of
from cj_assessment_service.cj_core_logic.scoring.uncertainty import errors_of
from cj_assessment_service.tests.unit.cj_core_logic.scoring.judgements import (
    Case,
    cases,
    counted,
    essay_ids,
    judged,
    simulated,
)
from cj_assessment_service.tests.unit.cj_core_logic.scoring.slow_posterior import slow_curvature


@settings(deadline=None, max_examples=60)
@given(cases(), st.floats(0.1, 6.0))
def test_errors_are_those_of_the_centred_scores(case: Case, sd: float) -> None:
    mode = find_mode(design_of(case.essays, case.decided), Prior(sd))
    n = len(case.essays)
    centring = np.eye(n + 1)
    centring[:n, :n] -= 1.0 / n
    covariance = centring @ np.linalg.inv(slow_curvature(case, mode.prior, mode.parameters)) @ centring.T
    errors = errors_of(mode)
    assert np.append(errors.scores, errors.position) == pytest.approx(np.sqrt(np.diag(covariance)), rel=1e-6)


@settings(deadline=None)
@given(cases(), st.floats(0.05, 10.0))
def test_errors_lie_between_zero_and_the_prior(case: Case, sd: float) -> None:
    errors = errors_of(find_mode(design_of(case.essays, case.decided), Prior(sd))).scores
    assert np.all(errors > 0.0)
    assert np.all(errors <= sd * np.sqrt(1.0 - 1.0 / len(errors)) + 1e-9)


def test_an_essay_nobody_compared_keeps_the_error_of_the_prior() -> None:
    design = design_of(essay_ids(5), judged("essay-000", "essay-001", 4, 3))
    errors = errors_of(find_mode(design, Prior(1.7))).scores
    assert errors[2:] == pytest.approx(np.full(3, 1.7 * np.sqrt(4 / 5)))
    assert errors[0] < errors[2]


@settings(deadline=None)
@given(cases(), st.data(), st.floats(0.1, 6.0))
def test_at_the_same_scores_more_judgements_never_raise_an_error(
    case: Case, data: st.DataObject, sd: float
) -> None:
    """The curvature grows with every judgement. (Where the scores move as well, a single error may rise.)"""
    prior = Prior(sd)
    mode = find_mode(design_of(case.essays, case.decided), prior)
    repeated = data.draw(st.lists(st.sampled_from(case.decided), min_size=1, max_size=10))
    more = design_of(case.essays, (*case.decided, *repeated))
    factor = factorised_curvature(more, prior, mode.parameters)
    after = errors_of(Mode(prior, mode.parameters, factor, mode.log_posterior))
    assert np.all(after.scores <= errors_of(mode).scores * (1 + 1e-9))
    assert after.position <= errors_of(mode).position * (1 + 1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_the_same_judgements_twice_lower_every_error(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = simulated(rng.normal(0.0, 2.0, 20), rounds=6, rng=rng)
    once = errors_of(find_mode(design_of(case.essays, case.decided), Prior(2.0)))
    twice = errors_of(find_mode(design_of(case.essays, case.decided * 2), Prior(2.0)))
    assert np.all(twice.scores < once.scores)


def test_no_essay_is_the_reference() -> None:
    case = counted([("a", "b", 2, 2), ("b", "c", 2, 2), ("c", "a", 2, 2)])
    errors = errors_of(find_mode(design_of(case.essays, case.decided), Prior(1.0))).scores
    assert errors == pytest.approx(np.full(3, errors[0]))
