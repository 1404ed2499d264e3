"""The judgements as the model reads them: equal ones counted together."""

from dataclasses import dataclass

import numpy as np

from cj_assessment_service.cj_core_logic.scoring.arrays import BoolArray, FloatArray, IntArray
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements, LevelScale
from cj_assessment_service.domain.errors import InsufficientComparisons
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.policies import TieTreatment


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Distinct answers: one row for each pair in the order shown, judge and answer.

    `share` is the share of the win that goes to the essay shown first: 1, 0, or 1/2 for a tie. `is_tie` marks ties that
    are an outcome of their own (Davidson). `level` is how much better the winner is, 0 without, on the judge's own one of
    `scales`. `weight` sums the weights of the judgements behind a row, `count` counts them.
    """

    essays: tuple[EssayId, ...]
    judges: tuple[str, ...]
    scales: tuple[LevelScale, ...]
    first: IntArray
    second: IntArray
    judge: IntArray
    share: FloatArray
    level: IntArray
    is_tie: BoolArray
    weight: FloatArray
    count: FloatArray

    def __len__(self) -> int:
        return len(self.first)

    @property
    def decisions(self) -> int:
        return int(self.count.sum())

    @property
    def sign(self) -> FloatArray:
        """1 where the first essay won, -1 where the second did, 0 for ties."""
        return np.sign(self.share - 0.5)

    def per_essay(self, of_first: FloatArray, of_second: FloatArray) -> FloatArray:
        """Sums over rows, shape (n,): `of_first` goes to the essay shown first, `of_second` to the other."""
        n = len(self.essays)
        return sums_at(self.first, of_first, n) + sums_at(self.second, of_second, n)

    def per_judge(self, values: FloatArray) -> FloatArray:
        """Sums over rows, shape (judges,)."""
        return sums_at(self.judge, values, len(self.judges))


def answers_of(judgements: Judgements, ties: TieTreatment) -> Answers:
    """Raises InsufficientComparisons when there is no essay or nothing that counts."""
    is_tie = judgements.outcome == 0
    counts = judgements.weight > 0.0
    if ties is TieTreatment.DROP:
        counts &= ~is_tie
    if not judgements.essays or not counts.any():
        raise InsufficientComparisons(
            f"There is nothing to make a scale from: {len(judgements.essays)} essays and "
            f"{int(counts.sum())} judgements that count."
        )
    level = np.where(is_tie, 0, judgements.level)
    own_outcome = is_tie & (ties is TieTreatment.DAVIDSON)
    kept = np.flatnonzero(counts)
    row, place = _distinct(
        (judgements.first, judgements.second, judgements.judge, level, 1 + judgements.outcome), kept
    )
    return Answers(
        essays=judgements.essays,
        judges=judgements.judges,
        scales=judgements.level_scales,
        first=judgements.first[row],
        second=judgements.second[row],
        judge=judgements.judge[row],
        share=np.asarray((1.0 + judgements.outcome[row]) / 2.0, dtype=np.float64),
        level=level[row],
        is_tie=own_outcome[row],
        weight=sums_at(place, judgements.weight[kept], len(row)),
        count=sums_at(place, np.ones(len(kept)), len(row)),
    )


def sums_at(place: IntArray, values: FloatArray, size: int) -> FloatArray:
    """The sum of the values that go to each of the `size` places."""
    return np.bincount(place, values, size).astype(np.float64, copy=False)


def _distinct(columns: tuple[IntArray, ...], kept: IntArray) -> tuple[IntArray, IntArray]:
    """One judgement of each kind among the `kept` ones, and for each kept one the place of its kind."""
    key = np.zeros(len(kept), dtype=np.int64)
    for column in columns:
        values = column[kept].astype(np.int64)
        key = key * (int(values.max(initial=0)) + 1) + values
    _, start, place = np.unique(key, return_index=True, return_inverse=True)
    return kept[start], place
