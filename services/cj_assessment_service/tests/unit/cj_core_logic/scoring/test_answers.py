"""Judgements counted together."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

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
@given(cases())
def test_no_judgement_is_lost_and_none_is_mixed_with_another(case: Case) -> None:
    rows = len(case.decided)
    judgements = replace(case.judgements, weight=np.arange(1.0, rows + 1.0))
    answers = answers_of(judgements, TieTreatment.DAVIDSON)

    def kind(row: int) -> tuple[float, ...]:
        outcome, level = int(judgements.outcome[row]), int(judgements.level[row])
        pair = int(judgements.first[row]), int(judgements.second[row]), int(judgements.judge[row])
        return (*pair, (1 + outcome) / 2, 0 if outcome == 0 else level, outcome == 0)

    expected: dict[tuple[float, ...], float] = {}
    for row in range(rows):
        expected[kind(row)] = expected.get(kind(row), 0.0) + float(judgements.weight[row])
    columns_of = (
        answers.first,
        answers.second,
        answers.judge,
        answers.share,
        answers.level,
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
    judgements = columns(2, [(0, 1)] * 3, [1, -1, 0])
    answers = answers_of(judgements, TieTreatment.DAVIDSON)
    assert sorted(zip(answers.share.tolist(), answers.sign.tolist(), strict=True)) == [
        (0.0, -1.0),
        (0.5, 0.0),
        (1.0, 1.0),
    ]


def test_judgements_without_weight_do_not_count() -> None:
    answers = answers_of(columns(2, [(0, 1), (1, 0)], [1, 1], weight=[0.0, 2.0]), TieTreatment.HALF)
    assert (answers.first.tolist(), answers.decisions) == ([1], 1)


def test_nothing_but_dropped_ties_is_insufficient() -> None:
    with pytest.raises(InsufficientComparisons, match="0 judgements that count"):
        answers_of(columns(2, [(0, 1)], [0]), TieTreatment.DROP)
