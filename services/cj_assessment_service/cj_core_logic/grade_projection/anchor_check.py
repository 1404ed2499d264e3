"""Do the anchors predict each other? Each is graded as if its grade were not known (leave-one-out; Stone 1974, Journal of
the Royal Statistical Society B 36, 111-147).

Only its grade is left out, not its comparisons: the scale itself knows no grades.
"""

from collections.abc import Sequence
from statistics import mean

from cj_assessment_service.cj_core_logic.grade_projection.calibration import AnchorScore, calibrate
from cj_assessment_service.cj_core_logic.grade_projection.projection import project
from cj_assessment_service.cj_core_logic.scoring.agreement import quadratic_weighted_kappa
from cj_assessment_service.domain.grades import (
    AnchorCheck,
    GradeScale,
    LeftOutAnchor,
    ProjectionUnavailable,
    ScorePopulation,
)
from cj_assessment_service.domain.scores import EssayScore


def check_anchors(
    scale: GradeScale, anchors: Sequence[AnchorScore], population: ScorePopulation | None = None
) -> AnchorCheck | None:
    """None when no anchor can be spared. Raises ValueError for an anchor whose grade the scale does not have."""
    left_out = tuple(_left_out(scale, anchors, place, population) for place in range(len(anchors)))
    ladder = scale.ladder
    pairs = [
        (ladder.index(anchor.grade), ladder.index(anchor.projected))
        for anchor in left_out
        if anchor.projected is not None
    ]
    if not pairs:
        return None
    apart = [abs(known - projected) for known, projected in pairs]
    return AnchorCheck(
        anchors=left_out,
        exact=mean(steps == 0 for steps in apart),
        adjacent=mean(steps <= 1 for steps in apart),
        mean_steps=float(mean(apart)),
        kappa=quadratic_weighted_kappa([known for known, _ in pairs], [other for _, other in pairs]),
    )


def _left_out(
    scale: GradeScale, anchors: Sequence[AnchorScore], place: int, population: ScorePopulation | None
) -> LeftOutAnchor:
    anchor = anchors[place]
    others = [*anchors[:place], *anchors[place + 1 :]]
    calibration = calibrate(scale, others, population)
    if isinstance(calibration, ProjectionUnavailable):
        return LeftOutAnchor(anchor.essay_id, anchor.grade, None, None)
    projection = project(
        EssayScore(anchor.essay_id, anchor.score, anchor.se, comparisons=0, wins=0), calibration
    )
    shares = {share.grade: share.probability for share in projection.probabilities}
    return LeftOutAnchor(anchor.essay_id, anchor.grade, projection.base_grade, shares[anchor.grade])
