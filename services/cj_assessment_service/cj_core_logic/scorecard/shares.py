"""Shares and differences with intervals that know which cases belong together."""

import math
from collections import defaultdict
from collections.abc import Hashable, Sequence

from cj_assessment_service.cj_core_logic.scoring.score_interval import wilson_limits
from cj_assessment_service.domain.scorecards import Difference, Share
from cj_assessment_service.domain.scores import NORMAL_95


def share_of(values: Sequence[float], clusters: Sequence[Hashable]) -> Share | None:
    """The mean of values between 0 and 1, those of one cluster being dependent; None without any.

    The score interval (Wilson 1927, JASA 22, 209-212) for the number of independent cases that would have the same
    variance, p (1 - p) / v (Korn & Graubard 1998, Survey Methodology 24, 193-201), v being the linearised variance of a
    mean over clusters. It is at most the number of values; where nothing varies it is the number of clusters.
    """
    if not values:
        return None
    share = math.fsum(values) / len(values)
    variance = clustered_variance(values, clusters)
    independent = (
        min(float(len(values)), share * (1.0 - share) / variance)
        if variance > 0.0
        else float(len(set(clusters)))
    )
    low, high = wilson_limits(share, max(1.0, independent))
    return Share(share, low, high, len(values))


def plain_share(hits: int, cases: int) -> Share | None:
    """Of independent cases; None without any."""
    if not cases:
        return None
    low, high = wilson_limits(hits / cases, cases)
    return Share(hits / cases, low, high, cases)


def difference_of(values: Sequence[float], clusters: Sequence[Hashable]) -> Difference:
    """The mean of paired differences with a normal 95 % interval over clusters. Raises ValueError without any."""
    if not values:
        raise ValueError("nothing was compared")
    mean = math.fsum(values) / len(values)
    reach = NORMAL_95 * math.sqrt(clustered_variance(values, clusters))
    return Difference(mean, mean - reach, mean + reach)


def clustered_variance(values: Sequence[float], clusters: Sequence[Hashable]) -> float:
    """Of the mean: K / (K - 1) sum over the K clusters of (sum of their residuals)^2 / n^2; 0 for a single cluster."""
    mean = math.fsum(values) / len(values)
    sums: dict[Hashable, float] = defaultdict(float)
    for value, cluster in zip(values, clusters, strict=True):
        sums[cluster] += value - mean
    if len(sums) < 2:
        return 0.0
    squares = math.fsum(total * total for total in sums.values())
    variance = len(sums) / (len(sums) - 1) * squares / len(values) ** 2
    # residuals that cancel leave rounding errors, which are no variance
    return variance if variance > 1e-15 else 0.0
