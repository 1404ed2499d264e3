"""How many comparisons each pair strategy needs, and what is lost by matching quickly.

`python -m benchmarks.pair_selection [--seeds 20] [--cells 30/2,100/2] [--strategies information,random]`

True scores are drawn from N(0, sd), a judge without faults answers by Bradley and Terry's model, waves are planned and
scores fitted as in a batch. Printed is where r^2, the squared correlation of scores and truth, first reaches 0.9, in
comparisons per essay (two essays share one; median over the seeds), and, for coin tosses (sd 0), the reliability claimed
after ten comparisons per essay, which should be 0.
"""

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from statistics import fmean, median

import numpy as np

from cj_assessment_service.cj_core_logic.pairing.planner import PairingSituation, plan_wave
from cj_assessment_service.cj_core_logic.scoring.fit import fit
from cj_assessment_service.domain.comparisons import (
    AskedComparison,
    AskedState,
    DecidedComparison,
    OrientedPair,
    Winner,
)
from cj_assessment_service.domain.essays import EssayItem
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.judges import EveryPair
from cj_assessment_service.domain.policies import PairingPolicy, PairStrategy

TARGET = 0.9
COIN_TOSSES_UP_TO = 10.0


@dataclass(frozen=True, slots=True)
class Cell:
    """A kind of batch, and the fewest comparisons per essay any rule was known to need for the target."""

    essays: int
    sd: float
    best_known: float | None

    def __str__(self) -> str:
        return f"{self.essays}/{self.sd:g}"


CELLS = (
    Cell(30, 2.0, 14.7),
    Cell(30, 3.0, 9.0),
    Cell(100, 1.0, 43.3),
    Cell(100, 2.0, 13.6),
    Cell(100, 3.0, 9.2),
    Cell(100, 0.0, None),
)


@dataclass(frozen=True, slots=True)
class Moment:
    """After a wave."""

    per_essay: float
    r_squared: float
    reliability: float


def moments(cell: Cell, strategy: PairStrategy, seed: int) -> Iterator[Moment]:
    """One simulated batch, wave by wave, for as long as anybody looks."""
    rng = np.random.default_rng([seed, cell.essays, int(10 * cell.sd)])
    ids = [EssayId(f"essay-{number:04}") for number in range(cell.essays)]
    scores = rng.normal(0.0, cell.sd, cell.essays)
    truth = dict(zip(ids, scores.tolist(), strict=True))
    policy = PairingPolicy(strategy=strategy, max_judgements_per_pair=100)
    now = PairingSituation(tuple(map(EssayItem, ids)), (), EveryPair(), cell.essays)
    decided: list[DecidedComparison] = []
    for wave in range(1, 1000):
        pairs = [
            planned.pair
            for planned in plan_wave(now, policy, np.random.default_rng([seed, wave])).comparisons
        ]
        decided += [DecidedComparison(pair, answer(pair, truth, rng), "judge") for pair in pairs]
        board = fit(ids, decided)
        now = replace(
            now,
            items=tuple(EssayItem(s.essay_id, score=s.score, se=s.se) for s in board.scores),
            asked=(*now.asked, *(AskedComparison(pair, wave, 1, AskedState.DECIDED) for pair in pairs)),
        )
        fitted = np.array([score.score for score in board.scores])
        r = np.corrcoef(fitted, scores)[0, 1] if cell.sd else 0.0
        yield Moment(2.0 * len(decided) / cell.essays, float(r) ** 2, board.reliability)


def answer(pair: OrientedPair, truth: dict[EssayId, float], rng: np.random.Generator) -> Winner:
    chance = 1.0 / (1.0 + np.exp(truth[pair.second] - truth[pair.first]))
    return Winner.FIRST if rng.random() < chance else Winner.SECOND


def comparisons_needed(cell: Cell, strategy: PairStrategy, seeds: int) -> float:
    """Median over the seeds of the comparisons per essay at which r^2 first reaches the target."""
    return median(first_reached(moments(cell, strategy, seed)) for seed in range(seeds))


def first_reached(run: Iterator[Moment]) -> float:
    """Between two waves by linear interpolation."""
    before = Moment(0.0, 0.0, 0.0)
    for after in run:
        if after.r_squared >= TARGET:
            passed = (before.r_squared, after.r_squared)
            return float(np.interp(TARGET, passed, (before.per_essay, after.per_essay)))
        before = after
    return float("inf")


def reliability_of_coin_tosses(cell: Cell, strategy: PairStrategy, seeds: int) -> float:
    """What a batch claims where there is nothing to measure."""
    runs = (moments(cell, strategy, seed) for seed in range(seeds))
    return fmean(
        next(moment.reliability for moment in run if moment.per_essay >= COIN_TOSSES_UP_TO) for run in runs
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--cells", default=",".join(map(str, CELLS)))
    parser.add_argument("--strategies", default=",".join(PairStrategy))
    chosen = parser.parse_args()
    wanted = [cell for cell in CELLS if str(cell) in chosen.cells.split(",")]
    for cell in wanted:
        print(f"\nessays/sd {cell}, best known {cell.best_known}, {chosen.seeds} seeds", flush=True)
        for name in chosen.strategies.split(","):
            started = time.process_time()
            measure = comparisons_needed if cell.sd else reliability_of_coin_tosses
            figure = measure(cell, PairStrategy(name), chosen.seeds)
            print(f"  {name:14} {figure:6.2f}   ({time.process_time() - started:.0f} s)", flush=True)


if __name__ == "__main__":
    main()
