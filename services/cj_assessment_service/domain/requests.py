"""A request for an assessment, as the workflow receives it."""

from collections import Counter
from dataclasses import dataclass, replace

from cj_assessment_service.domain.batches import BatchIdentity, BatchSettings
from cj_assessment_service.domain.comparisons import OrientedPair, PairPlan
from cj_assessment_service.domain.errors import Rejected
from cj_assessment_service.domain.essays import EssayReference, FailedEssay
from cj_assessment_service.domain.identifiers import (
    AssignmentId,
    BatchId,
    CorrelationId,
    EventId,
    OrganisationId,
    OuterBatchId,
    StorageId,
    UserId,
)
from cj_assessment_service.domain.prompts import PromptChoice


@dataclass(frozen=True, slots=True)
class AssessmentRequest:
    """One assessment job. With an `assignment_id` the task, rubric, scale and anchors come from the assignment;
    without, the request may bring its own task and rubric and no grades are projected.

    `refused` lists essays the requester already knows cannot be assessed; they are reported as failed. `pairs` are to be
    asked as `settings.plan_use` says. `prompt` chooses the words judges are asked in (None: the usual ones in the essays'
    language). `event_id` names the event that brought it and `trace_parent` the trace it belongs to (both None where it
    came otherwise); they are marks of a delivery and no part of what is asked for. Raises Rejected when it names no essay,
    or one twice, or pairs without their use.
    """

    outer_id: OuterBatchId
    correlation_id: CorrelationId
    user_id: UserId
    essays: tuple[EssayReference, ...]
    settings: BatchSettings
    assignment_id: AssignmentId | None = None
    organisation_id: OrganisationId | None = None
    course_code: str | None = None
    task_storage_id: StorageId | None = None
    rubric_override: str | None = None
    system_prompt_override: str | None = None
    refused: tuple[FailedEssay, ...] = ()
    pairs: tuple[OrientedPair, ...] = ()
    prompt: PromptChoice | None = None
    event_id: EventId | None = None
    trace_parent: str | None = None

    def __post_init__(self) -> None:
        if not self.outer_id:
            raise Rejected("The request names no batch id.")
        ids = [essay.essay_id for essay in self.essays] + [essay.essay_id for essay in self.refused]
        if not ids:
            raise Rejected(f"Batch {self.outer_id} names no essays.")
        if repeated := sorted(essay_id for essay_id, times in Counter(ids).items() if times > 1):
            raise Rejected(f"Batch {self.outer_id} names essays more than once: {', '.join(repeated)}.")

        if bool(self.pairs) != (self.settings.plan_use is not None):
            raise Rejected(f"Batch {self.outer_id} gives pairs without their use, or a use without pairs.")

    @property
    def plan(self) -> PairPlan | None:
        """The pairs the requester gave, with their use."""
        use = self.settings.plan_use
        return PairPlan(self.pairs, use) if use is not None else None

    def identity(self, batch_id: BatchId) -> BatchIdentity:
        """Of the batch this request created."""
        return BatchIdentity(
            batch_id=batch_id,
            outer_id=self.outer_id,
            correlation_id=self.correlation_id,
            user_id=self.user_id,
            organisation_id=self.organisation_id,
            assignment_id=self.assignment_id,
            course_code=self.course_code,
            trace_parent=self.trace_parent,
        )

    @property
    def without_delivery(self) -> "AssessmentRequest":
        """What is asked for, however it came."""
        return replace(self, event_id=None, trace_parent=None)

    @property
    def owns_assignment(self) -> bool:
        """Whether the assignment was set up for this batch alone, under the batch's own id."""
        return self.assignment_id is not None and str(self.assignment_id) == str(self.outer_id)


@dataclass(frozen=True, slots=True)
class Rerun:
    """The wish to run an earlier batch again. `correlation_id` names it, so that it can be repeated safely, and is that of the
    new batch; `seed` fixes its random choices (None: those of the earlier one).
    """

    correlation_id: CorrelationId
    seed: int | None = None
    trace_parent: str | None = None
