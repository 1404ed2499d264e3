"""Planning a session, from assumptions and from a pilot."""

import math
from dataclasses import replace

import numpy as np
import pytest

from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.simulation.pilot import (
    MOST_JUDGES,
    Pilot,
    level_cuts,
    pilot_of,
    redrawn,
    redrawn_sd,
)
from cj_assessment_service.cj_core_logic.simulation.planning import planned_run, planned_run_after
from cj_assessment_service.cj_core_logic.simulation.run import simulated_waves
from cj_assessment_service.domain.policies import ContinuationPolicy, ScoringPolicy
from cj_assessment_service.domain.simulations import Experiment, JudgeModel

EAGER = ContinuationPolicy(target_reliability=0.3, min_comparisons_per_essay=2)
SESSION = Experiment(8, 2.0, max_cpe=12, continuation=EAGER)


def judgements(judge: JudgeModel = JudgeModel(), essays: int = 12, panel: int = 1) -> Judgements:  # noqa: B008
    experiment = Experiment(essays, 1.5, (judge,) * panel, max_cpe=12)
    *_, wave = simulated_waves(experiment, np.random.default_rng(8))
    return wave.judgements


def a_pilot() -> Pilot:
    return pilot_of(judgements(JudgeModel(bias=0.4)), ScoringPolicy())


def test_a_planned_run_ends_with_what_it_looks_for() -> None:
    run = planned_run(SESSION, (1,))
    assert run.sd == 2.0
    assert run.cpe <= 12
    assert run.stop_cpe <= 12
    assert run == planned_run(SESSION, (1,))


def test_what_is_never_reached_is_endless() -> None:
    hopeless = replace(SESSION, sd=0.0, max_cpe=3.0, continuation=replace(EAGER, target_reliability=0.999))
    run = planned_run(hopeless, (1,))
    assert (run.cpe, run.stop_cpe, run.stop_r_squared) == (math.inf, math.inf, None)


def test_runs_after_a_pilot_differ_in_what_the_pilot_leaves_uncertain() -> None:
    pilot = a_pilot()
    spreads = {planned_run_after(pilot, SESSION, (seed,)).sd for seed in range(3)}
    assert len(spreads) == 3


def test_the_redrawn_spread_scatters_around_that_of_the_pilot() -> None:
    pilot = a_pilot()
    drawn = [redrawn_sd(pilot, np.random.default_rng(seed)) for seed in range(12)]
    assert min(drawn) < pilot.board.prior_sd < max(drawn)
    assert max(drawn) <= 3.0 * pilot.board.prior_sd + 1e-9


def test_judges_are_redrawn_around_the_position_effect_of_the_pilot() -> None:
    pilot = a_pilot()
    drawn = [redrawn(pilot, SESSION, np.random.default_rng(seed)).judges[0].bias for seed in range(8)]
    estimate, se = pilot.positions[0].estimate, pilot.positions[0].se
    assert len(set(drawn)) == 8
    assert all(abs(bias - estimate) < 5 * se for bias in drawn)


def test_of_very_many_judges_the_busiest_are_planned_with() -> None:
    held = judgements(essays=30, panel=MOST_JUDGES + 5)
    pilot = pilot_of(held, ScoringPolicy())
    decisions = np.bincount(held.judge, minlength=len(held.judges))
    kept = pilot.busiest
    assert len(kept) == MOST_JUDGES
    assert decisions[kept].min() >= np.delete(decisions, kept).max()


def test_thresholds_are_found_again_from_how_often_each_level_was_given() -> None:
    judge = JudgeModel(levels=6)
    held = judgements(judge, essays=40)
    board = pilot_of(held, ScoringPolicy()).board
    assert level_cuts(held, board) == pytest.approx(judge.cuts, rel=0.35)


def test_without_levels_there_are_no_thresholds() -> None:
    held = judgements()
    assert level_cuts(held, pilot_of(held, ScoringPolicy()).board) == ()
    once = replace(held, level=np.ones(len(held), dtype=np.intp))
    assert level_cuts(once, pilot_of(once, ScoringPolicy()).board) == ()
