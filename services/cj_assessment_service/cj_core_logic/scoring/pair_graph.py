"""Which essays met, once for each two of them: the pattern of every matrix of the model."""

from dataclasses import dataclass

import numpy as np

from cj_assessment_service.cj_core_logic.scoring.answers import Answers, sums_at
from cj_assessment_service.cj_core_logic.scoring.arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class PairGraph:
    """Pairs of essays that met, `low` < `high`, and the `pair` of each row of the answers. `indptr`, `indices` and `entry`
    describe the symmetric adjacency matrix in compressed rows; `entry` is the pair behind each stored element.
    """

    essays: int
    low: IntArray
    high: IntArray
    pair: IntArray
    indptr: IntArray
    indices: IntArray
    entry: IntArray

    def per_pair(self, values: FloatArray) -> FloatArray:
        """Sums over the rows of each pair."""
        return sums_at(self.pair, values, len(self.low))

    def per_essay(self, of_pairs: FloatArray) -> FloatArray:
        """Sums over the pairs of each essay, shape (essays,)."""
        return sums_at(self.low, of_pairs, self.essays) + sums_at(self.high, of_pairs, self.essays)


def pair_graph(answers: Answers) -> PairGraph:
    n = len(answers.essays)
    key = np.minimum(answers.first, answers.second) * n + np.maximum(answers.first, answers.second)
    keys, pair = np.unique(key, return_inverse=True)
    low, high = keys // n, keys % n
    rows = np.concatenate((low, high))
    order = np.lexsort((np.concatenate((high, low)), rows))
    return PairGraph(
        essays=n,
        low=low,
        high=high,
        pair=pair,
        indptr=np.concatenate(([0], np.cumsum(np.bincount(rows, minlength=n)))).astype(np.intp),
        indices=np.concatenate((high, low))[order],
        entry=np.tile(np.arange(len(keys)), 2)[order],
    )
