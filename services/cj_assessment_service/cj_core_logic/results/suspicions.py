"""Texts that may have tried to influence a judge, and answers that look as if one had: in words for a teacher."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from cj_assessment_service.domain.comparisons import AnswerRemark, RecordedComparison
from cj_assessment_service.domain.essays import EssayItem, Suspicion
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.results import AssessedEssay

_SUSPICION_WORDS: Mapping[Suspicion, str] = {
    Suspicion.ORDERS: "This text gives the judge orders",
    Suspicion.ADDRESSES_JUDGE: "This text speaks to the judge",
    Suspicion.POSES_AS_SYSTEM: "This text poses as the program around the judge",
    Suspicion.FAKE_VERDICT: "This text holds a made-up verdict",
    Suspicion.FAKE_MARKS: "This text imitates the marks that part the texts",
    Suspicion.CLAIMS_AUTHORITY: "This text claims what the judge cannot know about it or the other text",
    Suspicion.ASKS_FOR_PROMPT: "This text asks the judge for its instructions",
    Suspicion.INVISIBLE_CHARACTERS: "This text holds characters that no reader sees",
    Suspicion.TURNED_LETTERS: "This text holds marks that make it read in another direction than it is stored",
    Suspicion.LOOK_ALIKE_LETTERS: "This text mixes letters of different alphabets in one word",
    Suspicion.HIDDEN_TEXT: "The file holds text that no reader sees; it was left out",
}
_REMARK_WORDS: Mapping[AnswerRemark, str] = {
    AnswerRemark.QUOTES_FENCE: "repeats the marks around the texts",
    AnswerRemark.ADDRESSES_WRITER: "speaks to the writer",
}
_MOST_NAMED = 10


def with_suspicions(
    essays: Sequence[AssessedEssay], items: Sequence[EssayItem], comparisons: Sequence[RecordedComparison]
) -> tuple[AssessedEssay, ...]:
    """The essays with what was found in their texts, and what was remarked on in answers about them, as first reasons for
    a person to look.
    """
    found = {item.essay_id: item.findings for item in items}
    remarks: Counter[tuple[EssayId, AnswerRemark]] = Counter(
        (essay_id, remark)
        for comparison in comparisons
        for remark in comparison.remarks
        for essay_id in comparison.pair.unordered
    )

    def reasons(essay: AssessedEssay) -> tuple[str, ...]:
        of_text = (
            f"{_SUSPICION_WORDS[each.suspicion]}: “{each.excerpt}”." for each in found.get(essay.essay_id, ())
        )
        of_answers = (
            f"{_answers(count)} about it {words}."
            for remark, words in _REMARK_WORDS.items()
            if (count := remarks[essay.essay_id, remark])
        )
        return (*of_text, *of_answers)

    return tuple(replace(essay, review_reasons=(*reasons(essay), *essay.review_reasons)) for essay in essays)


def suspicion_warnings(
    items: Sequence[EssayItem], comparisons: Sequence[RecordedComparison]
) -> tuple[str, ...]:
    """Which essays may have tried to influence the judges, and which judges gave answers that were remarked on."""
    warnings = []
    if suspects := [item.essay_id for item in items if item.is_suspect]:
        more = f" and {len(suspects) - _MOST_NAMED} more" if len(suspects) > _MOST_NAMED else ""
        warnings.append(
            f"Texts that may try to influence the judge; a person should look at {', '.join(suspects[:_MOST_NAMED])}{more}."
        )
    warnings += [
        f"{_answers(count)} of the judge {judge} looks as if it had listened to a text instead of judging it."
        for judge, count in sorted(remarked_answers(comparisons).items())
    ]
    return tuple(warnings)


def remarked_answers(comparisons: Sequence[RecordedComparison]) -> Mapping[str, int]:
    """How many answers of each judge were remarked on; judges without any are left out."""
    return Counter(comparison.judge for comparison in comparisons if comparison.remarks)


def _answers(count: int) -> str:
    """Ready for a verb in the singular."""
    return "1 answer" if count == 1 else f"Each of {count} answers"
