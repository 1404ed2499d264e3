"""Where grades begin and end on the scale of scores: the posterior of ordered cut-points given the anchors.

Cut-point k lies between grade k - 1 and grade k of the ladder (k = 1 .. K - 1). The gaps between neighbours are drawn
from a gamma distribution with mean `spacing` and coefficient of variation `unevenness`: never negative, and drawn
towards equal spacing the more, the less the anchors say. What an anchor says is in anchor_evidence, how both are put
together in cut_point_chain. Spacing, unevenness and the graders' noise are averaged over the values below, by their
posterior weight. The constants were chosen on simulated scales (benchmarks/grades.py).
"""

from dataclasses import replace

import numpy as np
from scipy.special import gammaln

from cj_assessment_service.cj_core_logic.grade_projection.anchor_evidence import (
    EvidenceTables,
    FloatArray,
    PlacedAnchors,
    below,
)
from cj_assessment_service.cj_core_logic.grade_projection.cut_point_chain import (
    Chain,
    CutPointPosterior,
    GapLaws,
)
from cj_assessment_service.domain.grades import ScorePopulation

LADDER_WIDTH = 4.0
"""Prior median of grades times spacing, in standard deviations of the population: scales are mostly made so that nearly
all essays fit on them.
"""

LOG_SPACING_SD = 0.8

TYPICAL_UNEVENNESS = 0.15
LOG_UNEVENNESS_SD = 0.8

_SPACINGS = np.exp(0.35 * np.arange(-2, 3))
"""In units of the slope of the anchors' scores on their grades."""

_UNEVENNESS = np.array([0.1, 0.35])

_NOISES = np.array([0.0, 0.35, 0.8])
"""Errors of the anchors' graders, in the same unit."""

_NOISE_WEIGHTS = np.array([0.85, 0.1, 0.05])
"""Mostly none, so that few anchors do not make every grade unsure; several that scatter soon say otherwise."""

_PLACES_PER_GRADE = 5
_WIDEST_GAP = 7.0
"""In the same unit."""

_SMALLEST_ERROR = 1e-3
"""In the same unit."""


def fit_cut_points(anchors: PlacedAnchors, grades: int, population: ScorePopulation) -> CutPointPosterior:
    """`grades` is the length of the ladder, at least 2; the anchors carry at least two different ones."""
    typical = LADDER_WIDTH * population.sd / grades
    slope = float(np.std(anchors.scores) / np.std(anchors.steps))
    unit = float(np.clip(slope, typical / 3.0, typical * 3.0))
    usable = replace(anchors, errors=np.maximum(anchors.errors, _SMALLEST_ERROR * unit))
    tables = _tables(usable, unit, grades, population)
    return Chain(tables, _gap_laws(tables, unit, typical), grades).posterior(np.log(_NOISE_WEIGHTS))


def _tables(anchors: PlacedAnchors, unit: float, grades: int, population: ScorePopulation) -> EvidenceTables:
    """On a grid that reaches beyond the anchors as far as the cut-points next to them may lie."""
    step = unit / _PLACES_PER_GRADE
    reach = 2.0 * float(anchors.errors.max())
    low = float(anchors.scores.min()) - reach - unit * (3.0 if anchors.steps.min() > 0 else 1.0)
    high = float(anchors.scores.max()) + reach + unit * (3.0 if anchors.steps.max() < grades - 1 else 1.0)
    points = low + step * np.arange(int(np.ceil((high - low) / step)) + 1, dtype=np.float64)
    width = min(len(points), int(_WIDEST_GAP * _PLACES_PER_GRADE))
    ends = np.concatenate((points, points[-1] + step * np.arange(1, width + 1, dtype=np.float64)))
    noises = unit * _NOISES
    shares = below(ends, population.mean, np.hypot(population.sd, noises))
    return EvidenceTables(anchors, noises, points, ends, shares)


def _gap_laws(tables: EvidenceTables, unit: float, typical: float) -> GapLaws:
    spacing, uneven = (each.ravel() for each in np.meshgrid(unit * _SPACINGS, _UNEVENNESS, indexing="ij"))
    shape = 1.0 / np.square(uneven)
    gaps = tables.step * np.arange(1, tables.width + 1, dtype=np.float64)
    return GapLaws(
        mean=spacing,
        variance=np.square(spacing) / shape,
        mass=tables.step * _gamma_density(gaps, shape[:, None], spacing[:, None]),
        log_weight=-0.5
        * (
            np.square(np.log(spacing / typical) / LOG_SPACING_SD)
            + np.square(np.log(uneven / TYPICAL_UNEVENNESS) / LOG_UNEVENNESS_SD)
        ),
    )


def _gamma_density(gaps: FloatArray, shape: FloatArray, mean: FloatArray) -> FloatArray:
    rate = shape / mean
    density: FloatArray = np.exp(
        shape * np.log(rate) - gammaln(shape) + (shape - 1.0) * np.log(gaps) - rate * gaps
    )
    return density
