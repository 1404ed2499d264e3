"""Whether a batch survived the death of its process: the same result, nothing judged twice, nothing half done."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from cj_assessment_service.cj_core_logic.batch_reader import BatchReader
from cj_assessment_service.domain.batches import BatchStatus, Progress, StopReason
from cj_assessment_service.domain.comparisons import OrientedPair, RecordedComparison, Winner
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.identifiers import BatchId, EssayId, Grade, RequestId
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.domain.results import AssessmentResult
from cj_assessment_service.wire.envelope import Envelope, TraceContext
from cj_assessment_service.wire.published_bodies import AssessmentResultV2, ResourceConsumptionV1
from cj_assessment_service.wire.topics import COMPLETED, FAILED, RESOURCE_CONSUMPTION, RESULT_PUBLISHED

SUCCESS = (COMPLETED, RESULT_PUBLISHED, RESOURCE_CONSUMPTION)
FAILURE = (FAILED,)
FAILURE_WITH_BILL = (FAILED, RESOURCE_CONSUMPTION)


@dataclass(frozen=True, slots=True)
class FinalResult:
    """All of a result that may not depend on how often its process died: everything but ids and times."""

    status: BatchStatus
    reason: StopReason | None
    progress: Progress
    decisions: tuple[tuple[int, OrientedPair, Winner | None, ErrorCode | None], ...]
    scores: tuple[tuple[EssayId, float, float, Grade | None], ...]


@dataclass(frozen=True, slots=True)
class Remains:
    """What the database holds of a batch at a moment when nobody works on it. `events` are those of the outbox."""

    result: AssessmentResult
    events: tuple[Message, ...]

    @property
    def topics(self) -> tuple[str, ...]:
        return tuple(event.topic for event in self.events)

    @property
    def recorded(self) -> Mapping[RequestId, RecordedComparison]:
        """The questions that have their answer."""
        return {c.request_id: c for c in self.result.comparisons if c.completed_at is not None}

    @property
    def judgements(self) -> int:
        return sum(comparison.winner is not None for comparison in self.result.comparisons)


async def remains_of(engine: AsyncEngine, reader: BatchReader, batch_id: BatchId) -> Remains:
    result = await reader.result(batch_id)
    async with engine.connect() as connection:
        rows = await connection.execute(
            text(
                "select topic, event_key, event_data from event_outbox where aggregate_id = :outer order by sequence"
            ),
            {"outer": result.overview.identity.outer_id},
        )
        events = tuple(Message(row.topic, row.event_key, row.event_data) for row in rows)
    return Remains(result, events)


def final_result(result: AssessmentResult) -> FinalResult:
    overview = result.overview
    return FinalResult(
        status=overview.status,
        reason=overview.stop_reason,
        progress=overview.progress,
        decisions=tuple((c.wave, c.pair, c.winner, c.error) for c in result.comparisons),
        scores=tuple(
            (e.essay_id, e.score, e.se, e.projection.grade if e.projection is not None else None)
            for e in result.essays
        ),
    )


@dataclass(frozen=True, slots=True)
class Case:
    """One death. `asked_before` and `asked_after` list the judge's questions in both lives; `before` is None when the
    process died before its batch existed.
    """

    before: Remains | None
    after: Remains
    asked_before: tuple[RequestId, ...]
    asked_after: tuple[RequestId, ...]


def damages(case: Case, undisturbed: FinalResult) -> tuple[str, ...]:
    """Everything that is not as if the process had never died; empty when the batch survived."""
    before = case.before.recorded if case.before is not None else {}
    after = case.after.recorded
    checks = {
        "the result differs": final_result(case.after.result) == undisturbed,
        "a recorded answer was asked for again": not before.keys() & set(case.asked_after),
        "a recorded answer changed": all(after.get(key) == answer for key, answer in before.items()),
        "one life asked a question twice": all(
            len(set(asked)) == len(asked) for asked in (case.asked_before, case.asked_after)
        ),
        "an answer was recorded that nobody was asked for": after.keys()
        <= {*case.asked_before, *case.asked_after},
        "the dead batch was half ended": case.before is None or ended_wholly_or_not_at_all(case.before),
        "the finished batch is half ended": ended_wholly_or_not_at_all(case.after),
        "questions are still out": case.after.result.overview.progress.pending == 0,
        "the events are not exactly one set": case.after.topics in {SUCCESS, FAILURE, FAILURE_WITH_BILL},
        "published counts are not the stored ones": set(published_counts(case.after))
        <= {case.after.judgements},
    }
    return tuple(damage for damage, is_well in checks.items() if not is_well)


def ended_wholly_or_not_at_all(remains: Remains) -> bool:
    """Status, state, time of completion, grades and events become visible together (invariant 3)."""
    overview = remains.result.overview
    marks = {
        overview.status.is_terminal,
        overview.state.is_terminal,
        overview.completed_at is not None,
        bool(remains.events),
    }
    if overview.status.is_complete:
        marks.add(remains.result.calibration is not None or remains.result.projection_unavailable is not None)
    return len(marks) == 1


def published_counts(remains: Remains) -> tuple[int, ...]:
    """The numbers of judgements the outside world is told and billed (invariant 8)."""
    counts = []
    for event in remains.events:
        if event.topic == RESOURCE_CONSUMPTION:
            billed = Envelope[ResourceConsumptionV1, TraceContext].model_validate_json(event.value)
            counts.append(billed.data.quantity)
        elif event.topic == RESULT_PUBLISHED:
            told = Envelope[AssessmentResultV2, TraceContext].model_validate_json(event.value)
            counts.append(told.data.assessment_metadata.comparison_count)
    return tuple(counts)
