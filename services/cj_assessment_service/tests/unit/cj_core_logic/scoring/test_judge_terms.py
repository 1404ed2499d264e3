"""What distinguishes judges: found where it is there, and harmless where it is not."""

from dataclasses import replace

import numpy as np
import pytest

from cj_assessment_service.cj_core_logic.scoring.fit import fit_judgements
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.domain.policies import DEFAULT_SCORING, TieTreatment
from cj_assessment_service.domain.scores import EvidenceForm, GradingUse, JudgeFlag, Scoreboard
from cj_assessment_service.tests.unit.cj_core_logic.scoring.judgements import (
    FloatArray,
    Panel,
    columns,
    equal_panel,
    random_pairs,
)
from cj_assessment_service.tests.unit.cj_core_logic.scoring.models import POOLED

SIX = (0.8, 2.2)
"""Cuts that make six levels: slightly, clearly and far better, either way."""


def truth_of(essays: int, rng: np.random.Generator, sd: float = 2.0) -> FloatArray:
    truth = rng.normal(0.0, sd, essays)
    return np.asarray(truth - truth.mean())


def r_squared(board: Scoreboard, truth: FloatArray) -> float:
    return float(np.corrcoef([score.score for score in board.scores], truth)[0, 1] ** 2)


def bare(judgements: Judgements) -> Judgements:
    return replace(judgements, level=np.zeros_like(judgements.level))


def scores(board: Scoreboard) -> FloatArray:
    return np.array([score.score for score in board.scores])


@pytest.mark.parametrize("seed", range(3))
def test_equal_judges_are_found_equal(seed: int) -> None:
    rng = np.random.default_rng(seed)
    board = fit_judgements(equal_panel(4).judgements(truth_of(60, rng), 20, rng), DEFAULT_SCORING)
    for judge in board.judges:
        assert abs(judge.discrimination - 1.0) < 2.5 * judge.discrimination_se
        assert judge.discrimination == pytest.approx(1.0, abs=0.25)
        assert judge.flags == ()


@pytest.mark.parametrize("seed", range(3))
def test_a_judge_who_guesses_is_named_and_counts_for_little(seed: int) -> None:
    rng = np.random.default_rng(seed)
    truth = truth_of(60, rng)
    judgements = Panel((1.0, 1.0, 0.05, 1.0), (0.0,) * 4).judgements(truth, 24, rng)
    board, pooled = (fit_judgements(judgements, policy) for policy in (DEFAULT_SCORING, POOLED))
    named = [judge.judge for judge in board.judges if JudgeFlag.NEAR_RANDOM in judge.flags]
    assert named == ["judge-002"]
    assert r_squared(board, truth) > r_squared(pooled, truth) + 0.01


def test_a_strong_position_bias_is_found_and_its_judge_named() -> None:
    rng = np.random.default_rng(5)
    judgements = Panel((1.0,) * 3, (0.0, 1.2, 0.0)).judgements(truth_of(60, rng), 24, rng)
    fair, biased, other = fit_judgements(judgements, DEFAULT_SCORING).judges
    assert abs(biased.position.estimate - 1.2) < 2.0 * biased.position.se < 0.6
    assert JudgeFlag.POSITION_BIAS in biased.flags
    assert JudgeFlag.POSITION_BIAS not in fair.flags + other.flags
    assert abs(fair.position.estimate) < 2.5 * fair.position.se


def test_worthless_levels_are_ignored_and_the_winner_still_counts() -> None:
    rng = np.random.default_rng(6)
    panel = Panel((1.0, 1.0), (0.0, 0.0), SIX, blurred=(0, 1))
    judgements = panel.judgements(truth_of(60, rng), 24, rng)
    board, winners = (fit_judgements(said, DEFAULT_SCORING) for said in (judgements, bare(judgements)))
    for judge in board.judges:
        assert (judge.grading_use, judge.grading) == (GradingUse.IGNORED, 0.0)
        assert JudgeFlag.LEVELS_IGNORED in judge.flags
    assert scores(board) == pytest.approx(scores(winners), abs=0.02)


def test_levels_of_one_judge_may_count_and_those_of_another_not() -> None:
    rng = np.random.default_rng(7)
    panel = Panel((1.0, 1.0), (0.0, 0.0), SIX, blurred=(1,))
    sound, blurred = fit_judgements(panel.judgements(truth_of(60, rng), 30, rng), DEFAULT_SCORING).judges
    assert sound.grading_use is GradingUse.USED
    assert sound.grading is not None
    assert sound.grading > 0.7
    assert blurred.grading_use is GradingUse.IGNORED


