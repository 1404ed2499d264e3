"""From scores to grades."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from cj_assessment_service.cj_core_logic.grade_projection.projection import confidence_label, project
from cj_assessment_service.domain.grades import Calibration, ConfidenceLabel, GradeScale
from cj_assessment_service.tests.unit.cj_core_logic.grade_projection.anchors import (
    ALL_SCALES,
    CEFR,
    NATIONAL,
    SWEDISH,
    a_score,
    an_error,
    anchor_scores,
    calibrated,
    calibrations,
    essay,
    evenly,
    grade_of,
    one_anchor_per_grade,
)

LABELS = (ConfidenceLabel.LOW, ConfidenceLabel.MID, ConfidenceLabel.HIGH)


@settings(deadline=None, max_examples=25)
@given(calibrations(), a_score(), an_error())
def test_probabilities_cover_the_scale_and_sum_to_one(
    calibration: Calibration, score: float, se: float
) -> None:
    projection = project(essay(score, se), calibration)
    shares = [p.probability for p in projection.probabilities]
    assert tuple(p.grade for p in projection.probabilities) == calibration.scale.ladder
    assert sum(shares) == pytest.approx(1.0)
    assert min(shares) >= 0.0
    assert projection.confidence == max(shares)
    assert projection.second is not None
    assert projection.second.probability == sorted(shares)[-2]


@settings(deadline=None, max_examples=25)
@given(calibrations(), an_error(), st.data())
def test_no_grade_is_certain_while_the_score_is_not(
    calibration: Calibration, se: float, data: st.DataObject
) -> None:
    score = data.draw(st.sampled_from(calibration.centres[1:-1]))
    assert project(essay(score, se), calibration).confidence < 1.0


@settings(deadline=None, max_examples=40)
@given(calibrations(), an_error(), st.lists(a_score(), min_size=2, max_size=15))
def test_at_equal_error_no_higher_score_gets_a_lower_grade(
    calibration: Calibration, se: float, scores: list[float]
) -> None:
    projections = [project(essay(score, se), calibration) for score in sorted(scores)]
    places = [calibration.scale.ladder.index(p.base_grade) for p in projections]
    positions = [p.normalised_score for p in projections]
    assert places == sorted(places)
    assert positions == sorted(positions)
    assert 0.0 <= positions[0] <= positions[-1] <= 1.0


@pytest.mark.parametrize("scale", ALL_SCALES, ids=lambda scale: scale.scale_id)
def test_every_grade_can_be_reached(scale: GradeScale) -> None:
    calibration = evenly(scale)
    reached = {project(essay(score, 0.2), calibration).base_grade for score in np.linspace(-4, 12, 400)}
    assert reached == set(scale.ladder)


def test_the_national_scale_counts_from_0_to_9() -> None:
    calibration = evenly(NATIONAL)
    projections = [project(essay(float(score), 0.2), calibration) for score in range(-1, 9)]
    assert [p.grade for p in projections] == [str(grade) for grade in range(10)]
    assert [p.normalised_score for p in projections] == pytest.approx([grade / 9 for grade in range(10)])


def test_probability_is_the_chance_of_lying_in_the_band() -> None:
    calibration = replace(evenly(CEFR), cut_point_se=(0.3,) * 5, grader_noise=0.2)
    spread = np.sqrt(0.4**2 + 0.3**2 + 0.2**2)
    below = norm.cdf((np.array([-np.inf, *calibration.cut_points, np.inf]) - 1.8) / spread)
    projection = project(essay(1.8, 0.4), calibration)
    assert [p.probability for p in projection.probabilities] == pytest.approx(np.diff(below), abs=1e-12)


def test_only_the_boundary_that_is_unsure_is_blurred() -> None:
    unsure = replace(evenly(CEFR), cut_point_se=(0.0, 0.0, 0.0, 0.0, 1.0))
    below, above = project(essay(0.2, 0.2), unsure), project(essay(4.8, 0.2), unsure)
    assert below.confidence == pytest.approx(project(essay(0.2, 0.2), evenly(CEFR)).confidence, abs=1e-3)
    assert above.confidence < project(essay(4.8, 0.2), evenly(CEFR)).confidence - 0.1


def test_share_weights_multiply_the_odds() -> None:
    weighed = replace(evenly(CEFR), share_weights=(1.0, 1.0, 1.0, 1.0, 0.5, 2.0))
    plain = [p.probability for p in project(essay(4.4, 0.4), evenly(CEFR)).probabilities]
    tilted = [p.probability for p in project(essay(4.4, 0.4), weighed).probabilities]
    assert tilted[5] / tilted[4] == pytest.approx(4.0 * plain[5] / plain[4])


def test_a_grade_nobody_gets_is_never_given() -> None:
    scale = replace(CEFR, priors=(0.2, 0.2, 0.0, 0.2, 0.2, 0.2))
    calibration = calibrated(scale, one_anchor_per_grade(scale, 1.0))
    projection = project(essay(2.0, 0.1), calibration)
    assert projection.base_grade in {"A2", "B2"}
    assert projection.probabilities[2].probability == 0.0


@pytest.mark.parametrize("score", [-1e4, -50.0, 50.0, 1e4])
def test_far_off_scores_get_the_outermost_grades(score: float) -> None:
    for scale in ALL_SCALES:
        projection = project(essay(score, 0.1), evenly(scale))
        assert projection.base_grade == scale.ladder[0 if score < 0 else -1]
        assert sum(p.probability for p in projection.probabilities) == pytest.approx(1.0)


def test_an_exact_score_is_graded_too() -> None:
    exact = replace(evenly(CEFR), cut_point_se=(0.0,) * 5)
    assert project(essay(2.1, 0.0), exact).base_grade == "B1"


MODIFIED = {
    "F has none, low": (-3.0, "F"),
    "F has none, high": (0.4, "F"),
    "low in E": (0.6, "E-"),
    "amid E": (1.0, "E"),
    "high in E": (1.4, "E+"),
    "low in D": (1.6, "D-"),
    "D has no plus": (2.4, "D"),
    "D+ has none, low": (2.6, "D+"),
    "D+ has none, high": (3.4, "D+"),
    "low in C": (3.6, "C-"),
    "C+ has none": (4.6, "C+"),
    "low in B": (5.6, "B-"),
    "high in B": (6.4, "B+"),
    "low in A": (6.6, "A-"),
    "A has no plus": (9.0, "A"),
}


@pytest.mark.parametrize(("score", "grade"), MODIFIED.values(), ids=MODIFIED.keys())
def test_modifiers_follow_the_place_in_the_band(score: float, grade: str) -> None:
    scale = replace(SWEDISH, priors=None)
    projection = project(essay(score, 0.1), evenly(scale))
    assert projection.grade == grade


def test_the_outermost_bands_are_closed_for_modifiers() -> None:
    scale = replace(CEFR, minus_for=frozenset(CEFR.grades), plus_for=frozenset(CEFR.grades))
    calibration = evenly(scale)
    said = [project(essay(score, 0.1), calibration).grade for score in (-0.4, 0.0, 0.4, 4.6, 5.0, 5.4)]
    assert said == ["A1-", "A1", "A1+", "C2-", "C2", "C2+"]


def test_below_lowest_anchors_say_where_the_scale_ends() -> None:
    rows = [("0", -4.0), ("1", -1.0), ("2", 0.0), ("3", 1.0), ("4", 2.0)] * 8
    calibration = calibrated(NATIONAL, anchor_scores(rows, se=0.1))
    cut = calibration.cut_points[0]
    assert -3.9 < cut < -1.1
    assert project(essay(cut - 0.05, 0.1), calibration).base_grade == "0"
    assert project(essay(cut + 0.05, 0.1), calibration).base_grade == "1"


def test_a_surer_score_makes_a_surer_grade() -> None:
    calibration = evenly(CEFR)
    confidences = [project(essay(2.0, se), calibration).confidence for se in (0.1, 0.3, 0.6, 1.0)]
    assert confidences == sorted(confidences, reverse=True)


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_the_label_rises_with_the_probability(p: float, q: float) -> None:
    assert LABELS.index(confidence_label(min(p, q))) <= LABELS.index(confidence_label(max(p, q)))


@pytest.mark.parametrize(
    ("confidence", "label"), [(0.75, "HIGH"), (0.74, "MID"), (0.5, "MID"), (0.49, "LOW"), (0.0, "LOW")]
)
def test_the_label_says_what_its_thresholds_say(confidence: float, label: str) -> None:
    assert confidence_label(confidence) == label


@pytest.mark.parametrize("scale", [CEFR, NATIONAL], ids=lambda scale: scale.scale_id)
@pytest.mark.parametrize("se", [0.3, 0.6])
def test_claimed_probabilities_come_true(scale: GradeScale, se: float) -> None:
    """Scores are posterior means of N(0, 2^2) truths; a grade is the band of the truth."""
    rng = np.random.default_rng(12)
    steps = len(scale.ladder)
    shrinkage = 4.0 / (4.0 + se**2)
    claimed, hits = [], []

    def scored(truth: float) -> float:
        return shrinkage * (truth + rng.normal(0.0, se))

    for _ in range(25):
        cuts = (np.arange(1, steps) - steps / 2) * 6.4 / steps + rng.normal(0.0, 0.15, steps - 1)
        cuts.sort()
        truths = rng.normal(0.0, 2.0, 30 + 30).tolist()
        anchors: list[tuple[str, float]] = [
            (grade_of(scale, t, cuts.tolist()), scored(t)) for t in truths[:30]
        ]
        calibration = calibrated(scale, anchor_scores(anchors, se * np.sqrt(shrinkage)))
        for truth in truths[30:]:
            projection = project(essay(scored(truth), se * float(np.sqrt(shrinkage))), calibration)
            claimed.append(projection.confidence)
            hits.append(projection.base_grade == grade_of(scale, truth, cuts.tolist()))
    assert np.mean(hits) == pytest.approx(np.mean(claimed), abs=0.05)
