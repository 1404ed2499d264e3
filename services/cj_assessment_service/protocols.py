"""Every promise the service depends on.

A protocol is named by its role; what its docstrings say holds for any implementation, doubles included. Repository
methods take the caller's database session first, execute and flush, and never commit or roll back. Methods that change a
state are compare-and-set: they say whether they won.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.batches import (
    AnswerCounts,
    BatchEnding,
    BatchIdentity,
    BatchNotes,
    BatchOverview,
    BatchSnapshot,
    BatchState,
    Claim,
    OverviewPage,
    Progress,
    ScoringRecord,
    Silence,
)
from cj_assessment_service.domain.comparisons import (
    AnswerSource,
    ComparisonHistory,
    ComparisonRequest,
    Deadlines,
    JudgeReply,
    JudgeUsage,
    LedgerEntry,
    NewRequest,
    Outcome,
    OverdueQuestion,
    RecordedComparison,
    RecordedOutcome,
    SentQuestion,
    Verdict,
)
from cj_assessment_service.domain.decision_tables import CriterionValue, DecisionTable, KnownGrade
from cj_assessment_service.domain.decisions import Decision
from cj_assessment_service.domain.errors import ErrorCode, TryAgain
from cj_assessment_service.domain.essays import (
    AnchorDraft,
    AnchorReference,
    EssayItem,
    FailedEssay,
    LoadedEssay,
)
from cj_assessment_service.domain.events import PublishedEvent
from cj_assessment_service.domain.grades import GradeScale, ProjectionOutcome
from cj_assessment_service.domain.identifiers import (
    AnchorId,
    AssignmentId,
    BatchId,
    ClaimToken,
    CourseId,
    EssayId,
    GradeScaleId,
    OrganisationId,
    RequestId,
    StorageId,
    SubmissionId,
)
from cj_assessment_service.domain.instructions import AssessmentBrief, Instruction, InstructionDraft
from cj_assessment_service.domain.judges import Allowance, ComparisonTask, JudgeSpec, JudgeTraits, Quote
from cj_assessment_service.domain.messages import (
    ConsumerLag,
    DeadLetter,
    Delivery,
    FailedAttempt,
    Message,
    OutboxMessage,
)
from cj_assessment_service.domain.privacy import EndedBatch, ListedStudent, PseudonymBook
from cj_assessment_service.domain.provider_batches import (
    CollectedAnswer,
    ProviderBatch,
    ProviderBatchProgress,
)
from cj_assessment_service.domain.requests import AssessmentRequest
from cj_assessment_service.domain.scale_changes import Exclusion
from cj_assessment_service.domain.scores import EssayScore, Scoreboard
from cj_assessment_service.domain.service_state import Patience, ServiceState
from cj_assessment_service.domain.stages import Stage
from cj_assessment_service.domain.submissions import Submission, SubmittedAnchor, SubmittedPairs
from cj_assessment_service.wire.topics import ConsumerGroup

Made = TypeVar("Made")

FIRST = BatchId(0)
"""No batch has it: greater ids than this are all there are."""


class SessionProviderProtocol(Protocol):
    """Opens database sessions."""

    def session(self) -> AbstractAsyncContextManager[AsyncSession]:
        """A session that rolls back when the body raises, always closes, and never commits: the caller awaits
        `session.commit()` as the last statement of the block.
        """
        ...


class CJBatchRepositoryProtocol(Protocol):
    """Batches and their states; the only place that changes a batch state."""

    async def create_batch(
        self, session: AsyncSession, request: AssessmentRequest, created_at: datetime
    ) -> BatchId | None:
        """Stores the request and its INITIALIZING state; None when this very request, or one that the same event brought, is
        stored already.
        """
        ...

    async def find_batch(self, session: AsyncSession, request: AssessmentRequest) -> BatchId | None:
        """The batch that this very request created, else the one of a request that the same event brought."""
        ...

    async def get_overview(self, session: AsyncSession, batch_id: BatchId) -> BatchOverview:
        """Raises UnknownBatch."""
        ...

    async def get_batch_state(self, session: AsyncSession, batch_id: BatchId) -> BatchState:
        """Raises UnknownBatch."""
        ...

    async def list_overviews(self, session: AsyncSession, limit: int) -> tuple[BatchOverview, ...]:
        """Newest first."""
        ...

    async def get_original_request(self, session: AsyncSession, batch_id: BatchId) -> AssessmentRequest:
        """The request exactly as it was accepted, but for the marks of its delivery. Raises UnknownBatch."""
        ...

    async def begin_fetching_content(self, session: AsyncSession, batch_id: BatchId, at: datetime) -> bool:
        """INITIALIZING gets the status FETCHING_CONTENT, where it may have stopped before; False from any other state."""
        ...

    async def record_preparation(
        self, session: AsyncSession, batch_id: BatchId, brief: AssessmentBrief, loaded: int, budget: int
    ) -> bool:
        """Fixes the brief, the number of essays to compare and the budget, while the state is INITIALIZING; False in any
        other.
        """
        ...

    async def get_brief(self, session: AsyncSession, batch_id: BatchId) -> AssessmentBrief:
        """As recorded by the preparation. Raises UnknownBatch."""
        ...

    async def claim_first_wave(
        self, session: AsyncSession, batch_id: BatchId, token: ClaimToken, at: datetime
    ) -> Claim | None:
        """INITIALIZING with its essays loaded becomes SCORING under this token; None unless the caller won."""
        ...

    async def record_answers(
        self,
        session: AsyncSession,
        counts: Sequence[tuple[BatchId, AnswerCounts]],
        token: ClaimToken,
        at: datetime,
    ) -> tuple[Claim, ...]:
        """Adds the counts in SQL, each batch once and locked by id, and, in the same statement, turns WAITING_CALLBACKS into
        SCORING under this token where nothing is pending any more. Returns the claim to exactly one caller for each wave.
        """
        ...

    async def claim_abandoned(
        self,
        session: AsyncSession,
        batch_id: BatchId,
        token: ClaimToken,
        at: datetime,
        abandoned_before: datetime,
    ) -> Claim | None:
        """Takes over a hand-over whose claim is older than `abandoned_before`; None unless the caller won."""
        ...

    async def claim_from_anybody(
        self, session: AsyncSession, batch_id: BatchId, token: ClaimToken, at: datetime
    ) -> Claim | None:
        """Takes over a hand-over whoever is at it, so that nothing they decided can come true; None where the batch is in no
        hand-over.
        """
        ...

    async def claim_answered(
        self, session: AsyncSession, batch_id: BatchId, token: ClaimToken, at: datetime, idle_since: datetime
    ) -> Claim | None:
        """WAITING_CALLBACKS becomes SCORING where nothing happened since `idle_since` and no question is without its answer;
        None unless the caller won.
        """
        ...

    async def open_wave(self, session: AsyncSession, claim: Claim, comparisons: int, at: datetime) -> bool:
        """SCORING under this claim becomes WAITING_CALLBACKS, wave + 1, with `comparisons` reserved from the budget.
        False when the claim was lost or the budget does not allow it.
        """
        ...

    async def record_scoring(self, session: AsyncSession, claim: Claim, record: ScoringRecord) -> bool:
        """False when the claim was lost."""
        ...

    async def record_rescoring(self, session: AsyncSession, batch_id: BatchId, record: ScoringRecord) -> None:
        """Of the scale made anew by somebody who holds the batch's row."""
        ...

    async def mark_batch_scoring_complete(
        self, session: AsyncSession, claim: Claim, ending: BatchEnding
    ) -> bool:
        """SCORING under this claim becomes COMPLETED with its terminal status; False when the claim was lost."""
        ...

    async def mark_preparation_failed(
        self, session: AsyncSession, batch_id: BatchId, ending: BatchEnding
    ) -> bool:
        """INITIALIZING becomes FAILED with its terminal status; False from any other state."""
        ...

    async def mark_batch_failed(self, session: AsyncSession, claim: Claim, ending: BatchEnding) -> bool:
        """SCORING under this claim, or WAITING_CALLBACKS in the wave it opened, becomes FAILED with its terminal status; False
        when the claim was lost or the batch had ended.
        """
        ...

    async def mark_batch_cancelled(
        self, session: AsyncSession, batch_id: BatchId, wave: int, ending: BatchEnding
    ) -> bool:
        """Any non-terminal state in this wave becomes CANCELLED with its terminal status; False when the batch is in another
        wave or had ended.
        """
        ...

    async def request_finish(self, session: AsyncSession, batch_id: BatchId, at: datetime) -> bool:
        """Notes that the batch is to end with what it has, from when on it was first wanted; False when it had ended. No other
        transaction changes the state of the batch before this one ends.
        """
        ...

    async def find_stalled(
        self, session: AsyncSession, silence: Silence, limit: int, after: BatchId = FIRST
    ) -> tuple[BatchId, ...]:
        """Batches left behind, by id, with greater ids than `after`: those that are being prepared or between two waves, and
        those that wait for answers though none is out.
        """
        ...

    async def merge_upload_notes(self, session: AsyncSession, batch_id: BatchId, notes: BatchNotes) -> None:
        """Atomic merge into the upload's notes; a key that exists is replaced."""
        ...

    async def merge_state_notes(self, session: AsyncSession, batch_id: BatchId, notes: BatchNotes) -> None:
        """Atomic merge into the state's notes; a key that exists is replaced."""
        ...

    async def get_notes(self, session: AsyncSession, batch_id: BatchId) -> BatchNotes:
        """Upload and state notes together, sorted by key. Raises UnknownBatch."""
        ...

    async def delete_batch(self, session: AsyncSession, batch_id: BatchId) -> bool:
        """Removes the batch with everything that belongs to it; False when there was none."""
        ...


