"""What the terminal says at the end."""

from rich.table import Table

from cj_assessment_service.domain.batches import BatchOverview, StopReason
from cj_assessment_service.domain.results import AssessmentResult

TABLE_ROWS = 40

REASONS = {
    StopReason.STABLE: "the scale is reliable enough and no longer moves",
    StopReason.SATURATED: "there was nothing left to ask",
    StopReason.BUDGET_EXHAUSTED: "all comparisons of the budget were used",
    StopReason.COST_CAP: "the cost cap was reached; the result is partial",
    StopReason.TIME_CAP: "the time cap was reached; the result is partial",
    StopReason.INSUFFICIENT_ESSAYS: "fewer than two essays could be compared",
    StopReason.LOW_SUCCESS_RATE: "too few answers of the judge could be read",
    StopReason.HOPELESS_JUDGE: "the judge's answers cannot be read",
    StopReason.NO_JUDGEMENTS: "no answer of the judge could be read",
    StopReason.PREPARATION_FAILED: "the batch could not be prepared",
    StopReason.PROCESSING_FAILED: "the batch could not be processed",
}


def result_table(result: AssessmentResult) -> Table:
    """The ranking, shortened where it is long."""
    table = Table(
        title="Ranking, best first" if len(result.essays) <= TABLE_ROWS else f"The best {TABLE_ROWS}"
    )
    for heading in ("rank", "essay", "score ± se", "grade", "certainty", "known", "look at it"):
        table.add_column(heading, justify="right" if heading in {"rank", "certainty"} else "left")
    for essay in result.essays[:TABLE_ROWS]:
        projection = essay.projection
        table.add_row(
            str(essay.rank) if essay.rank is not None else "–",
            essay.name or essay.essay_id,
            f"{essay.score:+.2f} ± {essay.se:.2f}",
            projection.grade if projection is not None else "–",
            f"{projection.confidence:.0%}" if projection is not None else "–",
            essay.known_grade or "",
            "yes" if essay.review_reasons else "",
        )
    return table


def ending_text(overview: BatchOverview) -> str:
    counts = overview.progress
    reason = REASONS[overview.stop_reason] if overview.stop_reason is not None else "it still runs"
    text = f"Batch {overview.identity.batch_id}: {counts.completed} judgements"
    if counts.failed:
        text += f", {counts.failed} failed"
    if overview.reliability is not None:
        text += f", reliability {overview.reliability:.2f}"
    if overview.spent:
        text += f", ${overview.spent:.4f}"
    text += f". It ended because {reason}."
    return f"{text} {overview.failure_detail}" if overview.failure_detail else text
