"""The cut-points as a Markov chain on a grid of scores.

The evidence of an anchor depends on the two ends of its own grade only, and a gap on its two ends, so the forward and
backward recursions (Baum et al. 1970, Annals of Mathematical Statistics 41, 164-171) give every marginal with no other
approximation than the grid. Cut-points beyond the grades that have anchors follow from the outermost one on the chain:
m grades farther out, m mean gaps are added to the mean and m variances of a gap to the variance.
"""

from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from cj_assessment_service.cj_core_logic.grade_projection.anchor_evidence import (
    EvidenceTables,
    FloatArray,
)

_TINY = 1e-300


@dataclass(frozen=True, slots=True, eq=False)
class CutPointPosterior:
    """`mean` and `se` of the K - 1 cut-points, the mean `spacing` and the `noise` of the anchors' graders, all in logits;
    `misplaced`: for each anchor the probability that its grade has nothing to do with its comparisons.
    """

    mean: FloatArray
    se: FloatArray
    spacing: float
    noise: float
    misplaced: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class GapLaws:
    """The distributions a gap may have (first axis): `mean`, `variance`, the `mass` at 1 to W places, and the logarithm of
    their prior weight.
    """

    mean: FloatArray
    variance: FloatArray
    mass: FloatArray
    log_weight: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """Axes of all messages: law of the gaps, noise, place of the cut-point on the grid."""

    tables: EvidenceTables
    laws: GapLaws
    grades: int

    def posterior(self, log_noise_weight: FloatArray) -> CutPointPosterior:
        bands = [self._band(step) for step in self._cuts[:-1]]
        forward, log_evidence = self._forward(bands)
        backward = self._backward(bands)
        weight = self._weights(log_evidence + self.laws.log_weight[:, None] + log_noise_weight)
        mean, variance = self._moments(forward, backward)
        centre = np.einsum("ht,kht->k", weight, mean)
        spread = np.einsum("ht,kht->k", weight, variance + np.square(mean - centre[:, None, None]))
        return CutPointPosterior(
            mean=centre,
            se=np.sqrt(spread),
            spacing=float(weight.sum(axis=1) @ self.laws.mean),
            noise=float(np.sqrt(weight.sum(axis=0) @ np.square(self.tables.noises))),
            misplaced=self._misplaced(weight, forward, backward, bands),
        )

    @property
    def _cuts(self) -> range:
        """The cut-points on the chain: those that end a grade with anchors, and all between."""
        steps = self.tables.anchors.steps
        return range(max(int(steps.min()), 1), min(int(steps.max()) + 1, self.grades - 1) + 1)

    def _members(self, step: int) -> list[int]:
        return [int(anchor) for anchor in np.flatnonzero(self.tables.anchors.steps == step)]

    def _band(self, step: int) -> FloatArray:
        """Of a grade's anchors for every band between two places: shape (noises, N, W); ones without anchors."""
        shape = (len(self.tables.noises), len(self.tables.points), self.tables.width)
        found = (self.tables.inner(anchor).evidence for anchor in self._members(step))
        return reduce(np.multiply, found, np.ones(shape))

    def _forward(self, bands: list[FloatArray]) -> tuple[list[FloatArray], FloatArray]:
        """For each cut-point the evidence below it, scaled to sum to 1; and the logarithm of all evidence."""
        found = (self.tables.lowest(anchor).evidence for anchor in self._members(0))
        message = self._spread_over_laws(reduce(np.multiply, found, self._nothing_said()))
        messages, log_evidence = [], np.zeros(message.shape[:2])
        for band in (*bands, None):
            total = np.maximum(message.sum(axis=-1), _TINY)
            log_evidence += np.log(total)
            messages.append(message / total[..., None])
            if band is not None:
                message = self._upward(messages[-1], band)
        last = messages[-1] * self._above_all()
        return messages, log_evidence + np.log(np.maximum(last.sum(axis=-1), _TINY))

    def _backward(self, bands: list[FloatArray]) -> list[FloatArray]:
        """For each cut-point the evidence above it, up to a factor."""
        messages = [self._spread_over_laws(self._above_all())]
        for band in reversed(bands):
            message = self._downward(messages[-1], band)
            messages.append(message / np.maximum(message.max(axis=-1, keepdims=True), _TINY))
        return messages[::-1]

    def _above_all(self) -> FloatArray:
        found = (self.tables.highest(anchor).evidence for anchor in self._members(self.grades - 1))
        return reduce(np.multiply, found, self._nothing_said())

    def _nothing_said(self) -> FloatArray:
        return np.ones((len(self.tables.noises), len(self.tables.points)))

    def _spread_over_laws(self, message: FloatArray) -> FloatArray:
        spread: FloatArray = np.broadcast_to(message, (len(self.laws.mean), *message.shape))
        return spread

    def _upward(self, message: FloatArray, band: FloatArray) -> FloatArray:
        """To place y from all places y - o: sum over o of message(y - o) gap(o) band(y - o, o)."""
        arrived = np.zeros(message.shape)
        for offset in range(1, min(self.tables.width, message.shape[-1] - 1) + 1):
            gap = self.laws.mass[:, offset - 1, None, None]
            arrived[..., offset:] += gap * message[..., :-offset] * band[:, :-offset, offset - 1]
        return arrived

    def _downward(self, message: FloatArray, band: FloatArray) -> FloatArray:
        """To place x from all places x + o: sum over o of gap(o) band(x, o) message(x + o)."""
        arrived: FloatArray = np.einsum("ho,txo,htxo->htx", self.laws.mass, band, self._beyond(message))
        return arrived

    def _beyond(self, message: FloatArray) -> FloatArray:
        """The message at 1 to W places above each place, 0 beyond the grid: one axis more."""
        padded = np.pad(message, ((0, 0), (0, 0), (0, self.tables.width)))
        return sliding_window_view(padded, self.tables.width + 1, axis=-1)[..., 1:]

    def _weights(self, log_weight: FloatArray) -> FloatArray:
        weight = np.exp(log_weight - log_weight.max())
        normalised: FloatArray = weight / weight.sum()
        return normalised

    def _moments(
        self, forward: list[FloatArray], backward: list[FloatArray]
    ) -> tuple[FloatArray, FloatArray]:
        """Mean and variance of each of the K - 1 cut-points (first axis) under every law and noise."""
        points = self.tables.points
        mean, variance = [], []
        for below, above in zip(forward, backward, strict=True):
            share = below * above
            share /= np.maximum(share.sum(axis=-1, keepdims=True), _TINY)
            mean.append(share @ points)
            variance.append(np.maximum(share @ np.square(points) - np.square(mean[-1]), 0.0))
        lower, upper = self._cuts[0] - 1, self.grades - 1 - self._cuts[-1]
        down, up = np.arange(lower, 0, -1)[:, None, None], np.arange(1, upper + 1)[:, None, None]
        gap, gap_variance = self.laws.mean[:, None], self.laws.variance[:, None]
        return (
            np.concatenate((mean[0] - down * gap, np.stack(mean), mean[-1] + up * gap)),
            np.concatenate(
                (variance[0] + down * gap_variance, np.stack(variance), variance[-1] + up * gap_variance)
            ),
        )

    def _misplaced(
        self,
        weight: FloatArray,
        forward: list[FloatArray],
        backward: list[FloatArray],
        bands: list[FloatArray],
    ) -> FloatArray:
        """The posterior mean of the chance that each anchor is misplaced, given the ends of its band."""
        chances = np.zeros(len(self.tables.anchors.steps))
        for anchor in self._members(0):
            ends = _normalised(weight, forward[0] * backward[0])
            chances[anchor] = (ends * self.tables.lowest(anchor).misplaced).sum()
        for anchor in self._members(self.grades - 1):
            ends = _normalised(weight, forward[-1] * backward[-1])
            chances[anchor] = (ends * self.tables.highest(anchor).misplaced).sum()
        for place, (step, band) in enumerate(zip(self._cuts[:-1], bands, strict=True)):
            members = self._members(step)
            if not members:
                continue
            ends = self._band_ends(weight, forward[place], backward[place + 1], band)
            for anchor in members:
                chances[anchor] = (ends * self.tables.inner(anchor).misplaced).sum()
        return np.minimum(chances, 1.0)

    def _band_ends(
        self, weight: FloatArray, below: FloatArray, above: FloatArray, band: FloatArray
    ) -> FloatArray:
        """The joint posterior of the two ends of a band, shape (noises, N, W)."""
        total = np.einsum("htx,htx->ht", below, self._downward(above, band))
        scaled = (weight / np.maximum(total, _TINY))[..., None] * below
        ends: FloatArray = np.einsum("htx,ho,htxo->txo", scaled, self.laws.mass, self._beyond(above))
        return band * ends


def _normalised(weight: FloatArray, product: FloatArray) -> FloatArray:
    """Summed over the laws: the marginal of a cut-point with its noise, shape (noises, N)."""
    total = np.maximum(product.sum(axis=-1), _TINY)
    marginal: FloatArray = np.einsum("ht,htx->tx", weight / total, product)
    return marginal
