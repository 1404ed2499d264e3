"""What of a judge's answers counts, in words and as a table."""

from dataclasses import replace

import pytest

from cj_assessment_service.domain.results import ConfidenceStep
from cj_assessment_service.domain.scores import EvidenceForm, GradingUse
from cj_assessment_service.reports.confidence_view import ConfidenceView, confidence_views
from cj_assessment_service.reports.judge_words import what_counts
from cj_assessment_service.tests.fixtures.results import a_result

(JUDGE,) = a_result().judges


@pytest.mark.parametrize(
    ("form", "use", "words"),
    [
        (EvidenceForm.WINNER, GradingUse.NONE_GIVEN, "the winner"),
        (EvidenceForm.WINNER, GradingUse.UNPROVEN, "the winner (more is not proven to help)"),
        (EvidenceForm.WINNER, GradingUse.IGNORED, "the winner (levels say nothing)"),
        (EvidenceForm.PROBABILITIES, GradingUse.USED, "winner and probability"),
    ],
)
def test_what_counts_is_said_with_what_does_not(form: EvidenceForm, use: GradingUse, words: str) -> None:
    assert JUDGE.terms is not None
    assert what_counts(replace(JUDGE.terms, form=form, grading_use=use)) == words


def test_the_table_shows_shares_with_their_numbers_and_a_dash_for_nothing() -> None:
    steps = (ConfidenceStep(4, 8, 6, 0, 0), ConfidenceStep(5, 10, 9, 2, 2))
    views = confidence_views([replace(JUDGE, confidence=steps)])
    assert views == (
        ConfidenceView(JUDGE.judge, "4", "–", "75% of 8"),
        ConfidenceView(JUDGE.judge, "5", "100% of 2", "90% of 10"),
    )


def test_a_judge_that_is_always_as_sure_has_no_table() -> None:
    assert confidence_views([replace(JUDGE, confidence=(ConfidenceStep(4, 8, 6, 0, 0),))]) == ()
