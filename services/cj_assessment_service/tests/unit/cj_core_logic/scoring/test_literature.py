"""The literature's convention against a naive copy of its definition."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray

from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.scoring.literature import fit_literature
from cj_assessment_service.domain.errors import InputRejected, InsufficientComparisons
from cj_assessment_service.domain.scores import JudgeFlag, Scoreboard
from cj_assessment_service.tests.unit.cj_core_logic.scoring.columns import (
    columns,
    reversed_outcomes,
    simulated,
    some_judgements,
    swapped,
)

EPS = 0.3


def connected(seed: int, judges: int = 1, rounds: int = 10) -> Judgements:
    rng = np.random.default_rng(seed)
    return simulated(rng.normal(0.0, 1.5, 12), rounds, rng, judges)


def scores(scoreboard: Scoreboard) -> NDArray[np.float64]:
    return np.array([row.score for row in scoreboard.scores])


def unequally_often() -> Judgements:
    """The first essays meet more often than the others."""
    whole = connected(3)
    some = np.flatnonzero((whole.first < 6) | (whole.second < 6))
    return whole.take(np.concatenate([np.arange(len(whole)), some]))


def stepped_as_in_sirt(judgements: Judgements) -> NDArray[np.float64]:
    """One judgement at a time; steps (score - expected) / information, then the mean taken off, until nothing moves."""
    n = len(judgements.essays)
    rows = list(
        zip(judgements.first.tolist(), judgements.second.tolist(), judgements.outcome.tolist(), strict=True)
    )
    total, wins = np.zeros(n), np.zeros(n)
    for first, second, outcome in rows:
        total[[first, second]] += 1.0
        wins[first] += (1 + outcome) / 2
        wins[second] += (1 - outcome) / 2
    score = EPS + (total - 2 * EPS) / total * wins
    theta = np.zeros(n)
    for _ in range(2000):
        expected, information = np.zeros(n), np.zeros(n)
        for first, second, _ in rows:
            chance = 1.0 / (1.0 + math.exp(theta[second] - theta[first]))
            expected[first] += chance
            expected[second] += 1.0 - chance
            information[[first, second]] += chance * (1.0 - chance)
        step = np.clip((score - expected) / information, -0.5, 0.5)
        theta = theta + step - step.mean()
        if np.ptp(step) < 1e-13:
            break
    return np.asarray(theta - theta.mean(), dtype=np.float64)


@pytest.mark.parametrize("judgements", [connected(1), connected(2), unequally_often()])
def test_the_scale_is_where_sirt_comes_to_rest(judgements: Judgements) -> None:
    fitted = fit_literature(judgements, EPS)
    assert fitted.converged
    assert scores(fitted) == pytest.approx(stepped_as_in_sirt(judgements), abs=1e-9)


def test_essays_compared_equally_often_have_exactly_their_adjusted_scores() -> None:
    judgements = connected(1)
    theta = scores(fit_literature(judgements, EPS))
    chance = 1.0 / (1.0 + np.exp(theta[judgements.second] - theta[judgements.first]))
    expected = np.bincount(judgements.first, chance) + np.bincount(judgements.second, 1.0 - chance)
    won = judgements.outcome > 0
    wins = np.bincount(judgements.first[won], minlength=12) + np.bincount(
        judgements.second[~won], minlength=12
    )
    assert expected == pytest.approx(EPS + (10 - 2 * EPS) / 10 * wins, abs=1e-10)


def test_errors_and_separation_follow_their_formulas() -> None:
    judgements = connected(4)
    fitted = fit_literature(judgements, EPS)
    theta = scores(fitted)
    chance = 1.0 / (1.0 + np.exp(theta[judgements.second] - theta[judgements.first]))
    carried = chance * (1.0 - chance)
    errors = 1.0 / np.sqrt(np.bincount(judgements.first, carried) + np.bincount(judgements.second, carried))
    assert [row.se for row in fitted.scores] == pytest.approx(errors)
    variance = np.var(theta, ddof=1)
    assert fitted.separation_reliability == pytest.approx((variance - np.mean(errors**2)) / variance)


def test_a_tie_is_half_a_win_for_each() -> None:
    tied = columns([(0, 1, 0, 0), (0, 1, 0, 0), (1, 2, 0, 1), (1, 2, 0, 1), (0, 2, 0, 0), (0, 2, 0, 1)], 3)
    split = columns([(0, 1, 0, 1), (0, 1, 0, -1), (1, 2, 0, 1), (1, 2, 0, 1), (0, 2, 0, 1), (0, 2, 0, 0)], 3)
    assert scores(fit_literature(tied, EPS)) == pytest.approx(scores(fit_literature(split, EPS)))


@settings(deadline=None, max_examples=30)
@given(some_judgements())
def test_sides_do_not_matter_and_reversed_outcomes_negate_the_scale(judgements: Judgements) -> None:
    fitted = fit_literature(judgements, EPS)
    assert scores(fit_literature(swapped(judgements), EPS)) == pytest.approx(scores(fitted), abs=1e-6)
    if fitted.converged:
        assert scores(fit_literature(reversed_outcomes(judgements), EPS)) == pytest.approx(
            -scores(fitted), abs=1e-6
        )


@settings(deadline=None, max_examples=30)
@given(some_judgements())
def test_every_part_is_centred_and_everything_is_finite(judgements: Judgements) -> None:
    fitted = fit_literature(judgements, EPS)
    assert np.isfinite(scores(fitted)).all()
    for part in range(fitted.components):
        assert sum(row.score for row in fitted.scores if row.component == part) == pytest.approx(
            0.0, abs=1e-9
        )
    for row in fitted.scores:
        assert math.isfinite(row.se) == (row.comparisons > 0) == (row.infit is not None)


def test_parts_are_fitted_as_if_alone() -> None:
    one, other = connected(1), connected(2)
    both = columns(
        [
            *zip(
                one.first.tolist(), one.second.tolist(), one.judge.tolist(), one.outcome.tolist(), strict=True
            ),
            *zip(
                (other.first + 12).tolist(),
                (other.second + 12).tolist(),
                other.judge.tolist(),
                other.outcome.tolist(),
                strict=True,
            ),
        ],
        24,
    )
    fitted = fit_literature(both, EPS)
    assert fitted.components == 2
    alone = np.concatenate([scores(fit_literature(one, EPS)), scores(fit_literature(other, EPS))])
    assert scores(fitted) == pytest.approx(alone, abs=1e-9)


def test_large_sparse_designs_agree_with_the_dense_solution() -> None:
    rng = np.random.default_rng(5)
    judgements = simulated(rng.normal(0.0, 1.0, 500), 10, rng)
    fitted = fit_literature(judgements, EPS)
    theta = scores(fitted)
    chance = 1.0 / (1.0 + np.exp(theta[judgements.second] - theta[judgements.first]))
    won = judgements.outcome > 0
    wins = np.bincount(judgements.first[won], minlength=500) + np.bincount(
        judgements.second[~won], minlength=500
    )
    expected = np.bincount(judgements.first, chance) + np.bincount(judgements.second, 1.0 - chance)
    assert expected == pytest.approx(EPS + (10 - 2 * EPS) / 10 * wins, abs=1e-9)


def test_without_a_finite_solution_it_ends_where_sirt_ends_and_says_so() -> None:
    chain = columns([(place, place + 1, 0, 1 if place % 2 else -1) for place in range(9)], 10)
    fitted = fit_literature(chain, EPS)
    assert not fitted.converged
    assert np.isfinite(scores(fitted)).all()


def test_misfit_follows_its_definition_and_names_the_odd_judge() -> None:
    judgements = connected(6, judges=9, rounds=40)
    odd = judgements.judge == 8
    judgements = replace(judgements, outcome=np.where(odd, -judgements.outcome, judgements.outcome))
    fitted = fit_literature(judgements, EPS)
    theta = scores(fitted)
    chance = 1.0 / (1.0 + np.exp(theta[judgements.second] - theta[judgements.first]))
    squared, carried = np.square((1 + judgements.outcome) / 2 - chance), chance * (1.0 - chance)
    for seat, row in enumerate(fitted.judges):
        own = judgements.judge == seat
        assert row.outfit == pytest.approx(np.mean(squared[own] / carried[own]))
        assert row.infit == pytest.approx(squared[own].sum() / carried[own].sum())
        assert (JudgeFlag.MISFIT in row.flags) == (seat == 8)
    of_first = (judgements.first == 0) | (judgements.second == 0)
    assert fitted.scores[0].infit == pytest.approx(squared[of_first].sum() / carried[of_first].sum())
    assert fitted.scores[0].outfit == pytest.approx(np.mean(squared[of_first] / carried[of_first]))


@pytest.mark.parametrize("eps", [0.0, -0.1, 0.5, 3.0, math.nan])
def test_an_eps_that_breaks_the_order_is_refused_with_a_remedy(eps: float) -> None:
    with pytest.raises(InputRejected, match=r"eps: .* Use 0\.3"):
        fit_literature(columns([(0, 1, 0, 1)], 2), eps)


def test_no_judgements_make_no_scale() -> None:
    with pytest.raises(InsufficientComparisons):
        fit_literature(columns([], 3), EPS)
