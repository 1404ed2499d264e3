"""Questions handed to a provider as a whole, to be answered within a day for about half the price."""

from dataclasses import dataclass
from datetime import datetime

from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.comparisons import JudgeReply
from cj_assessment_service.domain.identifiers import BatchId, RequestId, SubmissionId


@dataclass(frozen=True, slots=True)
class ProviderBatch:
    """One submission of questions of one wave to one judge.

    It is recorded before it is sent: `provider_id` is None until the provider's own name for it is known, so that a process
    that dies in between leaves something to ask the provider about. `request_ids` are its questions without an answer,
    `characters` what leaves this machine with each of them (empty once it was recorded).
    After `until` it is cancelled (None: it may take what it takes).
    """

    submission_id: SubmissionId
    batch_id: BatchId
    judge: str
    answers: AnswerForm
    request_ids: tuple[RequestId, ...]
    created_at: datetime
    until: datetime | None = None
    provider_id: str | None = None
    characters: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ProviderBatchProgress:
    """`is_over`: nothing more will be answered, whether it was completed, cancelled or expired."""

    is_over: bool
    answered: int


@dataclass(frozen=True, slots=True)
class CollectedAnswer:
    """What a provider's batch says of one question."""

    request_id: RequestId
    reply: JudgeReply
