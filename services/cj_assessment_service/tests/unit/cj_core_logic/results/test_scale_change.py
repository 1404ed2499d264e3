"""Two scales of the same essays side by side."""

from dataclasses import replace

import pytest

from cj_assessment_service.cj_core_logic.results.scale_change import (
    GradedScale,
    essay_moves,
    rank_correlation,
)
from cj_assessment_service.domain.grades import (
    Calibration,
    ConfidenceLabel,
    GradeProjection,
    GradeScale,
    ProjectedGrades,
)
from cj_assessment_service.domain.identifiers import EssayId, Grade, GradeScaleId
from cj_assessment_service.tests.unit.cj_core_logic.continuation.situations import board, essay_id, items

SCALE = GradeScale(GradeScaleId("s"), "S", (Grade("low"), Grade("high")))
CALIBRATION = Calibration(SCALE, (-1.0, 1.0), (0.0,), (0.1,), (1.0, 1.0), 0.0, (), (), 1.0)


def graded(*grades: str) -> ProjectedGrades:
    return ProjectedGrades(
        CALIBRATION,
        tuple(
            GradeProjection(essay_id(n), Grade(g), Grade(g), (), 0.9, ConfidenceLabel.HIGH, 1.0, None)
            for n, g in enumerate(grades)
        ),
    )


def moved(**scores: float) -> GradedScale:
    """`board`, with these scores in place of its own."""
    changed = tuple(
        replace(one, score=scores.get(one.essay_id.replace("-", "_"), one.score)) for one in board().scores
    )
    return GradedScale(replace(board(), scores=changed), graded("low", "low", "high", "high"))


def test_the_largest_move_comes_first_with_its_ranks_and_grades() -> None:
    before = GradedScale(board(), graded("low", "low", "low", "high"))
    first, second, *rest = essay_moves(items(4), before, moved(essay_02=2.5, essay_00=-1.6))
    assert (first.essay_id, first.rank_before, first.rank_after) == (EssayId("essay-02"), 2, 1)
    assert first.by == pytest.approx(2.0)
    assert first.changes_grade
    assert (first.grade_before, first.grade_after) == ("low", "high")
    assert second.by == pytest.approx(-0.1)
    assert [move.by for move in rest] == [0.0, 0.0]


def test_the_same_scale_correlates_perfectly_and_a_reversed_one_perfectly_badly() -> None:
    before = GradedScale(board(), None)
    turned = GradedScale(
        replace(board(), scores=tuple(replace(one, score=-one.score) for one in board().scores)), None
    )
    assert rank_correlation(essay_moves(items(4), before, before)) == pytest.approx(1.0)
    assert rank_correlation(essay_moves(items(4), before, turned)) == pytest.approx(-1.0)


def test_without_projected_grades_none_changes() -> None:
    before = GradedScale(board(), None)
    assert not any(move.changes_grade for move in essay_moves(items(4), before, before))
