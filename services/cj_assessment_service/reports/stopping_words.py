"""Why a batch ended, and what more comparisons would have bought, in sentences."""

from cj_assessment_service.domain.batches import BatchOverview, StopReason
from cj_assessment_service.domain.results import Outlook, QualityBlock
from cj_assessment_service.reports.wording import counted, duration, money, reliability_words

_ENDINGS = {
    StopReason.STABLE: "It stopped because the ranking is as reliable as it was to become",
    StopReason.GRADES_SETTLED: "It stopped because the grades have settled",
    StopReason.ORDER_DECIDED: "It stopped because the order is decided: each essay leads the next one by so many judgements"
    " that more would hardly have changed it.",
    StopReason.SATURATED: "It stopped because every comparison worth making had been made.",
    StopReason.INSUFFICIENT_ESSAYS: "It stopped at once: fewer than two essays could be read,"
    " and one essay cannot be compared.",
    StopReason.LOW_SUCCESS_RATE: "It failed: too many of the judge's answers could not be read.",
    StopReason.HOPELESS_JUDGE: "It was broken off early: the judge's answers could not be read often enough.",
    StopReason.NO_JUDGEMENTS: "It ended before a single judgement had been made.",
    StopReason.PREPARATION_FAILED: "It never began: the essays could not be prepared.",
    StopReason.PROCESSING_FAILED: "It was broken off by a fault in the processing.",
    StopReason.FINISHED_EARLY: "It was finished by hand before it had reached its goal;"
    " the result is usable but could be sharper.",
    StopReason.CANCELLED: "It was cancelled.",
}


def stop_sentence(overview: BatchOverview) -> str:
    """Why the batch ended, in a sentence with its numbers; a batch that still runs says so."""
    match overview.stop_reason:
        case None:
            return "It had not finished when this report was made."
        case StopReason.STABLE | StopReason.GRADES_SETTLED:
            return f"{_ENDINGS[overview.stop_reason]}: {_reached(overview)}."
        case StopReason.BUDGET_EXHAUSTED:
            return (
                f"It stopped because all {counted(overview.progress.budget, 'comparison')} it was allowed were used;"
                " with more, the ranking could become sharper."
            )
        case StopReason.COST_CAP | StopReason.TIME_CAP:
            return f"It stopped because the {_cap(overview)} was reached; the result is usable but could be sharper."
        case reason:
            return _ENDINGS[reason]


def outlook_sentence(outlook: Outlook, quality: QualityBlock) -> str:
    """What a tenth more comparisons would buy and, where the target was missed, how many would reach it."""
    tenth = outlook.tenth_more
    told = (
        f"A tenth more comparisons ({tenth.comparisons:,}) would be expected to bring the reliability from"
        f" {quality.reliability:.3f} to {tenth.reliability:.3f} and the typical uncertainty from {quality.mean_se:.3f} to"
        f" {tenth.mean_se:.3f}."
    )
    if not outlook.comparisons_to_target or outlook.target_reliability is None:
        return told
    missing = counted(outlook.comparisons_to_target, "more comparison")
    return f"{told} About {missing} would be needed for a reliability of {outlook.target_reliability:.2f}."


def _cap(overview: BatchOverview) -> str:
    settings = overview.settings
    if overview.stop_reason is StopReason.COST_CAP:
        return "cost limit" + (f" of {money(settings.max_cost)}" if settings.max_cost is not None else "")
    return "time limit" + (
        f" of {duration(settings.max_seconds)}" if settings.max_seconds is not None else ""
    )


def _reached(overview: BatchOverview) -> str:
    """The goals that were set and what became of them."""
    target, most = overview.settings.target_reliability, overview.settings.max_expected_grade_changes
    reliability, changes = overview.reliability, overview.expected_grade_changes
    found = []
    if reliability is not None and target is not None:
        words = reliability_words(reliability, overview.reliability_limits)
        found.append(f"the reliability is {words}, and {target:.2f} was aimed at")
    if changes is not None and most is not None:
        found.append(f"{changes:.0%} of the grades are expected to be wrong, and {most:.0%} may be")
    return "; ".join(found) or "more comparisons would hardly change it"
