"""What the service tells the world about a batch; staged in the transaction that makes it true."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from cj_assessment_service.domain.batches import (
    BatchIdentity,
    BatchOverview,
    BatchStatus,
    Progress,
    StopReason,
)
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.grades import GradeProjection, GradeScale, ProjectionUnavailableReason
from cj_assessment_service.domain.identifiers import CorrelationId, EssayId, EventId, Grade, OuterBatchId
from cj_assessment_service.domain.requests import AssessmentRequest
from cj_assessment_service.domain.scores import PositionEffect


@dataclass(frozen=True, slots=True)
class Consumption:
    """What all answers of a batch took, those nobody could read included: tokens, and USD over the known prices (`unpriced`
    counts the other answers). `reused` judgements were taken from earlier batches and took nothing.
    """

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    cost: Decimal = Decimal(0)
    unpriced: int = 0
    reused: int = 0

    @classmethod
    def of(cls, overview: BatchOverview) -> "Consumption":
        return cls(
            prompt_tokens=overview.prompt_tokens,
            completion_tokens=overview.completion_tokens,
            cached_tokens=overview.cached_tokens,
            cost=overview.spent,
            unpriced=overview.unpriced,
            reused=overview.reused,
        )


NOTHING_CONSUMED: Final = Consumption()


@dataclass(frozen=True, slots=True)
class Attribution:
    """The model most of the judgements come from. `temperature` is None where the request left it to the provider."""

    provider: str
    model: str
    temperature: float | None


@dataclass(frozen=True, slots=True)
class BatchCompleted:
    """The thin event: requested essays only, split into those with a score and those without."""

    identity: BatchIdentity
    status: BatchStatus
    reason: StopReason
    successful: tuple[EssayId, ...]
    failed: tuple[EssayId, ...]
    single_essay: bool
    started_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class BatchFailed:
    """The batch ended without a result, and why."""

    identity: BatchIdentity
    reason: StopReason
    code: ErrorCode
    detail: str
    progress: Progress
    started_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class RequestRefused:
    """A request that never became a batch, and why. `event_id` is the one it came with."""

    event_id: EventId
    outer_id: OuterBatchId
    correlation_id: CorrelationId
    trace_parent: str | None
    code: ErrorCode
    detail: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PublishedEssay:
    """One essay of the rich event. `rank` 1 is best; `interval` is the 95 % one of the score in logits; `projection` None
    where no grade could be projected. `review_reasons` says why a person should look; empty when nobody need.
    """

    essay_id: EssayId
    name: str | None
    known_grade: Grade | None
    rank: int | None
    score: float
    se: float
    interval: tuple[float, float]
    comparisons: int
    projection: GradeProjection | None
    review_reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AnchorAgreement:
    """How anchors were judged against their grades: pairs of them in the wrong order, and Kendall's tau."""

    inversions: int
    kendall_tau: float


@dataclass(frozen=True, slots=True)
class PublishedQuality:
    """How far the scale can be trusted. `coverage` is the share of all pairs with a judgement, `components` the number of
    parts of the scale that do not compare (1 when all do), `misfits` the essays whose judgements contradict each other;
    `anchors` None where no grades were projected.
    """

    reliability: float
    reliability_limits: tuple[float, float] | None
    separation_reliability: float | None
    mean_se: float
    max_se: float
    components: int
    coverage: float
    position: PositionEffect
    success_rate: float | None
    misfits: tuple[EssayId, ...]
    anchors: AnchorAgreement | None


@dataclass(frozen=True, slots=True)
class ResultPublished:
    """The rich event: scores, grades and how they came about. `comparisons` are those that were judged, `judge` is the
    panel as it was asked; `attribution` and `quality` are None where nothing was judged.
    """

    identity: BatchIdentity
    reason: StopReason
    essays: tuple[PublishedEssay, ...]
    scale: GradeScale | None
    projection_unavailable: ProjectionUnavailableReason | None
    judge: str
    attribution: Attribution | None
    comparisons: int
    consumption: Consumption
    quality: PublishedQuality | None
    started_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class ResourceConsumed:
    """For billing: `quantity` is the number of successful comparisons stored for the batch."""

    identity: BatchIdentity
    quantity: int
    at: datetime
    consumption: Consumption = NOTHING_CONSUMED


@dataclass(frozen=True, slots=True)
class BatchRequested:
    """A request was accepted here and its batch exists; whoever receives this may begin it."""

    identity: BatchIdentity
    request: AssessmentRequest
    at: datetime


BatchEvent = BatchRequested | BatchCompleted | BatchFailed | ResultPublished | ResourceConsumed
PublishedEvent = BatchEvent | RequestRefused
