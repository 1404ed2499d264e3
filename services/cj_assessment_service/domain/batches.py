"""A batch: its states, its counts, its settings and the one snapshot every decision reads."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.comparisons import (
    AskedComparison,
    DecidedComparison,
    PairPlan,
    PlanUse,
)
from cj_assessment_service.domain.essays import EssayItem
from cj_assessment_service.domain.grades import GradeScale
from cj_assessment_service.domain.identifiers import (
    AssignmentId,
    BatchId,
    ClaimToken,
    CorrelationId,
    OrganisationId,
    OuterBatchId,
    UserId,
)
from cj_assessment_service.domain.panels import Panel
from cj_assessment_service.domain.policies import PairStrategy
from cj_assessment_service.domain.privacy import NOTHING_DONE, PrivacySettings
from cj_assessment_service.domain.scores import Scoreboard


class BatchStatus(StrEnum):
    """The coarse status people see."""

    PENDING = "PENDING"
    FETCHING_CONTENT = "FETCHING_CONTENT"
    PERFORMING_COMPARISONS = "PERFORMING_COMPARISONS"
    COMPLETE_STABLE = "COMPLETE_STABLE"
    COMPLETE_MAX_COMPARISONS = "COMPLETE_MAX_COMPARISONS"
    COMPLETE_INSUFFICIENT_ESSAYS = "COMPLETE_INSUFFICIENT_ESSAYS"
    COMPLETE_FORCED_RECOVERY = "COMPLETE_FORCED_RECOVERY"
    ERROR_PROCESSING = "ERROR_PROCESSING"
    ERROR_ESSAY_PROCESSING = "ERROR_ESSAY_PROCESSING"
    CANCELLED = "CANCELLED"

    @property
    def is_terminal(self) -> bool:
        return self.value.startswith(("COMPLETE", "ERROR", "CANCELLED"))

    @property
    def is_complete(self) -> bool:
        return self.value.startswith("COMPLETE")


class BatchState(StrEnum):
    """The fine state the workflow moves through. SCORING is the claimed hand-over between two waves."""

    INITIALIZING = "INITIALIZING"
    WAITING_CALLBACKS = "WAITING_CALLBACKS"
    SCORING = "SCORING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"

    @property
    def is_terminal(self) -> bool:
        return self in {BatchState.COMPLETED, BatchState.FAILED, BatchState.CANCELLED}


class StopReason(StrEnum):
    """Which rule ended the batch. STABLE: the scale is as reliable as it was to become."""

    STABLE = "stable"
    GRADES_SETTLED = "grades_settled"
    ORDER_DECIDED = "order_decided"
    SATURATED = "saturated"
    BUDGET_EXHAUSTED = "budget_exhausted"
    COST_CAP = "cost_cap"
    TIME_CAP = "time_cap"
    INSUFFICIENT_ESSAYS = "insufficient_essays"
    LOW_SUCCESS_RATE = "low_success_rate"
    HOPELESS_JUDGE = "hopeless_judge"
    NO_JUDGEMENTS = "no_judgements"
    PREPARATION_FAILED = "preparation_failed"
    PROCESSING_FAILED = "processing_failed"
    FINISHED_EARLY = "finished_early"
    CANCELLED = "cancelled"

    @property
    def is_cap(self) -> bool:
        """Ended by money or time: the result is partial but usable."""
        return self in {StopReason.COST_CAP, StopReason.TIME_CAP}


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts of comparisons; `unsent` are those of the failed ones that never left for a judge or were withdrawn. Raises
    ValueError when unsent <= failed and completed + failed <= submitted <= budget does not hold.
    """

    submitted: int
    completed: int
    failed: int
    budget: int
    unsent: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.completed + self.failed <= self.submitted <= self.budget:
            raise ValueError(f"impossible counts: {self}")
        if not 0 <= self.unsent <= self.failed:
            raise ValueError(f"impossible counts: {self}")

    @property
    def answered(self) -> int:
        return self.completed + self.failed

    @property
    def pending(self) -> int:
        return self.submitted - self.answered

    @property
    def remaining(self) -> int:
        """Comparisons that may still be asked."""
        return self.budget - self.submitted

    @property
    def tried(self) -> int:
        """Questions a judge had the chance to answer, and whose outcome is known."""
        return self.answered - self.unsent

    @property
    def success_rate(self) -> float | None:
        """Readable answers among the questions judges had the chance to answer; None before the first."""
        return self.completed / self.tried if self.tried else None


@dataclass(frozen=True, slots=True)
class BatchSettings:
    """What the requester chose for this batch.

    `budget` is the requested maximum of comparisons (None: by the budget policy), `max_cost` a cap in USD and
    `max_seconds` a cap on the time since the batch was created. Goals are `target_reliability` and
    `max_expected_grade_changes`, the share of essays (0 to 1) whose grade may still be expected to change; the batch
    ends when all that are set are reached, or at the first cap. `seed` fixes every random choice;
    `answers` is what judges are asked for. `strategy` chooses the pairs (None: by the pairing policy); `plan_use` says what
    becomes of the pairs the request gives (None: it gives none). `reuse_answers`: an answer that was recorded for the very
    same question in an earlier batch is taken instead of asking again.
    """

    panel: Panel
    seed: int
    language: str
    budget: int | None = None
    max_cost: Decimal | None = None
    max_seconds: float | None = None
    target_reliability: float | None = None
    max_expected_grade_changes: float | None = None
    answers: AnswerForm = AnswerForm.GRADED
    strategy: PairStrategy | None = None
    plan_use: PlanUse | None = None
    reuse_answers: bool = False
    privacy: PrivacySettings = NOTHING_DONE

    def with_a_goal(self, usual_reliability: float) -> "BatchSettings":
        """Settings without any goal get the usual one, which thereby stays the same however often the batch is resumed."""
        if self.target_reliability is not None or self.max_expected_grade_changes is not None:
            return self
        return replace(self, target_reliability=usual_reliability)