class OrganisationBatchesProtocol(Protocol):
    """Batches as an organisation sees them: those of any other are not there at all. The organisation None sees those that
    belong to none.
    """

    async def get_overview(
        self, session: AsyncSession, organisation: OrganisationId | None, batch_id: BatchId
    ) -> BatchOverview:
        """Raises UnknownBatch."""
        ...

    async def list_overviews(
        self, session: AsyncSession, organisation: OrganisationId | None, page: OverviewPage
    ) -> tuple[BatchOverview, ...]: ...

    async def get_comparisons(
        self,
        session: AsyncSession,
        organisation: OrganisationId | None,
        batch_id: BatchId,
        after: int,
        limit: int,
    ) -> tuple[RecordedComparison, ...]:
        """At most `limit` in the order of recording, after the one with the sequence `after`; none for a batch that is not
        there.
        """
        ...


class CJPanelRepositoryProtocol(Protocol):
    """The judges of a batch."""

    async def exclude_judges(
        self, session: AsyncSession, batch_id: BatchId, state: BatchState, exclusion: Exclusion, at: datetime
    ) -> bool:
        """The excluded judges of the batch become those after the exclusion, if they are those before it and the batch is in
        this state, which is not SCORING; False otherwise. The batch's row stays locked until the transaction ends.
        """
        ...


