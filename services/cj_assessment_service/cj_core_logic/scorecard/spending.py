"""What the answers of a check took, and why some are missing."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from cj_assessment_service.domain.comparisons import RecordedComparison
from cj_assessment_service.domain.scorecards import FailureKind, Spending


def spending_of(comparisons: Sequence[RecordedComparison]) -> Spending:
    """Of everything that was answered, failures included: they take time and money too."""
    answered = [one for one in comparisons if one.winner is not None or one.error is not None]
    fresh = [one for one in answered if not one.is_reused]
    usages = [one.usage for one in fresh if one.usage is not None]
    timed = [one.usage.seconds for one in fresh if one.winner is not None and one.usage is not None]
    decided = sum(one.winner is not None for one in fresh)
    prices = [usage.cost for usage in usages if usage.cost is not None]
    unpriced = len(usages) - len(prices)
    spent = sum(prices, Decimal(0))
    return Spending(
        answers=len(answered),
        reused=len(answered) - len(fresh),
        median_seconds=float(np.median(timed)) if timed else None,
        p95_seconds=float(np.quantile(timed, 0.95)) if timed else None,
        prompt_tokens=sum(usage.prompt_tokens for usage in usages),
        completion_tokens=sum(usage.completion_tokens for usage in usages),
        cached_tokens=sum(usage.cached_tokens for usage in usages),
        spent=spent,
        unpriced=unpriced,
        cost_per_100=spent * 100 / decided if decided and prices and not unpriced else None,
    )


def failures_of(comparisons: Sequence[RecordedComparison]) -> tuple[FailureKind, ...]:
    """The commonest first, each with what the judge said the first time."""
    counts = Counter(one.error for one in comparisons if one.error is not None)
    said = {one.error: one.error_message for one in reversed(comparisons) if one.error_message}
    return tuple(FailureKind(code, count, said.get(code)) for code, count in counts.most_common())
