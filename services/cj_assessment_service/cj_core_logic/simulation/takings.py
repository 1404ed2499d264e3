"""What a planned session will take, from what answers took before."""

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cj_assessment_service.cj_core_logic.scoring.arrays import FloatArray
from cj_assessment_service.cj_core_logic.simulation.curves import quantile
from cj_assessment_service.domain.forecasts import Expected, Experience, Takings
from cj_assessment_service.domain.simulations import PlannedRun

_LOW, _HIGH = 0.1, 0.9
_MOST_WAVES = 20
"""So many are simulated of a session; the others take as long on average."""


@dataclass(frozen=True, slots=True)
class SessionFrame:
    """A session of `essays`, `reused` of whose answers exist, with so many questions at the judges at once."""

    essays: int
    reused: int
    concurrency: int

    def questions(self, run: PlannedRun) -> float:
        """Still to be answered; infinite where the run never got to its target."""
        if math.isinf(run.cpe):
            return math.inf
        return max(0.0, math.ceil(run.cpe * self.essays / 2) - self.reused)


def takings_of(
    runs: Sequence[PlannedRun],
    frame: SessionFrame,
    experience: Experience | None,
    rng: np.random.Generator,
) -> Takings:
    """Without experience only the questions. Each session multiplies its own number of questions by a mean of its own,
    drawn from what the answers leave uncertain about it, so the ranges hold both kinds of doubt.
    """
    questions = [frame.questions(run) for run in runs]
    to_ask = expected(questions)
    if experience is None or not experience.usages or not experience.readable:
        return Takings(to_ask, frame.reused)
    usages = experience.usages
    tokens = np.array([usage.prompt_tokens + usage.completion_tokens for usage in usages], dtype=np.float64)
    costs = [float(usage.cost) for usage in usages if usage.cost is not None]
    seconds = np.array([usage.seconds for usage in usages], dtype=np.float64)
    per_answer = len(usages) / experience.readable
    return Takings(
        to_ask=to_ask,
        reused=frame.reused,
        tokens=_total(questions, tokens, per_answer, rng) if tokens.any() else None,
        price=_total(questions, np.array(costs), per_answer, rng) if len(costs) == len(usages) else None,
        seconds=expected([_duration(count * per_answer, frame, seconds, rng) for count in questions]),
    )


def expected(values: Sequence[float]) -> Expected:
    return Expected(quantile(values, _LOW), quantile(values, 0.5), quantile(values, _HIGH))


def _total(
    questions: Sequence[float], taken: FloatArray, per_answer: float, rng: np.random.Generator
) -> Expected:
    """Of one figure. The mean is known up to its standard error, sd / sqrt(n)."""
    se = float(taken.std(ddof=1)) / math.sqrt(len(taken)) if len(taken) > 1 else 0.0
    means = np.maximum(0.0, rng.normal(float(taken.mean()), se, len(questions)))
    return expected(
        [
            count * per_answer * mean if count else 0.0
            for count, mean in zip(questions, means.tolist(), strict=True)
        ]
    )


def _duration(questions: float, frame: SessionFrame, seconds: FloatArray, rng: np.random.Generator) -> float:
    """Seconds of a session whose waves follow one another, each with as many questions as pairs of essays. A wave ends with
    its last answer: answers go to whichever of the places is free first (list scheduling, Graham 1966, Bell Syst. Tech. J.
    45, 1563-1581).
    """
    if math.isinf(questions) or not questions:
        return questions
    size = max(1, frame.essays // 2)
    waves = math.ceil(questions / size)
    tried = min(waves, _MOST_WAVES)
    last = max(1, math.ceil(questions) - size * (waves - 1))
    sizes = [size] * tried if waves > tried else [*([size] * (waves - 1)), last]
    total = sum(_wave_seconds(rng.choice(seconds, count).tolist(), frame.concurrency) for count in sizes)
    return total * waves / tried


def _wave_seconds(seconds: Sequence[float], places: int) -> float:
    free = [0.0] * min(places, len(seconds))
    for each in seconds:
        heapq.heapreplace(free, free[0] + each)
    return max(free, default=0.0)
