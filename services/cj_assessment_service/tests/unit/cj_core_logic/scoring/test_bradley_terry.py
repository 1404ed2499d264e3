"""The posterior mode: against a slow solver, against published numbers, and at its edges."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from cj_assessment_service.cj_core_logic.scoring import bradley_terry
from cj_assessment_service.cj_core_logic.scoring.bradley_terry import (
    Mode,
    Prior,
    find_mode,
    log_odds,
    moved_mode,
)
from cj_assessment_service.cj_core_logic.scoring.design import design_of
from cj_assessment_service.cj_core_logic.scoring.uncertainty import errors_of
from cj_assessment_service.domain.errors import ScoreConvergenceFailed
from cj_assessment_service.tests.unit.cj_core_logic.scoring.judgements import Case, cases, counted
from cj_assessment_service.tests.unit.cj_core_logic.scoring.slow_posterior import log_posterior, slow_mode

WIDE = 1e4
PINNED = 1e-6

# Citations among four statistics journals: Stigler (1994), Statistical Science 9, 94-108.
CITATIONS = [
    ("Biometrika", "Comm Statist", 730, 33),
    ("Biometrika", "JASA", 498, 320),
    ("Biometrika", "JRSS-B", 221, 284),
    ("Comm Statist", "JASA", 68, 813),
    ("Comm Statist", "JRSS-B", 17, 276),
    ("JASA", "JRSS-B", 142, 325),
]

# Baseball 1987, home team first: Agresti (2002), Categorical Data Analysis, p. 438.
TEAMS = ("Baltimore", "Boston", "Cleveland", "Detroit", "Milwaukee", "New York", "Toronto")
HOME_WINS = (
    (None, (1, 6), (3, 4), (1, 5), (2, 5), (2, 4), (1, 6)),
    ((6, 0), None, (5, 2), (2, 5), (5, 1), (4, 2), (3, 3)),
    ((2, 4), (4, 2), None, (3, 3), (2, 5), (4, 3), (3, 4)),
    ((4, 3), (6, 0), (6, 1), None, (3, 3), (4, 3), (4, 2)),
    ((6, 0), (6, 1), (4, 2), (4, 3), None, (4, 3), (4, 2)),
    ((6, 1), (4, 3), (4, 2), (5, 1), (3, 3), None, (2, 5)),
    ((6, 0), (4, 3), (4, 2), (4, 3), (2, 5), (2, 4), None),
)


def mode_of(case: Case, prior: Prior) -> Mode:
    return find_mode(design_of(case.essays, case.decided), prior)


@settings(deadline=None, max_examples=60)
@given(cases(), st.floats(0.1, 6.0), st.floats(0.1, 2.0))
def test_the_mode_agrees_with_a_slow_solver(case: Case, sd: float, position_sd: float) -> None:
    prior = Prior(sd, position_sd)
    mode = mode_of(case, prior)
    assert mode.parameters == pytest.approx(slow_mode(case, prior), abs=1e-6)
    assert mode.log_posterior == pytest.approx(log_posterior(case, prior, mode.parameters), abs=1e-9)


@settings(deadline=None)
@given(cases(), st.floats(0.05, 10.0))
def test_scores_sum_to_zero(case: Case, sd: float) -> None:
    assert mode_of(case, Prior(sd)).scores.sum() == pytest.approx(0.0, abs=1e-9)


@settings(deadline=None)
@given(cases(), st.floats(0.1, 6.0), st.floats(0.1, 6.0))
def test_the_mode_does_not_depend_on_the_start(case: Case, sd: float, other: float) -> None:
    design = design_of(case.essays, case.decided)
    cold = find_mode(design, Prior(sd))
    warm = find_mode(design, Prior(sd), start=find_mode(design, Prior(other)).parameters)
    assert warm.parameters == pytest.approx(cold.parameters, abs=1e-6)


@settings(deadline=None)
@given(cases(), st.floats(0.2, 6.0))
def test_the_mode_moves_with_the_prior_as_predicted(case: Case, sd: float) -> None:
    before, after = mode_of(case, Prior(sd)), mode_of(case, Prior(sd * 1.001))
    assert moved_mode(before, sd * 1.001) == pytest.approx(after.parameters, abs=1e-4 * sd)
    assert moved_mode(before, sd) == pytest.approx(before.parameters)


def test_both_orders_of_a_pair_sum_to_one_without_the_position_effect() -> None:
    case = counted([("a", "b", 3, 1), ("b", "a", 1, 1)])
    design = design_of(case.essays, case.decided)
    mode = find_mode(design, Prior(1.0))
    without_position = expit(log_odds(design, mode.parameters) - mode.position)
    assert without_position.sum() == pytest.approx(1.0)


def test_citations_reproduce_the_published_maximum_likelihood() -> None:
    # Printed by Turner & Firth (2012), J. Stat. Software 48(9); standard errors of the centred scores by R's glm.
    mode = mode_of(counted(CITATIONS), Prior(WIDE, PINNED))
    assert mode.scores - mode.scores[0] == pytest.approx([0.0, -2.9491, -0.4796, 0.2690], abs=6e-5)
    assert errors_of(mode).scores == pytest.approx([0.043330, 0.072580, 0.041641, 0.053047], abs=1e-6)


def test_baseball_reproduces_the_published_home_advantage() -> None:
    rows = [
        (TEAMS[home], TEAMS[away], *wins)
        for home, row in enumerate(HOME_WINS)
        for away, wins in enumerate(row)
        if wins is not None
    ]
    mode = mode_of(counted(rows), Prior(WIDE, WIDE))
    published = [0.0, 1.1438027, 0.7046945, 1.4753572, 1.619555, 1.2813404, 1.3271104]
    assert mode.scores - mode.scores[0] == pytest.approx(published, abs=1e-6)
    assert (mode.position, errors_of(mode).position) == pytest.approx((0.3023, 0.1309), abs=6e-5)


def test_an_unbeaten_essay_stays_finite() -> None:
    case = counted([("a", "b", 500, 0), ("b", "a", 0, 500)])
    scores = mode_of(case, Prior(2.0)).scores
    assert 2.0 < scores[0] < 10.0
    assert scores[1] == pytest.approx(-scores[0])


def test_a_search_that_does_not_settle_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bradley_terry, "_MAX_STEPS", 1)
    with pytest.raises(ScoreConvergenceFailed, match="did not settle within 1 steps"):
        mode_of(counted([("a", "b", 3, 1)]), Prior(1.0))


def test_a_search_that_cannot_climb_is_reported() -> None:
    case = counted([("a", "b", 1, 0)])
    with np.errstate(invalid="ignore"), pytest.raises(ScoreConvergenceFailed):
        find_mode(design_of(case.essays, case.decided), Prior(1.0), start=np.full(3, np.nan))