class CJEssayRepositoryProtocol(Protocol):
    """The essays of a batch, keyed by batch and essay."""

    async def add_essays(
        self,
        session: AsyncSession,
        batch_id: BatchId,
        loaded: Sequence[LoadedEssay],
        failed: Sequence[FailedEssay],
    ) -> None:
        """Writes all rows at once; a row that exists is replaced (preparation may run again after a crash)."""
        ...

    async def get_essays_for_batch(self, session: AsyncSession, batch_id: BatchId) -> tuple[EssayItem, ...]:
        """Loaded essays without their texts, by id."""
        ...

    async def get_failed_essays(self, session: AsyncSession, batch_id: BatchId) -> tuple[FailedEssay, ...]:
        """Essays that could not be loaded, by id."""
        ...

    async def get_texts(
        self, session: AsyncSession, batch_id: BatchId, essay_ids: Sequence[EssayId]
    ) -> Mapping[EssayId, str]:
        """The texts of these loaded essays."""
        ...

    async def get_lengths(self, session: AsyncSession, batch_id: BatchId) -> Mapping[EssayId, int]:
        """Of the texts of all loaded essays, in characters."""
        ...

    async def store_scores(
        self, session: AsyncSession, batch_id: BatchId, scores: Sequence[EssayScore]
    ) -> None:
        """One statement, whatever the number of essays."""
        ...

    async def get_scores(self, session: AsyncSession, batch_id: BatchId) -> tuple[EssayScore, ...]:
        """The stored scores of the essays that have one, by essay id."""
        ...

    async def merge_essay_notes(
        self, session: AsyncSession, batch_id: BatchId, essay_id: EssayId, notes: BatchNotes
    ) -> None:
        """Atomic merge into the essay's notes; a key that exists is replaced."""
        ...

    async def get_essay_notes(
        self, session: AsyncSession, batch_id: BatchId, essay_id: EssayId
    ) -> BatchNotes:
        """Sorted by key; empty for an unknown essay."""
        ...


class CJComparisonRepositoryProtocol(Protocol):
    """The ledger of questions and answers."""

    async def add_requests(self, session: AsyncSession, requests: Sequence[NewRequest], at: datetime) -> None:
        """Records questions before they are sent; one statement."""
        ...

    async def record_sending(
        self, session: AsyncSession, questions: Sequence[SentQuestion], at: datetime
    ) -> frozenset[RequestId]:
        """Counts a sending of these questions, and notes what they are about so that their answers can be found again. Returns
        those that may leave: not the ones that have their answer or whose batch waits for none any more, and not the ones
        somebody else sent at `at` or later.
        """
        ...

    async def find_answers(
        self, session: AsyncSession, batch_id: BatchId, content_keys: Sequence[str]
    ) -> Mapping[str, Verdict]:
        """The newest verdict on each of these keys in any batch of the same organisation; never a failure, and never an
        answer that was itself reused.
        """
        ...

    async def store_comparison_results(
        self, session: AsyncSession, outcomes: Sequence[Outcome]
    ) -> LedgerEntry:
        """Writes each outcome whose question is still outstanding, once, locking questions by id."""
        ...

    async def get_history(self, session: AsyncSession, batch_id: BatchId) -> ComparisonHistory:
        """Every question and judgement, in the order of recording; no texts."""
        ...

    async def get_outstanding(
        self, session: AsyncSession, batch_id: BatchId
    ) -> tuple[ComparisonRequest, ...]:
        """Questions without an answer, in the order of recording."""
        ...

    async def find_overdue(
        self, session: AsyncSession, deadlines: Deadlines, limit: int, after: BatchId = FIRST
    ) -> tuple[BatchId, ...]:
        """Batches that wait for overdue questions, by id, with greater ids than `after`. Questions in an open submission to a
        provider are never overdue: they have a day.
        """
        ...

    async def get_overdue(
        self, session: AsyncSession, batch_id: BatchId, deadlines: Deadlines
    ) -> tuple[OverdueQuestion, ...]:
        """In the order of recording; none while the batch is not waiting for answers."""

    async def get_answer_sources(self, session: AsyncSession, batch_id: BatchId) -> tuple[AnswerSource, ...]:
        """Where the judgements of the batch come from; failed questions come from nowhere."""
        ...

    async def get_recorded(self, session: AsyncSession, batch_id: BatchId) -> tuple[RecordedComparison, ...]:
        """Everything known of every question, in the order of recording."""
        ...


