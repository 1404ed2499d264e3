"""Experiments on a known truth: what is simulated, and what one run of it shows.

"cpe" is comparisons per essay: 2 x comparisons / essays, as each comparison shows two.
"""

import math
from dataclasses import dataclass, field
from enum import StrEnum

from cj_assessment_service.domain.batches import StopReason
from cj_assessment_service.domain.policies import (
    ContinuationPolicy,
    PairingPolicy,
    PanelPolicy,
    ScoringPolicy,
)


class Grading(StrEnum):
    """What a simulated judge's levels are worth."""

    FULL = "full"
    """Levels follow from the same impression as the winner."""

    WORTHLESS = "worthless"
    """Levels are drawn by lot."""

    BLURRED = "blurred"
    """Levels follow from a much noisier copy of the impression that named the winner."""


class Soft(StrEnum):
    """What probability a simulated judge gives the first text; y is its impression in logits, F the logistic function."""

    NONE = "none"
    CALIBRATED = "calibrated"
    """F(y)."""

    OVERCONFIDENT = "overconfident"
    """F(3 y)."""

    UNDERCONFIDENT = "underconfident"
    """F(y / 3)."""

    WORTHLESS = "worthless"
    """By lot between 0 and 1, whatever the winner."""

    @property
    def sharpness(self) -> float:
        """What the impression is multiplied by."""
        return {Soft.OVERCONFIDENT: 3.0, Soft.UNDERCONFIDENT: 1.0 / 3.0}.get(self, 1.0)


_CUT_SPREAD = 1.5
"""Wider than the judge's own noise, since the essays differ too. In logits."""


@dataclass(frozen=True, slots=True)
class JudgeModel:
    """How a simulated judge answers. Its impression of a pair is

        y = discrimination (theta_first - theta_second) + bias + e,    e standard logistic,

    so the winner, the sign of y, follows Bradley & Terry (1952) with an order effect (Davidson & Beaver 1977), and the level,
    how many of `cuts` |y| exceeds, follows the cumulative logit model (McCullagh 1980, JRSS B 42, 109-142). `levels` counts
    the answers to choose from: 2 for a bare winner, 6 for slightly, clearly or far better either way.

    `ties` is the share of ties between equals (Davidson 1970: nu = 2 ties / (1 - ties)). `error` is the share of answers
    whose winner is then reversed, level, probability and all. `soft` says whether it gives probabilities, `confidence` what its
    confidence of 1 to 5 is worth, None for a judge that names none. Raises ValueError out of range.
    """

    bias: float = 0.0
    error: float = 0.0
    discrimination: float = 1.0
    levels: int = 2
    grading: Grading = Grading.FULL
    ties: float = 0.0
    thresholds: tuple[float, ...] = ()
    soft: Soft = Soft.NONE
    confidence: Grading | None = None

    def __post_init__(self) -> None:
        numbers = (self.bias, self.error, self.discrimination, self.ties, *self.thresholds)
        if not all(map(math.isfinite, numbers)):
            raise ValueError("every number must be finite")
        if not (0 <= self.error <= 1 and 0 <= self.ties < 1):
            raise ValueError("error and ties must be shares, from 0 to 1")
        if self.levels < 2 or self.levels % 2:
            raise ValueError("levels must be even and at least 2: as many for the first as for the second")
        if self.thresholds and (
            len(self.thresholds) != self.levels // 2 - 1
            or list(self.thresholds) != sorted({0.0, *self.thresholds})[1:]
        ):
            raise ValueError(f"{self.levels} levels need {self.levels // 2 - 1} rising thresholds above 0")

    @property
    def cuts(self) -> tuple[float, ...]:
        """The thresholds between the levels in logits, rising; by default those at which |y| falls into each level equally
        often when it is logistic with scale 1.5.
        """
        half = self.levels // 2
        return self.thresholds or tuple(
            _CUT_SPREAD * math.log((half + step) / (half - step)) for step in range(1, half)
        )


