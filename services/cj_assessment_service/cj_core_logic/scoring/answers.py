"""The judgements as the model reads them: equal ones counted together."""

from dataclasses import dataclass

import numpy as np

from cj_assessment_service.cj_core_logic.scoring.arrays import BoolArray, FloatArray, IntArray
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.domain.errors import InsufficientComparisons
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.policies import TieTreatment


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Distinct answers: one row for each pair in the order shown, judge and answer.

    `share` is the share of the win that goes to the essay shown first: 1, 0, 1/2 for a tie, or the judge's own
    probability. `is_tie` marks ties that are an outcome of their own (Davidson), `is_soft` probabilities. `level` is how
    much better the winner is, 0 without. `weight` sums the weights of the judgements behind a row, `count` counts them.
    """

    essays: tuple[EssayId, ...]
    judges: tuple[str, ...]
    first: IntArray
    second: IntArray
    judge: IntArray
    share: FloatArray
    level: IntArray
    is_tie: BoolArray
    is_soft: BoolArray
    weight: FloatArray
    count: FloatArray

    def __len__(self) -> int:
        return len(self.first)

    @property
    def decisions(self) -> int:
        return int(self.count.sum())

    @property
    def sign(self) -> FloatArray:
        """1 where the first essay won, -1 where the second did, 0 for ties and probabilities."""
        return np.where(self.is_soft, 0.0, np.sign(self.share - 0.5))

    @property
    def levels(self) -> int:
        """The highest level any judge gave; 0 without levels."""
        return int(self.level.max(initial=0))

    def per_essay(self, of_first: FloatArray, of_second: FloatArray) -> FloatArray:
        """Sums over rows, shape (n,): `of_first` goes to the essay shown first, `of_second` to the other."""
        n = len(self.essays)
        return sums_at(self.first, of_first, n) + sums_at(self.second, of_second, n)

    def per_judge(self, values: FloatArray) -> FloatArray:
        """Sums over rows, shape (judges,)."""
        return sums_at(self.judge, values, len(self.judges))


def answers_of(judgements: Judgements, ties: TieTreatment) -> Answers:
    """Raises InsufficientComparisons when there is no essay or nothing that counts."""
    is_soft = np.isfinite(judgements.p_first)
    is_tie = (judgements.outcome == 0) & ~is_soft
    counts = judgements.weight > 0.0
    if ties is TieTreatment.DROP:
        counts &= ~is_tie
    if not judgements.essays or not counts.any():
        raise InsufficientComparisons(
            f"There is nothing to make a scale from: {len(judgements.essays)} essays and "
            f"{int(counts.sum())} judgements that count."
        )
    share = np.where(is_soft, judgements.p_first, (1.0 + judgements.outcome) / 2.0)
    level = np.where(is_soft | is_tie, 0, judgements.level)
    own_outcome = is_tie & (ties is TieTreatment.DAVIDSON)
    kept = np.flatnonzero(counts)
    row, place = _distinct(
        (judgements.first, judgements.second, judgements.judge, level, is_soft), share, kept
    )
    return Answers(
        essays=judgements.essays,
        judges=judgements.judges,
        first=judgements.first[row],
        second=judgements.second[row],
        judge=judgements.judge[row],
        share=share[row],
        level=level[row],
        is_tie=own_outcome[row],
        is_soft=is_soft[row],
        weight=sums_at(place, judgements.weight[kept], len(row)),
        count=sums_at(place, np.ones(len(kept)), len(row)),
    )


def sums_at(place: IntArray, values: FloatArray, size: int) -> FloatArray:
    """The sum of the values that go to each of the `size` places."""
    return np.bincount(place, values, size).astype(np.float64, copy=False)


def _distinct(
    columns: tuple[IntArray | BoolArray, ...], share: FloatArray, kept: IntArray
) -> tuple[IntArray, IntArray]:
    """One judgement of each kind among the `kept` ones, and for each kept one the place of its kind."""
    key = np.zeros(len(kept), dtype=np.int64)
    for column in columns:
        values = column[kept].astype(np.int64)
        key = key * (int(values.max(initial=0)) + 1) + values
    if np.isin(share[kept], (0.0, 0.5, 1.0)).all():
        key = key * 3 + np.round(2.0 * share[kept]).astype(np.int64)
    else:  # probabilities hardly ever repeat, so that the key is made short before it is widened
        short = np.unique(key, return_inverse=True)[1].astype(np.int64)
        key = short * (len(kept) + 1) + np.unique(share[kept], return_inverse=True)[1]
    _, start, place = np.unique(key, return_index=True, return_inverse=True)
    return kept[start], place
