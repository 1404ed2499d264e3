"""Many runs of one experiment, summed up."""

import math
from collections.abc import Callable, Sequence
from statistics import fmean, median

import numpy as np

from cj_assessment_service.domain.simulations import (
    CurvePoint,
    Need,
    SimulatedRun,
    StopSummary,
    StrategySummary,
    WaveRecord,
)

TARGETS = (0.8, 0.9)
"""True r^2 whose price is told."""

Metric = Callable[[WaveRecord], float]


def cpe_until(run: SimulatedRun, target: float, metric: Metric) -> float:
    """Comparisons per essay at which `metric` first reaches the target, on straight lines between the waves and from 0 at
    the start; infinite when it never does.
    """
    before_cpe, before = 0.0, 0.0
    for wave in run.waves:
        value = metric(wave)
        if value >= target:
            share = (target - before) / (value - before) if value > before else 0.0
            return before_cpe + share * (wave.cpe - before_cpe)
        before_cpe, before = wave.cpe, value
    return math.inf


def need(runs: Sequence[SimulatedRun], target: float, metric: Metric = lambda wave: wave.r_squared) -> Need:
    """What the runs need until the true r^2, or another metric, reaches the target. Raises ValueError without runs."""
    found = [cpe_until(run, target, metric) for run in runs]
    return Need(median(found), min(found), max(found))


def cpe_of_mean(runs: Sequence[SimulatedRun], target: float) -> float:
    """Comparisons per essay from which the mean true r^2 of the runs is at the target: what sessions of a length fixed in advance
    need. On straight lines between whole numbers; infinite when it never gets there. Raises ValueError without runs.
    """
    before_cpe, before = 0.0, 0.0
    for point in curve(runs):
        if point.r_squared >= target:
            share = (target - before) / (point.r_squared - before)
            return before_cpe + share * (point.cpe - before_cpe)
        before_cpe, before = point.cpe, point.r_squared
    return math.inf


def summarised(strategy: str, runs: Sequence[SimulatedRun]) -> StrategySummary:
    """All that is told of the runs of one strategy. Raises ValueError without runs."""
    needs = tuple((target, need(runs, target)) for target in TARGETS)
    return StrategySummary(strategy, curve(runs), needs, stops(runs))


def stops(runs: Sequence[SimulatedRun]) -> StopSummary | None:
    """When the runs stopped, and how true their scores were then; None where none did."""
    ends = [run.stopped for run in runs if run.stopped is not None]
    if not ends:
        return None
    true = [end.r_squared for end in ends]
    return StopSummary(
        runs=len(runs),
        stopped=len(ends),
        cpe=median(end.cpe for end in ends),
        r_squared=fmean(true),
        r_squared_low=float(np.quantile(true, 0.1)),
    )


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed; works for infinite values too."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def curve(runs: Sequence[SimulatedRun]) -> tuple[CurvePoint, ...]:
    """The runs at 1, 2, 3, ... comparisons per essay, on straight lines between the waves, as far as the longest run goes; a
    run counts as far as it goes itself. Raises ValueError without runs.
    """
    furthest = max(run.last.cpe for run in runs)
    points = []
    for cpe in range(1, math.floor(furthest) + 1):
        there = [run for run in runs if run.last.cpe >= cpe]
        points.append(_point(there, float(cpe)))
    return tuple(points)


def _point(runs: Sequence[SimulatedRun], cpe: float) -> CurvePoint:
    def at(metric: Metric) -> list[float]:
        return [between(run, cpe, metric) for run in runs]

    r_squared = at(lambda wave: wave.r_squared)
    known = [run for run in runs if run.at(cpe).ssr is not None]
    return CurvePoint(
        cpe=cpe,
        runs=len(runs),
        r_squared=fmean(r_squared),
        r_squared_low=float(np.quantile(r_squared, 0.1)),
        r_squared_high=float(np.quantile(r_squared, 0.9)),
        reliability=fmean(at(lambda wave: wave.reliability)),
        ssr=fmean(between(run, cpe, _ssr) for run in known) if known else None,
        coverage=fmean(at(lambda wave: wave.coverage)),
        mean_se=fmean(at(lambda wave: wave.mean_se)),
        rmse=fmean(at(lambda wave: wave.rmse)),
    )


def between(run: SimulatedRun, cpe: float, metric: Metric) -> float:
    """The metric at so many comparisons per essay, on straight lines between the waves and level outside them."""
    return float(np.interp(cpe, [wave.cpe for wave in run.waves], [metric(wave) for wave in run.waves]))


def _ssr(wave: WaveRecord) -> float:
    return 0.0 if wave.ssr is None else wave.ssr
