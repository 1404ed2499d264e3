"""What anchors say about the cut-points: how likely each anchor's comparisons are, given the ends of its grade's band.

An anchor's true score is, given its comparisons, N(score, se^2), and its graders saw it with an error N(0, noise^2). The
chance that it carries the grade from low to high, and the share of the population N(m, sd^2) that does, are

    mass  = Phi((high - score) / v) - Phi((low - score) / v),  v^2 = se^2 + noise^2
    share = Phi((high - m) / s) - Phi((low - m) / s),          s^2 = sd^2 + noise^2

A share MISPLACED of all anchors is taken to carry a grade that has nothing to do with its comparisons, so that one
contradictory anchor cannot bend the scale. Were anchors a random sample of graded essays, the evidence would be the
chance of the grade (power 0 below); where they are chosen by their grade, it is that chance over the grade's share (power
1, the retrospective likelihood; Prentice & Pyke 1979, Biometrika 66, 403-411), which makes up for the scores' shrinkage
towards the middle and for taking as many anchors of a rare grade as of a common one. People do something between:

    evidence = [(1 - MISPLACED) * mass + MISPLACED * share] / share^CHOSEN_BY_GRADE
"""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy.special import ndtr

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

MISPLACED = 0.02
"""Prior share of anchors whose grade their comparisons cannot confirm."""

CHOSEN_BY_GRADE = 0.5
"""Tried: 0, 0.25, 0.5 and 1. Simulated anchors of few grades need it above 0, real graded texts liked it below 1; between
0.25 and 0.5 no difference beyond chance was seen.
"""

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
class BandEvidence:
    """Of one anchor, for every band its grade may be: `mass` and `share` as above."""

    mass: FloatArray
    share: FloatArray

    @property
    def evidence(self) -> FloatArray:
        share = np.maximum(self.share, _SMALLEST_SHARE)
        evidence: FloatArray = ((1.0 - MISPLACED) * self.mass + MISPLACED * share) / share**CHOSEN_BY_GRADE
        return evidence

    @property
    def misplaced(self) -> FloatArray:
        """The chance that the anchor is misplaced."""
        share = MISPLACED * np.maximum(self.share, _SMALLEST_SHARE)
        chance: FloatArray = share / ((1.0 - MISPLACED) * self.mass + share)
        return chance


@dataclass(frozen=True, slots=True, eq=False)
class EvidenceTables:
    """Evidence on a grid of scores, for each of the `noises` of graders (first axis of every table). `points` are the
    grid's N places; a band that begins at one of them may end 1 to W places above, which `ends` (N + W) goes on to.
    `population` is the share of the population below each of the `ends`.
    """

    anchors: PlacedAnchors
    noises: FloatArray
    points: FloatArray
    ends: FloatArray
    population: FloatArray

    @property
    def step(self) -> float:
        return float(self.points[1] - self.points[0])

    @property
    def width(self) -> int:
        return len(self.ends) - len(self.points)

    def inner(self, anchor: int) -> BandEvidence:
        """For every band on the grid, shape (noises, N, W)."""
        return BandEvidence(_gains(self._below(anchor), self.width), _gains(self.population, self.width))

    def lowest(self, anchor: int) -> BandEvidence:
        """For the band without a lower end, by its upper end: shape (noises, N)."""
        count = len(self.points)
        return BandEvidence(self._below(anchor)[:, :count], self.population[:, :count])

    def highest(self, anchor: int) -> BandEvidence:
        """For the band without an upper end, by its lower end: shape (noises, N)."""
        count = len(self.points)
        return BandEvidence(1.0 - self._below(anchor)[:, :count], 1.0 - self.population[:, :count])

    def _below(self, anchor: int) -> FloatArray:
        return below(
            self.ends, self.anchors.scores[anchor], np.hypot(self.anchors.errors[anchor], self.noises)
        )


def below(ends: FloatArray, mean: float, spreads: FloatArray) -> FloatArray:
    """The share of N(mean, spread^2) below each end: one row for each spread."""
    share: FloatArray = ndtr((ends - mean) / spreads[:, None])
    return share


def _gains(shares: FloatArray, width: int) -> FloatArray:
    """From each place to each of the next `width`."""
    windows = sliding_window_view(shares, width + 1, axis=1)
    gains: FloatArray = windows[..., 1:] - windows[..., :1]
    return gains
