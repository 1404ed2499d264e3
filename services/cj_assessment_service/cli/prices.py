"""A cost limit needs judges whose price is known."""

from collections.abc import Sequence
from uuid import UUID

from cj_assessment_service.cj_core_logic.judging.prompts import build_prompt
from cj_assessment_service.cli.given import GivenInput
from cj_assessment_service.cli.services import Services
from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.comparisons import ComparisonRequest, OrientedPair
from cj_assessment_service.domain.errors import InvalidJudge
from cj_assessment_service.domain.identifiers import BatchId, RequestId
from cj_assessment_service.domain.instructions import AssessmentBrief, AssessmentContext
from cj_assessment_service.domain.judges import ComparisonTask, JudgeSpec

_NOBODY_ASKS_IT = RequestId(UUID(int=0))


async def check_prices(services: Services, judges: Sequence[str], given: GivenInput) -> None:
    """For a batch with a cost limit. Raises InvalidJudge, which names every judge whose price is unknown and the remedy."""
    unknown = [judge for judge in judges if not await _has_price(services, judge, given)]
    if unknown:
        raise InvalidJudge(
            f"No cost limit can be kept, because the price of {', '.join(unknown)} is unknown. Name the price in the judges"
            " file, or leave out --max-cost."
        )


async def _has_price(services: Services, judge: str, given: GivenInput) -> bool:
    opened = services.judges.open(JudgeSpec.parse(judge))
    try:
        return opened.quote(_a_question(judge, given)).cost is not None
    finally:
        await opened.close()


def _a_question(judge: str, given: GivenInput) -> ComparisonTask:
    """Like those that will be asked."""
    first, second = given.submission.essays[:2]
    brief = AssessmentBrief(AssessmentContext(given.task, given.rubric, ""))
    return ComparisonTask(
        request=ComparisonRequest(
            _NOBODY_ASKS_IT, BatchId(0), 1, OrientedPair(first.essay_id, second.essay_id), judge
        ),
        first_text=first.text,
        second_text=second.text,
        prompt=build_prompt(brief, first.text, second.text, _NOBODY_ASKS_IT.hex[:16], AnswerForm.GRADED),
        language="en",
        answers=AnswerForm.GRADED,
    )
