"""What the service tells the world about a batch; staged in the transaction that makes it true."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from cj_assessment_service.domain.batches import BatchIdentity, BatchStatus, StopReason
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.grades import GradeProjection, GradeScale, ProjectionUnavailableReason
from cj_assessment_service.domain.identifiers import EssayId, Grade
from cj_assessment_service.domain.requests import AssessmentRequest


@dataclass(frozen=True, slots=True)
class BatchCompleted:
    """The thin event: requested essays only, split into those with a score and those without."""

    identity: BatchIdentity
    status: BatchStatus
    reason: StopReason
    successful: tuple[EssayId, ...]
    failed: tuple[EssayId, ...]
    seconds: float
    single_essay: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class BatchFailed:
    """The batch ended without a result, and why."""

    identity: BatchIdentity
    reason: StopReason
    code: ErrorCode
    detail: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PublishedEssay:
    """One essay of the rich event. `rank` 1 is best; `projection` None where no grade could be projected."""

    essay_id: EssayId
    name: str | None
    known_grade: Grade | None
    rank: int | None
    score: float | None
    se: float | None
    projection: GradeProjection | None


@dataclass(frozen=True, slots=True)
class ResultPublished:
    """The rich event: scores, grades and how they came about."""

    identity: BatchIdentity
    reason: StopReason
    essays: tuple[PublishedEssay, ...]
    scale: GradeScale | None
    projection_unavailable: ProjectionUnavailableReason | None
    judge: str
    comparisons: int
    reliability: float | None
    cost: Decimal
    seconds: float
    at: datetime


@dataclass(frozen=True, slots=True)
class ResourceConsumed:
    """For billing: `quantity` is the number of successful comparisons stored for the batch."""

    identity: BatchIdentity
    quantity: int
    at: datetime


@dataclass(frozen=True, slots=True)
class BatchRequested:
    """A request was accepted here and its batch exists; whoever receives this may begin it."""

    identity: BatchIdentity
    request: AssessmentRequest
    at: datetime


BatchEvent = BatchRequested | BatchCompleted | BatchFailed | ResultPublished | ResourceConsumed
