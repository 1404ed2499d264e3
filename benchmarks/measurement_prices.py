"""What a true r^2 of 0.9 costs, in comparisons per essay (cpe)."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.figures import Figure
from benchmarks.measurement_cells import Cell, Lab, told
from cj_assessment_service.cj_core_logic.simulation.curves import need, quantile
from cj_assessment_service.cli.strategies import DEFAULT_STRATEGY, STRATEGIES
from cj_assessment_service.domain.simulations import Grading, JudgeModel, SimulatedRun

TARGET = 0.9
SEEDS = {30: 80, 100: 20, 300: 5}
"""Of the default strategy; a quarter as many of the others, which are only compared at `COMPARED`."""

COMPARED = ((30, 2.0), (100, 2.0), (100, 3.0))

LONGEST = {1.0: 80.0, 2.0: 50.0, 3.0: 40.0}
"""Comparisons per essay after which a run gives up, by the spread of the essays."""

EARLIER = {(30, 2.0): "21.5", (100, 2.0): "22.8", (100, 3.0): "23.6"}
BEST_KNOWN = {(30, 2.0): 14.7, (30, 3.0): 9.0, (100, 1.0): 43.3, (100, 2.0): 13.6, (100, 3.0): 9.2}
"""The best of six published or usual ways of choosing pairs, read by an empirical-Bayes fit."""

BIASED = JudgeModel(bias=0.3, error=0.05)


@dataclass(frozen=True, slots=True)
class Price:
    """What is bought, what the earlier system paid and what it may cost."""

    what: str
    judge: JudgeModel
    earlier: str
    goal: float | None


COIN = JudgeModel(bias=0.3, error=0.025)
"""5 % of the answers by a coin, which is half of them reversed."""

FAULTY = (
    Price("bias 0.3 and 5 % of answers by a coin, binary", COIN, "25.9", 18.9),
    Price("bias 0.3 and 5 % of answers reversed, binary", BIASED, "25.9", 18.9),
)
GRADED = (
    Price("6 levels", JudgeModel(levels=6), "13.3 (binary, best)", 8.3),
    Price("6 worthless levels", JudgeModel(levels=6, grading=Grading.WORTHLESS), "", 13.8),
    Price("6 blurred levels", JudgeModel(levels=6, grading=Grading.BLURRED), "", None),
    Price(
        "6 levels, bias 0.3 and 5 % of answers by a coin",
        JudgeModel(levels=6, bias=COIN.bias, error=COIN.error),
        "25.9 (best binary 18.9)",
        12.0,
    ),
    Price(
        "6 levels, bias 0.3 and 5 % of answers reversed",
        JudgeModel(levels=6, bias=BIASED.bias, error=BIASED.error),
        "25.9 (best binary 18.9)",
        12.0,
    ),
)


def binary(lab: Lab) -> tuple[Figure, ...]:
    """Each size and spread; the goal is for the default strategy."""
    return tuple(
        price_figure(lab, strategy, essays, sd, _binary_price(strategy, essays, sd))
        for strategy in lab.choice.of_strategies(tuple(STRATEGIES))
        for essays in lab.choice.of_sizes((30, 100, 300))
        for sd in lab.choice.of_spreads((1.0, 2.0, 3.0))
        if strategy == DEFAULT_STRATEGY or lab.choice.strategies or (essays, sd) in COMPARED
    )


def _binary_price(strategy: str, essays: int, sd: float) -> Price:
    goal = BEST_KNOWN.get((essays, sd)) if strategy == DEFAULT_STRATEGY else None
    return Price("binary", JudgeModel(), EARLIER.get((essays, sd), ""), goal)


def faulty(lab: Lab) -> tuple[Figure, ...]:
    return _each(lab, FAULTY)


def graded(lab: Lab) -> tuple[Figure, ...]:
    return _each(lab, GRADED)


def _each(lab: Lab, prices: Sequence[Price]) -> tuple[Figure, ...]:
    """At n = 100 and sd = 2, for which the goals are, whatever sizes and spreads are chosen."""
    return tuple(
        price_figure(lab, strategy, 100, 2.0, price)
        for strategy in lab.choice.of_strategies((DEFAULT_STRATEGY,))
        for price in prices
    )


def price_figure(lab: Lab, strategy: str, essays: int, sd: float, price: Price) -> Figure:
    cell = Cell(strategy, essays, sd, LONGEST.get(sd, 80.0), (price.judge,), until=TARGET)
    runs = lab.runs(cell, SEEDS.get(essays, 20) // (1 if strategy == DEFAULT_STRATEGY else 4))
    found = need(runs, TARGET)
    reached = f"{found.median:.1f} ± {_error_of_median(runs):.1f} ({found.least:.1f} to {found.most:.1f}, {len(runs)} runs)"
    told(f"{cell}, {price.what}: {reached}")
    return Figure(
        f"cpe for r² = {TARGET}, {price.what}, {cell}",
        price.earlier,
        "" if price.goal is None else f"<= {price.goal:g}",
        reached,
        None if price.goal is None else found.median <= price.goal,
    )


def _error_of_median(runs: Sequence[SimulatedRun]) -> float:
    """A standard error, from the order statistics about one standard deviation of a fair coin's count away from the middle."""
    needs = [need((run,), TARGET).median for run in runs]
    away = 0.5 / len(needs) ** 0.5
    low, high = quantile(needs, max(0.0, 0.5 - away)), quantile(needs, min(1.0, 0.5 + away))
    return (high - low) / 2 if high < float("inf") else median(needs)