@dataclass(frozen=True, slots=True)
class Experiment:
    """Essays whose true abilities are N(0, sd^2) logits, judged by a panel in which every judge gets the same share: by lot, or
    with a `panel` policy as in a real batch, second opinions included.

    Waves go on until `max_cpe` comparisons per essay are reached or nothing is left to ask; that `continuation` would have
    stopped earlier is recorded and changes nothing. Raises ValueError out of range.
    """

    essays: int
    sd: float
    judges: tuple[JudgeModel, ...] = (JudgeModel(),)
    max_cpe: float = 30.0
    pairing: PairingPolicy = field(default_factory=PairingPolicy)
    scoring: ScoringPolicy = field(default_factory=ScoringPolicy)
    continuation: ContinuationPolicy = field(default_factory=ContinuationPolicy)
    panel: PanelPolicy | None = None

    def __post_init__(self) -> None:
        if self.essays < 2:
            raise ValueError("there must be at least two essays")
        if not (math.isfinite(self.sd) and self.sd >= 0):
            raise ValueError("sd must be a finite number, 0 or more")
        if not (math.isfinite(self.max_cpe) and self.max_cpe > 0):
            raise ValueError("the comparisons per essay must be a finite number above 0")
        if not self.judges:
            raise ValueError("somebody must judge")


@dataclass(frozen=True, slots=True)
class WaveRecord:
    """What the fit after one wave claims, and what is true.

    `r_squared` is the squared correlation of scores and truth, the true reliability, 0 where either does not vary.
    `reliability`, `ssr` and `mean_se` (logits) are the fit's own claims. `coverage` is the share of essays whose 95 % interval
    holds their (centred) true ability, `rmse` the root mean squared distance from it in logits. `near_random` are the
    places in the experiment's `judges` of those the fit flags so. `stop` is set where the batch would have stopped after this wave.
    """

    comparisons: int
    cpe: float
    r_squared: float
    reliability: float
    ssr: float | None
    coverage: float
    mean_se: float
    rmse: float
    stop: StopReason | None
    near_random: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SimulatedRun:
    """One draw of truth and answers, wave by wave; never empty."""

    waves: tuple[WaveRecord, ...]

    @property
    def last(self) -> WaveRecord:
        return self.waves[-1]

    @property
    def stopped(self) -> WaveRecord | None:
        """The wave after which the batch would have stopped; None where `max_cpe` came first."""
        return next((wave for wave in self.waves if wave.stop is not None), None)

    def at(self, cpe: float) -> WaveRecord:
        """The first wave with at least so many comparisons per essay, the last where there is none."""
        return next((wave for wave in self.waves if wave.cpe >= cpe), self.last)


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """The runs of an experiment at one number of comparisons per essay: means, and the range of the true r^2 that holds eight
    runs in ten.
    """

    cpe: float
    runs: int
    r_squared: float
    r_squared_low: float
    r_squared_high: float
    reliability: float
    ssr: float | None
    coverage: float
    mean_se: float
    rmse: float


@dataclass(frozen=True, slots=True)
class Need:
    """Comparisons per essay until a figure is reached: the median and the least and most over runs, infinite where a run never
    got there.
    """

    median: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class StopSummary:
    """When batches would have stopped by themselves: how many of `runs` did before the end, the median of their comparisons
    per essay, and their true r^2 then: the mean, and what nine in ten exceed.
    """

    runs: int
    stopped: int
    cpe: float
    r_squared: float
    r_squared_low: float


@dataclass(frozen=True, slots=True)
class StrategySummary:
    """All runs of one strategy. `needs` pairs values of the true r^2 with the comparisons per essay they take; `stop` is None
    where no run stopped by itself.
    """

    strategy: str
    curve: tuple[CurvePoint, ...]
    needs: tuple[tuple[float, Need], ...]
    stop: StopSummary | None

    def at(self, cpe: float) -> CurvePoint:
        """The last point of the curve up to so many comparisons per essay, the first where there is none."""
        return next((point for point in reversed(self.curve) if point.cpe <= cpe), self.curve[0])


@dataclass(frozen=True, slots=True)
class SimulationResult:
    """What was simulated (`experiment`, but for the pairing policy, which is each strategy's own) and what came out; `runs` of
    each strategy, on the same essays.
    """

    experiment: Experiment
    runs: int
    seed: int
    strategies: tuple[StrategySummary, ...]


@dataclass(frozen=True, slots=True)
class PlannedRun:
    """One simulated session on the way to a target reliability: the comparisons per essay at which the true r^2 reached it, and
    those after which the session would have stopped by itself; infinite where that did not happen in time. `sd` is the true
    spread that was assumed for this run.
    """

    sd: float
    cpe: float
    stop_cpe: float
    stop_r_squared: float | None
