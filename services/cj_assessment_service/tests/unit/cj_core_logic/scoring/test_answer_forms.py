"""Probabilities and confidence as levels."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.scoring.answer_forms import (
    ANSWERS_PER_CLASS,
    MOST_CLASSES,
    classes,
    in_forms,
    strength,
)
from cj_assessment_service.cj_core_logic.scoring.judgements import NAMED_LEVELS
from cj_assessment_service.domain.scores import EvidenceForm
from cj_assessment_service.tests.unit.cj_core_logic.scoring.judgements import FloatArray, columns

strengths = st.lists(st.sampled_from((np.nan, -0.2, 0.0, 0.1, 0.3, 0.5)), min_size=1, max_size=200).map(
    np.array
)


@given(strengths, st.sampled_from((1.0, 0.25)))
def test_classes_keep_the_order_and_what_is_equal_together(said: FloatArray, weight: float) -> None:
    level = classes(said, np.full(len(said), weight))
    assert (level == 0).tolist() == np.isnan(said).tolist()
    for here, value in zip(level, said, strict=True):
        assert (level[said > value] >= here).all()
        assert (level[said == value] == here).all()
    assert set(level.tolist()) - {0} == set(range(1, int(level.max()) + 1))


@given(strengths)
def test_classes_depend_on_ranks_alone(said: FloatArray) -> None:
    ones = np.ones(len(said))
    assert classes(np.sinh(9.0 * said) + 4.0, ones).tolist() == classes(said, ones).tolist()


@given(strengths)
def test_equal_answers_are_classed_by_weight_as_by_number(said: FloatArray) -> None:
    twice = classes(np.tile(said, 2), np.ones(2 * len(said)))
    assert twice.tolist() == np.tile(classes(said, np.full(len(said), 2.0)), 2).tolist()


@pytest.mark.parametrize(("answers", "expected"), [(4, 2), (5 * ANSWERS_PER_CLASS, 5), (1000, MOST_CLASSES)])
def test_there_are_as_many_classes_as_answers_can_fill(answers: int, expected: int) -> None:
    level = classes(np.random.default_rng(1).random(answers), np.ones(answers))
    assert level.max() == expected
    assert np.ptp(np.bincount(level)[1:]) <= 2


def test_a_probability_speaks_for_the_named_winner_or_against_it() -> None:
    said = columns(2, [(0, 1)] * 5, [1, -1, -1, 0, 1], p_first=[0.9, 0.0, 0.7, 0.5, np.nan])
    np.testing.assert_allclose(
        strength(said, EvidenceForm.PROBABILITIES), [0.4, 0.5, -0.2, np.nan, np.nan], atol=1e-12
    )


@settings(deadline=None)
@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=30))
def test_probabilities_seen_from_the_other_side_are_as_strong(p_first: list[float]) -> None:
    rows = len(p_first)
    here = columns(2, [(0, 1)] * rows, [1] * rows, p_first=p_first)
    there = columns(2, [(1, 0)] * rows, [-1] * rows, p_first=[1.0 - p for p in p_first])
    np.testing.assert_allclose(
        strength(here, EvidenceForm.PROBABILITIES), strength(there, EvidenceForm.PROBABILITIES), atol=2e-12
    )


def test_every_group_has_a_scale_of_its_own_and_margins_are_common_to_all() -> None:
    said = columns(
        2,
        [(0, 1)] * 8,
        [1] * 8,
        judge=[0, 0, 1, 1, 2, 2, 3, 3],
        level=[1, 3, 2, 1, 2, 3, 3, 3],
        confidence=[1, 5, 2, 4, 1, 1, 2, 2],
        p_first=[0.6, 0.9, 0.7, 0.6, 0.5, 0.5, 0.5, 0.5],
    )
    forms = (EvidenceForm.LEVELS, EvidenceForm.CONFIDENCE, EvidenceForm.PROBABILITIES, EvidenceForm.WINNER)
    settled = in_forms(said, np.arange(4), forms)
    assert settled.level.tolist() == [1, 3, 1, 2, 1, 1, 0, 0]
    assert [scale.form for scale in settled.scales] == list(forms)
    assert settled.scales[0] == NAMED_LEVELS
    assert len(set(settled.scales)) == 4
