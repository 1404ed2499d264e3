"""Large sets: the same answers as the dense computation gives, without a dense matrix."""

import numpy as np
import pytest

from cj_assessment_service.cj_core_logic.scoring import maximum_likelihood, precision
from cj_assessment_service.cj_core_logic.scoring.fit import fit_judgements
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements, judgements_of
from cj_assessment_service.domain.policies import DEFAULT_SCORING
from cj_assessment_service.domain.scores import Scoreboard
from cj_assessment_service.tests.unit.cj_core_logic.scoring.judgements import simulated

ESSAYS = 120


@pytest.fixture
def judgements() -> Judgements:
    rng = np.random.default_rng(4)
    case = simulated(rng.normal(0.0, 1.0, ESSAYS), rounds=24, rng=rng, position=0.4)
    return judgements_of(case.essays, case.decided)


@pytest.fixture
def sparse(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a hundred essays were many."""
    monkeypatch.setattr(precision, "DENSE_UP_TO", 10)
    monkeypatch.setattr(maximum_likelihood, "DENSE_UP_TO", 10)


def scores(board: Scoreboard) -> list[float]:
    return [score.score for score in board.scores]


def errors(board: Scoreboard) -> list[float]:
    return [score.se for score in board.scores]


@pytest.fixture
def dense_likelihood(judgements: Judgements) -> Scoreboard:
    return maximum_likelihood.fit_maximum_likelihood(judgements, DEFAULT_SCORING)


@pytest.fixture
def dense_model(judgements: Judgements) -> Scoreboard:
    return fit_judgements(judgements, DEFAULT_SCORING)


@pytest.mark.usefixtures("dense_likelihood", "sparse")
def test_maximum_likelihood_is_the_same(judgements: Judgements, dense_likelihood: Scoreboard) -> None:
    board = maximum_likelihood.fit_maximum_likelihood(judgements, DEFAULT_SCORING)
    assert scores(board) == pytest.approx(scores(dense_likelihood), abs=1e-7)
    assert errors(board) == pytest.approx(errors(dense_likelihood), rel=0.02)
    assert board.position.estimate == pytest.approx(dense_likelihood.position.estimate, abs=1e-7)


@pytest.mark.usefixtures("dense_model", "sparse")
def test_the_scale_and_its_errors_are_nearly_the_same(
    judgements: Judgements, dense_model: Scoreboard
) -> None:
    board = fit_judgements(judgements, DEFAULT_SCORING)
    assert board.prior_sd == pytest.approx(dense_model.prior_sd, rel=0.03)
    assert scores(board) == pytest.approx(scores(dense_model), abs=0.05)
    assert errors(board) == pytest.approx(errors(dense_model), rel=0.05)
    assert board.reliability == pytest.approx(dense_model.reliability, abs=0.01)
    assert board.position.se == pytest.approx(dense_model.position.se, rel=0.02)
