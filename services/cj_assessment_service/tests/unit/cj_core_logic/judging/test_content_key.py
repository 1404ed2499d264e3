"""Two questions are the same exactly where nothing an answer may depend on differs."""

from dataclasses import replace
from uuid import UUID

import pytest

from cj_assessment_service.cj_core_logic.judging.content_key import content_key
from cj_assessment_service.cj_core_logic.judging.prompts import build_prompt
from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.comparisons import ComparisonRequest, OrientedPair
from cj_assessment_service.domain.identifiers import BatchId, EssayId, RequestId
from cj_assessment_service.domain.instructions import AssessmentBrief, AssessmentContext
from cj_assessment_service.domain.judges import ComparisonTask

BRIEF = AssessmentBrief(AssessmentContext("Write about pets.", "Be clear.", ""))
REQUEST = ComparisonRequest(
    RequestId(UUID(int=1)), BatchId(1), 1, OrientedPair(EssayId("a"), EssayId("b")), "openai:m"
)


def question(
    request: ComparisonRequest = REQUEST,
    texts: tuple[str, str] = ("I have a dog.", "I have a cat."),
    brief: AssessmentBrief = BRIEF,
    answers: AnswerForm = AnswerForm.GRADED,
) -> ComparisonTask:
    prompt = build_prompt(brief, *texts, request.request_id.hex[:16], answers)
    return ComparisonTask(request, *texts, prompt, "en", answers)


def key(task: ComparisonTask) -> str:
    return content_key(task, task.request.request_id.hex[:16])


def test_batch_wave_ids_and_nonce_make_no_difference() -> None:
    elsewhere = ComparisonRequest(
        RequestId(UUID(int=2**100)), BatchId(9), 4, OrientedPair(EssayId("x"), EssayId("y")), "openai:m"
    )
    assert key(question(elsewhere)) == key(question())


@pytest.mark.parametrize(
    "other",
    [
        question(replace(REQUEST, judge="openai:m?effort=low")),
        question(replace(REQUEST, repeat=1)),
        question(texts=("I have a cat.", "I have a dog.")),
        question(texts=("I have a dog.", "I have a cat!")),
        question(brief=AssessmentBrief(AssessmentContext("Write about pets.", "Be kind.", ""))),
        question(brief=replace(BRIEF, system_prompt="You compare.")),
        question(answers=AnswerForm.WINNER),
        replace(question(), prompt=replace(question().prompt, version="next")),
        replace(question(), prompt=replace(question().prompt, texts="Other words.")),
    ],
    ids=["judge", "repeat", "order", "text", "rubric", "system", "form", "version", "words"],
)
def test_everything_else_does(other: ComparisonTask) -> None:
    assert key(other) != key(question())
