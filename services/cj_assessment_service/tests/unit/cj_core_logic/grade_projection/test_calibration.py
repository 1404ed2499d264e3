"""From anchors to cut-points."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.grade_projection.calibration import (
    NARROWEST_GAP,
    AnchorScore,
    calibrate,
)
from cj_assessment_service.domain.grades import Calibration, GradeScale, ProjectionUnavailable
from cj_assessment_service.domain.grades import ProjectionUnavailableReason as Reason
from cj_assessment_service.tests.unit.cj_core_logic.grade_projection.anchors import (
    ALL_SCALES,
    CEFR,
    NATIONAL,
    SWEDISH,
    anchor_lists,
    anchor_scores,
    calibrated,
    calibrations,
    one_anchor_per_grade,
)

DEGENERATE = {
    "none": ([], Reason.NO_ANCHORS),
    "one": ([("A1", 0.0)], Reason.TOO_FEW_ANCHOR_GRADES),
    "one grade": ([("A1", 0.0), ("A1", 2.0)], Reason.TOO_FEW_ANCHOR_GRADES),
    "two the wrong way": ([("A1", 1.0), ("C2", -1.0)], Reason.REVERSED_ANCHORS),
    "all the wrong way": ([("A1", 3.0), ("B1", 2.0), ("C1", 1.0)], Reason.REVERSED_ANCHORS),
    "never compared": ([("A1", 0.0), ("C2", 0.0)], Reason.REVERSED_ANCHORS),
    "unrelated": ([("A1", 0.0), ("A1", 1.0), ("C2", 0.0), ("C2", 1.0)], Reason.REVERSED_ANCHORS),
    "one outlier against the rest": (
        [("A1", 9.0), ("A2", 0.1), ("B1", 0.2), ("B2", 0.3), ("C1", 0.4)],
        Reason.REVERSED_ANCHORS,
    ),
}


@pytest.mark.parametrize(("rows", "reason"), DEGENERATE.values(), ids=DEGENERATE.keys())
def test_degenerate_anchors_give_a_reason(rows: list[tuple[str, float]], reason: Reason) -> None:
    assert calibrate(CEFR, anchor_scores(rows)) == ProjectionUnavailable(reason)


def test_an_anchor_of_another_scale_is_an_error() -> None:
    with pytest.raises(ValueError, match="MVG"):
        calibrate(CEFR, anchor_scores([("A1", 0.0), ("MVG", 1.0)]))


@pytest.mark.parametrize("scale", ALL_SCALES, ids=lambda scale: scale.scale_id)
def test_simulated_centres_are_recovered(scale: GradeScale) -> None:
    rng = np.random.default_rng(8)
    centres = 1.2 * np.arange(len(scale.grades)) + rng.normal(0.0, 0.2, len(scale.grades)) - 4.0
    rows = [
        (grade, float(centre + rng.normal(0.0, 0.5)))
        for grade, centre in zip(scale.grades, centres, strict=True)
        for _ in range(40)
    ]
    calibration = calibrated(scale, anchor_scores(rows))
    np.testing.assert_allclose(calibration.centres, centres, atol=0.25)
    assert calibration.within_sd == pytest.approx(np.sqrt(0.5**2 - 0.3**2), abs=0.1)


def test_cut_points_are_as_uncertain_as_they_say() -> None:
    rng = np.random.default_rng(9)
    misses = []
    for _ in range(200):
        centres = np.arange(6) + rng.normal(0.0, 0.25, 6)
        rows = [(g, float(c + rng.normal(0.0, 0.6))) for g, c in zip(CEFR.grades, centres, strict=True)]
        calibration = calibrated(CEFR, anchor_scores(rows, se=0.35))
        truth = (centres[:-1] + centres[1:]) / 2
        misses.append((np.array(calibration.cut_points) - truth) / calibration.cut_point_se)
    assert 0.8 < np.sqrt(np.square(misses).mean()) < 1.2


@settings(deadline=None)
@given(st.sampled_from(ALL_SCALES).flatmap(lambda s: st.tuples(st.just(s), anchor_lists(s))))
def test_any_anchors_give_rising_cut_points_or_a_reason(case: tuple[GradeScale, list[AnchorScore]]) -> None:
    scale, anchors = case
    calibration = calibrate(scale, anchors)
    if isinstance(calibration, ProjectionUnavailable):
        return
    assert len(calibration.centres) == len(scale.grades) == len(calibration.cut_points) + 1
    assert len(calibration.cut_point_se) == len(calibration.cut_points)
    assert all(
        low < cut < high
        for (low, high), cut in zip(pairwise(calibration.centres), calibration.cut_points, strict=True)
    )
    assert all(0.0 < se < np.inf for se in calibration.cut_point_se)
    assert 0.0 < calibration.within_sd < np.inf


@settings(deadline=None, max_examples=50)
@given(calibrations(), st.floats(-3.0, 3.0), st.sampled_from([0.25, 0.5, 2.0, 4.0]))
def test_calibration_moves_and_stretches_with_the_scores(
    calibration: Calibration, shift: float, factor: float
) -> None:
    anchors = [
        AnchorScore(a.essay_id, a.grade, factor * a.score + shift, factor * a.se) for a in calibration.anchors
    ]
    moved = calibrate(calibration.scale, anchors)
    assert isinstance(moved, Calibration)
    assert moved.cut_points == pytest.approx(
        [factor * cut + shift for cut in calibration.cut_points], abs=1e-6
    )
    assert moved.cut_point_se == pytest.approx([factor * se for se in calibration.cut_point_se], rel=1e-6)


def test_the_order_of_anchors_does_not_matter() -> None:
    anchors = anchor_scores([("A1", -2.0), ("A2", -1.3), ("B1", 0.4), ("C1", 0.9), ("A2", -1.0)])
    one, other = calibrated(CEFR, anchors), calibrated(CEFR, anchors[::-1])
    assert one.cut_points == pytest.approx(other.cut_points)


@pytest.mark.parametrize("scale", ALL_SCALES, ids=lambda scale: scale.scale_id)
def test_one_anchor_for_each_grade_does_not_compress_the_boundaries(scale: GradeScale) -> None:
    anchors = one_anchor_per_grade(scale, spacing=1.3)
    midpoints = [(low.score + high.score) / 2 for low, high in pairwise(anchors)]
    assert calibrated(scale, anchors).cut_points == pytest.approx(midpoints, abs=1e-6)


def test_a_grade_without_anchors_is_placed_by_the_spacing() -> None:
    calibration = calibrated(CEFR, anchor_scores([("A1", -2.0), ("B1", 0.0), ("B2", 1.0)]))
    assert calibration.centres == pytest.approx([-2.0, -1.0, 0.0, 1.0, 2.0, 3.0], abs=1e-6)


def test_an_unsure_anchor_says_less() -> None:
    steady = [("A1", -2.0), ("A2", -1.0), ("B2", 1.0), ("C1", 2.0)]
    sure = calibrated(CEFR, anchor_scores([*steady, ("B1", 0.8)]))
    rows = anchor_scores([*steady, ("B1", 0.8)])
    unsure = calibrated(CEFR, [*rows[:-1], replace(rows[-1], se=2.0)])
    assert 0.0 < unsure.centres[2] < sure.centres[2] < 0.8


def test_swapped_neighbours_keep_bands_that_can_be_reached() -> None:
    rows = [("A1", -2.0), ("A2", -1.0), ("B1", 0.8), ("B2", -0.4), ("C1", 2.0), ("C2", 3.0)] * 6
    calibration = calibrated(CEFR, anchor_scores(rows, se=0.05))
    scores, indices = [row[1] for row in rows], [CEFR.grades.index(row[0]) for row in rows]
    gaps = [high - low for low, high in pairwise(calibration.centres)]
    assert min(gaps) == pytest.approx(NARROWEST_GAP * np.std(scores) / np.std(indices))


def test_below_lowest_anchors_take_part() -> None:
    rows = [("1", -3.0), ("2", -2.0), ("4", 0.0), ("5", 1.0)]
    without = calibrated(NATIONAL, anchor_scores(rows))
    with_below = calibrated(NATIONAL, anchor_scores([*rows, ("0", -3.2)]))
    fit = with_below.anchors[-1]
    assert fit.score - fit.residual < with_below.centres[0]
    assert with_below.centres[0] > without.centres[0]


def test_residuals_are_measured_from_the_centre_of_the_grade() -> None:
    calibration = calibrated(SWEDISH, anchor_scores([("E", -1.2), ("C", 0.9), ("A", 2.0), ("C", 0.1)]))
    for fit in calibration.anchors:
        centre = calibration.centres[SWEDISH.grades.index(fit.grade)]
        assert fit.residual == pytest.approx(fit.score - centre)


def test_inversions_are_pairs_judged_against_their_grades() -> None:
    rows = [("A1", 0.0), ("A1", -1.0), ("A2", -0.5), ("B1", 1.0), ("B2", 1.0)]
    calibration = calibrated(CEFR, anchor_scores(rows))
    assert calibration.inversions == 1
    assert calibration.kendall_tau == pytest.approx((7 - 1) / 9)


def test_perfect_order_has_tau_one() -> None:
    calibration = calibrated(CEFR, one_anchor_per_grade(CEFR, 1.0))
    assert calibration.inversions == 0
    assert calibration.kendall_tau == pytest.approx(1.0)
