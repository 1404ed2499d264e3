"""Questions for judges under test."""

from uuid import UUID

from cj_assessment_service.cj_core_logic.judging.prompts import build_prompt
from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.comparisons import ComparisonRequest, OrientedPair
from cj_assessment_service.domain.identifiers import BatchId, EssayId, RequestId
from cj_assessment_service.domain.instructions import AssessmentBrief, AssessmentContext
from cj_assessment_service.domain.judges import ComparisonTask

SHORT = "I like dog. Dog is good. I like it."
LONG = (
    "Although many families hesitate before adopting an animal, the responsibility it brings can teach children patience, "
    "and the companionship it offers frequently outweighs the inconvenience of muddy carpets and early mornings."
)


def task(
    first: str = "a",
    second: str = "b",
    first_text: str = SHORT,
    second_text: str = LONG,
    repeat: int = 0,
    wave: int = 1,
    answers: AnswerForm = AnswerForm.WINNER,
) -> ComparisonTask:
    return ComparisonTask(
        request=ComparisonRequest(
            request_id=RequestId(UUID(int=1)),
            batch_id=BatchId(1),
            wave=wave,
            pair=OrientedPair(EssayId(first), EssayId(second)),
            judge="test",
            repeat=repeat,
        ),
        first_text=first_text,
        second_text=second_text,
        prompt=build_prompt(
            AssessmentBrief(AssessmentContext("Write about pets.", "", "")),
            first_text,
            second_text,
            "4f1c9a7be0d23856",
            answers,
        ),
        language="en",
        answers=answers,
    )


def swapped(question: ComparisonTask) -> ComparisonTask:
    pair = question.request.pair.swapped
    return task(pair.first, pair.second, question.second_text, question.first_text, answers=question.answers)
