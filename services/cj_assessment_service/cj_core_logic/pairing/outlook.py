"""What a strategy looks at when it chooses pairs."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit, ndtr

from cj_assessment_service.cj_core_logic.pairing.candidates import Candidates
from cj_assessment_service.cj_core_logic.pairing.history import BoolArray, FloatArray, History, IntArray
from cj_assessment_service.domain.essays import EssayItem
from cj_assessment_service.domain.policies import PairingPolicy

_SMALLEST_SPREAD = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """The newest scores and errors in logits, shape (n,), in the order of the essay ids. Unknown scores are 0,
    unknown errors the largest known one.
    """

    score: FloatArray
    se: FloatArray
    known: bool

    @property
    def spread(self) -> float:
        """The standard deviation of the true scores, in logits: sigma^2 = mean(score^2 + se^2), where expectation-
        maximisation for it comes to rest (Dempster, Laird & Rubin 1977, JRSS B 39, 1-38).
        """
        if not len(self.score):
            return _SMALLEST_SPREAD
        return max(_SMALLEST_SPREAD, math.sqrt(float(np.mean(self.score**2 + self.se**2))))


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """The pairs to choose from and what is known about their essays.

    `importance` says how many essays the error of each essay counts for, shape (n,); `is_anchor` and
    `is_suspect` likewise. `taken` are the pairs of the wave chosen before.
    """

    candidates: Candidates
    history: History
    scale: Scale
    importance: FloatArray
    is_anchor: BoolArray
    is_suspect: BoolArray
    policy: PairingPolicy
    taken: Candidates

    def taking(self, places: IntArray) -> "Outlook":
        """After the candidates at `places` are taken: their essays have met somebody."""
        if not len(places):
            return self
        chosen = self.candidates.take(places)
        free = np.ones(self.history.size, dtype=np.bool_)
        free[chosen.left] = free[chosen.right] = False
        left_over = free[self.candidates.left] & free[self.candidates.right]
        return replace(self, candidates=self.candidates.take(left_over), taken=self.taken.joined(chosen))

    def among(self, places: BoolArray) -> "Outlook":
        """With these candidates only."""
        if places.all():
            return self
        return replace(self, candidates=self.candidates.take(places))


def scale_of(items: Sequence[EssayItem]) -> Scale:
    """`known` unless no essay has a score."""
    ordered = sorted(items, key=lambda item: item.essay_id)
    errors = [item.se for item in ordered if item.se is not None]
    largest = max(errors, default=0.0)
    return Scale(
        score=np.array([item.score if item.score is not None else 0.0 for item in ordered], dtype=np.float64),
        se=np.array([item.se if item.se is not None else largest for item in ordered], dtype=np.float64),
        known=any(item.score is not None for item in ordered),
    )


def importance_of(scale: Scale, cut_points: Sequence[float], policy: PairingPolicy) -> FloatArray:
    """1 + boundary_weight * how undecided the grade is: an essay whose grade is as good as decided counts once."""
    return np.asarray(1.0 + policy.boundary_weight * undecided_of(scale, cut_points))


def undecided_of(scale: Scale, cut_points: Sequence[float]) -> FloatArray:
    """How undecided each essay's grade is between two, 0 to 1: max over the cut-points c of 4 q (1 - q), with
    q = Phi((score - c) / se) the probability that the true score lies above c.
    """
    undecided = np.zeros(len(scale.score))
    for cut_point in cut_points if scale.known else ():
        above = ndtr((scale.score - cut_point) / np.maximum(scale.se, 1e-9))
        undecided = np.maximum(undecided, 4.0 * above * (1.0 - above))
    return undecided


def fisher_information(difference: FloatArray) -> FloatArray:
    """Of one judgement about two essays whose scores differ by so many logits: p (1 - p), p = 1 / (1 + exp(-d))."""
    chance = expit(-np.abs(difference))
    return np.asarray(chance * (1.0 - chance))
