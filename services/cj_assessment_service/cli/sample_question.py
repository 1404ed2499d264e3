"""A question like those that will be asked, to learn the price of asking it."""

from uuid import UUID

from cj_assessment_service.cj_core_logic.judging.prompts import build_prompt
from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.comparisons import ComparisonRequest, OrientedPair
from cj_assessment_service.domain.identifiers import BatchId, RequestId
from cj_assessment_service.domain.instructions import AssessmentBrief, AssessmentContext
from cj_assessment_service.domain.judges import ComparisonTask
from cj_assessment_service.domain.submissions import SubmittedEssay

_NOBODY_ASKS_IT = RequestId(UUID(int=0))


def sample_question(
    judge: str, context: AssessmentContext, first: SubmittedEssay, second: SubmittedEssay
) -> ComparisonTask:
    answers = AnswerForm.GRADED
    pair = OrientedPair(first.essay_id, second.essay_id)
    return ComparisonTask(
        request=ComparisonRequest(_NOBODY_ASKS_IT, BatchId(0), 1, pair, judge),
        first_text=first.text,
        second_text=second.text,
        prompt=build_prompt(
            AssessmentBrief(context), first.text, second.text, _NOBODY_ASKS_IT.hex[:16], answers
        ),
        language="en",
        answers=answers,
    )
