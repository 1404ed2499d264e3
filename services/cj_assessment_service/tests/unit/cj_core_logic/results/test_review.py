"""What a teacher is told about single essays."""

from dataclasses import replace

import pytest

from cj_assessment_service.cj_core_logic.results.endings import ranks_of
from cj_assessment_service.cj_core_logic.results.review import review_reasons
from cj_assessment_service.domain.grades import (
    AnchorFit,
    Calibration,
    ConfidenceLabel,
    GradeProbability,
    GradeProjection,
    GradeScale,
)
from cj_assessment_service.domain.identifiers import EssayId, Grade, GradeScaleId
from cj_assessment_service.domain.scores import EssayScore

GOOD = EssayScore(EssayId("a"), 0.5, 0.3, comparisons=12, wins=7, infit=1.0)
SCALE = GradeScale(GradeScaleId("s"), "S", (Grade("low"), Grade("high")))
SURE = GradeProjection(
    EssayId("a"),
    Grade("high"),
    Grade("high"),
    (),
    0.9,
    ConfidenceLabel.HIGH,
    1.0,
    GradeProbability(Grade("low"), 0.1),
)


def calibration(residual: float, misplaced: float = 0.01) -> Calibration:
    anchor = AnchorFit(EssayId("a"), Grade("low"), 0.5, 0.3, residual, misplaced)
    return Calibration(SCALE, (-1.0, 1.0), (0.0,), (0.1,), (1.0, 1.0), 0.0, (anchor,), (), 1.0)


def test_a_well_judged_essay_needs_nobody() -> None:
    assert review_reasons(GOOD, SURE, calibration(0.1)) == ()


def test_an_essay_nobody_compared_says_so_and_nothing_else() -> None:
    assert review_reasons(replace(GOOD, comparisons=0), SURE, None) == (
        "It was never compared, so its place is unknown.",
    )


@pytest.mark.parametrize(
    ("score", "projection", "residual", "words"),
    [
        (replace(GOOD, comparisons=3), SURE, 0.0, "only 3 times"),
        (replace(GOOD, comparisons=1), SURE, 0.0, "only once"),
        (replace(GOOD, infit=1.8), SURE, 0.0, "contradict each other"),
        (replace(GOOD, component=1), SURE, 0.0, "most of the other essays"),
        (GOOD, replace(SURE, confidence=0.45), 0.0, "high with 45%, low with 10%"),
        (GOOD, SURE, 1.2, "clearly better than its grade"),
        (GOOD, SURE, -1.2, "clearly worse than its grade"),
    ],
)
def test_each_reason_is_named(
    score: EssayScore, projection: GradeProjection, residual: float, words: str
) -> None:
    misplaced = 0.9 if residual else 0.01
    (reason,) = review_reasons(score, projection, calibration(residual, misplaced))
    assert words in reason


def test_equal_scores_share_the_better_rank() -> None:
    scores = [
        replace(GOOD, essay_id=EssayId(name), score=value)
        for name, value in (("a", 0.1), ("b", 2.0), ("c", 0.1), ("d", -1.0))
    ]
    assert ranks_of(scores) == {"b": 1, "a": 2, "c": 2, "d": 4}


def test_an_uncompared_essay_takes_no_rank() -> None:
    uncompared = replace(GOOD, essay_id=EssayId("z"), score=9.0, comparisons=0)
    assert ranks_of([GOOD, uncompared]) == {"a": 1}
