"""Which model a result is attributed to."""

from collections.abc import Sequence
from math import isfinite

from cj_assessment_service.domain.comparisons import AnswerSource
from cj_assessment_service.domain.errors import InvalidJudge
from cj_assessment_service.domain.events import Attribution
from cj_assessment_service.domain.judges import JudgeSpec


def attribution(sources: Sequence[AnswerSource]) -> Attribution | None:
    """The provider and model with the most judgements, of equal ones the first by name; None without a judgement. The
    temperature is the one its judges were asked with, None where that was left to the provider or differed.
    """
    counts: dict[tuple[str, str], int] = {}
    for source in sources:
        key = (source.provider, source.model)
        counts[key] = counts.get(key, 0) + source.judgements
    if not counts:
        return None
    provider, model = min(counts, key=lambda key: (-counts[key], key))
    asked = {_temperature(one.judge) for one in sources if (one.provider, one.model) == (provider, model)}
    return Attribution(provider, model, asked.pop() if len(asked) == 1 else None)


def _temperature(judge: str) -> float | None:
    try:
        temperature = float(dict(JudgeSpec.parse(judge).options)["temperature"])
    except (InvalidJudge, KeyError, ValueError):
        return None
    return temperature if isfinite(temperature) else None
