"""What more comparisons would buy."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.continuation.forecast import comparisons_to, forecast
from cj_assessment_service.tests.unit.cj_core_logic.continuation.situations import board

reliabilities = st.floats(0.05, 0.99)
spreads = st.floats(0.1, 8.0)


def test_nothing_more_changes_nothing() -> None:
    scale = board(reliability=0.8)
    same = forecast(scale, 0)
    assert (same.reliability, same.mean_se) == pytest.approx((0.8, scale.mean_se))


def test_twice_the_comparisons_of_a_narrow_scale_follow_spearman_and_brown() -> None:
    scale = replace(board(reliability=0.6), prior_sd=1.0)
    assert forecast(scale, scale.decisions).reliability == pytest.approx(2 * 0.6 / 1.6)


@pytest.mark.parametrize(("sd", "reliability"), [(1.0, 0.9083), (2.0, 0.9102), (3.0, 0.9122)])
def test_a_tenth_more_at_the_usual_target(sd: float, reliability: float) -> None:
    scale = replace(board(reliability=0.9), prior_sd=sd, decisions=1000)
    assert forecast(scale, 100).reliability == pytest.approx(reliability, abs=2e-4)


@given(reliabilities, spreads, st.integers(1, 2000))
def test_more_comparisons_never_make_a_scale_worse(reliability: float, sd: float, more: int) -> None:
    scale = replace(board(reliability=reliability), prior_sd=sd)
    coming = forecast(scale, more)
    assert reliability <= coming.reliability <= 1.0
    assert 0.0 < coming.mean_se <= scale.mean_se


@given(reliabilities, spreads, st.floats(0.5, 0.99))
def test_the_comparisons_missing_to_a_target_are_those_that_reach_it(
    reliability: float, sd: float, target: float
) -> None:
    assume(reliability < target)
    scale = replace(board(reliability=reliability), prior_sd=sd)
    missing = comparisons_to(scale, target)
    assert missing is not None
    assert forecast(scale, missing).reliability >= target - 1e-9
    assert forecast(scale, missing - 1).reliability < target + 1e-9


def test_a_reached_target_misses_nothing_and_a_scale_of_chance_foretells_nothing() -> None:
    assert comparisons_to(board(reliability=0.9), 0.9) == 0
    assert comparisons_to(board(reliability=0.0), 0.9) is None
    assert comparisons_to(board(reliability=0.5), 1.0) is None


def test_a_perfect_scale_stays_one() -> None:
    assert forecast(board(reliability=1.0), 10).reliability == 1.0
