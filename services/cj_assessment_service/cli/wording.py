"""What people read at the terminal, in sentences."""

from collections import Counter
from collections.abc import Sequence

from cj_assessment_service.domain.batches import BatchOverview
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.essays import FailedEssay
from cj_assessment_service.domain.results import AssessmentResult
from cj_assessment_service.domain.submissions import RefusedEssay
from cj_assessment_service.reports.stopping_words import outlook_sentence, stop_sentence
from cj_assessment_service.reports.wording import (
    cached_share,
    cost_words,
    counted,
    money,
    no_grades_sentence,
)

MOST_NAMED = 10

FAULTS = {
    ErrorCode.AUTHENTICATION_ERROR: "the key was not accepted",
    ErrorCode.AUTHORIZATION_ERROR: "the key may not use this model, or its credit is spent",
    ErrorCode.RESOURCE_NOT_FOUND: "the model, or the address, is not known there",
    ErrorCode.TIMEOUT: "no answer came in time",
    ErrorCode.CONNECTION_ERROR: "the server could not be reached",
    ErrorCode.RATE_LIMIT: "the server took no more questions",
    ErrorCode.EXTERNAL_SERVICE_ERROR: "the server was in trouble",
    ErrorCode.VALIDATION_ERROR: "the server refused the question",
    ErrorCode.INVALID_RESPONSE: "the answer was not a decision",
    ErrorCode.ANSWER_REFUSED: "the model refused to judge",
    ErrorCode.ANSWER_CUT_OFF: "the answer was cut off at its length limit",
    ErrorCode.ANSWER_FILTERED: "a content filter withheld the answer",
    ErrorCode.SERVICE_UNAVAILABLE: "the server was overloaded",
    ErrorCode.COST_LIMIT_EXCEEDED: "the cost limit left too little",
    ErrorCode.TIME_LIMIT_EXCEEDED: "the time limit was reached",
    ErrorCode.CIRCUIT_BREAKER_OPEN: "the judge could not be reached",
}
"""Why a judge gave no verdict. A code that is not here speaks for itself."""


def standing_text(overview: BatchOverview) -> str:
    """Where a batch stands, ended or not."""
    if overview.status.is_terminal:
        return ending_text(overview)
    number, counts = overview.identity.batch_id, overview.progress
    asked = f"{counts.answered:,} of at most {counted(counts.budget, 'comparison')} answered"
    return (
        f"Batch {number} is not finished: wave {overview.wave}, {asked}{_facts(overview)}."
        f" If nothing works on it, go on with: cj resume {number}"
    )


def ending_text(overview: BatchOverview) -> str:
    """Why the batch ended, and what it took."""
    number = overview.identity.batch_id
    if not overview.status.is_complete:
        return f"Batch {number} failed. {overview.failure_detail or stop_sentence(overview)}"
    made = counted(overview.progress.completed, "judgement")
    return f"Batch {number}: {made}{_facts(overview)}. {stop_sentence(overview)}"


def _facts(overview: BatchOverview) -> str:
    facts = []
    counts = overview.progress
    if overview.settings.reuse_answers:
        facts.append(f"{overview.reused:,} of them taken from earlier batches")
    if counts.failed > counts.unsent:
        facts.append(f"{counts.failed - counts.unsent:,} failed")
    if counts.unsent:
        facts.append(f"{counts.unsent:,} not sent")
    if overview.reliability is not None:
        facts.append(f"reliability {overview.reliability:.2f}")
    if overview.spent or overview.unpriced:
        facts.append(cost_words(overview))
    if overview.excluded_judges:
        facts.append(f"without {', '.join(overview.excluded_judges)}")
    if overview.cached_tokens:
        facts.append(f"{cached_share(overview):.0%} of the prompt tokens from the provider's cache")
    return "".join(f", {fact}" for fact in facts)


def outlook_text(result: AssessmentResult) -> str | None:
    """What more comparisons would buy; None where that is not known."""
    quality = result.quality
    if quality is None or quality.outlook is None or not result.overview.status.is_complete:
        return None
    return outlook_sentence(quality.outlook, quality)


def remarks(result: AssessmentResult) -> tuple[str, ...]:
    """What somebody who goes on with this result has to know, a sentence each."""
    overview = result.overview
    if not overview.status.is_complete:
        return _faults(result)
    found = list(result.quality.warnings) if result.quality is not None else []
    limit = overview.settings.max_cost
    if limit is not None and overview.unpriced:
        found.append(f"Whether the cost limit of {money(limit)} was kept is unknown.")
    if result.scale is not None and result.projection_unavailable is not None:
        found.append(no_grades_sentence(result.projection_unavailable))
    to_look_at = sum(bool(essay.review_reasons) for essay in result.essays)
    if to_look_at:
        found.append(
            f"A person should look at {counted(to_look_at, 'essay')}; report.html says which and why."
        )
    if result.failed_essays:
        found.append(
            f"{counted(len(result.failed_essays), 'essay')} could not be assessed; essays.csv says why."
        )
    return tuple(found)


def left_out_text(refused: Sequence[FailedEssay | RefusedEssay]) -> str:
    """Names the essays, unless there are many."""
    named = ", ".join(essay.essay_id for essay in refused[:MOST_NAMED])
    more = f" and {len(refused) - MOST_NAMED} more" if len(refused) > MOST_NAMED else ""
    return f"Left out, because they cannot be used: {named}{more}."


def _faults(result: AssessmentResult) -> tuple[str, ...]:
    """The commonest first, each with what the judge itself said the first time."""
    errors = Counter(one.error for one in result.comparisons if one.error is not None)
    said = {one.error: one.error_message for one in reversed(result.comparisons) if one.error_message}
    return tuple(
        f"{counted(times, 'question')} failed: {FAULTS.get(error, error.value)}."
        + (f" The judge's words: {said[error]}" if error in said else "")
        for error, times in errors.most_common()
    )
