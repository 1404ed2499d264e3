"""Judges that say more than the winner: probabilities and confidence, sound, distorted and worthless."""

from collections.abc import Iterator
from statistics import fmean

from benchmarks.figures import Figure
from benchmarks.measurement_cells import Cell, Lab, plus_minus, told
from benchmarks.measurement_honesty import LEAST, MOST
from benchmarks.measurement_prices import Price, price_figure
from cj_assessment_service.cj_core_logic.simulation.curves import between
from cj_assessment_service.cli.strategies import DEFAULT_STRATEGY
from cj_assessment_service.domain.simulations import Grading, JudgeModel, Soft

SOFT = (
    Price("calibrated probabilities", JudgeModel(soft=Soft.CALIBRATED), "8.7", 8.7),
    Price("over-confident probabilities, logit x 3", JudgeModel(soft=Soft.OVERCONFIDENT), "10.3 (x 2)", 8.7),
    Price("under-confident probabilities, logit / 3", JudgeModel(soft=Soft.UNDERCONFIDENT), "", 8.7),
    Price("worthless probabilities", JudgeModel(soft=Soft.WORTHLESS), "13.3 (binary)", 13.8),
    Price("confidence of 1 to 5", JudgeModel(confidence=Grading.FULL), "13.3 (binary)", None),
    Price("worthless confidence", JudgeModel(confidence=Grading.WORTHLESS), "13.3 (binary)", 13.8),
    Price("blurred confidence", JudgeModel(confidence=Grading.BLURRED), "13.3 (binary)", None),
    Price(
        "worthless levels beside a sound confidence",
        JudgeModel(levels=6, grading=Grading.WORTHLESS, confidence=Grading.FULL),
        "13.3 (binary)",
        None,
    ),
)

MARKS = (4.0, 8.0, 12.0)
"""Comparisons per essay."""

SEEDS = 20


def soft(lab: Lab) -> tuple[Figure, ...]:
    """What r^2 = 0.9 costs, and whether intervals and reliability keep their word on the way, at n = 100 and sd = 2."""
    prices = tuple(price_figure(lab, DEFAULT_STRATEGY, 100, 2.0, price) for price in SOFT)
    return prices + tuple(figure for price in SOFT for figure in _honesty(lab, price))


def _honesty(lab: Lab, price: Price) -> Iterator[Figure]:
    cell = Cell(DEFAULT_STRATEGY, 100, 2.0, MARKS[-1], (price.judge,))
    runs = lab.runs(cell, SEEDS)
    covered = [[between(run, mark, lambda wave: wave.coverage) for run in runs] for mark in MARKS]
    excess = [
        fmean(between(run, mark, lambda wave: wave.reliability - wave.r_squared) for run in runs)
        for mark in MARKS
    ]
    reached = " / ".join(map(plus_minus, covered))
    told(f"{price.what}: coverage {reached}")
    yield Figure(
        f"coverage of 95 % intervals at {', '.join(f'{mark:g}' for mark in MARKS)} cpe, {price.what}",
        "",
        "0.93-0.97",
        f"{reached}; reliability claimed minus true {' / '.join(f'{one:+.3f}' for one in excess)}",
        all(LEAST <= fmean(values) <= MOST for values in covered),
    )