class OrphanAnswerRepositoryProtocol(Protocol):
    """Answers whose questions are not in the ledger, kept until they are."""

    async def keep(self, session: AsyncSession, outcomes: Sequence[Outcome], at: datetime) -> None:
        """Of several answers to one question the first stays."""
        ...

    async def find_adoptable(self, session: AsyncSession, limit: int) -> tuple[Outcome, ...]:
        """Those whose question is in the ledger by now."""
        ...

    async def remove(self, session: AsyncSession, request_ids: Sequence[RequestId]) -> None: ...

    async def forget_received_before(self, session: AsyncSession, moment: datetime) -> int:
        """How many went."""
        ...


class ProviderBatchRepositoryProtocol(Protocol):
    """What was handed to providers as a whole."""

    async def prepare(self, session: AsyncSession, batch: ProviderBatch) -> None:
        """Records a submission that is about to leave, and that its questions belong to it."""
        ...

    async def mark_submitted(
        self, session: AsyncSession, submission_id: SubmissionId, provider_id: str, at: datetime
    ) -> None: ...

    async def mark_over(self, session: AsyncSession, submission_id: SubmissionId, at: datetime) -> None:
        """Nothing more is expected of it; questions still without an answer are free to be sent again."""
        ...

    async def get_open(self, session: AsyncSession) -> tuple[ProviderBatch, ...]:
        """Those from which something is still expected, oldest first; after the end of their batch their time is over."""
        ...

    async def get_waiting(self, session: AsyncSession, batch_id: BatchId) -> frozenset[RequestId]:
        """The unanswered questions of the batch that are part of an open submission."""
        ...


class AssessmentInstructionRepositoryProtocol(Protocol):
    """How assignments and courses are configured. Organisations read their own and the shared rows and write only their
    own; the shared ones belong to the organisation None.
    """

    async def get_instruction(
        self,
        session: AsyncSession,
        organisation: OrganisationId | None,
        assignment_id: AssignmentId | None,
        course_id: CourseId | None,
    ) -> Instruction | None:
        """The assignment's instruction, else the course's; of each the organisation's own, else the shared one."""
        ...

    async def upsert_instruction(
        self, session: AsyncSession, draft: InstructionDraft, at: datetime
    ) -> Instruction:
        """Raises InvalidInstruction when scale or origin differ from what is stored: they never change."""
        ...

    async def set_student_prompt(
        self,
        session: AsyncSession,
        organisation: OrganisationId | None,
        assignment_id: AssignmentId,
        storage_id: StorageId,
    ) -> bool:
        """False when the organisation has no instruction of its own for the assignment."""
        ...

    async def set_judge_rubric(
        self,
        session: AsyncSession,
        organisation: OrganisationId | None,
        assignment_id: AssignmentId,
        storage_id: StorageId,
    ) -> bool:
        """False when the organisation has no instruction of its own for the assignment."""
        ...

    async def list_instructions(
        self,
        session: AsyncSession,
        organisation: OrganisationId | None,
        limit: int,
        offset: int,
        scale_id: GradeScaleId | None,
    ) -> tuple[tuple[Instruction, ...], int]:
        """One page of the organisation's own and the shared ones, newest first, and the total."""
        ...

    async def delete_instruction(
        self,
        session: AsyncSession,
        organisation: OrganisationId | None,
        assignment_id: AssignmentId | None,
        course_id: CourseId | None,
    ) -> bool:
        """True when the organisation had an own one, which is gone."""
        ...


class AnchorRepositoryProtocol(Protocol):
    """Essays with known grades, registered for an assignment. Organisations read their own and the shared rows and write
    only their own; the shared ones belong to the organisation None.
    """

    async def upsert_anchor(self, session: AsyncSession, draft: AnchorDraft) -> AnchorId:
        """The same label of the same organisation, assignment and scale keeps its id; grade and text are replaced."""
        ...

    async def list_anchors(
        self,
        session: AsyncSession,
        organisation: OrganisationId | None,
        assignment_id: AssignmentId,
        scale_id: GradeScaleId,
    ) -> tuple[AnchorReference, ...]:
        """By id; an own anchor hides the shared one of the same label."""
        ...

    async def count_anchors_by_scale(
        self, session: AsyncSession, organisation: OrganisationId | None, assignment_id: AssignmentId
    ) -> Mapping[GradeScaleId, int]:
        """Own and shared ones. Only scales that have anchors."""
        ...

    async def delete_anchors(
        self, session: AsyncSession, organisation: OrganisationId | None, assignment_id: AssignmentId
    ) -> int:
        """How many of its own rows went."""
        ...


