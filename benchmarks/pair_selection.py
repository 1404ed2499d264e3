"""How many comparisons each pair strategy needs: `python -m benchmarks.pair_selection --help`.

True scores are drawn from N(0, sd), a judge without faults answers by Bradley and Terry's model, waves are planned and
scores fitted as in a batch. Printed are, in comparisons per essay (two essays share one),

- `reached`: where r^2, the squared correlation of scores and truth, first reaches 0.9; the median over the seeds. Chance
  in the answers blurs it by some 0.5 with 20 seeds.
- `earned`: where the pairs alone are worth it: 1 - mean posterior variance at the true scores / sd^2 reaches 0.9; the
  mean over the seeds, with a standard error of about 0.1. This is what tells the strategies apart.

For coin tosses (sd 0) it is the reliability claimed after ten comparisons per essay, which should be 0.
"""

import argparse
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count, pairwise
from statistics import fmean, median

import numpy as np
from scipy.special import expit

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
from cj_assessment_service.domain.scores import Scoreboard

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
    """After a wave; `earned` is what the pairs asked so far are worth whatever was answered."""

    per_essay: float
    r_squared: float
    earned: float
    reliability: float


@dataclass(frozen=True, slots=True)
class Needed:
    """Comparisons per essay."""

    reached: float
    earned: float


def moments(cell: Cell, strategy: PairStrategy, seed: int) -> Iterator[Moment]:
    """One simulated batch, wave by wave, for as long as anybody looks."""
    rng = np.random.default_rng([seed, cell.essays, int(10 * cell.sd)])
    ids = [EssayId(f"essay-{number:04}") for number in range(cell.essays)]
    truth = dict(zip(ids, rng.normal(0.0, cell.sd, cell.essays).tolist(), strict=True))
    policy = PairingPolicy(strategy=strategy, max_judgements_per_pair=100)
    now = PairingSituation(tuple(map(EssayItem, ids)), (), EveryPair(), cell.essays)
    decided: list[DecidedComparison] = []
    for wave in count(1):
        plan = plan_wave(now, policy, np.random.default_rng([seed, wave]))
        pairs = [planned.pair for planned in plan.comparisons]
        decided += [DecidedComparison(pair, answer(pair, truth, rng), "judge") for pair in pairs]
        board = fit(ids, decided)
        now = replace(
            now,
            items=tuple(EssayItem(s.essay_id, score=s.score, se=s.se) for s in board.scores),
            asked=(*now.asked, *(AskedComparison(pair, wave, 1, AskedState.DECIDED) for pair in pairs)),
        )
        yield Moment(
            per_essay=2.0 * len(decided) / cell.essays,
            r_squared=r_squared(board, truth) if cell.sd else 0.0,
            earned=earned([decision.pair for decision in decided], truth) if cell.sd else 0.0,
            reliability=board.reliability,
        )


def answer(pair: OrientedPair, truth: Mapping[EssayId, float], rng: np.random.Generator) -> Winner:
    chance = expit(truth[pair.first] - truth[pair.second])
    return Winner.FIRST if rng.random() < chance else Winner.SECOND


def r_squared(board: Scoreboard, truth: Mapping[EssayId, float]) -> float:
    fitted = [score.score for score in board.scores]
    return float(np.corrcoef(fitted, [truth[score.essay_id] for score in board.scores])[0, 1]) ** 2


def earned(pairs: Sequence[OrientedPair], truth: Mapping[EssayId, float]) -> float:
    """1 - mean variance of the centred scores / variance of the truth, by the information at the truth."""
    place = {essay: number for number, essay in enumerate(truth)}
    scores = np.array(list(truth.values()))
    one = np.array([place[pair.first] for pair in pairs])
    other = np.array([place[pair.second] for pair in pairs])
    chance = expit(scores[one] - scores[other])
    incidence = np.zeros((len(pairs), len(scores)))
    row = np.arange(len(pairs))
    incidence[row, one], incidence[row, other] = 1.0, -1.0
    known = incidence.T @ ((chance * (1.0 - chance))[:, np.newaxis] * incidence)
    covariance = np.linalg.inv(known + np.eye(len(scores)) / scores.var(ddof=1))
    doubt = (np.trace(covariance) - covariance.sum() / len(scores)) / (len(scores) - 1)
    return float(1.0 - doubt / scores.var(ddof=1))


def needed(cell: Cell, strategy: PairStrategy, seeds: int) -> Needed:
    """Median and mean over the seeds."""
    runs = [first_reached(moments(cell, strategy, seed)) for seed in range(seeds)]
    return Needed(median(run.reached for run in runs), fmean(run.earned for run in runs))


def first_reached(run: Iterator[Moment]) -> Needed:
    """Between two waves by linear interpolation."""
    steps = [Moment(0.0, 0.0, 0.0, 0.0)]
    while max(m.r_squared for m in steps) < TARGET or max(m.earned for m in steps) < TARGET:
        steps.append(next(run))
    return Needed(
        _crossing([(m.per_essay, m.r_squared) for m in steps]),
        _crossing([(m.per_essay, m.earned) for m in steps]),
    )


def _crossing(steps: Sequence[tuple[float, float]]) -> float:
    for (before, low), (after, high) in pairwise(steps):
        if high >= TARGET:
            return float(np.interp(TARGET, (low, high), (before, after)))
    raise ValueError("the target was not reached")


def reliability_of_coin_tosses(cell: Cell, strategy: PairStrategy, seeds: int) -> float:
    """What a batch claims where there is nothing to measure."""
    runs = (moments(cell, strategy, seed) for seed in range(seeds))
    return fmean(
        next(moment.reliability for moment in run if moment.per_essay >= COIN_TOSSES_UP_TO) for run in runs
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pair_selection")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--cells", default=",".join(map(str, CELLS)), help="essays/sd of the true scores")
    parser.add_argument("--strategies", default=",".join(PairStrategy))
    chosen = parser.parse_args()
    for cell in (cell for cell in CELLS if str(cell) in chosen.cells.split(",")):
        print(f"\n{cell} (essays/sd), best known {cell.best_known}, {chosen.seeds} seeds", flush=True)
        for strategy in map(PairStrategy, chosen.strategies.split(",")):
            started = time.process_time()
            figures = figures_of(cell, strategy, chosen.seeds)
            print(f"  {strategy:14} {figures}   ({time.process_time() - started:.0f} s)", flush=True)


def figures_of(cell: Cell, strategy: PairStrategy, seeds: int) -> str:
    if not cell.sd:
        return f"claimed {reliability_of_coin_tosses(cell, strategy, seeds):5.2f}"
    found = needed(cell, strategy, seeds)
    return f"reached {found.reached:5.1f}  earned {found.earned:5.1f}"


if __name__ == "__main__":
    main()
