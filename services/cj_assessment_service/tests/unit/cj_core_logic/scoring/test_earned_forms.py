"""Which of a judge's answers count: what informs is used, and what does not costs nothing."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from cj_assessment_service.cj_core_logic.scoring.answers import answers_of
from cj_assessment_service.cj_core_logic.scoring.design import Prior
from cj_assessment_service.cj_core_logic.scoring.earned_forms import in_earned_forms
from cj_assessment_service.cj_core_logic.scoring.fit import fit_judgements
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.scoring.learning import learned
from cj_assessment_service.cj_core_logic.scoring.mode import find_mode
from cj_assessment_service.domain.policies import DEFAULT_SCORING
from cj_assessment_service.domain.scores import EvidenceForm, GradingUse, Scoreboard
from cj_assessment_service.tests.unit.cj_core_logic.scoring.judgements import (
    FloatArray,
    columns,
    random_pairs,
)
from cj_assessment_service.tests.unit.cj_core_logic.scoring.models import in_one_form
from cj_assessment_service.tests.unit.cj_core_logic.scoring.slow_posterior import SlowPosterior

ESSAYS, ROUNDS = 40, 10


def judged(
    rng: np.random.Generator, essays: int = ESSAYS, rounds: int = ROUNDS
) -> tuple[Judgements, FloatArray]:
    """Bare winners about essays of sd 2, and what the judge felt: the winner is its sign."""
    truth = rng.normal(0.0, 2.0, essays)
    pairs = np.array(random_pairs(essays, rounds, rng))
    felt = truth[pairs[:, 0]] - truth[pairs[:, 1]] + rng.logistic(size=len(pairs))
    return columns(essays, pairs, np.where(felt > 0.0, 1, -1)), felt


def in_steps(felt: FloatArray) -> FloatArray:
    return np.asarray(1.0 + np.searchsorted((0.2, 0.6, 1.5, 3.5), np.abs(felt)), dtype=np.float64)


def figures(board: Scoreboard) -> FloatArray:
    return np.array([(score.score, score.se, *score.interval) for score in board.scores])


def form_of(board: Scoreboard) -> tuple[EvidenceForm, GradingUse]:
    (judge,) = board.judges
    return judge.form, judge.grading_use


@pytest.mark.parametrize("seed", range(3))
def test_how_well_probabilities_are_calibrated_makes_no_difference(seed: int) -> None:
    judgements, felt = judged(np.random.default_rng(seed))
    calibrated, over, under = (
        fit_judgements(replace(judgements, p_first=expit(sharpness * felt)), DEFAULT_SCORING)
        for sharpness in (1.0, 2.0, 0.3)
    )
    assert form_of(calibrated) == (EvidenceForm.PROBABILITIES, GradingUse.USED)
    assert figures(over) == pytest.approx(figures(calibrated))
    assert figures(under) == pytest.approx(figures(calibrated))
    assert calibrated.reliability > fit_judgements(judgements, DEFAULT_SCORING).reliability + 0.05


@pytest.mark.parametrize("seed", range(4))
def test_worthless_probabilities_and_confidence_leave_the_scale_of_the_bare_winners(seed: int) -> None:
    rng = np.random.default_rng(seed)
    judgements, felt = judged(rng)
    bare = fit_judgements(judgements, DEFAULT_SCORING)
    for worthless in (
        replace(judgements, p_first=rng.random(len(felt))),
        replace(judgements, confidence=rng.integers(1, 6, len(felt)).astype(float)),
    ):
        board = fit_judgements(worthless, DEFAULT_SCORING)
        assert form_of(board) == (EvidenceForm.WINNER, GradingUse.UNPROVEN)
        assert figures(board) == pytest.approx(figures(bare))


def test_probabilities_of_0_and_1_say_no_more_than_the_winner() -> None:
    judgements, _ = judged(np.random.default_rng(1))
    certain = replace(judgements, p_first=np.where(judgements.outcome > 0, 1.0, 0.0))
    board, bare = (fit_judgements(said, DEFAULT_SCORING) for said in (certain, judgements))
    assert form_of(board) == (EvidenceForm.WINNER, GradingUse.NONE_GIVEN)
    assert figures(board) == pytest.approx(figures(bare))


def test_mostly_certain_probabilities_are_a_class_like_others() -> None:
    judgements, felt = judged(np.random.default_rng(2))
    saturated = replace(judgements, p_first=np.clip(expit(3.0 * felt) * 1.2 - 0.1, 0.0, 1.0))
    board = fit_judgements(saturated, DEFAULT_SCORING)
    assert form_of(board) == (EvidenceForm.PROBABILITIES, GradingUse.USED)
    assert np.isfinite(figures(board)).all()


@pytest.mark.parametrize("seed", range(3))
def test_confidence_that_follows_the_impression_counts_and_is_kept_apart_from_worthless_levels(
    seed: int,
) -> None:
    rng = np.random.default_rng(seed)
    judgements, felt = judged(rng)
    sure = replace(judgements, confidence=in_steps(felt))
    both = replace(sure, level=rng.integers(1, 4, len(felt)))
    alone, beside = (fit_judgements(said, DEFAULT_SCORING) for said in (sure, both))
    assert form_of(alone) == form_of(beside) == (EvidenceForm.CONFIDENCE, GradingUse.USED)
    assert figures(beside) == pytest.approx(figures(alone))


def test_levels_beside_worthless_confidence_count() -> None:
    rng = np.random.default_rng(3)
    judgements, felt = judged(rng)
    levels = replace(judgements, level=1 + np.searchsorted((0.8, 2.2), np.abs(felt)))
    both = replace(levels, confidence=rng.integers(1, 6, len(felt)).astype(float))
    alone, beside = (fit_judgements(said, DEFAULT_SCORING) for said in (levels, both))
    assert form_of(alone) == form_of(beside) == (EvidenceForm.LEVELS, GradingUse.USED)
    assert figures(beside) == pytest.approx(figures(alone))


def test_every_judge_of_a_panel_counts_in_its_own_form() -> None:
    rng = np.random.default_rng(4)
    judgements, felt = judged(rng, rounds=24)
    judge = np.arange(len(felt)) % 3
    panel = columns(
        ESSAYS,
        np.column_stack((judgements.first, judgements.second)),
        judgements.outcome,
        judge=judge,
        level=np.where(judge == 0, 1 + np.searchsorted((0.8, 2.2), np.abs(felt)), 0),
        p_first=np.where(judge == 1, expit(5.0 * felt), np.nan),
        confidence=np.where(judge == 2, rng.integers(1, 6, len(felt)), np.nan),
    )
    board = fit_judgements(panel, DEFAULT_SCORING)
    assert [one.form for one in board.judges] == [
        EvidenceForm.LEVELS,
        EvidenceForm.PROBABILITIES,
        EvidenceForm.WINNER,
    ]


def test_settled_judgements_stay_settled() -> None:
    judgements, felt = judged(np.random.default_rng(5))
    settled = in_earned_forms(replace(judgements, p_first=expit(felt)), DEFAULT_SCORING)
    assert in_earned_forms(settled, DEFAULT_SCORING) is settled
    assert figures(fit_judgements(settled, DEFAULT_SCORING)) == pytest.approx(
        figures(fit_judgements(replace(judgements, p_first=expit(felt)), DEFAULT_SCORING))
    )


@settings(deadline=None, max_examples=8)
@given(st.integers(0, 1000))
def test_sides_and_outcomes_are_symmetric(seed: int) -> None:
    judgements, felt = judged(np.random.default_rng(seed), essays=12)
    soft = replace(judgements, p_first=expit(felt).round(6))
    swapped = replace(
        soft, first=soft.second, second=soft.first, outcome=-soft.outcome, p_first=1.0 - soft.p_first
    )
    negated = replace(soft, outcome=-soft.outcome, p_first=1.0 - soft.p_first)
    here, turned, opposite = (fit_judgements(said, DEFAULT_SCORING) for said in (soft, swapped, negated))
    assert figures(turned) == pytest.approx(figures(here), abs=1e-6)
    assert turned.position.estimate == pytest.approx(-here.position.estimate, abs=1e-6)
    assert [s.score for s in opposite.scores] == pytest.approx([-s.score for s in here.scores], abs=1e-6)


@settings(deadline=None, max_examples=8)
@given(st.integers(0, 1000), st.sampled_from((EvidenceForm.PROBABILITIES, EvidenceForm.CONFIDENCE)))
def test_the_mode_agrees_with_a_slow_solver(seed: int, form: EvidenceForm) -> None:
    judgements, felt = judged(np.random.default_rng(seed), essays=6, rounds=8)
    said = replace(judgements, p_first=expit(3.0 * felt), confidence=in_steps(felt))
    found = learned(in_one_form(said, form), DEFAULT_SCORING)
    assert answers_of(found.judgements, DEFAULT_SCORING.ties).level.max() > 1
    slow = SlowPosterior(found.judgements, found.model.terms, [0], sd=1.7)
    assert find_mode(found.model, Prior(1.7)).parameters == pytest.approx(slow.mode(), abs=1e-6)
