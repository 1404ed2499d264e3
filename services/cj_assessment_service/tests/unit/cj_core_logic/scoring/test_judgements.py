"""Judgements as columns."""

from dataclasses import replace

import numpy as np
import pytest

from cj_assessment_service.cj_core_logic.scoring.judgements import judgements_of
from cj_assessment_service.domain.comparisons import DecidedComparison, OrientedPair, Winner
from cj_assessment_service.domain.errors import InsufficientComparisons
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.tests.unit.cj_core_logic.scoring.judgements import columns, essay_ids, judged


def test_decisions_become_columns_about_sorted_essays_and_judges() -> None:
    decided = [
        DecidedComparison(OrientedPair(EssayId("b"), EssayId("a")), Winner.SECOND, "zeta", 3),
        DecidedComparison(OrientedPair(EssayId("a"), EssayId("c")), Winner.TIE, "alpha"),
    ]
    found = judgements_of([EssayId("c"), EssayId("b"), EssayId("a")], decided)
    assert (found.essays, found.judges) == (("a", "b", "c"), ("alpha", "zeta"))
    assert (found.first.tolist(), found.second.tolist()) == ([1, 0], [0, 2])
    assert (found.judge.tolist(), found.outcome.tolist()) == ([1, 0], [-1, 0])
    assert (found.level.tolist(), found.weight.tolist()) == ([3, 0], [1.0, 1.0])
    assert np.isnan(found.p_first).all()


def test_taken_judgements_keep_their_order() -> None:
    found = columns(3, [(0, 1), (1, 2), (2, 0)], [1, -1, 0]).take(np.array([2, 0]))
    assert (found.first.tolist(), found.outcome.tolist(), len(found)) == ([2, 0], [0, 1], 2)


@pytest.mark.parametrize("essays", [(), essay_ids(3)])
def test_nothing_judged_is_insufficient(essays: tuple[EssayId, ...]) -> None:
    with pytest.raises(InsufficientComparisons, match=f"{len(essays)} essays and 0 readable judgements"):
        judgements_of(essays, ())


def test_no_essays_are_insufficient_whatever_was_judged() -> None:
    with pytest.raises(InsufficientComparisons):
        judgements_of((), judged("a", "b"))


def test_a_decision_about_an_unlisted_essay_is_refused() -> None:
    with pytest.raises(ValueError, match="stranger"):
        judgements_of(essay_ids(2), judged("essay-000", "stranger"))


def test_an_essay_listed_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        judgements_of((EssayId("a"), EssayId("b"), EssayId("a")), judged("a", "b"))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("first", 3),
        ("second", -1),
        ("judge", 1),
        ("outcome", 2),
        ("level", -1),
        ("p_first", 1.5),
        ("weight", -1.0),
        ("weight", np.nan),
    ],
)
def test_a_value_out_of_range_is_refused_with_its_place(column: str, value: float) -> None:
    fine = columns(3, [(0, 1), (1, 2)], [1, 1])
    spoilt = getattr(fine, column).copy()
    spoilt[1] = value
    with pytest.raises(ValueError, match=f"{column} of judgement 1 is out of range"):
        replace(fine, **{column: spoilt})


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="different lengths"):
        replace(columns(2, [(0, 1)], [1]), weight=np.ones(2))


def test_an_essay_compared_with_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="itself"):
        columns(2, [(1, 1)], [1])


def test_names_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="sorted"):
        replace(columns(2, [(0, 1)], [1]), essays=(EssayId("b"), EssayId("a")))
