"""The posterior mode: against a slow solver, against published numbers, and at its edges."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.scoring import design as design_module
from cj_assessment_service.cj_core_logic.scoring import mode as mode_module
from cj_assessment_service.cj_core_logic.scoring.design import Prior
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.scoring.mode import find_mode
from cj_assessment_service.cj_core_logic.scoring.terms import Terms
from cj_assessment_service.domain.errors import ScoreConvergenceFailed
from cj_assessment_service.domain.policies import DEFAULT_SCORING, PositionTerm, ScoringPolicy
from cj_assessment_service.tests.unit.cj_core_logic.scoring.judgements import columns, counted
from cj_assessment_service.tests.unit.cj_core_logic.scoring.models import (
    BARE,
    POOLED,
    judgements_with_terms,
    model_of,
)
from cj_assessment_service.tests.unit.cj_core_logic.scoring.slow_posterior import SlowPosterior

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

policies = st.sampled_from((DEFAULT_SCORING, POOLED, ScoringPolicy(position=PositionTerm.ABSENT)))


@settings(deadline=None, max_examples=50)
@given(judgements_with_terms(), policies, st.floats(0.1, 6.0))
def test_the_mode_agrees_with_a_slow_solver(
    drawn: tuple[Judgements, Terms], policy: ScoringPolicy, sd: float
) -> None:
    judgements, terms = drawn
    model = model_of(judgements, policy, terms)
    slow = SlowPosterior(judgements, terms, model.groups.position.tolist(), sd)
    mode = find_mode(model, Prior(sd))
    assert mode.parameters == pytest.approx(slow.mode(), abs=1e-6)
    assert mode.log_posterior == pytest.approx(slow.log_density(mode.parameters.tolist()).real, abs=1e-8)


@settings(deadline=None, max_examples=20)
@given(judgements_with_terms(), st.floats(0.05, 10.0))
def test_scores_sum_to_zero_in_every_connected_part(drawn: tuple[Judgements, Terms], sd: float) -> None:
    model = model_of(drawn[0], DEFAULT_SCORING, drawn[1])
    scores = find_mode(model, Prior(sd)).parameters[: len(model.answers.essays)]
    assert np.bincount(model.design.component, scores) == pytest.approx(0.0, abs=1e-8)


@settings(deadline=None, max_examples=20)
@given(judgements_with_terms(), st.floats(0.1, 6.0), st.floats(0.1, 6.0))
def test_the_mode_does_not_depend_on_the_start(
    drawn: tuple[Judgements, Terms], sd: float, other: float
) -> None:
    model = model_of(drawn[0], DEFAULT_SCORING, drawn[1])
    warm = find_mode(model, Prior(sd), start=find_mode(model, Prior(other)).parameters)
    assert warm.parameters == pytest.approx(find_mode(model, Prior(sd)).parameters, abs=1e-6)


def test_citations_reproduce_the_published_maximum_likelihood() -> None:
    # Printed by Turner & Firth (2012), J. Stat. Software 48(9).
    scores = find_mode(model_of(counted(CITATIONS).judgements), Prior(1e4)).parameters
    assert scores - scores[0] == pytest.approx([0.0, -2.9491, -0.4796, 0.2690], abs=6e-5)


def test_baseball_reproduces_the_published_home_advantage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(design_module, "POSITION_SD", 1e4)
    rows = [
        (TEAMS[home], TEAMS[away], *wins)
        for home, row in enumerate(HOME_WINS)
        for away, wins in enumerate(row)
        if wins is not None
    ]
    found = find_mode(model_of(counted(rows).judgements, POOLED), Prior(1e4)).parameters
    published = [0.0, 1.1438027, 0.7046945, 1.4753572, 1.619555, 1.2813404, 1.3271104]
    assert found[:7] - found[0] == pytest.approx(published, abs=1e-6)
    assert found[7] == pytest.approx(0.3023, abs=6e-5)


def test_an_unbeaten_essay_stays_finite() -> None:
    unbeaten = columns(2, [(0, 1), (1, 0)], [1, -1], weight=[500.0, 500.0])
    first, second = find_mode(model_of(unbeaten), Prior(2.0)).parameters
    assert 2.0 < first < 10.0
    assert second == pytest.approx(-first)


def test_a_search_that_does_not_settle_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mode_module, "_MOST_STEPS", 1)
    with pytest.raises(ScoreConvergenceFailed, match="did not settle within 1 steps"):
        find_mode(model_of(counted([("a", "b", 3, 1)]).judgements), Prior(1.0))


def test_a_search_that_cannot_climb_is_reported() -> None:
    model = model_of(counted([("a", "b", 1, 0)]).judgements, BARE)
    with np.errstate(invalid="ignore"), pytest.raises(ScoreConvergenceFailed):
        find_mode(model, Prior(1.0), start=np.full(2, np.nan))
