"""From a score to a grade, with the probability of every grade.

The true score is N(score, se^2), cut-point k carries an error of its own and graders another, so around it

    spread_k^2 = se^2 + cut_se_k^2 + grader_noise^2

and the odds of the two grades that meet there are those of the masses of their bands,

    P(k) / P(k - 1) = weight_k / weight_(k - 1)
                      * [Phi(z_(k + 1)) - Phi(z_k)] / [Phi(z_k) - Phi(z_(k - 1))],  z_j = (cut_j - score) / spread_k

with cut-points infinite at both ends of the ladder. Where all cut-points are equally sure this is the plain mass of each
band; where not, each boundary is as sharp as it is known. With one spread inside each odds, they rise with the score (the
normal kernel is totally positive; Karlin 1968, Total Positivity, chapter 1), so that at equal se no higher score ever gets
a lower grade, whatever the weights.
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
    follows the probability of the grade alone (HIGH from 0.75, MID from 0.5): every error is in it already.
    """
    scale = calibration.scale
    bands = _bands(calibration)
    probabilities = _probabilities(score, calibration)
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
    """Along the ladder. An outer band is as wide outside its centre as inside."""
    centres, cuts = calibration.centres, calibration.cut_points
    lows = (2 * centres[0] - cuts[0], *cuts)
    highs = (*cuts, 2 * centres[-1] - cuts[-1])
    return tuple(
        _Band(grade, low, high)
        for grade, low, high in zip(calibration.scale.ladder, lows, highs, strict=True)
    )


def _probabilities(score: EssayScore, calibration: Calibration) -> FloatArray:
    """Along the ladder. In logarithms, so that far-off scores neither underflow nor lose their order."""
    cuts = np.array([-np.inf, *calibration.cut_points, np.inf])
    variance = score.se**2 + np.square(calibration.cut_point_se) + calibration.grader_noise**2
    spread = np.maximum(np.sqrt(variance), _SMALLEST_SPREAD)
    below, at, above = ((ends - score.score) / spread for ends in (cuts[:-2], cuts[1:-1], cuts[2:]))
    log_odds = _log_mass(at, above) - _log_mass(below, at)
    log_weight = np.concatenate(([0.0], np.cumsum(log_odds))) + _log_shares(calibration)
    weight = np.exp(log_weight - log_weight.max())
    probabilities: FloatArray = weight / weight.sum()
    return probabilities


def _log_shares(calibration: Calibration) -> FloatArray:
    """-inf for a grade that nobody gets."""
    with np.errstate(divide="ignore"):
        log_shares: FloatArray = np.log(calibration.share_weights)
    return log_shares


def _log_mass(low: FloatArray, high: FloatArray) -> FloatArray:
    """log(Phi(high) - Phi(low)), exact in both tails: intervals above 0 are mirrored."""
    mirrored = low > 0
    below = log_ndtr(np.where(mirrored, -high, low))
    above = log_ndtr(np.where(mirrored, -low, high))
    with np.errstate(divide="ignore"):
        mass: FloatArray = above + np.log(-np.expm1(below - above))
    return mass


def _modified(score: float, band: _Band, scale: GradeScale) -> Grade:
    """Minus in the lowest quarter of the band, plus in the highest, where the scale allows them."""
    position = (score - band.low) / (band.high - band.low) if band.high > band.low else 0.5
    if position < MINUS_BELOW and band.grade in scale.minus_for:
        return Grade(f"{band.grade}-")
    if position > PLUS_ABOVE and band.grade in scale.plus_for:
        return Grade(f"{band.grade}+")
    return band.grade
