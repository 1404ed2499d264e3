"""Runs summed up."""

import math

import pytest

from cj_assessment_service.cj_core_logic.simulation.curves import (
    between,
    cpe_of_mean,
    cpe_until,
    curve,
    need,
    quantile,
)
from cj_assessment_service.domain.simulations import SimulatedRun, WaveRecord


def wave(cpe: float, r_squared: float, ssr: float | None = 0.5) -> WaveRecord:
    return WaveRecord(
        comparisons=int(5 * cpe),
        cpe=cpe,
        r_squared=r_squared,
        reliability=r_squared + 0.1,
        ssr=ssr,
        coverage=0.9,
        mean_se=0.5,
        rmse=0.6,
        stop=None,
    )


def run(*r_squared: float) -> SimulatedRun:
    return SimulatedRun(tuple(wave(float(cpe), value) for cpe, value in enumerate(r_squared, start=1)))


def r_squared(record: WaveRecord) -> float:
    return record.r_squared


@pytest.mark.parametrize(
    ("target", "cpe"), [(0.25, 0.5), (0.5, 1.0), (0.6, 1.5), (0.7, 2.0), (0.8, 3.5), (0.95, math.inf)]
)
def test_the_need_lies_on_the_line_between_two_waves(target: float, cpe: float) -> None:
    assert cpe_until(run(0.5, 0.7, 0.7, 0.9), target, r_squared) == pytest.approx(cpe)


def test_the_first_crossing_counts_though_the_curve_falls_again() -> None:
    assert cpe_until(run(0.8, 0.6, 0.9), 0.8, r_squared) == 1.0


def test_a_run_that_never_arrives_counts_as_endless() -> None:
    needed = need([run(0.9), run(0.5), run(0.5, 0.95)], 0.9)
    assert needed.least == pytest.approx(1.0)
    assert needed.median == pytest.approx(1 + 0.4 / 0.45)
    assert needed.most == math.inf


def test_the_curve_averages_the_runs_that_go_so_far() -> None:
    first, second = curve([run(0.4, 0.6), run(0.6)])
    assert (first.runs, second.runs) == (2, 1)
    assert first.r_squared == pytest.approx(0.5)
    assert first.reliability == pytest.approx(0.6)
    assert second.r_squared == pytest.approx(0.6)
    assert first.r_squared_low <= first.r_squared <= first.r_squared_high


def test_sessions_of_fixed_length_need_what_brings_their_mean_to_the_target() -> None:
    runs = [run(0.4, 0.8), run(0.6, 1.0)]
    assert cpe_of_mean(runs, 0.7) == pytest.approx(1.5)
    assert cpe_of_mean(runs, 0.95) == math.inf


def test_between_two_waves_a_figure_is_interpolated() -> None:
    assert between(run(0.4, 0.6), 1.25, r_squared) == pytest.approx(0.45)


def test_the_separation_reliability_stays_unknown_where_no_run_knows_it() -> None:
    (point,) = curve([SimulatedRun((wave(1.0, 0.5, ssr=None),))])
    assert point.ssr is None


def test_quantiles_cope_with_endless_values() -> None:
    values = [1.0, 2.0, 3.0, math.inf]
    assert quantile(values, 0.5) == 2.0
    assert quantile(values, 0.75) == 3.0
    assert quantile(values, 0.9) == math.inf
    assert quantile(values, 0.0) == 1.0
