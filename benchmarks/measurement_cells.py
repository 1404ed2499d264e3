"""The cells of the measurement figures: one experiment, simulated with some seeds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from statistics import fmean, stdev

from benchmarks.figures import FULL, Effort, Figure
from cj_assessment_service.cj_core_logic.simulation.run import simulate_seed, simulate_until
from cj_assessment_service.cli.processes import Workers
from cj_assessment_service.cli.strategies import DEFAULT_STRATEGY, STRATEGIES
from cj_assessment_service.domain.policies import DEFAULT_SCORING, PanelPolicy, ScoringPolicy
from cj_assessment_service.domain.simulations import Experiment, JudgeModel, SimulatedRun

FIRST_SEED = 20260
ALL_SIZES = (10, 30, 100, 300)


@dataclass(frozen=True, slots=True)
class Choice:
    """What is measured; None means all that a part has. `seeds` overrides how often each cell is simulated."""

    sizes: tuple[int, ...] | None = None
    spreads: tuple[float, ...] | None = None
    strategies: tuple[str, ...] | None = None
    seeds: int | None = None

    def of_sizes(self, usual: Sequence[int]) -> tuple[int, ...]:
        return tuple(usual) if self.sizes is None else self.sizes

    def of_spreads(self, usual: Sequence[float]) -> tuple[float, ...]:
        return tuple(usual) if self.spreads is None else self.spreads

    def of_strategies(self, usual: Sequence[str]) -> tuple[str, ...]:
        return tuple(usual) if self.strategies is None else self.strategies


QUICK_CHOICE = Choice(sizes=(30,), spreads=(2.0,), strategies=(DEFAULT_STRATEGY,))


@dataclass(frozen=True, slots=True)
class Cell:
    """An experiment by what distinguishes it. `until`: the run ends once its true r^2 is this high."""

    strategy: str
    essays: int
    sd: float
    max_cpe: float
    judges: tuple[JudgeModel, ...] = (JudgeModel(),)
    until: float | None = None
    scoring: ScoringPolicy = DEFAULT_SCORING
    panel: PanelPolicy | None = None

    @property
    def experiment(self) -> Experiment:
        return Experiment(
            self.essays,
            self.sd,
            self.judges,
            max_cpe=self.max_cpe,
            pairing=STRATEGIES[self.strategy],
            scoring=self.scoring,
            panel=self.panel,
        )

    def call(self, number: int) -> Callable[[], SimulatedRun]:
        """One run; cells of equal size and spread look at the same essays."""
        seed = (FIRST_SEED, number)
        if self.until is None:
            return partial(simulate_seed, self.experiment, seed)
        return partial(simulate_until, self.experiment, self.until, seed)

    def __str__(self) -> str:
        return f"{self.strategy}, n = {self.essays}, sd = {self.sd:g}"


@dataclass(slots=True)
class Lab:
    """Simulates cells, each only once, however many parts want it."""

    workers: Workers
    choice: Choice
    effort: Effort
    _known: dict[Cell, tuple[SimulatedRun, ...]] = field(default_factory=dict)

    def runs(self, cell: Cell, usual_seeds: int) -> tuple[SimulatedRun, ...]:
        if cell not in self._known:
            calls = [cell.call(number) for number in range(self.seeds(usual_seeds))]
            self._known[cell] = tuple(self.workers.results(calls))
        return self._known[cell]

    def seeds(self, usual: int) -> int:
        """What was chosen; else the usual number, or a fifth of it, at least 2, where the effort is small."""
        return self.choice.seeds or max(2, usual * self.effort.repeats // FULL.repeats)


Part = Callable[[Lab], tuple[Figure, ...]]


def standard_error(values: Sequence[float]) -> float:
    """Of their mean; 0 for a single value, which says nothing of it."""
    return stdev(values) / len(values) ** 0.5 if len(values) > 1 else 0.0


def plus_minus(values: Sequence[float]) -> str:
    return f"{fmean(values):.3f} ± {standard_error(values):.3f}"


def told(line: str) -> None:
    """At once, so that a long measurement can be watched."""
    print(f"  {line}", flush=True)


def with_judges(cell: Cell, *judges: JudgeModel) -> Cell:
    return replace(cell, judges=judges)
