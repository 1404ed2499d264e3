"""Why a question never left, in words for people."""

from datetime import datetime
from decimal import Decimal

from cj_assessment_service.domain.comparisons import ComparisonRequest, JudgeFailure, JudgeUsage, Outcome
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.judges import JudgeSpec
from cj_assessment_service.reports.wording import money


def too_dear(most: Decimal) -> JudgeFailure:
    """`most` is what it may cost in USD."""
    return JudgeFailure(
        ErrorCode.COST_LIMIT_EXCEEDED,
        f"The question was not sent: it may cost up to {money(most)}, and the cost limit leaves less.",
    )


def of_unknown_price(judge: str) -> JudgeFailure:
    return JudgeFailure(
        ErrorCode.COST_LIMIT_EXCEEDED,
        f"The question was not sent: the price of {judge} is unknown, so no cost limit can be kept. "
        "Name its price in the judges file, or go without a limit.",
    )


def too_late() -> JudgeFailure:
    return JudgeFailure(
        ErrorCode.TIME_LIMIT_EXCEEDED, "The question was not sent, because the time limit was reached."
    )


def out_of_reach(judge: str) -> JudgeFailure:
    return JudgeFailure(
        ErrorCode.CIRCUIT_BREAKER_OPEN,
        f"The question was not sent, because {judge} could not be reached several times in a row.",
    )


def unasked(request: ComparisonRequest, failure: JudgeFailure, at: datetime) -> Outcome:
    """The outcome of a question that no judge was shown, so that it took nothing."""
    judge = JudgeSpec.parse(request.judge)
    usage = JudgeUsage(judge.kind, judge.argument or judge.kind, seconds=0.0, cost=Decimal(0), attempts=0)
    return Outcome(request.request_id, JudgeFailure(failure.code, failure.message, usage), at)