class GradeProjectionRepositoryProtocol(Protocol):
    """Projected grades with the calibration they rest on."""

    async def replace_for_batch(
        self, session: AsyncSession, batch_id: BatchId, outcome: ProjectionOutcome, at: datetime
    ) -> None:
        """Whatever was stored for the batch gives way to this."""
        ...

    async def get_for_batch(self, session: AsyncSession, batch_id: BatchId) -> ProjectionOutcome | None:
        """None before the batch was finalised."""
        ...


class PrivacyRepositoryProtocol(Protocol):
    """What left with a batch, and the forgetting of it."""

    async def record_destinations(
        self, session: AsyncSession, batch_id: BatchId, destinations: Mapping[str, str | None]
    ) -> None:
        """Notes for judges of the batch's panel the host their questions go to, None where they stay on this machine."""
        ...

    async def get_destinations(self, session: AsyncSession, batch_id: BatchId) -> Mapping[str, str | None]:
        """By judge, for the whole panel; None also where it was never noted."""
        ...

    async def delete_texts(self, session: AsyncSession, batch_id: BatchId, at: datetime) -> bool:
        """Removes every text, name and note, and what judges wrote, from the batch, its essays, its ledger and its events;
        ids, decisions, scores, grades and costs stay. False when the batch has not ended or has no texts any more.
        """
        ...

    async def forget_events(self, session: AsyncSession, batch_id: BatchId) -> None:
        """Removes the batch's events that were published, or never will be, from the outbox."""
        ...

    async def find_ended(self, session: AsyncSession, ended_before: datetime) -> tuple[EndedBatch, ...]:
        """Batches that ended before, oldest first."""
        ...


class EventStagingProtocol(Protocol):
    """The writing side of the outbox."""

    async def stage(self, session: AsyncSession, event: PublishedEvent) -> None:
        """Writes the event as a row of the caller's transaction, with an id that depends only on batch and kind, so
        that staging the same event twice leaves one row.
        """
        ...


class OutboxProtocol(Protocol):
    """The reading side of the outbox."""

    async def take_unpublished(
        self, session: AsyncSession, limit: int, at: datetime, leased_until: datetime
    ) -> tuple[OutboxMessage, ...]:
        """Rows due at `at`, of each topic and key only the oldest that is neither published nor dead, so that all of them may be
        published at once. Nobody else gets them before `leased_until`, so that they can be published after the
        transaction; rows another relay is taking are skipped.
        """
        ...

    async def mark_published(
        self, session: AsyncSession, message_ids: Sequence[UUID], at: datetime
    ) -> None: ...

    async def mark_attempts_failed(
        self, session: AsyncSession, attempts: Sequence[FailedAttempt], at: datetime
    ) -> None:
        """Without a next attempt the row is dead from `at` on: never taken again, and in nobody's way."""
        ...

    async def delete_published(self, session: AsyncSession, published_before: datetime, limit: int) -> int:
        """How many rows went, at most `limit`."""
        ...


class OutboxWakeUpProtocol(Protocol):
    """Tells a relay that something waits for it."""

    async def wait(self, longest: float) -> None:
        """Returns as soon as anybody has committed an event since the last call returned, and after `longest` seconds in any
        case. A lost connection is opened again; while that cannot be, only the time passes.
        """
        ...

    async def close(self) -> None: ...


class MessagePublisherProtocol(Protocol):
    """Where messages leave."""

    async def publish(self, message: Message) -> None:
        """Returns once the message is safe with the carrier. Raises TryAgain when it is not."""
        ...

    async def publish_all(self, messages: Sequence[Message]) -> tuple[TryAgain | None, ...]:
        """For each message, in order: None once it is safe with the carrier, else why it is not. After a message that
        failed, no later one with the same key is sent, so that a second try keeps their order.
        """
        ...


class MessageSourceProtocol(Protocol):
    """Where messages of one group of topics arrive."""

    async def poll(self, limit: int) -> tuple[Delivery, ...]:
        """Waits for at least one message and returns at most `limit`, in order. A call that is cancelled loses nothing.
        Raises TryAgain when the carrier refuses; one that is merely away is waited for.
        """
        ...

    async def confirm(self, deliveries: Sequence[Delivery]) -> None:
        """These are done and are not delivered again, as soon as all that came before them is done too. What the source
        has lost to another process meanwhile is left to that one.
        """
        ...

    async def redeliver(self) -> None:
        """Everything polled and not confirmed is delivered again."""
        ...

    async def close(self) -> None:
        """What is not confirmed is left to others; nothing is polled after this. Closing again does nothing."""
        ...


class MessageSourcesProtocol(Protocol):
    """Opens sources."""

    async def open_source(self, group: ConsumerGroup) -> MessageSourceProtocol:
        """Each message of the group's topics goes to one source of the group, whatever process it was opened in."""
        ...


