"""How widely the true scores spread, learned from the judgements themselves.

The prior's sd is the one under which the judgements were most probable (empirical Bayes), by Laplace's approximation
(Tierney & Kadane 1986, JASA 81, 82-86) on the space where scores sum to zero:

    log p(data | sd) = log posterior at the mode - (n - 1) log sd - 1/2 log det(curvature at the mode) + const

A weak hyper-prior, log sd ~ N(log 1.5, 1), keeps sd off zero and infinity while there are few judgements (why one is
needed: Chung et al. 2013, Psychometrika 78, 685-709). What is maximised, over log sd, is the sum of both logarithms.
"""

import math

import numpy as np
from scipy.optimize import minimize_scalar

from cj_assessment_service.cj_core_logic.scoring.bradley_terry import Mode, Prior, find_mode, moved_mode
from cj_assessment_service.cj_core_logic.scoring.design import Design
from cj_assessment_service.domain.errors import ScoreConvergenceFailed

TYPICAL_SD = 1.5
"""Median of the hyper-prior, in logits."""

LOG_SD_SPREAD = 1.0
"""Standard deviation of log sd under the hyper-prior: two thirds of its weight lie between 0.55 and 4.1 logits.
Narrower ones mistake coin tosses for a scale, wider ones make intervals too short while there are few judgements.
"""

_SMALLEST_SD = 0.05
_LARGEST_SD = 10.0
_ACCURACY = 1e-6


def log_evidence(design: Design, mode: Mode) -> float:
    """Laplace's log p(data | sd) plus the log hyper-prior of log sd, up to a constant, at the sd of `mode`."""
    log_sd = math.log(mode.prior.sd)
    volume = (len(design.essays) - 1) * log_sd + float(np.log(np.diag(mode.factor)).sum())
    hyper_prior = -0.5 * ((log_sd - math.log(TYPICAL_SD)) / LOG_SD_SPREAD) ** 2
    return mode.log_posterior - volume + hyper_prior


def fit_prior(design: Design) -> Mode:
    """The mode under the most probable prior sd. Raises ScoreConvergenceFailed when one of the searches fails."""
    mode = find_mode(design, Prior(TYPICAL_SD))

    def move_to(log_sd: float) -> Mode:
        sd = math.exp(log_sd)
        return find_mode(design, Prior(sd), start=moved_mode(mode, sd))

    def unlikeliness(log_sd: float) -> float:
        nonlocal mode
        mode = move_to(log_sd)
        return -log_evidence(design, mode)

    found = minimize_scalar(
        unlikeliness,
        bounds=(math.log(_SMALLEST_SD), math.log(_LARGEST_SD)),
        method="bounded",
        options={"xatol": _ACCURACY},
    )
    if not found.success:
        raise ScoreConvergenceFailed(
            "The spread of the scores could not be estimated: its search did not settle."
        )
    return move_to(float(found.x))
