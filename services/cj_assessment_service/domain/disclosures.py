"""What of a batch left this machine, and where to."""

from dataclasses import dataclass
from datetime import datetime

from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.identifiers import BatchId, EssayId, OuterBatchId
from cj_assessment_service.domain.privacy import PrivacySettings


@dataclass(frozen=True, slots=True)
class JudgeDisclosure:
    """What one judge was sent. `judge` is its name with all options, `destination` the host, None where nothing left.

    `questions` were sent and came back with an answer or a failure; `unanswered` were recorded and may have been sent before
    the run was interrupted. `attempts` and `characters_sent` are sums over the questions; `uncounted` is for how many of them
    (answered or not) it is not known what was sent. `essays` are those whose texts were among it.
    """

    judge: str
    destination: str | None
    models: tuple[str, ...]
    prompt_versions: tuple[str, ...]
    questions: int
    unanswered: int
    attempts: int
    characters_sent: int
    uncounted: int
    prompt_tokens: int
    completion_tokens: int
    first_at: datetime | None
    last_at: datetime | None
    essays: tuple[EssayId, ...]


@dataclass(frozen=True, slots=True)
class Disclosure:
    """`essays_sent` and `essays_kept` are all loaded essays between them; `never_sent` says in sentences what no judge gets."""

    batch_id: BatchId
    outer_id: OuterBatchId
    ended_at: datetime | None
    language: str
    answers: AnswerForm
    privacy: PrivacySettings
    judges: tuple[JudgeDisclosure, ...]
    essays_sent: tuple[EssayId, ...]
    essays_kept: tuple[EssayId, ...]
    task_and_rubric_sent: bool
    never_sent: tuple[str, ...]

    @property
    def characters_sent(self) -> int:
        return sum(judge.characters_sent for judge in self.judges)

    @property
    def destinations(self) -> tuple[str, ...]:
        return tuple(sorted({judge.destination for judge in self.judges if judge.destination is not None}))
