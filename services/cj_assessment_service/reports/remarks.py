"""What judges wrote about single comparisons, from the side of each essay."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cj_assessment_service.domain.answers import margin_of
from cj_assessment_service.domain.comparisons import RecordedComparison, Winner
from cj_assessment_service.domain.identifiers import EssayId

REMARKS_SHOWN = 3
"""Of each essay: those the judge was surest of."""

_LONGEST_REMARK = 400


@dataclass(frozen=True, slots=True)
class Remark:
    """What a judge wrote about a comparison of this essay."""

    verdict: str
    text: str


def remarks_of(
    comparisons: Sequence[RecordedComparison], labels: Mapping[EssayId, str]
) -> Mapping[EssayId, tuple[Remark, ...]]:
    """For each essay the remarks of its surest decisions, the latest first among equals."""
    found: defaultdict[EssayId, list[Remark]] = defaultdict(list)
    telling = [one for one in comparisons if one.winner is not None and one.justification]
    telling.sort(key=lambda one: (one.confidence or 0.0, one.sequence), reverse=True)
    for one in telling:
        pair, text = one.pair, _shortened(one.justification or "")
        of_first, of_second = _verdict_words(one)
        for essay_id, words, other in (
            (pair.first, of_first, pair.second),
            (pair.second, of_second, pair.first),
        ):
            if len(found[essay_id]) < REMARKS_SHOWN:
                found[essay_id].append(Remark(f"{words} {labels.get(other, other)}", text))
    return {essay_id: tuple(remarks) for essay_id, remarks in found.items()}


def _verdict_words(one: RecordedComparison) -> tuple[str, str]:
    """What a decision says of the essay shown first and of the second, each to be followed by the other's name."""
    if one.winner is Winner.TIE:
        return "As good as", "As good as"
    words = "Preferred to", "Behind"
    if one.level is not None:
        margin = margin_of(one.level).capitalize()
        words = f"{margin} better than", f"{margin} behind"
    return words if one.winner is Winner.FIRST else words[::-1]


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_REMARK else f"{text[: _LONGEST_REMARK - 1].rstrip()}…"
