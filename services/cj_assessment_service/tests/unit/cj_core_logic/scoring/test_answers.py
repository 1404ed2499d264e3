"""Judgements counted together."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.scoring.answers import answers_of
from cj_assessment_service.domain.errors import InsufficientComparisons
from cj_assessment_service.domain.policies import TieTreatment
from cj_assessment_service.tests.unit.cj_core_logic.scoring.judgements import (
    Case,
    cases,
    columns,
    counted,
)


def test_equal_answers_are_counted_per_ordered_pair() -> None:
    case = counted([("b", "a", 2, 1), ("a", "b", 1, 0), ("b", "c", 0, 2)])
    answers = answers_of(case.judgements, TieTreatment.DAVIDSON)
    assert answers.essays == ("a", "b", "c")
    assert list(zip(answers.first, answers.second, answers.share, answers.count, strict=True)) == [
        (0, 1, 1.0, 1),
        (1, 0, 0.0, 1),
        (1, 0, 1.0, 2),
        (1, 2, 0.0, 2),
    ]
    assert answers.per_essay(answers.count, answers.count).tolist() == [4, 6, 2]
    assert answers.decisions == 6


@settings(deadline=None)
@given(cases(), st.data())
def test_no_judgement_is_lost_and_none_is_mixed_with_another(case: Case, data: st.DataObject) -> None:
    rows = len(case.decided)
    shares = data.draw(st.lists(st.sampled_from((np.nan, 0.0, 0.5, 0.3)), min_size=rows, max_size=rows))
    judgements = replace(case.judgements, p_first=np.array(shares), weight=np.arange(1.0, rows + 1.0))
    answers = answers_of(judgements, TieTreatment.DAVIDSON)

    def kind(row: int) -> tuple[float, ...]:
        soft = not np.isnan(shares[row])
        outcome, level = int(judgements.outcome[row]), int(judgements.level[row])
        said = shares[row] if soft else (1 + outcome) / 2
        pair = int(judgements.first[row]), int(judgements.second[row]), int(judgements.judge[row])
        return (*pair, said, 0 if soft or outcome == 0 else level, soft, not soft and outcome == 0)

    expected: dict[tuple[float, ...], float] = {}
    for row in range(rows):
        expected[kind(row)] = expected.get(kind(row), 0.0) + float(judgements.weight[row])
    columns_of = (
        answers.first,
        answers.second,
        answers.judge,
        answers.share,
        answers.level,
        answers.is_soft,
        answers.is_tie,
    )
    found = dict(
        zip(zip(*(c.tolist() for c in columns_of), strict=True), answers.weight.tolist(), strict=True)
    )
    assert found == expected
    assert answers.decisions == rows


def test_a_tie_is_an_outcome_or_half_a_win_or_nothing() -> None:
    judgements = columns(2, [(0, 1), (0, 1)], [0, 1])
    own, half, dropped = (answers_of(judgements, treatment) for treatment in TieTreatment)
    assert (own.share.tolist(), own.is_tie.tolist()) == ([0.5, 1.0], [True, False])
    assert (half.share.tolist(), half.is_tie.tolist()) == ([0.5, 1.0], [False, False])
    assert dropped.share.tolist() == [1.0]


def test_signs_point_to_the_winner() -> None:
    judgements = columns(2, [(0, 1)] * 4, [1, -1, 0, 0], p_first=[np.nan, np.nan, np.nan, 0.9])
    answers = answers_of(judgements, TieTreatment.DAVIDSON)
    assert sorted(zip(answers.share.tolist(), answers.sign.tolist(), strict=True)) == [
        (0.0, -1.0),
        (0.5, 0.0),
        (0.9, 0.0),
        (1.0, 1.0),
    ]


def test_judgements_without_weight_do_not_count() -> None:
    answers = answers_of(columns(2, [(0, 1), (1, 0)], [1, 1], weight=[0.0, 2.0]), TieTreatment.HALF)
    assert (answers.first.tolist(), answers.decisions) == ([1], 1)


def test_nothing_but_dropped_ties_is_insufficient() -> None:
    with pytest.raises(InsufficientComparisons, match="0 judgements that count"):
        answers_of(columns(2, [(0, 1)], [0]), TieTreatment.DROP)
