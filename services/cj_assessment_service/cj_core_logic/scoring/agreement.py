"""How well two scales or two gradings agree. None wherever agreement is undefined because one side does not vary."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def kendall_tau(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Kendall's tau-b (Kendall 1945, Biometrika 33, 239-251). Raises ValueError for unequal lengths.

    Concordant minus discordant pairs over the geometric mean of the pairs untied on either side.
    """
    if not _both_vary(one, other):
        return None
    first, second = _signs(one), _signs(other)
    return float((first * second).sum() / np.sqrt(np.square(first).sum() * np.square(second).sum()))


def pearson(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Pearson's product-moment correlation (1896, Phil. Trans. A 187, 253-318). Raises ValueError for unequal lengths."""
    if not _both_vary(one, other):
        return None
    return float(np.corrcoef(np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64))[0, 1])


def spearman(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Spearman's rho: the correlation of the ranks, ties at their mean. Raises ValueError for unequal lengths."""
    if not _both_vary(one, other):
        return None
    return float(np.corrcoef(_ranks(one), _ranks(other))[0, 1])


def quadratic_weighted_kappa(one: Sequence[int], other: Sequence[int]) -> float | None:
    """Agreement of two gradings in steps of an ordered scale, 1 - observed / chance-expected mean squared difference
    (Cohen 1968, Psychological Bulletin 70, 213-220). Raises ValueError for unequal lengths.

    The expected difference of independent gradings is var(one) + var(other) + (mean(one) - mean(other))^2.
    """
    _check_lengths(one, other)
    if not one:
        return None
    first, second = np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    expected = first.var() + second.var() + (first.mean() - second.mean()) ** 2
    return float(1.0 - np.square(first - second).mean() / expected) if expected > 0.0 else None


def _both_vary(one: Sequence[float], other: Sequence[float]) -> bool:
    _check_lengths(one, other)
    return len(set(one)) > 1 and len(set(other)) > 1


def _check_lengths(one: Sequence[float], other: Sequence[float]) -> None:
    if len(one) != len(other):
        raise ValueError(f"{len(one)} values cannot be compared with {len(other)}")


def _signs(values: Sequence[float]) -> FloatArray:
    """Shape (n, n): which of each two is larger."""
    array = np.asarray(values, dtype=np.float64)
    return np.sign(array[:, None] - array[None, :])


def _ranks(values: Sequence[float]) -> FloatArray:
    """1 for the smallest; equal values share the mean of their ranks."""
    _, place, counts = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
    mean_rank = np.cumsum(counts) - (counts - 1) / 2
    return np.asarray(mean_rank[place], dtype=np.float64)
