"""Large posteriors: linear systems by conjugate gradients, variances by a series plus random probes.

The precision is H = D - R with D its diagonal and -R what lies off it. The variance of a score is the diagonal of

    H^-1 = D^-1 + D^-1 R D^-1 + D^-1 R D^-1 R D^-1 + remainder.

The first three terms are exact and cheap. The diagonal of the remainder is the mean of z * (remainder z) over probes z of
random signs (Bekas, Kokiopoulou & Saad 2007, Applied Numerical Mathematics 57, 1214-1229), which is small where essays
have many comparisons, so that few probes suffice: with 32 of them variances are right within about 1 % at 4 comparisons
for each essay and 0.1 % at 20 (`standard_error_of_probes` in the benchmark).
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import block_array, csr_array

from cj_assessment_service.cj_core_logic.scoring.arrays import FloatArray
from cj_assessment_service.cj_core_logic.scoring.dense_precision import border_of
from cj_assessment_service.cj_core_logic.scoring.design import Design, Prior
from cj_assessment_service.cj_core_logic.scoring.moments import Moments
from cj_assessment_service.domain.errors import ScoreConvergenceFailed

MOST_PROBES, FEWEST_PROBES = 32, 8
_DENSELY_COMPARED = 16.0
"""Comparisons per essay."""

_MOST_STEPS = 1000
_ACCURACY = 1e-10
_PROBE_ACCURACY = 1e-4
_MOST_EXACT_POSITIONS = 20
"""Covariances of more position effects than these are left out: judges share hardly any essay then."""


@dataclass(frozen=True, slots=True, eq=False)
class SparsePrecision:
    """Holds the precision matrix as its diagonal and what lies off it."""

    design: Design
    prior: Prior
    off_diagonal: csr_array
    diagonal: FloatArray

    def solve(self, pull: FloatArray) -> FloatArray:
        return self._solved(pull[:, np.newaxis], _ACCURACY)[:, 0]

    def moments(self) -> Moments:
        essays = self.design.essays
        centred = self.centred_variances()
        positions = self.position_covariances(centred[essays:])
        return Moments(
            scores=centred[:essays],
            rows=self._row_variances(centred[:essays], np.diag(positions)),
            positions=positions,
            log_volume=float("nan"),
        )

    def _solved(self, pulls: FloatArray, accuracy: float) -> FloatArray:
        """Conjugate gradients on every column at once, preconditioned by the diagonal (Hestenes & Stiefel 1952). Raises
        ScoreConvergenceFailed when they do not arrive.
        """
        inverse = 1.0 / self.diagonal[:, np.newaxis]
        solution = np.zeros_like(pulls)
        residual = pulls.copy()
        scaled = inverse * residual
        course = scaled.copy()
        length = (residual * scaled).sum(axis=0)
        enough = accuracy**2 * np.maximum(length, 1e-300)
        for _ in range(_MOST_STEPS):
            if (length <= enough).all():
                return solution
            bent = self.diagonal[:, np.newaxis] * course + self.off_diagonal @ course
            step = length / np.maximum((course * bent).sum(axis=0), 1e-300)
            solution += step * course
            residual -= step * bent
            scaled = inverse * residual
            before, length = length, (residual * scaled).sum(axis=0)
            course = scaled + (length / np.maximum(before, 1e-300)) * course
        raise ScoreConvergenceFailed(
            f"The scale of {self.design.essays} essays could not be fitted: its equations did not settle."
        )

    def centred_variances(self) -> FloatArray:
        """Shape (parameters,): the series for what is cheap, probes for the rest."""
        rng = np.random.default_rng(len(self.diagonal))
        probes = rng.choice((-1.0, 1.0), (len(self.diagonal), self._probes()))
        inverse = 1.0 / self.diagonal
        rest = self.off_diagonal
        squares = csr_array((np.square(rest.data), rest.indices, rest.indptr), shape=rest.shape)
        known = inverse + np.square(inverse) * (squares @ inverse)

        def series(values: FloatArray) -> FloatArray:
            once = inverse[:, np.newaxis] * values
            twice = -inverse[:, np.newaxis] * (rest @ once)
            return np.asarray(once + twice - inverse[:, np.newaxis] * (rest @ twice))

        # the mean of a connected part is known (see Moments), but would drown the probes in noise
        centred = self._without_means(probes)
        remainder = self._solved(centred, _PROBE_ACCURACY) - series(centred)
        mean_part = series(self._means())[:, 0] / self._sizes()
        estimate = known - mean_part + (probes * remainder).mean(axis=1)
        variances: FloatArray = np.maximum(estimate, 0.1 * known)
        return variances

    def _probes(self) -> int:
        """The more comparisons an essay has, the less the series leaves over."""
        comparisons = 2.0 * len(self.design.first) / self.design.essays
        return MOST_PROBES if comparisons < _DENSELY_COMPARED else FEWEST_PROBES

    def _without_means(self, values: FloatArray) -> FloatArray:
        """Without the mean of the scores of each connected part; an essay nobody compared stays as it is."""
        essays, component = self.design.essays, self.design.component
        sizes = np.bincount(component).astype(np.float64)
        parts = csr_array((np.ones(essays), (component, np.arange(essays))), shape=(len(sizes), essays))
        means = np.asarray(parts @ values[:essays]) / sizes[:, np.newaxis]
        means[sizes == 1] = 0.0
        centred = values.copy()
        centred[:essays] -= means[component]
        return centred

    def _means(self) -> FloatArray:
        """1 for the scores of connected essays, 0 otherwise, shape (parameters, 1)."""
        ones = np.zeros((self.design.parameters, 1))
        ones[: self.design.essays, 0] = self.design.component_sizes > 1
        return ones

    def _sizes(self) -> FloatArray:
        sizes = np.ones(self.design.parameters)
        sizes[: self.design.essays] = self.design.component_sizes
        return sizes

    def position_covariances(self, variances: FloatArray) -> FloatArray:
        positions = self.design.positions
        if positions > _MOST_EXACT_POSITIONS:
            return np.diag(variances)
        units = np.zeros((self.design.parameters, positions))
        units[self.design.essays :] = np.eye(positions)
        return self._solved(units, _PROBE_ACCURACY)[self.design.essays :]

    def _row_variances(self, centred: FloatArray, positions: FloatArray) -> FloatArray:
        """C_ff + C_ss - 2 C_fs (+ the effect's own), with C_fs from what is known of each essay's neighbours: since
        H C = I, sum_s R_fs C_fs = D_f C_ff - 1, so that the mean covariance with its neighbours is exact.
        """
        design = self.design
        variance = centred + self.prior.mean_variances(design)
        weight = self.diagonal[: design.essays] - self.prior.sd**-2
        near = (self.diagonal[: design.essays] * variance - 1.0) / np.maximum(weight, 1e-12)
        first, second = design.first, design.second
        apart = variance[first] + variance[second] - near[first] - near[second]
        apart = np.square(design.discrimination) * np.maximum(apart, 1e-9)
        if design.positions:
            apart = apart + np.where(design.position >= 0, positions[np.maximum(design.position, 0)], 0.0)
        return np.asarray(apart)


def sparse_precision(design: Design, prior: Prior, information: FloatArray) -> SparsePrecision:
    """The same matrix as `dense_precision`, sparse."""
    graph, essays = design.graph, design.essays
    weight = graph.per_pair(information * np.square(design.discrimination))
    diagonal = np.full(design.parameters, prior.sd**-2)
    diagonal[:essays] += graph.per_essay(weight)
    scores = csr_array((-weight[graph.entry], graph.indices, graph.indptr), shape=(essays, essays))
    if not design.positions:
        rest = scores
    else:
        border, effects = border_of(design, information)
        among = prior.position_precision(design.positions)
        diagonal[essays:] = np.diag(among) + effects
        joined = csr_array(border)
        rest = block_array(
            [[scores, joined.T], [joined, csr_array(among - np.diag(np.diag(among)))]], format="csr"
        )
    return SparsePrecision(design, prior, rest, diagonal)
