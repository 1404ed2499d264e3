from dataclasses import replace

import pytest

from cj_assessment_service.cj_core_logic.scorecard.claims import claim_curves
from cj_assessment_service.domain.scorecards import ClaimSource
from cj_assessment_service.tests.unit.cj_core_logic.scorecard.checks import F, S, T, answer


def test_confidence_claims_from_a_half_for_a_guess_to_certainty() -> None:
    said = [
        replace(answer("a", "b", F), confidence=5.0),
        replace(answer("c", "d", F), confidence=5.0),
        replace(answer("e", "f", S), confidence=1.0),
        replace(answer("g", "h", F), confidence=1.0),
    ]
    (curve,) = claim_curves(said)
    assert curve.source is ClaimSource.CONFIDENCE
    assert [(one.label, one.claimed, one.right.share) for one in curve.bins] == [
        ("1", 0.5, 0.5),
        ("5", 1.0, 1.0),
    ]
    assert curve.expected_error == pytest.approx(0.0)
    assert curve.discrimination == pytest.approx(2.5 / 3)


def test_a_boaster_is_off_by_what_it_boasts() -> None:
    said = [replace(answer(f"a{n}", "b", F if n % 2 else S), confidence=5.0) for n in range(10)]
    (curve,) = claim_curves(said)
    assert curve.expected_error == pytest.approx(0.5)
    assert curve.discrimination == pytest.approx(0.5)


def test_a_probability_claims_for_the_text_that_was_named() -> None:
    said = [
        replace(answer("a", "b", F), p_first=0.92),
        replace(answer("c", "d", S, S), p_first=0.04),
        replace(answer("e", "f", F), p_first=1.0),
    ]
    (curve,) = claim_curves(said)
    assert [(one.label, one.right.count) for one in curve.bins] == [("0.9–1.0", 3)]
    assert curve.bins[0].claimed == pytest.approx((0.92 + 0.96 + 1.0) / 3)
    assert curve.discrimination is None


def test_ties_and_silent_judges_claim_nothing() -> None:
    assert claim_curves([replace(answer("a", "b", T), confidence=3.0), answer("c", "d", F)]) == ()
