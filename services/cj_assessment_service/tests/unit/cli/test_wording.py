"""The sentences of the terminal."""

from dataclasses import replace
from decimal import Decimal

import pytest

from cj_assessment_service.cli.wording import ending_text, left_out_text, remarks, standing_text
from cj_assessment_service.domain.batches import BatchOverview, BatchState, BatchStatus, Progress, StopReason
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.essays import FailedEssay
from cj_assessment_service.domain.grades import ProjectionUnavailableReason
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.tests.fixtures.results import Shape, a_result

RESULT = a_result()
FAILED = replace(
    RESULT.overview,
    status=BatchStatus.ERROR_PROCESSING,
    state=BatchState.FAILED,
    stop_reason=StopReason.HOPELESS_JUDGE,
    failure_detail="None of 15 answers could be read.",
)
RUNNING = replace(
    RESULT.overview,
    status=BatchStatus.PERFORMING_COMPARISONS,
    state=BatchState.WAITING_CALLBACKS,
    progress=Progress(40, 30, 2, 288),
    spent=Decimal("1.25"),
    reliability=0.714,
    wave=3,
    stop_reason=None,
    completed_at=None,
)


def refused(number: int) -> FailedEssay:
    return FailedEssay(EssayId(f"e{number}"), None, ErrorCode.VALIDATION_ERROR, "It is empty.")


def test_a_finished_batch_says_what_it_took_and_why_it_stopped() -> None:
    said = ending_text(RESULT.overview)
    assert said.startswith(
        "Batch 12: 158 judgements, 4 failed, reliability 0.92, $0.0559. It stopped because"
    )


def test_a_failed_batch_says_what_to_do_and_not_twice() -> None:
    assert ending_text(FAILED) == "Batch 12 failed. None of 15 answers could be read."


def test_a_failed_batch_without_detail_still_has_a_reason() -> None:
    assert ending_text(replace(FAILED, failure_detail=None)).startswith("Batch 12 failed. It was broken off")


@pytest.mark.parametrize("overview", [RESULT.overview, FAILED])
def test_an_ended_batch_stands_where_it_ended(overview: BatchOverview) -> None:
    assert standing_text(overview) == ending_text(overview)


def test_a_running_batch_says_how_far_it_is_and_how_it_goes_on() -> None:
    assert standing_text(RUNNING) == (
        "Batch 12 is not finished: wave 3, 32 of at most 288 comparisons answered, 2 failed, reliability 0.71, $1.25."
        " If nothing works on it, go on with: cj resume 12"
    )


def test_a_free_judge_costs_no_words_and_an_unknown_price_does() -> None:
    free = replace(RESULT.overview, spent=Decimal(0))
    assert "$" not in ending_text(free)
    assert "the price of 3 answers is unknown" in ending_text(replace(free, unpriced=3))


def test_warnings_grades_to_look_at_and_failed_essays_are_remarked() -> None:
    said = " ".join(remarks(RESULT))
    assert "One pair of anchors was judged against their grades." in said
    assert "A person should look at" in said
    assert "1 essay could not be assessed; essays.csv says why." in said


def test_missing_grades_are_explained_where_grades_were_wanted() -> None:
    reversed_anchors = ProjectionUnavailableReason.REVERSED_ANCHORS
    wanted = replace(RESULT, calibration=None, projection_unavailable=reversed_anchors)
    assert any("wrong order" in said for said in remarks(wanted))
    assert not any("grade" in said for said in remarks(a_result(Shape(scale=None))))


def test_a_cost_limit_is_not_said_to_be_kept_when_prices_are_unknown() -> None:
    unpriced = replace(RESULT, overview=replace(RESULT.overview, unpriced=7))
    assert "Whether the cost limit of $2.50 was kept is unknown." in remarks(unpriced)


def test_a_failed_batch_says_why_the_judge_gave_no_verdicts() -> None:
    first, second, *_ = RESULT.comparisons
    failures = (
        replace(
            first, winner=None, error=ErrorCode.AUTHENTICATION_ERROR, error_message="The key ended on Monday."
        ),
        replace(second, winner=None, error=ErrorCode.PROCESSING_ERROR),
        replace(second, winner=None, error=ErrorCode.PROCESSING_ERROR),
    )
    assert remarks(replace(RESULT, overview=FAILED, comparisons=failures)) == (
        "2 questions failed: PROCESSING_ERROR.",
        "1 question failed: the key was not accepted. The judge's words: The key ended on Monday.",
    )


def test_many_essays_left_out_are_not_all_named() -> None:
    assert left_out_text([refused(1), refused(2)]) == "Left out, because they cannot be used: e1, e2."
    assert left_out_text([refused(n) for n in range(12)]).endswith("e8, e9 and 2 more.")