class MessageProcessorProtocol(Protocol):
    """Handles the messages of one group of topics."""

    async def process(self, messages: Sequence[Message]) -> None:
        """Every message is handled or parked when this returns; TryAgain asks for all of them to be delivered again."""
        ...

    async def park(self, message: Message, reason: str) -> None:
        """The message is safe among the dead letters when this returns. Raises TryAgain when it is not."""
        ...


class DeadLetterProtocol(Protocol):
    """Keeps messages that can never be handled as they are, until somebody sends them again."""

    async def park(self, message: Message, reason: str) -> None:
        """Returns once the message is safe here. Raises TryAgain when it is not."""
        ...

    async def list_letters(self, limit: int) -> tuple[DeadLetter, ...]:
        """Those not sent again yet, oldest first. Raises TryAgain."""
        ...

    async def replay(self, letter: DeadLetter) -> None:
        """Sends the message to its topic once more, byte for byte, and forgets the letter. Interrupted in between, it is
        sent twice and never lost. Raises TryAgain.
        """
        ...


class BrokerHealthProtocol(Protocol):
    """How the carrier of messages is, for probes and gauges; answers within seconds."""

    async def is_reachable(self) -> bool: ...

    async def lags(self) -> tuple[ConsumerLag, ...]:
        """Of every group and topic; none while they cannot be told."""
        ...


class ContentStoreProtocol(Protocol):
    """Texts by storage id."""

    async def fetch_content(self, storage_id: StorageId) -> str:
        """Raises ContentMissing (no such text, or an empty one) or ContentUnavailable."""
        ...

    async def store_content(self, text: str) -> StorageId:
        """The same text always gets the same id."""
        ...

    async def forget_content(self, storage_ids: Sequence[StorageId]) -> None:
        """Removes those texts that no batch, anchor or assignment refers to any more."""
        ...


class JudgeProtocol(Protocol):
    """Answers which of two texts is better."""

    @property
    def traits(self) -> JudgeTraits:
        """The same for as long as the judge is open."""
        ...

    def quote(self, task: ComparisonTask) -> Quote:
        """An upper bound, known before anything is sent."""
        ...

    async def compare(self, task: ComparisonTask) -> JudgeReply:
        """One attempt: a verdict, or a typed failure; never raises for a fault of the judge and never guesses. Asked for the bare
        winner it names no level, and where no tie is allowed it calls none; only a recording repeats what was said when
        it was made. A judge that cannot grade may leave the level out.
        """
        ...

    async def close(self) -> None: ...


class BatchJudgeProtocol(Protocol):
    """A judge that takes many questions at once and answers them within a day. Every method raises TryAgain for a fault that
    may pass.
    """

    async def submit(self, submission_id: SubmissionId, tasks: Sequence[ComparisonTask]) -> str:
        """The provider's name for the batch, under which all else is asked. Raises Rejected when it refuses the batch."""
        ...

    async def find(self, batch: ProviderBatch) -> str | None:
        """The provider's name for a submission whose acceptance was never noted; None when it never arrived. Raises TryAgain
        while that cannot be told.
        """
        ...

    async def progress(self, provider_id: str) -> ProviderBatchProgress: ...

    async def collect(self, provider_id: str, answers: AnswerForm) -> tuple[CollectedAnswer, ...]:
        """Of a batch that is over: verdicts and failures, in no order. Questions it never came to may be missing."""
        ...

    async def cancel(self, provider_id: str) -> None:
        """Asks for it; answers that exist can still be collected once the batch is over."""
        ...

    async def close(self) -> None: ...


class JudgeProviderProtocol(Protocol):
    """Opens judges by name."""

    def open(self, spec: JudgeSpec) -> JudgeProtocol:
        """Raises InvalidJudge with the remedy."""
        ...

    def open_batch(self, spec: JudgeSpec) -> BatchJudgeProtocol:
        """Raises InvalidJudge, also for a judge that takes no batches."""
        ...


class LLMInteractionProtocol(Protocol):
    """The judges as the workflow sees them: questions go out here, answers come back as messages."""

    async def perform_comparisons(self, tasks: Sequence[ComparisonTask], allowance: Allowance) -> None:
        """Hands the questions of one wave over, each to the judge its request names, and returns; each is answered by one
        message, verdict or failure. A question that would break the allowance never leaves: it fails with
        COST_LIMIT_EXCEEDED or TIME_LIMIT_EXCEEDED. Raises InvalidJudge before any question leaves, and TryAgain when it is
        not known of all of them that they left; those that did may leave again.
        """
        ...

    async def get_traits(self, judge: str) -> JudgeTraits:
        """Raises InvalidJudge."""
        ...


class HandOverProtocol(Protocol):
    """Where batches go whose wave is answered."""

    async def take(self, claim: Claim) -> None:
        """Sees to it that the batch is continued. May let the caller wait while too many others are; a claim that is lost on the
        way is taken over by somebody else after its lease.
        """
        ...


