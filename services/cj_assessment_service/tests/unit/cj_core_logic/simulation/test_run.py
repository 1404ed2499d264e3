"""Simulated batches."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from cj_assessment_service.cj_core_logic.simulation.run import simulate, simulated_waves
from cj_assessment_service.cj_core_logic.simulation.truth_check import squared_correlation
from cj_assessment_service.domain.batches import StopReason
from cj_assessment_service.domain.policies import ContinuationPolicy, PairingPolicy
from cj_assessment_service.domain.simulations import Experiment, JudgeModel

SMALL = Experiment(essays=8, sd=2.0, max_cpe=6)


def rng(seed: int = 3) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_equal_seeds_give_equal_runs_and_others_do_not() -> None:
    short = replace(SMALL, max_cpe=4)
    assert simulate(short, rng()) == simulate(short, rng())
    assert simulate(short, rng()) != simulate(short, rng(4))


def test_a_run_asks_what_it_was_allowed_and_counts_both_essays_of_a_comparison() -> None:
    run = simulate(SMALL, rng())
    assert run.last.comparisons == 24
    assert [wave.cpe for wave in run.waves] == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]


def test_a_run_ends_when_nothing_is_left_to_ask() -> None:
    once = PairingPolicy(max_judgements_per_pair=1)
    run = simulate(replace(SMALL, essays=4, max_cpe=50, pairing=once), rng())
    assert run.last.comparisons == 6


def test_judges_share_the_questions_evenly() -> None:
    panel = replace(SMALL, judges=(JudgeModel(),) * 3)
    *_, wave = simulated_waves(panel, rng())
    assert np.bincount(wave.judgements.judge).tolist() == [8, 8, 8]


def test_experiments_of_one_seed_look_at_the_same_essays() -> None:
    """With a judge that errs never, the order is the truth's."""
    sharp = replace(SMALL, essays=5, judges=(JudgeModel(discrimination=200.0),), max_cpe=8)
    graded = replace(sharp, judges=(JudgeModel(discrimination=200.0, levels=6),))
    order = []
    for experiment in (sharp, graded):
        *_, wave = simulated_waves(experiment, rng())
        order.append([score.essay_id for score in wave.board.ranked()])
    assert order[0] == order[1]


def test_a_good_judge_measures_the_truth() -> None:
    run = simulate(replace(SMALL, judges=(JudgeModel(discrimination=20.0),), max_cpe=12), rng())
    assert run.last.r_squared > 0.85
    assert run.waves[0].r_squared < run.last.r_squared


def test_where_there_is_nothing_to_measure_nothing_is_measured() -> None:
    run = simulate(replace(SMALL, sd=0.0), rng())
    assert {wave.r_squared for wave in run.waves} == {0.0}


def test_the_wave_is_marked_after_which_a_batch_would_have_stopped() -> None:
    easy = ContinuationPolicy(target_reliability=0.05, min_comparisons_per_essay=3)
    run = simulate(replace(SMALL, continuation=easy), rng())
    assert run.stopped is not None
    assert run.stopped.stop is StopReason.STABLE
    assert run.stopped.cpe >= 3
    assert run.last.cpe == 6


def test_two_essays_end_when_their_order_is_decided() -> None:
    certain = replace(SMALL, essays=2, sd=5.0, judges=(JudgeModel(discrimination=50.0),))
    stopped = simulate(certain, rng()).stopped
    assert stopped is not None
    assert stopped.stop is StopReason.ORDER_DECIDED


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: replace(SMALL, essays=1),
        lambda: replace(SMALL, sd=-1.0),
        lambda: replace(SMALL, sd=float("inf")),
        lambda: replace(SMALL, max_cpe=0.0),
        lambda: replace(SMALL, judges=()),
    ],
)
def test_an_experiment_that_cannot_be_is_refused(wrong: Callable[[], Experiment]) -> None:
    with pytest.raises(ValueError, match="must"):
        wrong()


def test_the_squared_correlation_is_that_of_pearson() -> None:
    one, other = rng().normal(size=(2, 9))
    assert squared_correlation(one, other) == pytest.approx(np.corrcoef(one, other)[0, 1] ** 2)
    assert squared_correlation(one, np.ones(9)) == 0.0
