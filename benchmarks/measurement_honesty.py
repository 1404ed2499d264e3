"""Whether the fit is honest: intervals that hold what they promise, and reliability that is there."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from statistics import fmean

from benchmarks.figures import Figure
from benchmarks.measurement_cells import ALL_SIZES, Cell, Lab, standard_error, told
from cj_assessment_service.cj_core_logic.simulation.curves import Metric, between
from cj_assessment_service.cli.strategies import DEFAULT_STRATEGY, STRATEGIES

SPREADS = (0.5, 1.0, 2.0, 3.0)
MARKS = (4.0, 8.0, 12.0, 20.0)
"""Comparisons per essay."""

SEEDS = {10: 42, 30: 21, 100: 9, 300: 4}
"""Of the default strategy; a third as many of the others."""

LEAST, MOST = 0.93, 0.97
CLAIM = 0.03


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure of one cell at some comparisons per essay: the mean of the runs and its standard error."""

    cell: Cell
    cpe: float
    runs: int
    mean: float
    error: float

    def __str__(self) -> str:
        return f"n = {self.cell.essays}, sd = {self.cell.sd:g}, {self.cpe:g} cpe: {self.mean:+.3f} ± {self.error:.3f}"


def coverage(lab: Lab) -> tuple[Figure, ...]:
    """A figure for each strategy over all its cells. A cell misses the goal when it lies outside by more than two of its own
    standard errors, for with so many cells some always lie outside by chance; the means of the cells must lie inside.
    """
    return tuple(
        _coverage_figure(strategy, tuple(map(_at_least_by_chance, _coverages(lab, strategy))))
        for strategy in lab.choice.of_strategies(tuple(STRATEGIES))
    )


def claims(lab: Lab) -> tuple[Figure, ...]:
    """A figure for each strategy: its cells on average, and the worst of them."""
    return tuple(
        _claim_figure(
            strategy, tuple(readings(lab, strategy, lambda wave: wave.reliability - wave.r_squared))
        )
        for strategy in lab.choice.of_strategies(tuple(STRATEGIES))
    )


def readings(lab: Lab, strategy: str, metric: Metric) -> Iterator[Reading]:
    """Every cell of the strategy at every mark, told as it is known."""
    for essays in lab.choice.of_sizes(ALL_SIZES):
        for sd in lab.choice.of_spreads(SPREADS):
            cell = Cell(strategy, essays, sd, max_cpe=max(MARKS))
            share = 1 if strategy == DEFAULT_STRATEGY else 3
            runs = lab.runs(cell, max(2, SEEDS.get(essays, 12) // share))
            row = []
            for cpe in MARKS:
                values = [between(run, cpe, metric) for run in runs]
                row.append(Reading(cell, cpe, len(runs), fmean(values), standard_error(values)))
            cells = "  ".join(
                f"{reading.cpe:g}: {reading.mean:+.3f} ± {reading.error:.3f}" for reading in row
            )
            told(f"{cell}, {len(runs)} runs: {cells}")
            yield from row


def _coverage_figure(strategy: str, found: tuple[Reading, ...]) -> Figure:
    inside = [reading for reading in found if LEAST <= reading.mean <= MOST]
    missed = [reading for reading in found if _beyond(reading, LEAST, MOST) > 2 * reading.error]
    worst = max(found, key=lambda reading: _beyond(reading, LEAST, MOST))
    means = [fmean(reading.mean for reading in found if reading.cpe == cpe) for cpe in MARKS]
    by_cpe = ", ".join(f"{mean:.3f} at {cpe:g} cpe" for cpe, mean in zip(MARKS, means, strict=True))
    return Figure(
        f"coverage of 95 % intervals, {strategy}",
        "0.90-0.97 by accident",
        f"{LEAST} to {MOST} in every cell",
        f"mean {by_cpe}; {len(inside)} of {len(found)} cells inside, {len(missed)} outside by more than two standard errors;"
        f" farthest off {worst}",
        not missed and all(LEAST <= mean <= MOST for mean in means),
    )


def _claim_figure(strategy: str, found: tuple[Reading, ...]) -> Figure:
    mean = fmean(reading.mean for reading in found)
    worst = max(found, key=lambda reading: abs(reading.mean))
    return Figure(
        f"reliability claimed minus true, {strategy}",
        "SSR up to +0.37",
        f"within ±{CLAIM} on average",
        f"{mean:+.3f} on average; worst cell {worst}",
        abs(mean) <= CLAIM,
    )


def _coverages(lab: Lab, strategy: str) -> Iterator[Reading]:
    return readings(lab, strategy, lambda wave: wave.coverage)


def _at_least_by_chance(reading: Reading) -> Reading:
    """With the error that as many independent intervals would have, where the few runs happen to agree better than that."""
    by_chance = (0.05 * 0.95 / (reading.cell.essays * reading.runs)) ** 0.5
    return replace(reading, error=max(reading.error, by_chance))


def _beyond(reading: Reading, least: float, most: float) -> float:
    """How far the reading lies outside; negative inside."""
    return max(least - reading.mean, reading.mean - most)
