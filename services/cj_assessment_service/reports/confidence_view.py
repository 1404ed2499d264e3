"""Whether a surer judge is right more often, as a table."""

from collections.abc import Sequence
from dataclasses import dataclass

from cj_assessment_service.domain.results import JudgeSummary


@dataclass(frozen=True, slots=True)
class ConfidenceView:
    """How often a judge was right with one confidence."""

    name: str
    confidence: str
    anchors: str
    others: str


def confidence_views(judges: Sequence[JudgeSummary]) -> tuple[ConfidenceView, ...]:
    """Of judges that named more than one confidence."""
    return tuple(
        ConfidenceView(
            name=judge.judge,
            confidence=str(step.confidence),
            anchors=_of(step.anchor_right, step.anchor_decisions),
            others=_of(step.agreeing, step.decisions),
        )
        for judge in judges
        if len(judge.confidence) > 1
        for step in judge.confidence
    )


def _of(right: int, decisions: int) -> str:
    return f"{right / decisions:.0%} of {decisions:,}" if decisions else "–"
