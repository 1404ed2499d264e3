"""Which essays a person should look at, and why, in words for a teacher."""

from cj_assessment_service.domain.grades import Calibration, GradeProjection
from cj_assessment_service.domain.scores import EssayScore

FEW_COMPARISONS = 4
UNSURE_GRADE = 0.5
"""Below this probability the projected grade is less likely than all others together."""

MISFIT = 1.5
"""Information-weighted mean squares above this mark judgements that contradict each other (Wright & Linacre 1994)."""


def review_reasons(
    score: EssayScore, projection: GradeProjection | None, calibration: Calibration | None
) -> tuple[str, ...]:
    """Empty when nobody needs to look."""
    if score.comparisons == 0:
        return ("It was never compared, so its place is unknown.",)
    reasons = []
    if score.component > 0:
        reasons.append("It was never compared, even indirectly, with most of the other essays.")
    if score.comparisons < FEW_COMPARISONS:
        times = "once" if score.comparisons == 1 else f"{score.comparisons} times"
        reasons.append(f"It was compared only {times}.")
    if score.infit is not None and score.infit > MISFIT:
        reasons.append("Judgements about it contradict each other more than chance explains.")
    if projection is not None and projection.confidence < UNSURE_GRADE:
        reasons.append(_unsure(projection))
    if calibration is not None:
        reasons.extend(_drift(score, calibration))
    return tuple(reasons)


def _unsure(projection: GradeProjection) -> str:
    text = f"Its grade is unsure: {projection.base_grade} with {projection.confidence:.0%}"
    if projection.second is None:
        return f"{text}."
    return f"{text}, {projection.second.grade} with {projection.second.probability:.0%}."


def _drift(score: EssayScore, calibration: Calibration) -> tuple[str, ...]:
    for anchor in calibration.anchors:
        if anchor.essay_id != score.essay_id:
            continue
        if anchor.drifts:
            side = "better" if anchor.residual > 0 else "worse"
            return (f"As an anchor of grade {anchor.grade} it was judged clearly {side} than its grade.",)
    return ()
