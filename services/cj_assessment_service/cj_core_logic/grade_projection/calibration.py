"""Anchors say where the grades lie on the scale of scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from cj_assessment_service.cj_core_logic.grade_projection.centres import CentresPosterior, fit_centres
from cj_assessment_service.cj_core_logic.scoring.agreement import kendall_tau
from cj_assessment_service.domain.grades import (
    AnchorFit,
    Calibration,
    GradeScale,
    ProjectionUnavailable,
    ProjectionUnavailableReason,
)
from cj_assessment_service.domain.identifiers import EssayId, Grade

NARROWEST_GAP = 0.2
"""Least distance of neighbouring centres, in overall spacings: no grade gets a band too narrow to be reached."""


@dataclass(frozen=True, slots=True)
class AnchorScore:
    """An anchor on the scale: its known grade, its score and standard error in logits."""

    essay_id: EssayId
    grade: Grade
    score: float
    se: float


def calibrate(scale: GradeScale, anchors: Sequence[AnchorScore]) -> Calibration | ProjectionUnavailable:
    """Raises ValueError for an anchor whose grade the scale does not have.

    Unavailable without anchors, with anchors of one grade only, and when the anchors' scores do not rise with their
    grades (Kendall's tau or the fitted spacing not above 0).
    """
    if not anchors:
        return ProjectionUnavailable(ProjectionUnavailableReason.NO_ANCHORS)
    indices = _indices(scale, anchors)
    if len(set(indices)) < 2:
        return ProjectionUnavailable(ProjectionUnavailableReason.TOO_FEW_ANCHOR_GRADES)
    tau = kendall_tau(indices, [anchor.score for anchor in anchors])
    if tau is None or tau <= 0.0:
        return ProjectionUnavailable(ProjectionUnavailableReason.REVERSED_ANCHORS)
    spacing = _overall_spacing(indices, anchors)
    below = 0 if scale.below_lowest is None else 1
    steps = np.array(indices, dtype=np.intp) + below
    posterior = fit_centres(
        steps,
        np.array([anchor.score for anchor in anchors]),
        np.array([anchor.se for anchor in anchors]),
        spacing,
        len(scale.grades) + below,
    )
    if posterior.slope <= 0.0:
        return ProjectionUnavailable(ProjectionUnavailableReason.REVERSED_ANCHORS)
    centres = _rising(posterior, NARROWEST_GAP * spacing)
    return Calibration(
        scale=scale,
        centres=tuple(centres[below:]),
        cut_points=tuple((low + high) / 2 for low, high in pairwise(centres[below:])),
        cut_point_se=_cut_point_se(posterior)[below:],
        within_sd=posterior.within_sd,
        anchors=_fits(anchors, [centres[step] for step in steps]),
        inversions=_inversions(indices, anchors),
        kendall_tau=tau,
    )


def _indices(scale: GradeScale, anchors: Sequence[AnchorScore]) -> list[int]:
    for anchor in anchors:
        if not scale.accepts(anchor.grade):
            raise ValueError(f"anchor {anchor.essay_id}: {anchor.grade!r} is not a grade of {scale.scale_id}")
    return [scale.index_of(anchor.grade) for anchor in anchors]


def _overall_spacing(indices: Sequence[int], anchors: Sequence[AnchorScore]) -> float:
    """sd(scores) / sd(grade indices), the slope of the reduced major axis: above 0 whenever both vary."""
    return float(np.std([anchor.score for anchor in anchors]) / np.std(indices))


def _rising(posterior: CentresPosterior, gap: float) -> list[float]:
    """The nearest centres, weighted by their precision, that rise by at least `gap` from grade to grade."""
    staircase = gap * np.arange(len(posterior.mean))
    weights = 1.0 / np.diag(posterior.covariance)
    level: NDArray[np.float64] = isotonic_regression(posterior.mean - staircase, weights=weights).x
    return [float(centre) for centre in level + staircase]


def _cut_point_se(posterior: CentresPosterior) -> tuple[float, ...]:
    """A cut-point is the midpoint of two centres: var = (var low + var high + 2 cov) / 4."""
    covariance = posterior.covariance
    variances = (np.diag(covariance)[:-1] + np.diag(covariance)[1:] + 2.0 * np.diag(covariance, 1)) / 4.0
    return tuple(float(se) for se in np.sqrt(variances))


def _fits(anchors: Sequence[AnchorScore], centres: Sequence[float]) -> tuple[AnchorFit, ...]:
    return tuple(
        AnchorFit(anchor.essay_id, anchor.grade, anchor.score, anchor.se, anchor.score - centre)
        for anchor, centre in zip(anchors, centres, strict=True)
    )


def _inversions(indices: Sequence[int], anchors: Sequence[AnchorScore]) -> int:
    """Pairs of anchors of which the one with the higher grade has the lower score."""
    placed = zip(indices, (anchor.score for anchor in anchors), strict=True)
    return sum((i - j) * (one - other) < 0 for (i, one), (j, other) in combinations(placed, 2))
