"""Anchors say where the grades lie on the scale of scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np

from cj_assessment_service.cj_core_logic.grade_projection.anchor_evidence import PlacedAnchors
from cj_assessment_service.cj_core_logic.grade_projection.cut_point_chain import CutPointPosterior
from cj_assessment_service.cj_core_logic.grade_projection.cut_points import fit_cut_points
from cj_assessment_service.cj_core_logic.grade_projection.population_shares import share_weights
from cj_assessment_service.cj_core_logic.scoring.agreement import kendall_tau
from cj_assessment_service.domain.grades import (
    AnchorFit,
    Calibration,
    GradeScale,
    Inversion,
    ProjectionUnavailable,
    ProjectionUnavailableReason,
    ScorePopulation,
)
from cj_assessment_service.domain.identifiers import EssayId, Grade


@dataclass(frozen=True, slots=True)
class AnchorScore:
    """An anchor on the scale: its known grade, its score and standard error in logits."""

    essay_id: EssayId
    grade: Grade
    score: float
    se: float


def calibrate(
    scale: GradeScale, anchors: Sequence[AnchorScore], population: ScorePopulation | None = None
) -> Calibration | ProjectionUnavailable:
    """Raises ValueError for an anchor whose grade the scale does not have. `population` is the prior the scores were
    fitted with; without it the anchors' own mean and spread stand in for it.

    Unavailable without anchors, with anchors of one grade only, and when the anchors' scores do not rise with their
    grades (Kendall's tau not above 0).
    """
    if not anchors:
        return ProjectionUnavailable(ProjectionUnavailableReason.NO_ANCHORS)
    steps = _steps(scale, anchors)
    if len(set(steps)) < 2:
        return ProjectionUnavailable(ProjectionUnavailableReason.TOO_FEW_ANCHOR_GRADES)
    tau = kendall_tau(steps, [anchor.score for anchor in anchors])
    if tau is None or tau <= 0.0:
        return ProjectionUnavailable(ProjectionUnavailableReason.REVERSED_ANCHORS)
    people = population if population is not None else _population_of(anchors)
    placed = PlacedAnchors(
        np.array(steps, dtype=np.intp),
        np.array([anchor.score for anchor in anchors]),
        np.array([anchor.se for anchor in anchors]),
    )
    posterior = fit_cut_points(placed, len(scale.ladder), people)
    return Calibration(
        scale=scale,
        centres=_centres(posterior),
        cut_points=tuple(posterior.mean.tolist()),
        cut_point_se=tuple(posterior.se.tolist()),
        share_weights=share_weights(scale, posterior, people),
        grader_noise=posterior.noise,
        anchors=_fits(anchors, steps, posterior),
        inversions=_inversions(steps, anchors),
        kendall_tau=tau,
    )


def _steps(scale: GradeScale, anchors: Sequence[AnchorScore]) -> list[int]:
    """Places on the ladder, 0 for the lowest grade."""
    for anchor in anchors:
        if not scale.accepts(anchor.grade):
            raise ValueError(f"anchor {anchor.essay_id}: {anchor.grade!r} is not a grade of {scale.scale_id}")
    return [scale.ladder.index(anchor.grade) for anchor in anchors]


def _population_of(anchors: Sequence[AnchorScore]) -> ScorePopulation:
    """The mean of the scores, and the spread of true scores that they and their errors add up to."""
    scores = [anchor.score for anchor in anchors]
    errors = [anchor.se for anchor in anchors]
    return ScorePopulation(float(np.mean(scores)), float(np.hypot(np.std(scores), np.mean(errors))), 0)


def _centres(posterior: CutPointPosterior) -> tuple[float, ...]:
    """Midway between the cut-points; at both ends half a mean gap beyond the outermost one."""
    cuts = posterior.mean.tolist()
    half = posterior.spacing / 2.0
    return (cuts[0] - half, *((low + high) / 2.0 for low, high in pairwise(cuts)), cuts[-1] + half)


def _fits(
    anchors: Sequence[AnchorScore], steps: Sequence[int], posterior: CutPointPosterior
) -> tuple[AnchorFit, ...]:
    edges = [-np.inf, *posterior.mean.tolist(), np.inf]
    return tuple(
        AnchorFit(
            anchor.essay_id,
            anchor.grade,
            anchor.score,
            anchor.se,
            residual=anchor.score - min(max(anchor.score, edges[step]), edges[step + 1]),
            misplaced=misplaced,
        )
        for anchor, step, misplaced in zip(anchors, steps, posterior.misplaced.tolist(), strict=True)
    )


def _inversions(steps: Sequence[int], anchors: Sequence[AnchorScore]) -> tuple[Inversion, ...]:
    """Pairs of anchors of which the one with the higher grade has the lower score."""
    placed = sorted(zip(steps, anchors, strict=True), key=lambda each: (each[0], each[1].essay_id))
    return tuple(
        Inversion(better=high.essay_id, worse=low.essay_id)
        for (lower, low), (higher, high) in combinations(placed, 2)
        if lower < higher and high.score < low.score
    )
