"""Which model a result is attributed to."""

import pytest

from cj_assessment_service.cj_core_logic.results.attribution import attribution
from cj_assessment_service.domain.comparisons import AnswerSource
from cj_assessment_service.domain.events import Attribution

HOT = AnswerSource("openai:m?temperature=1", "openai", "m-2026", 4)
COLD = AnswerSource("openai:m?temperature=0", "openai", "m-2026", 3)
OTHER = AnswerSource("anthropic:c", "anthropic", "c-5", 5)


@pytest.mark.parametrize(
    ("sources", "found"),
    [
        ([], None),
        ([OTHER, HOT], Attribution("anthropic", "c-5", None)),
        ([COLD], Attribution("openai", "m-2026", 0.0)),
        ([OTHER, HOT, COLD], Attribution("openai", "m-2026", None)),
        ([HOT, AnswerSource("x:y", "a", "b", 4)], Attribution("a", "b", None)),
        ([AnswerSource("a judge of no kind?", "p", "m", 1)], Attribution("p", "m", None)),
        ([AnswerSource("openai:m?temperature=warm", "p", "m", 1)], Attribution("p", "m", None)),
    ],
)
def test_the_model_with_most_judgements_is_named_with_the_temperature_its_judges_share(
    sources: list[AnswerSource], found: Attribution | None
) -> None:
    assert attribution(sources) == found
