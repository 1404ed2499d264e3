"""Counting quiet waves."""

from dataclasses import replace

import pytest

from cj_assessment_service.cj_core_logic.continuation.stability import quiet_waves
from cj_assessment_service.domain.essays import EssayItem
from cj_assessment_service.domain.policies import ContinuationPolicy
from cj_assessment_service.tests.unit.cj_core_logic.continuation.situations import board, essay_id, items

POLICY = ContinuationPolicy(quiet_change=0.25)


def previous(*moves: float) -> tuple[EssayItem, ...]:
    """Items whose scores the wave moved by so much."""
    new = board(essays=len(moves))
    return tuple(
        EssayItem(score.essay_id, score=score.score - move, se=0.4)
        for score, move in zip(new.scores, moves, strict=True)
    )


@pytest.mark.parametrize("so_far", [0, 1, 5])
def test_a_small_move_is_one_more_quiet_wave(so_far: int) -> None:
    assert quiet_waves(previous(0.05, -0.05, 0.0, 0.0), board(se=0.4), so_far, POLICY) == so_far + 1


def test_a_large_move_starts_the_count_again() -> None:
    assert quiet_waves(previous(0.3, -0.3, 0.3, -0.3), board(se=0.4), 5, POLICY) == 0


def test_a_move_of_just_the_allowed_size_is_quiet() -> None:
    assert quiet_waves(previous(0.125, -0.125, 0.125, -0.125), board(se=0.5), 0, POLICY) == 1


def test_the_mean_counts_not_the_largest_move() -> None:
    assert quiet_waves(previous(0.38, 0.0, 0.0, 0.0), board(se=0.4), 0, POLICY) == 1


def test_what_is_quiet_is_measured_in_errors() -> None:
    moved = previous(0.2, 0.2, 0.2, 0.2)
    assert quiet_waves(moved, board(se=0.4), 0, POLICY) == 0
    assert quiet_waves(moved, board(se=1.0), 0, POLICY) == 1


def test_a_wave_that_gives_an_essay_its_first_score_is_not_quiet() -> None:
    moved = previous(0.0, 0.0, 0.0, 0.0)
    assert quiet_waves((*moved[:3], replace(moved[3], score=None)), board(), 3, POLICY) == 0
    assert quiet_waves(items(4), board(), 3, POLICY) == 0


def test_a_batch_without_items_is_never_quiet() -> None:
    assert quiet_waves((), board(), 3, POLICY) == 0


def test_an_item_that_was_not_fitted_is_refused() -> None:
    with pytest.raises(KeyError):
        quiet_waves((EssayItem(essay_id(9), score=0.0, se=1.0),), board(), 0, POLICY)
