"""The posterior of the scores: against exact integration, against a long simulation, and as evidence grows."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.scoring.design import Prior
from cj_assessment_service.cj_core_logic.scoring.expectation_propagation import (
    Posterior,
    factors_at,
    propagate,
)
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.scoring.mode import find_mode
from cj_assessment_service.cj_core_logic.scoring.model import Model
from cj_assessment_service.cj_core_logic.scoring.terms import Terms
from cj_assessment_service.domain.policies import DEFAULT_SCORING, PositionTerm, ScoringPolicy
from cj_assessment_service.domain.scores import EvidenceForm
from cj_assessment_service.tests.unit.cj_core_logic.scoring.exact import integrated
from cj_assessment_service.tests.unit.cj_core_logic.scoring.judgements import (
    Case,
    FloatArray,
    cases,
    columns,
    counted,
    essay_ids,
    judged,
    simulated,
)
from cj_assessment_service.tests.unit.cj_core_logic.scoring.models import (
    BARE,
    POOLED,
    errors_of,
    in_one_form,
    judgements_with_terms,
    model_of,
    plain_terms,
    posterior_at,
    scores_of,
    start_of,
)
from cj_assessment_service.tests.unit.cj_core_logic.scoring.slow_posterior import effects_covariance
from cj_assessment_service.tests.unit.cj_core_logic.scoring.test_mode import CITATIONS

NO_POSITION = ScoringPolicy(position=PositionTerm.ABSENT)
MIXED = columns(2, [(0, 1)] * 10 + [(1, 0)] * 6, [1] * 7 + [-1] * 3 + [1] * 2 + [-1] * 4)
TRIO = [(0, 1), (1, 2), (2, 0), (0, 1), (0, 2)]
SMALL = {
    "one win": model_of(columns(2, [(0, 1)], [1])),
    "mixed": model_of(MIXED),
    "mixed, with a position effect": model_of(MIXED, POOLED),
    "ties": model_of(
        columns(2, [(0, 1)] * 6, [1, 1, 0, 0, -1, 1]),
        NO_POSITION,
        replace(plain_terms(), tie=np.array([0.8])),
    ),
    "levels": model_of(
        columns(2, [(0, 1)] * 6, [1, 1, 1, -1, 1, 1], level=[1, 3, 2, 1, 3, 2]), BARE, plain_terms(1, 3)
    ),
    "probabilities": model_of(
        in_one_form(
            columns(2, [(0, 1)] * 4, [1, 1, -1, 1], p_first=[0.7, 1.0, 0.4, 0.2]), EvidenceForm.PROBABILITIES
        ),
        BARE,
        plain_terms(1, 2),
    ),
    "three, one unbeaten": model_of(columns(3, [(0, 1), (1, 2), (0, 2), (0, 1)], [1, 1, 1, 1])),
    "three, with a position effect": model_of(columns(3, TRIO, [1, 1, -1, 1, 1]), POOLED),
    "a chain with levels": model_of(columns(3, TRIO[:2], [1, 1], level=[3, 1]), BARE, plain_terms(1, 3)),
}
POINTS = {1: 801, 2: 161, 3: 51}


@pytest.mark.parametrize("name", SMALL)
@pytest.mark.parametrize("sd", [0.5, 1.5, 3.0])
def test_small_posteriors_agree_with_exact_integration(name: str, sd: float) -> None:
    model = SMALL[name]
    exact = integrated(model, sd, POINTS[model.design.parameters - 1])
    found = posterior_at(model, sd)
    assert scores_of(found) == pytest.approx(exact.means, abs=0.02 * exact.errors.max())
    assert errors_of(found) == pytest.approx(exact.errors, rel=0.03)
    assert found.log_evidence == pytest.approx(exact.log_evidence, abs=0.02)


def test_a_single_answer_is_exact() -> None:
    model = SMALL["one win"]
    exact, found = integrated(model, 1.5, 801), posterior_at(model, 1.5, tolerance=1e-9)
    assert scores_of(found) == pytest.approx(exact.means, abs=1e-4)
    assert errors_of(found) == pytest.approx(exact.errors, abs=1e-4)
    assert found.log_evidence == pytest.approx(np.log(0.5), abs=1e-6)


def test_errors_of_an_unbeaten_essay_are_closer_to_the_truth_than_the_curvature_at_the_mode() -> None:
    model = SMALL["three, one unbeaten"]
    exact, found = integrated(model, 3.0, 161), errors_of(posterior_at(model, 3.0))
    laplace = errors_of(propagate(model, Prior(3.0), start_of(model, 3.0), tolerance=np.inf))
    assert np.abs(found / exact.errors - 1.0).max() < 0.5 * np.abs(laplace / exact.errors - 1.0).max()


def test_eight_essays_agree_with_a_long_simulation() -> None:
    """Random-walk Metropolis by hand (256 chains of 25,000 steps after 1,000, proposals by the curvature at the mode)
    gave the means and standard deviations below for two judges with ties and levels under a spread of 2.
    """
    pairs = [(0, 1), (2, 0), (0, 3), (4, 0), (1, 2), (3, 1), (1, 5), (6, 1), (2, 3), (5, 2), (4, 2), (3, 4)]
    pairs += [(6, 3), (4, 5), (7, 4), (5, 6), (7, 5), (6, 7), (7, 0), (2, 6)]
    outcome = [1, -1, 1, -1, 1, 0, 1, -1, 1, -1, 1, 0, -1, 1, -1, 1, 1, 1, -1, 1]
    level = [2, 1, 3, 3, 1, 0, 2, 3, 1, 1, 0, 0, 2, 1, 3, 0, 1, 1, 2, 3]
    terms = Terms(
        discrimination=np.array([1.2, 0.8]),
        tie=np.array([0.4, 0.6]),
        grading=np.array([1.0, 0.5]),
        thresholds=np.array([[1.0, 2.5], [0.5, 2.0]]),
    )
    model = model_of(columns(8, pairs, outcome, judge=[0, 1] * 10, level=level), DEFAULT_SCORING, terms)
    means = [2.0915, 0.7245, 0.2660, -0.3511, 1.2349, -0.7146, -2.2449, -1.0062]
    errors = [0.7306, 0.6840, 0.7045, 0.7619, 0.9272, 0.7612, 0.9119, 0.8004]
    found = posterior_at(model, 2.0)
    assert scores_of(found) == pytest.approx(means, abs=0.01)
    assert errors_of(found) == pytest.approx(errors, rel=0.01)
    assert found.mean[8] == pytest.approx(0.3594, abs=0.01)
    assert np.sqrt(found.moments.positions[0, 0]) == pytest.approx(0.4836, rel=0.01)


def test_a_start_far_away_ends_at_the_same_posterior() -> None:
    """Heavy answers leave their quadrature nodes when the start is wrong; their factors then ran away."""
    pairs, outcome = [(0, 1), (1, 2), (0, 2), (2, 0)], [1, 1, -1, 1]
    model = model_of(columns(3, pairs, outcome, weight=[300.0, 200.0, 1.0, 300.0]))
    far = factors_at(model.responses, np.full(len(model.design.first), 4.0))
    near, found = posterior_at(model, 1.5, 1e-6), propagate(model, Prior(1.5), far, 1e-6)
    assert scores_of(found) == pytest.approx(scores_of(near), abs=1e-4)
    assert errors_of(found) == pytest.approx(errors_of(near), rel=1e-3)


def laplace_at(model: Model, prior: Prior, parameters: FloatArray) -> Posterior:
    """The normal posterior with the curvature at these parameters."""
    factors = factors_at(model.responses, model.design.differences(parameters))
    return propagate(model, prior, factors, tolerance=np.inf)


@settings(deadline=None, max_examples=25)
@given(judgements_with_terms(), st.floats(0.1, 6.0))
def test_moments_are_those_of_the_explicit_matrices(drawn: tuple[Judgements, Terms], sd: float) -> None:
    model = model_of(drawn[0], DEFAULT_SCORING, drawn[1])
    design, n = model.design, model.design.essays
    parameters = find_mode(model, Prior(sd)).parameters
    found = laplace_at(model, Prior(sd), parameters)
    lever = np.zeros((len(design.first), design.parameters))
    rows = np.arange(len(design.first))
    np.add.at(lever, (rows, design.first), design.discrimination)
    np.add.at(lever, (rows, design.second), -design.discrimination)
    np.add.at(lever, (rows, n + design.position), 1.0)
    _, curvature = model.responses.slopes(lever @ parameters)
    precision = lever.T @ (curvature[:, np.newaxis] * lever) + np.eye(design.parameters) / sd**2
    precision[n:, n:] += (
        np.linalg.inv(effects_covariance(design.positions)) - np.eye(design.positions) / sd**2
    )
    covariance = np.linalg.inv(precision)
    same_part = design.component[:, np.newaxis] == design.component
    sizes = same_part.sum(axis=1)
    centring = np.eye(n) - np.where(sizes > 1, same_part / sizes, 0.0)
    centred = centring @ covariance[:n, :n] @ centring.T
    assert found.mean == pytest.approx(parameters, abs=1e-6)
    assert found.moments.scores == pytest.approx(np.diag(centred), rel=1e-5, abs=1e-9)
    assert found.moments.rows == pytest.approx(np.diag(lever @ covariance @ lever.T), rel=1e-5)
    assert found.moments.positions == pytest.approx(covariance[n:, n:], rel=1e-5)


@settings(deadline=None, max_examples=25)
@given(cases(), st.floats(0.05, 6.0))
def test_errors_lie_between_zero_and_the_prior(case: Case, sd: float) -> None:
    model = model_of(case.judgements)
    errors, sizes = errors_of(posterior_at(model, sd)), model.design.component_sizes
    assert np.all(errors > 0.0)
    assert np.all(errors <= sd * np.where(sizes > 1, np.sqrt(1.0 - 1.0 / sizes), 1.0) * (1.0 + 1e-6))


def test_an_essay_nobody_compared_keeps_the_error_of_the_prior() -> None:
    decided = judged("essay-000", "essay-001", 4, 3)
    errors = errors_of(posterior_at(model_of(Case(essay_ids(5), decided).judgements), 1.7))
    assert errors[2:] == pytest.approx(np.full(3, 1.7))
    assert errors[0] < errors[2]


def test_no_essay_is_the_reference() -> None:
    ring = counted([("a", "b", 2, 2), ("b", "c", 2, 2), ("c", "a", 2, 2)])
    errors = errors_of(posterior_at(model_of(ring.judgements), 1.0))
    assert errors == pytest.approx(np.full(3, errors[0]))


def test_citations_reproduce_the_standard_errors_of_maximum_likelihood() -> None:
    # Standard errors of the centred scores by R's glm; with so many citations the prior does not count.
    errors = errors_of(posterior_at(model_of(counted(CITATIONS).judgements), 20.0))
    assert errors == pytest.approx([0.043330, 0.072580, 0.041641, 0.053047], rel=0.005)


@settings(deadline=None, max_examples=25)
@given(cases(), st.data(), st.floats(0.1, 6.0))
def test_at_the_same_scores_more_judgements_never_raise_an_error(
    case: Case, data: st.DataObject, sd: float
) -> None:
    """The curvature grows with every judgement. (Where the scores move as well, a single error may rise.)"""
    repeated = data.draw(st.lists(st.sampled_from(case.decided), min_size=1, max_size=10))
    before = model_of(case.judgements, NO_POSITION, plain_terms_for(case))
    after = model_of(
        replace(case, decided=case.decided + tuple(repeated)).judgements, NO_POSITION, before.terms
    )
    scores = find_mode(before, Prior(sd)).parameters
    once, more = (errors_of(laplace_at(model, Prior(sd), scores)) for model in (before, after))
    assert np.all(more <= once * (1.0 + 1e-9))


def plain_terms_for(case: Case) -> Terms:
    judgements = case.judgements
    terms = plain_terms(len(judgements.judges), int(judgements.level.max()))
    return replace(terms, tie=np.full(len(judgements.judges), 0.5))


@pytest.mark.parametrize("seed", range(5))
def test_the_same_judgements_twice_lower_every_error(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = simulated(rng.normal(0.0, 2.0, 20), rounds=6, rng=rng)
    once, twice = (
        errors_of(posterior_at(model_of(replace(case, decided=case.decided * k).judgements), 2.0))
        for k in (1, 2)
    )
    assert np.all(twice < once)
