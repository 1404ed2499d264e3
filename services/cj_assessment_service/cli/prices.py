"""A cost limit needs judges whose price is known."""

from collections.abc import Sequence

from cj_assessment_service.cli.given import GivenInput
from cj_assessment_service.cli.sample_question import sample_question
from cj_assessment_service.cli.services import Services
from cj_assessment_service.domain.errors import InvalidJudge
from cj_assessment_service.domain.instructions import AssessmentContext
from cj_assessment_service.domain.judges import JudgeSpec


async def check_prices(services: Services, judges: Sequence[str], given: GivenInput) -> None:
    """For a batch with a cost limit. Raises InvalidJudge, which names every judge whose price is unknown and the remedy."""
    unknown = [judge for judge in judges if not await _has_price(services, judge, given)]
    if unknown:
        raise InvalidJudge(
            f"No cost limit can be kept, because the price of {', '.join(unknown)} is unknown. Name the price in the judges"
            " file, or leave out --max-cost."
        )


async def _has_price(services: Services, judge: str, given: GivenInput) -> bool:
    first, second = given.submission.essays[:2]
    opened = services.judges.open(JudgeSpec.parse(judge))
    try:
        question = sample_question(judge, AssessmentContext(given.task, given.rubric, ""), first, second)
        return opened.quote(question).cost is not None
    finally:
        await opened.close()