class QuestionDispatchProtocol(Protocol):
    """Puts one question at a time to the judges that can be reached from here."""

    async def ask(self, task: ComparisonTask, allowance: Allowance) -> Outcome:
        """What came of it, after all attempts and with whatever judge answered; the allowance is this question's own. Raises
        InvalidJudge for a judge or an alternate that cannot be opened here.
        """
        ...

    async def close(self) -> None:
        """Closes the judges."""
        ...


class AnswerDeliveryProtocol(Protocol):
    """Brings answers that are known already the way all answers go."""

    async def deliver(self, request: ComparisonRequest, outcome: Outcome) -> None:
        """The outcome arrives as one message."""
        ...


class EssayFilesProtocol(Protocol):
    """Reads what people keep their essays in."""

    def read(self, path: Path) -> Submission:
        """Raises InputRejected when there is nothing to read."""
        ...

    def read_anchors(
        self, path: Path, submission: Submission, scale: GradeScale
    ) -> tuple[SubmittedAnchor, ...]:
        """Raises InputRejected with every problem found."""
        ...

    def read_pairs(
        self, path: Path, submission: Submission, anchors: tuple[SubmittedAnchor, ...]
    ) -> SubmittedPairs:
        """Raises InputRejected with every problem found."""
        ...

    def read_class_list(self, path: Path) -> tuple[ListedStudent, ...]:
        """Never empty. Raises InputRejected."""
        ...

    def read_text(self, path: Path) -> str:
        """Raises InputRejected."""
        ...


class DecisionFilesProtocol(Protocol):
    """Reads decisions that were made elsewhere, and what is known of the items they are about."""

    def read(self, path: Path) -> DecisionTable:
        """Rows that say nothing are listed in the table. Raises InputRejected when the file as a whole cannot be used."""
        ...

    def read_usage(self, path: Path) -> tuple[JudgeUsage, ...]:
        """What each readable decision took, where the file is in the form of our own `decisions.csv` and says so; none for any
        other that `read` can read.
        """
        ...

    def read_known_grades(self, path: Path) -> tuple[KnownGrade, ...]:
        """Each item once. Raises InputRejected with every problem found."""
        ...

    def read_criterion(self, path: Path) -> tuple[CriterionValue, ...]:
        """Each item once. Raises InputRejected with every problem found."""
        ...


class LanguageGuessProtocol(Protocol):
    """Tells the language of texts."""

    def guess_language(self, texts: Sequence[str]) -> str:
        """An ISO 639-1 code; `en` when it cannot be told."""
        ...


class WordFrequenciesProtocol(Protocol):
    """Tells how common words are."""

    def frequency_in(self, language: str) -> Callable[[str], float]:
        """Of a word in small letters, in this language or in English, whichever is more: log10 of its occurrences in a
        thousand million words, 0 where it is unknown.
        """
        ...


class PrivateFilesProtocol(Protocol):
    """Small files for their owner's eyes only. Every method raises ConfigurationRejected where a file cannot be used."""

    def read(self, path: Path) -> str | None:
        """None where there is none. A file that others may open is refused."""
        ...

    def write(self, path: Path, content: str) -> None:
        """Replaces the whole file; never open to others, not even for a moment."""
        ...

    def write_new(self, path: Path, content: str) -> None:
        """The same, but a file that exists is refused."""
        ...

    def locked(self, path: Path) -> AbstractContextManager[None]:
        """One process at a time, for as long as the block runs."""
        ...


class PseudonymKeysProtocol(Protocol):
    """Keeps what pseudonyms stand for, apart from everything else and closed to everybody but its owner."""

    @property
    def default_path(self) -> Path:
        """The key that is used when none is named."""
        ...

    def read(self, path: Path) -> PseudonymBook | None:
        """None where there is no file. Raises ConfigurationRejected, also for a file that others may open."""
        ...

    def change(self, path: Path, change: Callable[[PseudonymBook], tuple[PseudonymBook, Made]]) -> Made:
        """Stores the book that `change` makes of the stored one (of a new one where there is none) before anybody else
        may change it, and returns what else it makes. Raises ConfigurationRejected.
        """
        ...


class RunLockProtocol(Protocol):
    """Keeps two processes from driving the same batch."""

    def hold(self, batch_id: BatchId) -> AbstractAsyncContextManager[None]:
        """Held while the block runs, freed by the database if the process dies. Raises BatchBusy."""
        ...


class DatabaseServerProtocol(Protocol):
    """The database the service runs on, as its owner manages it."""

    @property
    def location(self) -> str:
        """Where the data lies: a folder for the embedded server, an address without password for another."""
        ...

    async def upgrade(self) -> str:
        """Brings the schema to the newest revision and returns its name."""
        ...

    async def stop(self) -> bool:
        """Stops the embedded server; False when there is none to stop."""
        ...

    async def dump(self, target: Path) -> None:
        """Writes a complete copy that PostgreSQL's own tools can restore."""
        ...


class ServiceStateProtocol(Protocol):
    """What operators want to know of the whole database."""

    async def read(self, session: AsyncSession, at: datetime, patience: Patience) -> ServiceState:
        """One statement that costs little, however many batches there ever were and whatever the backlog."""
        ...


