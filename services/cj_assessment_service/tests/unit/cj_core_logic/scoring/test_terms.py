"""Which judges have terms of their own, and where the search for them starts."""

from dataclasses import replace

import numpy as np
import pytest

from cj_assessment_service.cj_core_logic.scoring.answers import Answers, answers_of
from cj_assessment_service.cj_core_logic.scoring.terms import FEWEST_DECISIONS, first_terms, judge_groups
from cj_assessment_service.domain.policies import DEFAULT_SCORING, PositionTerm, TieTreatment
from cj_assessment_service.tests.unit.cj_core_logic.scoring.judgements import columns
from cj_assessment_service.tests.unit.cj_core_logic.scoring.models import POOLED


def answered(*decisions: int, **given: list[int]) -> Answers:
    """By judges with that many decisions each."""
    judge = np.repeat(np.arange(len(decisions)), decisions)
    return answers_of(
        columns(2, [(0, 1)] * len(judge), [1] * len(judge), judge=judge, **given), TieTreatment.HALF
    )


def test_judges_with_few_decisions_share_their_terms() -> None:
    groups = judge_groups(answered(FEWEST_DECISIONS, 3, FEWEST_DECISIONS + 5, 19), DEFAULT_SCORING)
    assert groups.own_discrimination.tolist() == [True, False, True, False]
    assert groups.group.tolist() == groups.position.tolist() == [1, 0, 2, 0]
    assert groups.positions == 3
    assert groups.pooled(np.array([1.0, 2.0, 4.0, 8.0])).tolist() == [1.0, 10.0, 4.0, 10.0]


def test_judges_with_enough_decisions_share_nothing() -> None:
    groups = judge_groups(answered(30, 40), DEFAULT_SCORING)
    assert (groups.group.tolist(), groups.positions) == ([0, 1], 2)


def test_pooled_judges_share_everything() -> None:
    groups = judge_groups(answered(30, 40), POOLED)
    assert (groups.group.tolist(), groups.positions) == ([0, 0], 1)
    assert not groups.own_discrimination.any()


def test_one_judge_sees_as_clearly_as_the_scale() -> None:
    assert not judge_groups(answered(50), DEFAULT_SCORING).own_discrimination.any()


def test_without_a_position_term_there_are_no_effects() -> None:
    groups = judge_groups(answered(30, 4), replace(DEFAULT_SCORING, position=PositionTerm.ABSENT))
    assert (groups.position.tolist(), groups.positions) == ([-1, -1], 0)


def test_the_search_starts_from_what_was_seen() -> None:
    terms = first_terms(answered(2, 4, level=[1, 2, 2, 3, 3, 3]))
    assert terms.discrimination.tolist() == [1.0, 1.0]
    assert terms.grading.tolist() == [1.0, 1.0]
    assert terms.tie.tolist() == [0.0, 0.0]
    assert np.diff(terms.thresholds, axis=1).min() > 0.0
    assert terms.thresholds[0] == pytest.approx(terms.thresholds[1])


@pytest.mark.parametrize("level", [0, 1])
def test_a_single_level_grades_nothing(level: int) -> None:
    terms = first_terms(answered(3, level=[level] * 3))
    assert (terms.grading.tolist(), terms.thresholds.shape) == ([0.0], (1, 0))
