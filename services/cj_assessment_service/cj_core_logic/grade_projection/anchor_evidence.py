"""What anchors say about the cut-points: how likely each anchor's comparisons are, given the ends of its grade's band.

An anchor's true score is, given its comparisons, N(score, se^2), and its graders saw it with an error N(0, noise^2). Were
its grade the band from low to high, its comparisons would be

    ratio = [Phi((high - score) / v) - Phi((low - score) / v)] / [Phi((high - m) / s) - Phi((low - m) / s)]

times as likely as for an essay of any grade, with v^2 = se^2 + noise^2 and s^2 = sd^2 + noise^2 of the population N(m, sd^2)
that the scores were fitted with. The denominator is there because anchors are chosen by their grade (retrospective
likelihood; Prentice & Pyke 1979, Biometrika 66, 403-411): it makes up for the scores' shrinkage towards the middle, which
would pull the outer cut-points inwards, and for taking as many anchors of a rare grade as of a common one.

A share MISPLACED of all anchors is taken to carry a grade that has nothing to do with its comparisons, so that one
contradictory anchor cannot bend the scale:

    evidence = (1 - MISPLACED) * ratio + MISPLACED
"""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy.special import ndtr

from cj_assessment_service.domain.grades import ScorePopulation

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

MISPLACED = 0.02
"""Prior share of anchors whose grade their comparisons cannot confirm."""

_SMALLEST_SHARE = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class PlacedAnchors:
    """One entry per anchor: `steps` (place of its grade on the ladder, 0 for the lowest), `scores` and `errors` (logits,
    errors above 0).
    """

    steps: IntArray
    scores: FloatArray
    errors: FloatArray

    def without(self, index: int) -> "PlacedAnchors":
        return PlacedAnchors(
            np.delete(self.steps, index), np.delete(self.scores, index), np.delete(self.errors, index)
        )


@dataclass(frozen=True, slots=True, eq=False)
class EvidenceTables:
    """Evidence on a grid of scores, for each of the noises (first axis). `points` are the grid's places (N,); a band that
    begins at place i may end `offset` places above, offset 1 to W.
    """

    anchors: PlacedAnchors
    noises: FloatArray
    points: FloatArray
    width: int
    population: ScorePopulation

    @property
    def step(self) -> float:
        return float(self.points[1] - self.points[0])

    def inner(self, anchor: int) -> FloatArray:
        """The ratio for every band on the grid, shape (noises, N, W)."""
        mass = self._gains(self._below(anchor))
        share = self._gains(self._population_below())
        return mass / np.maximum(share, _SMALLEST_SHARE)

    def lowest(self, anchor: int) -> FloatArray:
        """The ratio for the band without a lower end, by its upper end: shape (noises, N)."""
        count = len(self.points)
        share = self._population_below()[:, :count]
        return self._below(anchor)[:, :count] / np.maximum(share, _SMALLEST_SHARE)

    def highest(self, anchor: int) -> FloatArray:
        """The ratio for the band without an upper end, by its lower end: shape (noises, N)."""
        count = len(self.points)
        share = 1.0 - self._population_below()[:, :count]
        return (1.0 - self._below(anchor)[:, :count]) / np.maximum(share, _SMALLEST_SHARE)

    def _extended(self) -> FloatArray:
        """The grid with W further places above it, where bands may end."""
        return np.concatenate((self.points, self.points[-1] + self.step * np.arange(1, self.width + 1)))

    def _below(self, anchor: int) -> FloatArray:
        spread = np.sqrt(self.anchors.errors[anchor] ** 2 + np.square(self.noises))
        below: FloatArray = ndtr((self._extended() - self.anchors.scores[anchor]) / spread[:, None])
        return below

    def _population_below(self) -> FloatArray:
        spread = np.sqrt(self.population.sd**2 + np.square(self.noises))
        below: FloatArray = ndtr((self._extended() - self.population.mean) / spread[:, None])
        return below

    def _gains(self, below: FloatArray) -> FloatArray:
        windows = sliding_window_view(below, self.width + 1, axis=1)
        gains: FloatArray = windows[..., 1:] - windows[..., :1]
        return gains


def evidence(ratio: FloatArray) -> FloatArray:
    """With the chance that the grade is misplaced."""
    return (1.0 - MISPLACED) * ratio + MISPLACED
