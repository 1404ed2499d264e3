"""What of a judge's answers counts, in words."""

from dataclasses import replace

import pytest

from cj_assessment_service.domain.scores import EvidenceForm, GradingUse
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
