"""From anchors to cut-points."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.grade_projection.calibration import (
    AnchorScore,
    calibrate,
)
from cj_assessment_service.domain.grades import (
    Calibration,
    GradeScale,
    Inversion,
    ProjectionUnavailable,
    ScorePopulation,
)
from cj_assessment_service.domain.grades import ProjectionUnavailableReason as Reason
from cj_assessment_service.domain.identifiers import EssayId
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
}


@pytest.mark.parametrize(("rows", "reason"), DEGENERATE.values(), ids=DEGENERATE.keys())
def test_degenerate_anchors_give_a_reason(rows: list[tuple[str, float]], reason: Reason) -> None:
    assert calibrate(CEFR, anchor_scores(rows)) == ProjectionUnavailable(reason)


def test_an_anchor_of_another_scale_is_an_error() -> None:
    with pytest.raises(ValueError, match="MVG"):
        calibrate(CEFR, anchor_scores([("A1", 0.0), ("MVG", 1.0)]))


POPULATION = ScorePopulation(0.0, 2.0, 100)


def simulated(
    cuts: list[float], per_grade: int, rng: np.random.Generator, se: float = 0.5
) -> list[AnchorScore]:
    """Anchors on CEFR whose true scores are N(0, 2^2) and whose scores are posterior means with that prior."""
    shrinkage = 4.0 / (4.0 + se**2)
    draws = rng.normal(0.0, 2.0, 150 * per_grade)
    rows: list[tuple[str, float]] = []
    for step, grade in enumerate(CEFR.grades):
        truths = draws[np.searchsorted(cuts, draws) == step][:per_grade]
        rows += [(grade, shrinkage * (truth + rng.normal(0.0, se))) for truth in truths.tolist()]
    return anchor_scores(rows, se * float(np.sqrt(shrinkage)))


def test_many_anchors_recover_the_cut_points() -> None:
    cuts = [-2.6, -1.2, -0.4, 0.9, 2.4]
    anchors = simulated(cuts, 40, np.random.default_rng(8))
    calibration = calibrated(CEFR, anchors, POPULATION)
    np.testing.assert_allclose(calibration.cut_points, cuts, atol=0.25)
    assert calibration.grader_noise < 0.4


def test_cut_points_are_as_uncertain_as_they_say() -> None:
    rng = np.random.default_rng(9)
    misses = []
    for _ in range(12):
        cuts = sorted((np.array([-2.4, -1.2, 0.0, 1.2, 2.4]) + rng.normal(0.0, 0.2, 5)).tolist())
        calibration = calibrated(CEFR, simulated(cuts, 2, rng), POPULATION)
        misses.append((np.array(calibration.cut_points) - cuts) / calibration.cut_point_se)
    assert 0.6 < np.sqrt(np.square(misses).mean()) < 1.3
    assert np.abs(np.mean(misses, axis=0)).max() < 1.0


def test_graders_who_scatter_are_noticed_and_make_cut_points_less_sure() -> None:
    rng = np.random.default_rng(10)
    exact = simulated([-2.4, -1.2, 0.0, 1.2, 2.4], 8, rng, se=0.2)
    steps = [CEFR.grades.index(anchor.grade) for anchor in exact]
    scattered = [
        replace(a, grade=CEFR.grades[min(max(step + shift, 0), 5)])
        for a, step, shift in zip(exact, steps, rng.choice([-1, 0, 0, 1], len(steps)).tolist(), strict=True)
    ]
    one, other = calibrated(CEFR, exact, POPULATION), calibrated(CEFR, scattered, POPULATION)
    assert other.grader_noise > 2 * one.grader_noise
    assert np.mean(other.cut_point_se) > np.mean(one.cut_point_se)


@settings(deadline=None, max_examples=25)
@given(st.sampled_from(ALL_SCALES).flatmap(lambda s: st.tuples(st.just(s), anchor_lists(s))))
def test_any_anchors_give_rising_cut_points_or_a_reason(case: tuple[GradeScale, list[AnchorScore]]) -> None:
    scale, anchors = case
    calibration = calibrate(scale, anchors)
    if isinstance(calibration, ProjectionUnavailable):
        return
    assert len(calibration.centres) == len(scale.ladder) == len(calibration.cut_points) + 1
    assert len(calibration.cut_point_se) == len(calibration.cut_points)
    assert all(
        low < cut < high
        for (low, high), cut in zip(pairwise(calibration.centres), calibration.cut_points, strict=True)
    )
    assert all(0.0 < se < np.inf for se in calibration.cut_point_se)
    assert 0.0 <= calibration.grader_noise < np.inf
    assert all(0.0 <= anchor.misplaced <= 1.0 for anchor in calibration.anchors)


@settings(deadline=None, max_examples=10)
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
    inner = calibrated(scale, anchors).cut_points[-len(midpoints) :]
    np.testing.assert_allclose(inner, midpoints, atol=0.25)


def test_a_grade_without_anchors_is_placed_by_the_spacing() -> None:
    rows = [("A1", -2.0), ("A1", -2.2), ("B1", 0.0), ("B2", 1.0), ("B2", 1.2)]
    calibration = calibrated(CEFR, anchor_scores(rows), ScorePopulation(0.0, 2.0, 30))
    gaps = np.diff(calibration.cut_points)
    np.testing.assert_allclose(gaps, np.mean(gaps), rtol=0.25)
    assert calibration.cut_point_se[-1] > max(calibration.cut_point_se[:-1])


def test_an_unsure_anchor_says_less() -> None:
    rows = anchor_scores([("A1", -2.0), ("A2", -1.0), ("B2", 1.0), ("C1", 2.0), ("B1", 0.8)])
    unsure = calibrated(CEFR, [*rows[:-1], replace(rows[-1], se=2.0)])
    sure = calibrated(CEFR, rows)
    without = calibrated(CEFR, rows[:-1])
    moved = [each.cut_points[2] - without.cut_points[2] for each in (unsure, sure)]
    assert abs(moved[0]) < abs(moved[1])


def test_one_contradictory_anchor_is_named_and_does_not_bend_the_scale() -> None:
    steady = [(grade, 1.2 * step + shift) for step, grade in enumerate(CEFR.grades) for shift in (-0.2, 0.2)]
    without = calibrated(CEFR, anchor_scores(steady), POPULATION)
    bent = calibrated(CEFR, anchor_scores([*steady, ("C2", 0.1)]), POPULATION)
    assert [anchor.essay_id for anchor in bent.drifting] == ["anchor-12"]
    assert bent.anchors[-1].residual < -2.0
    assert without.drifting == ()
    np.testing.assert_allclose(bent.cut_points, without.cut_points, atol=0.15)


def test_an_anchor_far_from_all_others_does_not_take_their_grades_away() -> None:
    rows = [("A1", 9.0), ("A2", 0.1), ("B1", 1.2), ("B2", 2.3), ("C1", 3.4), ("C2", 4.5)]
    calibration = calibrated(CEFR, anchor_scores(rows), POPULATION)
    assert [anchor.grade for anchor in calibration.drifting] == ["A1"]
    assert 0.1 < calibration.cut_points[1] < 1.2


def test_below_lowest_anchors_take_part() -> None:
    rows = [("1", -3.0), ("2", -2.0), ("4", 0.0), ("5", 1.0)]
    with_below = calibrated(NATIONAL, anchor_scores([*rows, ("0", -3.4)]))
    assert -3.5 < with_below.cut_points[0] < -2.8
    assert with_below.cut_point_se[0] < calibrated(NATIONAL, anchor_scores(rows)).cut_point_se[0]


def test_residuals_are_measured_from_the_band_of_the_grade() -> None:
    calibration = calibrated(SWEDISH, anchor_scores([("E", -1.2), ("C", 0.9), ("A", 2.0), ("C", -0.9)]))
    edges = (-np.inf, *calibration.cut_points, np.inf)
    for fit in calibration.anchors:
        step = SWEDISH.grades.index(fit.grade)
        nearest = min(max(fit.score, edges[step]), edges[step + 1])
        assert fit.residual == pytest.approx(fit.score - nearest)
    assert calibration.anchors[-1].residual < 0.0


def test_inversions_are_pairs_judged_against_their_grades() -> None:
    rows = [("A1", 0.0), ("A1", -1.0), ("A2", -0.5), ("B1", 1.0), ("B2", 1.0)]
    calibration = calibrated(CEFR, anchor_scores(rows))
    assert calibration.inversions == (Inversion(better=EssayId("anchor-2"), worse=EssayId("anchor-0")),)
    assert calibration.kendall_tau == pytest.approx((7 - 1) / 9)


def test_perfect_order_has_tau_one() -> None:
    calibration = calibrated(CEFR, one_anchor_per_grade(CEFR, 1.0))
    assert calibration.inversions == ()
    assert calibration.kendall_tau == pytest.approx(1.0)