class TelemetryProtocol(Protocol):
    """What the workflow tells operators, in its own words. No method ever raises, and nothing given to one is published but
    numbers, ids of ours and values of small sets: no texts, no names, no words of requesters or judges.
    """

    def handling_request(self, message: Message) -> AbstractContextManager[str | None]:
        """While a request is handled. Gives the trace its batch belongs to, as W3C trace context writes it; None where
        there is no trace.
        """
        ...

    def taking_answers(self, messages: Sequence[Message]) -> AbstractContextManager[None]:
        """While a group of answers is read and recorded."""
        ...

    def recording_answers(self) -> AbstractContextManager[None]:
        """While the transaction runs that records a group of answers."""
        ...

    def stage(self, stage: Stage, batch: BatchIdentity) -> AbstractContextManager[None]:
        """While a stage of work on this batch lasts; what is reported meanwhile belongs to the batch and its trace."""
        ...

    def answering_question(self, trace_parent: str | None) -> AbstractContextManager[None]:
        """While a question of another process, in the trace it came with, is put to its judge and its answer leaves."""
        ...

    def fetching_prompt(self) -> AbstractContextManager[None]:
        """While a task or rubric is fetched."""
        ...

    def publishing(self, message: Message) -> AbstractContextManager[None]:
        """While an event leaves the outbox."""
        ...

    def batch_created(self, batch_id: BatchId, essays: int) -> None: ...
    def request_repeated(self) -> None:
        """A request arrived whose batch exists already."""
        ...

    def batch_prepared(self, batch_id: BatchId, loaded: int, failed: int) -> None: ...
    def wave_recorded(self, batch_id: BatchId, wave: int, requests: Sequence[NewRequest]) -> None: ...
    def wave_sent(self, batch_id: BatchId, wave: int, comparisons: int) -> None:
        """All its questions whose answer is not known already are with their judges."""
        ...

    def questions_sent(self, comparisons: int) -> None:
        """To judges that answer each on its own."""
        ...

    def answers_reused(self, batch_id: BatchId, count: int) -> None: ...
    def judge_out_of_reach(self, judge: str, code: ErrorCode) -> None: ...
    def answered_by_alternate(self, asked: str, alternate: str) -> None: ...
    def question_not_sent(self, batch_id: BatchId, code: ErrorCode) -> None: ...
    def answers_recorded(self, recorded: Sequence[RecordedOutcome]) -> None:
        """New in the ledger, each told once."""
        ...

    def answers_repeated(self, request_ids: Sequence[RequestId]) -> None: ...
    def answers_orphaned(self, request_ids: Sequence[RequestId]) -> None: ...
    def answers_unreadable(self, count: int) -> None: ...
    def orphans_adopted(self, count: int) -> None:
        """Their questions appeared, and they are recorded."""
        ...

    def orphans_forgotten(self, count: int) -> None:
        """They waited too long for their questions."""
        ...

    def questions_overdue(self, batch_id: BatchId, sent_again: int, given_up: int) -> None:
        """The deadlines of questions passed."""
        ...

    def hand_over_claimed(self, claim: Claim) -> None: ...
    def wave_scored(self, claim: Claim, progress: Progress, board: Scoreboard) -> None: ...
    def decision_made(self, claim: Claim, decision: Decision) -> None: ...
    def scale_published(
        self, snapshot: BatchSnapshot, before: Sequence[EssayScore], scores: Sequence[EssayScore]
    ) -> None:
        """A batch ended with these scores; `before` are those after the wave before the last, none where it was the only one."""
        ...

    def batch_ended(self, overview: BatchOverview, ending: BatchEnding) -> None:
        """Told once for each batch. `overview` was read after its last answer."""
        ...

    def batch_left(self, batch_id: BatchId, error: Exception) -> None:
        """It could not be carried on now, and is taken up again later."""
        ...

    def batch_resumed(self, batch_id: BatchId, state: BatchState) -> None: ...
    def stuck_batch_failed(self, batch_id: BatchId, state: BatchState) -> None:
        """Nothing was left to resume, and the batch was ended."""
        ...

    def provider_batch_submitted(self, batch: ProviderBatch) -> None: ...
    def provider_batch_over(self, batch: ProviderBatch, answered: int) -> None: ...
    def message_parked(self, message: Message, reason: str) -> None:
        """It can never be handled and went to its dead-letter topic; `reason` is kept there, and not reported."""
        ...

    def consumer_lag(self, lag: ConsumerLag) -> None:
        """As the broker tells it, of all processes together."""
        ...

    def delivery_failed(self, topic: str, reason: str) -> None:
        """It will be repeated. `topic` names what was to be delivered, or the loop that failed."""
        ...

    def handling_failed(self, topic: str, error: Exception) -> None:
        """Messages of the topic could not be handled for a reason nobody foresaw, and are delivered again."""
        ...

    def service_state_read(self, state: ServiceState, at: datetime) -> None: ...
