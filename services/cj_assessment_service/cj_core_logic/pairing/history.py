"""What was asked so far, as arrays: counted once per pair, whichever essay was shown first."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cj_assessment_service.domain.comparisons import AskedComparison, AskedState
from cj_assessment_service.domain.essays import EssayItem
from cj_assessment_service.domain.identifiers import EssayId

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """The questions about `essays`, which stand in the order of their ids, so that no result depends on the order of
    the input. The other fields have one entry for each pair ever asked, in the order of `keys`: the key of the pair
    of the essays numbered i < j is i * n + j. "Forward" shows essay i first, "backward" essay j.

    `forward` and `backward` count what is decided or outstanding, `forward_asked` and `backward_asked` the failed
    ones too. `spent` is how many attempts the pair's open question has used up: 0 unless its latest question
    failed. `retryable` says whether that failure may be cured by asking again.
    """

    essays: tuple[EssayId, ...]
    keys: IntArray
    forward: IntArray
    backward: IntArray
    forward_asked: IntArray
    backward_asked: IntArray
    spent: IntArray
    retryable: BoolArray

    @property
    def size(self) -> int:
        return len(self.essays)

    @property
    def left(self) -> IntArray:
        return self.keys // max(self.size, 1)

    @property
    def right(self) -> IntArray:
        return self.keys % max(self.size, 1)

    @property
    def covered(self) -> IntArray:
        """Judgements of each pair, decided or outstanding."""
        return self.forward + self.backward

    @property
    def comparisons(self) -> IntArray:
        """Comparisons of each essay, decided or outstanding, shape (n,)."""
        return self._per_essay(self.left, self.covered) + self._per_essay(self.right, self.covered)

    @property
    def skew(self) -> IntArray:
        """How much oftener each essay was shown first than second, shape (n,)."""
        lead = self.forward - self.backward
        return self._per_essay(self.left, lead) - self._per_essay(self.right, lead)

    def _per_essay(self, essay: IntArray, counts: IntArray) -> IntArray:
        return np.bincount(essay, counts, self.size).astype(np.intp)


def history_of(items: Sequence[EssayItem], asked: Sequence[AskedComparison]) -> History:
    """Questions about essays that are not among `items` are left out."""
    essays = tuple(sorted(item.essay_id for item in items))
    place = {essay_id: index for index, essay_id in enumerate(essays)}
    known = [question for question in asked if question.pair.first in place and question.pair.second in place]
    first = np.array([place[question.pair.first] for question in known], dtype=np.intp)
    second = np.array([place[question.pair.second] for question in known], dtype=np.intp)
    key = np.minimum(first, second) * len(essays) + np.maximum(first, second)
    return _tallied(essays, key, first < second, known)


def _tallied(
    essays: tuple[EssayId, ...], key: IntArray, forward: BoolArray, questions: Sequence[AskedComparison]
) -> History:
    wave = np.array([question.wave for question in questions], dtype=np.intp)
    attempt = np.array([question.attempt for question in questions], dtype=np.intp)
    covered = np.array([question.state is not AskedState.FAILED for question in questions], dtype=np.bool_)
    curable = np.array(
        [question.error_code is not None and question.error_code.is_retryable for question in questions],
        dtype=np.bool_,
    )
    in_time = np.lexsort((covered, curable, forward, attempt, wave, key))
    forward, covered, curable = forward[in_time], covered[in_time], curable[in_time]
    attempt = attempt[in_time]
    keys, start, pair = np.unique(key[in_time], return_index=True, return_inverse=True)
    latest = np.append(start[1:], len(pair))[: len(start)] - 1
    spent = np.where(
        covered[latest], 0, np.maximum(attempt[latest], _failures_in_a_row(covered, start, latest))
    )

    def count(rows: BoolArray) -> IntArray:
        return np.bincount(pair[rows], minlength=len(keys)).astype(np.intp)

    return History(
        essays=essays,
        keys=keys,
        forward=count(covered & forward),
        backward=count(covered & ~forward),
        forward_asked=count(forward),
        backward_asked=count(~forward),
        spent=spent,
        retryable=curable[latest] & ~covered[latest],
    )


def _failures_in_a_row(covered: BoolArray, start: IntArray, latest: IntArray) -> IntArray:
    """How many questions of each pair failed since the last that did not; its rows go from `start` to `latest`."""
    sound = np.maximum.accumulate(np.where(covered, np.arange(len(covered)), -1))
    return latest - np.maximum(sound[latest], start - 1)
