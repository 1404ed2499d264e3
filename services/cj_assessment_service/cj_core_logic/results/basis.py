"""What each grade rests on."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from cj_assessment_service.domain.comparisons import RecordedComparison
from cj_assessment_service.domain.grades import Calibration, GradeProjection
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.results import GradeBasis
from cj_assessment_service.domain.scores import EssayScore


def grade_basis(
    score: EssayScore, projection: GradeProjection, calibration: Calibration, anchors: Sequence[EssayId]
) -> GradeBasis:
    """`anchors` are those the essay was compared with directly."""
    place = calibration.scale.ladder.index(projection.base_grade)
    cuts = calibration.cut_points
    return GradeBasis(
        above_lower_cut=score.score - cuts[place - 1] if place > 0 else None,
        below_upper_cut=cuts[place] - score.score if place < len(cuts) else None,
        anchors_met=tuple(anchors),
    )


def anchors_met(
    comparisons: Sequence[RecordedComparison], calibration: Calibration
) -> Mapping[EssayId, tuple[EssayId, ...]]:
    """For each essay that met any, the anchors it was compared with, answered comparisons only, by id."""
    anchors = {anchor.essay_id for anchor in calibration.anchors}
    met: defaultdict[EssayId, set[EssayId]] = defaultdict(set)
    for one in comparisons:
        if one.winner is None:
            continue
        first, second = one.pair.first, one.pair.second
        if second in anchors:
            met[first].add(second)
        if first in anchors:
            met[second].add(first)
    return {essay: tuple(sorted(found)) for essay, found in met.items()}