@pytest.mark.parametrize("seed", range(3))
def test_levels_that_say_something_lower_the_errors(seed: int) -> None:
    rng = np.random.default_rng(seed)
    truth = truth_of(40, rng)
    judgements = equal_panel(1, SIX).judgements(truth, 8, rng)
    board, winners = (fit_judgements(said, DEFAULT_SCORING) for said in (judgements, bare(judgements)))
    assert board.mean_se < winners.mean_se
    assert board.mean_se / board.prior_sd < 0.8 * winners.mean_se / winners.prior_sd
    assert r_squared(board, truth) > r_squared(winners, truth)


@pytest.mark.parametrize("gap", [{3: 9}, {2: 1}, {1: 2}])
def test_a_level_that_nobody_gives_changes_little(gap: dict[int, int]) -> None:
    rng = np.random.default_rng(8)
    judgements = equal_panel(1, SIX).judgements(truth_of(40, rng), 12, rng)
    level = judgements.level.copy()
    for old, new in gap.items():
        level[judgements.level == old] = new
    dense = np.unique(level, return_inverse=True)[1] + 1
    sparse, compact = (fit_judgements(replace(judgements, level=said), POOLED) for said in (level, dense))
    assert np.corrcoef(scores(sparse), scores(compact))[0, 1] > 0.999
    assert sparse.prior_sd == pytest.approx(compact.prior_sd, rel=0.12)


def test_judges_with_few_decisions_share_every_term() -> None:
    rng = np.random.default_rng(9)
    truth = truth_of(30, rng)
    board = fit_judgements(equal_panel(30, SIX).judgements(truth, 8, rng), DEFAULT_SCORING)
    assert len({(judge.grading, judge.position, judge.discrimination) for judge in board.judges}) == 1
    assert board.prior_sd < 3.0
    assert board.reliability == pytest.approx(r_squared(board, truth), abs=0.06)


@pytest.mark.parametrize("seed", range(3))
def test_calibrated_probabilities_say_more_than_winners(seed: int) -> None:
    rng = np.random.default_rng(seed)
    truth = truth_of(40, rng)
    pairs = np.array(random_pairs(40, 8, rng))
    apart = truth[pairs[:, 0]] - truth[pairs[:, 1]]
    noisy = apart + rng.normal(0.0, 0.8, len(pairs))
    outcome = np.where(apart + rng.logistic(size=len(pairs)) > 0.0, 1, -1)
    soft = columns(40, pairs, outcome, p_first=1.0 / (1.0 + np.exp(-noisy)))
    board, winners = (fit_judgements(said, DEFAULT_SCORING) for said in (soft, columns(40, pairs, outcome)))
    assert board.judges[0].form is EvidenceForm.PROBABILITIES
    assert board.mean_se / board.prior_sd < 0.7 * winners.mean_se / winners.prior_sd
    assert r_squared(board, truth) > r_squared(winners, truth)


def test_the_tie_parameter_is_recovered() -> None:
    rng = np.random.default_rng(10)
    truth, nu = truth_of(60, rng, 1.0), 0.8
    pairs = np.array(random_pairs(60, 40, rng))
    d = truth[pairs[:, 0]] - truth[pairs[:, 1]]
    chances = np.array([np.exp(d / 2), np.exp(-d / 2), np.full_like(d, nu)])
    said = (rng.random(len(d)) > np.cumsum(chances / chances.sum(axis=0), axis=0)).sum(axis=0)
    board = fit_judgements(columns(60, pairs, np.array([1, -1, 0])[said]), DEFAULT_SCORING)
    assert board.tie_parameter == pytest.approx(nu, abs=0.12)
    assert board.judges[0].tie_rate == pytest.approx(float((said == 2).mean()))


def test_without_ties_there_is_no_tie_parameter() -> None:
    ties = columns(2, [(0, 1), (1, 0), (0, 1)], [0, 1, 1])
    assert fit_judgements(ties, DEFAULT_SCORING).tie_parameter is not None
    assert fit_judgements(ties, replace(DEFAULT_SCORING, ties=TieTreatment.HALF)).tie_parameter is None