@dataclass(frozen=True, slots=True)
class BatchIdentity:
    """Who asked for the batch, and for what. `trace_parent` is the trace its request belongs to (W3C), None without one."""

    batch_id: BatchId
    outer_id: OuterBatchId
    correlation_id: CorrelationId
    user_id: UserId
    organisation_id: OrganisationId | None
    assignment_id: AssignmentId | None
    course_code: str | None
    trace_parent: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """Proof that its holder alone carries the batch from one wave to the next; `take_overs` counts the holders before it
    that did not.
    """

    batch_id: BatchId
    wave: int
    token: ClaimToken
    take_overs: int = 0


@dataclass(frozen=True, slots=True)
class Silence:
    """Since when a batch must have stood still to count as left behind, by what it stands at: `claimed_before` for one that
    is being prepared or between two waves, `idle_since` for one that waits for answers.
    """

    claimed_before: datetime
    idle_since: datetime


@dataclass(frozen=True, slots=True)
class BatchOverview:
    """A batch at one moment, as people and monitors see it. `reliability`, its 95 % interval `reliability_limits` and
    `expected_grade_changes` are those of the last scoring. `texts_deleted_at` is set once the texts were deleted and only
    decisions are left. The decisions of `excluded_judges` (by name) do not enter the scale. `reused` judgements were taken
    from earlier batches. After `finish_requested_at` the batch ends with what it has.
    """

    identity: BatchIdentity
    settings: BatchSettings
    status: BatchStatus
    state: BatchState
    progress: Progress
    wave: int
    essays_requested: int
    essays_loaded: int
    spent: Decimal
    prompt_tokens: int
    completion_tokens: int
    unpriced: int
    reliability: float | None
    stop_reason: StopReason | None
    failure_detail: str | None
    created_at: datetime
    last_activity_at: datetime
    completed_at: datetime | None
    reliability_limits: tuple[float, float] | None = None
    expected_grade_changes: float | None = None
    cached_tokens: int = 0
    texts_deleted_at: datetime | None = None
    excluded_judges: tuple[str, ...] = ()
    reused: int = 0
    finish_requested_at: datetime | None = None

    @property
    def asked_panel(self) -> Panel:
        """The judges that may be asked: all but the excluded ones. Raises InvalidJudge where no primary one is left."""
        return Panel(
            tuple(each for each in self.settings.panel.members if each.judge not in self.excluded_judges)
        )


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """At most `limit` batches, newest first, that are older than `before` and of this status, where they are given."""

    limit: int
    before: BatchId | None = None
    status: BatchStatus | None = None


@dataclass(frozen=True, slots=True)
class AnswerCounts:
    """What a group of answers adds to its batch. `cost` in USD sums the known prices, `unpriced` counts the others."""

    completed: int
    failed: int
    cost: Decimal
    prompt_tokens: int
    completion_tokens: int
    unpriced: int
    cached_tokens: int = 0


@dataclass(frozen=True, slots=True)
class ScoringRecord:
    """The figures of one scoring that tell how far the batch is from its goals."""

    reliability: float
    reliability_limits: tuple[float, float] | None = None
    expected_grade_changes: float | None = None


@dataclass(frozen=True, slots=True)
class Scoring:
    """The scale after a wave. `expected_grade_changes` is the share of essays whose most probable grade is expected
    not to be their true one; None where it is no goal of the batch or no grades can be projected.
    """

    board: Scoreboard
    expected_grade_changes: float | None = None

    @property
    def record(self) -> ScoringRecord:
        return ScoringRecord(
            self.board.reliability, self.board.reliability_limits, self.expected_grade_changes
        )


@dataclass(frozen=True, slots=True)
class BatchEnding:
    """How and when a batch ended; `detail` is a sentence for people where there is more to say."""

    status: BatchStatus
    reason: StopReason
    at: datetime
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class BatchNotes:
    """Facts about a batch that no rule reads: carried untouched for whoever displays the result."""

    notes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class BatchSnapshot:
    """All that a decision about the next wave may rest on, read at one moment; no texts. `scale` is None where no essay
    has a known grade, `plan` where the requester gave no pairs.
    """

    overview: BatchOverview
    items: tuple[EssayItem, ...]
    decided: tuple[DecidedComparison, ...]
    asked: tuple[AskedComparison, ...]
    taken_at: datetime
    scale: GradeScale | None = None
    plan: PairPlan | None = None

    @property
    def batch_id(self) -> BatchId:
        return self.overview.identity.batch_id

    @property
    def progress(self) -> Progress:
        return self.overview.progress
