"""Anchors and calibrations for the grade tests: drawn by Hypothesis, exact, and simulated from known cut-points."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.grade_projection.calibration import AnchorScore, calibrate
from cj_assessment_service.cj_core_logic.grade_projection.scales import get_scale, list_available_scales
from cj_assessment_service.domain.grades import Calibration, GradeScale, ScorePopulation
from cj_assessment_service.domain.identifiers import EssayId, Grade, GradeScaleId
from cj_assessment_service.domain.scores import EssayScore

CEFR = get_scale(GradeScaleId("cefr"))
SWEDISH = get_scale(GradeScaleId("swedish_8_anchor"))
NATIONAL = get_scale(GradeScaleId("eng5_np_national_9_step"))
ALL_SCALES = tuple(get_scale(scale_id) for scale_id in list_available_scales())


def anchor_scores(rows: Sequence[tuple[str, float]], se: float = 0.3) -> list[AnchorScore]:
    """From rows of grade and score."""
    return [
        AnchorScore(EssayId(f"anchor-{number}"), Grade(grade), score, se)
        for number, (grade, score) in enumerate(rows)
    ]


def one_anchor_per_grade(scale: GradeScale, spacing: float, se: float = 0.3) -> list[AnchorScore]:
    """On a straight line; the lowest listed grade at 0."""
    return anchor_scores([(grade, spacing * index) for index, grade in enumerate(scale.grades)], se)


def evenly(scale: GradeScale) -> Calibration:
    """Exact cut-points half a logit from each grade, the lowest listed grade at 0."""
    below = 0 if scale.below_lowest is None else 1
    places = [float(step - below) for step in range(len(scale.ladder))]
    return Calibration(
        scale=scale,
        centres=tuple(places),
        cut_points=tuple(place + 0.5 for place in places[:-1]),
        cut_point_se=(0.0,) * (len(places) - 1),
        share_weights=(1.0,) * len(places),
        grader_noise=0.0,
        anchors=(),
        inversions=(),
        kendall_tau=1.0,
    )


def calibrated(
    scale: GradeScale, anchors: Sequence[AnchorScore], population: ScorePopulation | None = None
) -> Calibration:
    calibration = calibrate(scale, anchors, population)
    assert isinstance(calibration, Calibration)
    return calibration


def essay(score: float, se: float) -> EssayScore:
    return EssayScore(EssayId("essay"), score, se, comparisons=10, wins=5)


def a_score() -> st.SearchStrategy[float]:
    return st.integers(-6000, 6000).map(lambda thousandths: thousandths / 1000)


def an_error() -> st.SearchStrategy[float]:
    return st.integers(50, 2000).map(lambda thousandths: thousandths / 1000)


@st.composite
def anchor_lists(draw: st.DrawFn, scale: GradeScale) -> list[AnchorScore]:
    """1 to 15 anchors with any grades of the scale, in or against their order."""
    rows = draw(
        st.lists(st.tuples(st.sampled_from(scale.ladder), a_score(), an_error()), min_size=1, max_size=15)
    )
    return [AnchorScore(EssayId(f"anchor-{number}"), *row) for number, row in enumerate(rows)]


@st.composite
def calibrations(draw: st.DrawFn) -> Calibration:
    """Any that can be had from 2 to 12 anchors on a built-in scale; reversed ones are turned over."""
    scale = draw(st.sampled_from(ALL_SCALES))
    grades = draw(st.lists(st.sampled_from(scale.ladder), min_size=2, max_size=2, unique=True))
    grades += draw(st.lists(st.sampled_from(scale.ladder), max_size=10))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    scores = rng.normal(0.0, draw(st.sampled_from([0.1, 1.0, 3.0])), len(grades))
    anchors = [
        AnchorScore(EssayId(f"anchor-{number}"), grade, score, se)
        for number, (grade, score, se) in enumerate(
            zip(grades, scores.tolist(), rng.uniform(0.05, 2.0, len(grades)).tolist(), strict=True)
        )
    ]
    calibration = calibrate(scale, anchors)
    if not isinstance(calibration, Calibration):
        calibration = calibrate(scale, [replace(anchor, score=-anchor.score) for anchor in anchors])
    assume(isinstance(calibration, Calibration))
    assert isinstance(calibration, Calibration)
    return calibration


def grade_of(scale: GradeScale, truth: float, cuts: Sequence[float]) -> Grade:
    """The grade whose band holds the true score; `cuts` lie between the grades of the ladder."""
    return scale.ladder[int(np.searchsorted(cuts, truth))]
