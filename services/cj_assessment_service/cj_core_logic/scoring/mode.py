"""The most probable scores under a given prior (maximum a posteriori)."""

from dataclasses import dataclass

import numpy as np

from cj_assessment_service.cj_core_logic.scoring.arrays import FloatArray
from cj_assessment_service.cj_core_logic.scoring.design import Design, Prior
from cj_assessment_service.cj_core_logic.scoring.model import Model
from cj_assessment_service.cj_core_logic.scoring.precision import precision_of
from cj_assessment_service.domain.errors import ScoreConvergenceFailed

_SETTLED = 1e-20
"""Squared length of the Newton step in posterior standard deviations below which the search has arrived."""

_MOST_STEPS = 100
_MOST_HALVINGS = 40


@dataclass(frozen=True, slots=True, eq=False)
class Mode:
    """The top of the posterior: scores, which sum to zero in each connected part, then position effects."""

    parameters: FloatArray
    log_posterior: float


def find_mode(model: Model, prior: Prior, start: FloatArray | None = None) -> Mode:
    """Newton's method with step halving on the concave log posterior; the same mode from any `start`.

    Raises ScoreConvergenceFailed when it does not arrive.
    """
    design = model.design
    at = np.zeros(design.parameters) if start is None else start
    height = log_posterior(model, prior, at)
    for _ in range(_MOST_STEPS):
        slope, curvature = model.responses.slopes(design.differences(at))
        uphill = design.pulled(slope) - prior.pull(design, at)
        step = precision_of(design, prior, np.maximum(curvature, 0.0)).solve(uphill)
        gain = float(uphill @ step)
        if gain <= _SETTLED:
            return Mode(at, height)
        at, height = _climbed(model, prior, (at, height), (step, gain))
    raise ScoreConvergenceFailed(_story(design, f"did not settle within {_MOST_STEPS} steps"))


def log_posterior(model: Model, prior: Prior, at: FloatArray) -> float:
    """The log likelihood - |theta|^2 / (2 sd^2) - b' (prior precision) b / 2, without constants."""
    log_likelihood = float(model.responses.log_likelihood(model.design.differences(at)).sum())
    return log_likelihood - 0.5 * float(at @ prior.pull(model.design, at))


def _climbed(
    model: Model, prior: Prior, here: tuple[FloatArray, float], newton: tuple[FloatArray, float]
) -> tuple[FloatArray, float]:
    """The longest of the steps 1, 1/2, 1/4, ... that climbs enough (Armijo's rule, up to rounding)."""
    (at, height), (step, gain) = here, newton
    rounding = 1e-12 * max(1.0, abs(height))
    for halvings in range(_MOST_HALVINGS):
        length = 0.5**halvings
        candidate = at + length * step
        reached = log_posterior(model, prior, candidate)
        if reached >= height + 1e-4 * length * gain - rounding:
            return candidate, reached
    raise ScoreConvergenceFailed(_story(model.design, "found no way uphill"))


def _story(design: Design, fault: str) -> str:
    return (
        f"The scale of {design.essays} essays and {len(design.first)} different answers could not be fitted: "
        f"the search for the most probable scores {fault}."
    )
