"""Judgements as counts."""

import pytest

from cj_assessment_service.cj_core_logic.scoring.design import design_of
from cj_assessment_service.domain.errors import InsufficientComparisons
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.tests.unit.cj_core_logic.scoring.judgements import counted, essay_ids, judged


def test_judgements_are_counted_per_ordered_pair() -> None:
    case = counted([("b", "a", 2, 1), ("a", "b", 1, 0), ("b", "c", 0, 2)])
    design = design_of(case.essays, case.decided)
    assert design.essays == ("a", "b", "c")
    assert list(zip(design.first, design.second, design.total, design.won, strict=True)) == [
        (0, 1, 1, 1),
        (1, 0, 3, 2),
        (1, 2, 2, 0),
    ]
    assert design.comparisons.tolist() == [4, 6, 2]
    assert design.wins.tolist() == [2, 2, 2]
    assert design.decisions == 6


@pytest.mark.parametrize("essays", [(), essay_ids(3)])
def test_nothing_judged_is_insufficient(essays: tuple[EssayId, ...]) -> None:
    with pytest.raises(InsufficientComparisons, match=f"{len(essays)} essays and 0 readable judgements"):
        design_of(essays, ())


def test_no_essays_are_insufficient_whatever_was_judged() -> None:
    with pytest.raises(InsufficientComparisons):
        design_of((), judged("a", "b"))


def test_a_decision_about_an_unlisted_essay_is_refused() -> None:
    with pytest.raises(ValueError, match="stranger"):
        design_of(essay_ids(2), judged("essay-000", "stranger"))


def test_an_essay_listed_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        design_of((EssayId("a"), EssayId("b"), EssayId("a")), judged("a", "b"))
