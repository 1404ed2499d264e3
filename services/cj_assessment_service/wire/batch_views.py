"""What is told of batches over HTTP. Times are ISO 8601, money is in USD and written as text."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from cj_assessment_service.domain.batches import BatchOverview, BatchState, BatchStatus, StopReason
from cj_assessment_service.domain.comparisons import RecordedComparison, Winner
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.essays import FailedEssay
from cj_assessment_service.domain.grades import GradeScale
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.panels import JudgeRole
from cj_assessment_service.domain.results import AssessedEssay
from cj_assessment_service.wire.envelope import WireModel


class JudgeView(WireModel):
    judge: str
    role: JudgeRole
    share: float


class ProgressView(WireModel):
    """Counts are of comparisons; `unsent` are those of the failed ones that never left. `reliability` is that of the last
    scoring.
    """

    batch: int
    status: BatchStatus
    state: BatchState
    finished: bool
    wave: int
    submitted: int
    completed: int
    failed: int
    unsent: int
    pending: int
    budget: int
    reliability: float | None
    reliability_low: float | None
    reliability_high: float | None
    expected_grade_changes: float | None
    spent: str
    last_activity_at: datetime

    @classmethod
    def of(cls, overview: BatchOverview) -> Self:
        counts = overview.progress
        low, high = overview.reliability_limits or (None, None)
        return cls(
            batch=overview.identity.batch_id,
            status=overview.status,
            state=overview.state,
            finished=overview.status.is_terminal,
            wave=overview.wave,
            submitted=counts.submitted,
            completed=counts.completed,
            failed=counts.failed,
            unsent=counts.unsent,
            pending=counts.pending,
            budget=counts.budget,
            reliability=overview.reliability,
            reliability_low=low,
            reliability_high=high,
            expected_grade_changes=overview.expected_grade_changes,
            spent=f"{overview.spent:f}",
            last_activity_at=overview.last_activity_at,
        )


class BatchView(WireModel):
    """`reference` is the batch in events (`entity_id`)."""

    id: int
    reference: str
    correlation_id: str
    organisation_id: str | None
    user_id: str
    assignment_id: str | None
    course_code: str | None
    language: str
    judges: tuple[JudgeView, ...]
    excluded_judges: tuple[str, ...]
    essays_requested: int
    essays_loaded: int
    stop_reason: StopReason | None
    detail: str | None
    created_at: datetime
    completed_at: datetime | None
    texts_deleted_at: datetime | None
    progress: ProgressView

    @classmethod
    def of(cls, overview: BatchOverview) -> Self:
        identity, settings = overview.identity, overview.settings
        return cls(
            id=identity.batch_id,
            reference=identity.outer_id,
            correlation_id=str(identity.correlation_id),
            organisation_id=identity.organisation_id,
            user_id=identity.user_id,
            assignment_id=identity.assignment_id,
            course_code=identity.course_code,
            language=settings.language,
            judges=tuple(
                JudgeView(judge=member.judge, role=member.role, share=member.share)
                for member in settings.panel.members
            ),
            excluded_judges=overview.excluded_judges,
            essays_requested=overview.essays_requested,
            essays_loaded=overview.essays_loaded,
            stop_reason=overview.stop_reason,
            detail=overview.failure_detail,
            created_at=overview.created_at,
            completed_at=overview.completed_at,
            texts_deleted_at=overview.texts_deleted_at,
            progress=ProgressView.of(overview),
        )


class BatchesView(WireModel):
    """Newest first. `next_before` asks for the page after this one, null on the last."""

    items: tuple[BatchView, ...]
    next_before: int | None

    @classmethod
    def of(cls, overviews: Sequence[BatchOverview], page_size: int) -> Self:
        """`overviews` may hold one more than the page, which says that there is a next one."""
        items = tuple(BatchView.of(overview) for overview in overviews[:page_size])
        return cls(items=items, next_before=items[-1].id if len(overviews) > page_size else None)


class ObeyedView(WireModel):
    """What a caller reads of the answer to an order, whatever else it says: the batch that was meant, or the new one."""

    id: int | None = None


class ComparisonView(WireModel):
    """`winner` is null while the question is open and where it failed (`error`); `level` says by how much, from 1."""

    sequence: int
    wave: int
    judge: str
    first: str
    second: str
    winner: Winner | None
    level: int | None
    confidence: float | None
    p_first: float | None
    justification: str | None
    error: ErrorCode | None
    reused: bool
    cost: str | None
    submitted_at: datetime
    completed_at: datetime | None

    @classmethod
    def of(cls, comparison: RecordedComparison) -> Self:
        usage = comparison.usage
        return cls(
            sequence=comparison.sequence,
            wave=comparison.wave,
            judge=comparison.judge,
            first=comparison.pair.first,
            second=comparison.pair.second,
            winner=comparison.winner,
            level=comparison.level,
            confidence=comparison.confidence,
            p_first=comparison.p_first,
            justification=comparison.justification,
            error=comparison.error,
            reused=comparison.is_reused,
            cost=f"{usage.cost:f}" if usage is not None and usage.cost is not None else None,
            submitted_at=comparison.submitted_at,
            completed_at=comparison.completed_at,
        )


class ComparisonsView(WireModel):
    """In the order of recording. `next_after` asks for the page after this one, null on the last."""

    items: tuple[ComparisonView, ...]
    next_after: int | None

    @classmethod
    def of(cls, comparisons: Sequence[RecordedComparison], page_size: int) -> Self:
        """`comparisons` may hold one more than the page, which says that there is a next one."""
        items = tuple(ComparisonView.of(comparison) for comparison in comparisons[:page_size])
        return cls(items=items, next_after=items[-1].sequence if len(comparisons) > page_size else None)


class EssayComparisonView(WireModel):
    """A comparison as one of its essays sees it. `won` is null for a tie and where nothing was decided (see `winner`)."""

    opponent: str
    shown_first: bool
    won: bool | None
    comparison: ComparisonView

    @classmethod
    def of(cls, comparison: RecordedComparison, essay_id: EssayId) -> Self:
        pair, judgement = comparison.pair, comparison.judgement
        winner = judgement.winning_essay if judgement is not None else None
        return cls(
            opponent=pair.second if pair.first == essay_id else pair.first,
            shown_first=pair.first == essay_id,
            won=winner == essay_id if winner is not None else None,
            comparison=ComparisonView.of(comparison),
        )


class GradeShareView(WireModel):
    grade: str
    probability: float


class GradeView(WireModel):
    """The most probable grade, how sure it is, and how probable every grade of the scale is, lowest first."""

    grade: str
    confidence: float
    confidence_label: str
    probabilities: tuple[GradeShareView, ...]


class EssayFailureView(WireModel):
    code: ErrorCode
    reason: str


class ScoreView(WireModel):
    """In logits, with the limits of the 95 % interval. `rank` 1 is best."""

    rank: int
    score: float
    se: float
    low: float
    high: float
    comparisons: int
    wins: int


class EssayView(WireModel):
    """`score` is null before the first scoring, `failure` set where the essay could not be assessed, `known_grade` set for
    anchors.
    """

    id: str
    name: str | None
    known_grade: str | None
    score: ScoreView | None
    grade: GradeView | None
    review_reasons: tuple[str, ...]
    failure: EssayFailureView | None
    comparisons: tuple[EssayComparisonView, ...]

    @classmethod
    def of_assessed(cls, essay: AssessedEssay, recorded: Sequence[RecordedComparison]) -> Self:
        """`recorded` may be those of the whole batch."""
        own = (one for one in recorded if essay.essay_id in one.pair.unordered)
        return cls(
            id=essay.essay_id,
            name=essay.name,
            known_grade=essay.known_grade,
            score=_score(essay),
            grade=_grade(essay),
            review_reasons=essay.review_reasons,
            failure=None,
            comparisons=tuple(EssayComparisonView.of(one, essay.essay_id) for one in own),
        )

    @classmethod
    def of_failed(cls, essay: FailedEssay) -> Self:
        return cls(
            id=essay.essay_id,
            name=essay.name,
            known_grade=None,
            score=None,
            grade=None,
            review_reasons=(),
            failure=EssayFailureView(code=essay.code, reason=essay.reason),
            comparisons=(),
        )


class ResultView(WireModel):
    """The result document (`docs/schemas/result-v1.schema.json`) as far as it is known; `finished` says that it stays so."""

    finished: bool
    result: dict[str, object]


class ScaleView(WireModel):
    """`grades` are lowest first; `below_lowest` is the grade under the first one, where there is such."""

    id: str
    name: str
    grades: tuple[str, ...]
    below_lowest: str | None

    @classmethod
    def of(cls, scale: GradeScale) -> Self:
        return cls(
            id=scale.scale_id, name=scale.display_name, grades=scale.grades, below_lowest=scale.below_lowest
        )


class ScalesView(WireModel):
    items: tuple[ScaleView, ...]


def _score(essay: AssessedEssay) -> ScoreView | None:
    if essay.rank is None:
        return None
    return ScoreView(
        rank=essay.rank,
        score=essay.score,
        se=essay.se,
        low=essay.ci_low,
        high=essay.ci_high,
        comparisons=essay.comparisons,
        wins=essay.wins,
    )


def _grade(essay: AssessedEssay) -> GradeView | None:
    projection = essay.projection
    if projection is None:
        return None
    return GradeView(
        grade=projection.grade,
        confidence=projection.confidence,
        confidence_label=projection.confidence_label,
        probabilities=tuple(
            GradeShareView(grade=each.grade, probability=each.probability)
            for each in projection.probabilities
        ),
    )
