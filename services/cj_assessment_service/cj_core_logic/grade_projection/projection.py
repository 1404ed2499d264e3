"""From a score to a grade, with the probability of every grade.

The true score is N(score, se^2) and the cut-points carry an error of their own, so with spread^2 = se^2 + cut_se^2

    P(grade) ~ share(grade) * [Phi((high - score) / spread) - Phi((low - score) / spread)]

where low and high are the grade's cut-points, infinite at both ends of the scale, and share is the grade's population
share (equal where the scale states none; the below-lowest grade counts as the lowest). cut_se is the root mean square
over the cut-points: with one spread for all, the ratio of the probabilities of a higher and a lower grade rises with
the score (the normal kernel is totally positive; Karlin 1968, Total Positivity, chapter 1), so at equal se no higher
score ever gets a lower grade, whatever the shares.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr

from cj_assessment_service.cj_core_logic.grade_projection.position import normalised_position
from cj_assessment_service.domain.grades import (
    Calibration,
    ConfidenceLabel,
    GradeProbability,
    GradeProjection,
    GradeScale,
)
from cj_assessment_service.domain.identifiers import Grade
from cj_assessment_service.domain.scores import EssayScore

FloatArray = NDArray[np.float64]

HIGH_CONFIDENCE = 0.75
"""Three grades in four are right."""

MID_CONFIDENCE = 0.5
"""The grade is likelier than all others together."""

MINUS_BELOW = 0.25
PLUS_ABOVE = 0.75
"""Positions inside the band, 0 at its lower and 1 at its upper end."""

_SMALLEST_SPREAD = 1e-6


@dataclass(frozen=True, slots=True)
class _Band:
    """A grade between its cut-points, closed at both ends of the scale so that positions can be told."""

    grade: Grade
    low: float
    high: float


def project(score: EssayScore, calibration: Calibration) -> GradeProjection:
    """Probabilities sum to 1 and none is exactly 1 while the score's error is of the size of the bands. The label
    follows the probability of the grade alone (HIGH from 0.75, MID from 0.5): the standard error is in it already.
    """
    scale = calibration.scale
    bands = _bands(calibration)
    probabilities = _probabilities(score, calibration, bands)
    best = int(np.argmax(probabilities))
    grade = _modified(score.score, bands[best], scale)
    listed = tuple(GradeProbability(b.grade, p) for b, p in zip(bands, probabilities.tolist(), strict=True))
    confidence = listed[best].probability
    return GradeProjection(
        essay_id=score.essay_id,
        grade=grade,
        base_grade=bands[best].grade,
        probabilities=listed,
        confidence=confidence,
        confidence_label=confidence_label(confidence),
        normalised_score=normalised_position(grade, scale),
        second=max((p for i, p in enumerate(listed) if i != best), key=lambda p: p.probability, default=None),
    )


def confidence_label(confidence: float) -> ConfidenceLabel:
    """Rises with the confidence."""
    if confidence >= HIGH_CONFIDENCE:
        return ConfidenceLabel.HIGH
    return ConfidenceLabel.MID if confidence >= MID_CONFIDENCE else ConfidenceLabel.LOW


def _bands(calibration: Calibration) -> tuple[_Band, ...]:
    """Lowest grade first, below-lowest before it where the scale has one. An outer band is as wide outside its centre
    as inside.
    """
    scale = calibration.scale
    grades, centres, cuts = scale.grades, calibration.centres, calibration.cut_points
    if scale.below_lowest is not None:
        below = _below_lowest_centre(calibration, scale.below_lowest)
        grades, centres = (scale.below_lowest, *grades), (below, *centres)
        cuts = ((below + centres[1]) / 2, *cuts)
    first, last = (cuts[0], cuts[-1]) if cuts else (centres[0], centres[0])
    lows = (2 * centres[0] - first, *cuts)
    highs = (*cuts, 2 * centres[-1] - last)
    return tuple(_Band(grade, low, high) for grade, low, high in zip(grades, lows, highs, strict=True))


def _below_lowest_centre(calibration: Calibration, grade: Grade) -> float:
    """The centre fitted to anchors of that grade (score - residual); without such anchors one mean spacing below the
    lowest grade, so that the lowest band reaches half a spacing down.
    """
    for anchor in calibration.anchors:
        if anchor.grade == grade:
            return anchor.score - anchor.residual
    lowest, highest = calibration.centres[0], calibration.centres[-1]
    return lowest - (highest - lowest) / (len(calibration.centres) - 1)


def _probabilities(score: EssayScore, calibration: Calibration, bands: tuple[_Band, ...]) -> FloatArray:
    """Shape (bands,). In logarithms, so that far-off scores neither underflow nor lose their order."""
    cut_se = np.array(calibration.cut_point_se)
    cut_variance = float(np.square(cut_se).mean()) if len(cut_se) else 0.0
    spread = max(float(np.sqrt(score.se**2 + cut_variance)), _SMALLEST_SPREAD)
    cuts = np.array([band.low for band in bands[1:]])
    edges = np.concatenate(([-np.inf], (cuts - score.score) / spread, [np.inf]))
    log_weight = _log_mass(edges[:-1], edges[1:]) + _log_shares(calibration.scale)
    weight = np.exp(log_weight - log_weight.max())
    probabilities: FloatArray = weight / weight.sum()
    return probabilities


def _log_mass(low: FloatArray, high: FloatArray) -> FloatArray:
    """log(Phi(high) - Phi(low)), exact in both tails: intervals above 0 are mirrored."""
    mirrored = low > 0
    below = log_ndtr(np.where(mirrored, -high, low))
    above = log_ndtr(np.where(mirrored, -low, high))
    with np.errstate(divide="ignore"):
        mass: FloatArray = above + np.log(-np.expm1(below - above))
    return mass


def _log_shares(scale: GradeScale) -> FloatArray:
    """Up to a constant; -inf for a grade that nobody gets."""
    shares = np.array(scale.priors if scale.priors is not None else (1.0,) * len(scale.grades))
    if scale.below_lowest is not None:
        shares = np.concatenate((shares[:1], shares))
    with np.errstate(divide="ignore"):
        log_shares: FloatArray = np.log(shares)
    return log_shares


def _modified(score: float, band: _Band, scale: GradeScale) -> Grade:
    """Minus in the lowest quarter of the band, plus in the highest, where the scale allows them."""
    position = (score - band.low) / (band.high - band.low) if band.high > band.low else 0.5
    if position < MINUS_BELOW and band.grade in scale.minus_for:
        return Grade(f"{band.grade}-")
    if position > PLUS_ABOVE and band.grade in scale.plus_for:
        return Grade(f"{band.grade}+")
    return band.grade
