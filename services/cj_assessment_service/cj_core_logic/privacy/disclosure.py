"""Draws up what left this machine, from the ledger of questions and answers."""

from collections.abc import Mapping, Sequence

from cj_assessment_service.domain.comparisons import RecordedComparison
from cj_assessment_service.domain.disclosures import Disclosure, JudgeDisclosure
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.privacy import NameHandling
from cj_assessment_service.domain.results import AssessmentResult

_NEVER_SENT = (
    "The names of files and folders.",
    "The ids of the essays, and any other sign of which text is whose.",
    "Known grades, scores and results.",
)
_NAMES_REPLACED = "Students' names that were recognised: pseudonyms stood in their place."


def disclosure_of(result: AssessmentResult, destinations: Mapping[str, str | None]) -> Disclosure:
    """`destinations` says for each judge of the panel where its questions go. What was reused, or refused before it left,
    was not sent.
    """
    by_judge: dict[str, list[RecordedComparison]] = {judge: [] for judge in destinations}
    for comparison in result.comparisons:
        if _may_have_left(comparison):
            by_judge.setdefault(comparison.judge, []).append(comparison)
    judges = tuple(_of_judge(judge, asked, destinations.get(judge)) for judge, asked in by_judge.items())
    sent = {essay for judge in judges if judge.destination is not None for essay in judge.essays}
    settings = result.overview.settings
    replaced = settings.privacy.names in {NameHandling.REPLACED, NameHandling.REPLACED_IN_TEXTS}
    return Disclosure(
        batch_id=result.overview.identity.batch_id,
        outer_id=result.overview.identity.outer_id,
        ended_at=result.overview.completed_at,
        language=settings.language,
        answers=settings.answers,
        privacy=settings.privacy,
        judges=judges,
        essays_sent=tuple(sorted(sent)),
        essays_kept=tuple(sorted(essay.essay_id for essay in result.essays if essay.essay_id not in sent)),
        task_and_rubric_sent=bool(sent and (result.task or result.rubric)),
        never_sent=(*_NEVER_SENT, _NAMES_REPLACED) if replaced else _NEVER_SENT,
    )


def _may_have_left(comparison: RecordedComparison) -> bool:
    return not comparison.is_reused and (comparison.error is None or not comparison.error.never_left)


def _of_judge(judge: str, asked: Sequence[RecordedComparison], noted: str | None) -> JudgeDisclosure:
    usages = [comparison.usage for comparison in asked if comparison.usage is not None]
    # of a batch from the time before destinations were noted, the provider is known at least
    destination = noted or next((usage.provider for usage in usages if usage.characters_sent), None)
    answered = [comparison for comparison in asked if comparison.completed_at is not None]
    ends = [comparison.completed_at for comparison in asked if comparison.completed_at is not None]
    remote = destination is not None
    return JudgeDisclosure(
        judge=judge,
        destination=destination,
        models=tuple(sorted({usage.model for usage in usages})),
        prompt_versions=tuple(sorted({c.prompt_version for c in asked if c.prompt_version is not None})),
        questions=len(answered),
        unanswered=len(asked) - len(answered),
        attempts=sum(usage.attempts for usage in usages) if remote else 0,
        characters_sent=sum(usage.characters_sent for usage in usages),
        uncounted=sum(c.usage is None or not c.usage.characters_sent for c in asked) if remote else 0,
        prompt_tokens=sum(usage.prompt_tokens for usage in usages),
        completion_tokens=sum(usage.completion_tokens for usage in usages),
        first_at=min((comparison.submitted_at for comparison in asked), default=None),
        last_at=max(ends, default=None),
        essays=_essays_of(asked) if remote else (),
    )


def _essays_of(asked: Sequence[RecordedComparison]) -> tuple[EssayId, ...]:
    return tuple(sorted({essay for c in asked for essay in (c.pair.first, c.pair.second)}))
