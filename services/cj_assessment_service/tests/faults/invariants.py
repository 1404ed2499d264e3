"""What must hold of every batch, whatever was killed, cut off or sent twice: looked for in the database, in the notes of
every change that `audit.sql` keeps, and in what reached the topics.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import TypeVar

from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from cj_assessment_service.domain.messages import Message
from cj_assessment_service.wire.envelope import Envelope, TraceContext, WireModel
from cj_assessment_service.wire.published_bodies import (
    AssessmentResultV2,
    CompletedV1,
    FailedV1,
    ResourceConsumptionV1,
)
from cj_assessment_service.wire.published_events import NO_BATCH
from cj_assessment_service.wire.topics import COMPLETED, FAILED, RESOURCE_CONSUMPTION, RESULT_PUBLISHED

VIOLATIONS: Mapping[str, str] = {
    "a batch has not ended": "select id from cj_batch_uploads where completed_at is null",
    "questions are still out though the batch ended well": (
        "select batch_id from cj_batch_states where state = 'COMPLETED'"
        " and completed_comparisons + failed_comparisons <> submitted_comparisons"
    ),
    "the counts broke their order at some commit": "select batch_id from audit_states where not counts_hold",
    "the counts are not those of the ledger": (
        "select s.batch_id from cj_batch_states s where"
        " (s.submitted_comparisons, s.completed_comparisons, s.failed_comparisons) <>"
        " (select count(*), count(p.winner), count(p.error_code) from cj_comparison_pairs p"
        " where p.cj_batch_id = s.batch_id)"
    ),
    "the money is not that of the ledger": (
        "select s.batch_id from cj_batch_states s where s.spent_cost <>"
        " (select coalesce(sum(p.cost), 0) from cj_comparison_pairs p where p.cj_batch_id = s.batch_id)"
    ),
    "a comparison changed its outcome twice": (
        "select comparison_id from audit_outcomes group by comparison_id having count(*) > 1"
    ),
    "a wave was opened twice": (
        "select batch_id from audit_states where new_state = 'WAITING_CALLBACKS'"
        " group by batch_id, wave having count(*) > 1"
    ),
    "a batch ended twice": (
        "select batch_id from audit_states where new_state in ('COMPLETED', 'FAILED', 'CANCELLED')"
        " group by batch_id having count(*) > 1"
    ),
    "a batch moved after its end": (
        "select batch_id from audit_states where old_state in ('COMPLETED', 'FAILED', 'CANCELLED')"
        " and new_state <> old_state"
    ),
    "status, end, state and events did not become visible together": (
        "select s.batch_id from audit_states s where s.new_state in ('COMPLETED', 'FAILED', 'CANCELLED')"
        " and (not exists (select from audit_statuses u where u.batch_id = s.batch_id"
        " and u.transaction_id = s.transaction_id and u.has_end)"
        " or not exists (select from audit_events e join cj_batch_uploads b on b.bos_batch_id = e.outer_id"
        " where b.id = s.batch_id and e.transaction_id = s.transaction_id))"
    ),
    "a batch that ended well has neither grades nor the reason why not": (
        "select s.batch_id from cj_batch_states s where s.state = 'COMPLETED'"
        " and not exists (select from grade_calibrations g where g.cj_batch_id = s.batch_id)"
    ),
    "an event was never published": (
        "select outer_id from audit_events a where not exists"
        " (select from event_outbox o where o.id = a.event_id and o.published_at is not null)"
    ),
    "an essay that was never compared has a small error": (
        "select els_essay_id from cj_processed_essays where comparison_count = 0 and current_bt_se < 1"
    ),
    "a request made two batches": (
        "select request_fingerprint from cj_batch_uploads group by request_fingerprint having count(*) > 1"
    ),
}
"""Queries whose every row is a violation."""

Body = TypeVar("Body", bound=BaseModel)


class _Anything(WireModel):
    """The data of an event, unread."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database says of a batch: essays requested, judgements recorded."""

    requested: int
    judgements: int


@dataclass(frozen=True, slots=True)
class Published:
    """What reached the topics, in order of arrival; a message may be there more than once."""

    messages: tuple[Message, ...]

    def distinct(self, topic: str, event: type[Envelope[Body, TraceContext]]) -> Iterator[Body]:
        """The data of each different event of the topic."""
        seen = set()
        for message in self.messages:
            if message.topic == topic and (event_id := event_id_of(message)) not in seen:
                seen.add(event_id)
                yield event.model_validate_json(message.value).data


def event_id_of(message: Message) -> str:
    return str(Envelope[_Anything, TraceContext].model_validate_json(message.value).event_id)


async def install_audit(connection: AsyncConnection) -> None:
    """One script, as the driver takes it whole."""
    raw = await connection.get_raw_connection()
    driver = raw.driver_connection
    if driver is None:
        raise TypeError("a checked-out connection has its driver's")
    await driver.execute(files(__package__).joinpath("audit.sql").read_text(encoding="utf-8"))


async def violations(connection: AsyncConnection, published: Published) -> tuple[str, ...]:
    """Everything that must not be; empty when all is well."""
    found = []
    for what, query in VIOLATIONS.items():
        rows = (await connection.scalars(text(query))).all()
        if rows:
            found.append(f"{what}: {sorted({str(row) for row in rows})[:5]} ({len(rows)})")
    return (*found, *await _wrong_events(connection, published))


async def _wrong_events(connection: AsyncConnection, published: Published) -> list[str]:
    rows = await connection.execute(text("select event_id, event_data from audit_events"))
    staged = {str(row.event_id): bytes(row.event_data) for row in rows}
    arrived: dict[str, set[bytes]] = {}
    for message in published.messages:
        arrived.setdefault(event_id_of(message), set()).add(message.value)
    changed = [key for key, values in arrived.items() if key in staged and values != {staged[key]}]
    stored = await _stored(connection)
    counted = {
        "staged events never reached their topic": len(staged.keys() - arrived.keys()),
        "events were published that nobody staged": len(arrived.keys() - staged.keys()),
        "events were published with other bytes than they were staged with": len(changed),
        "batches have more than one terminal event": _ended_twice(published),
        "bills are not for the stored judgements": sum(
            billed.quantity != stored[billed.processing_id].judgements
            for billed in published.distinct(
                RESOURCE_CONSUMPTION, Envelope[ResourceConsumptionV1, TraceContext]
            )
        ),
        "results tell another count than is stored": sum(
            told.assessment_metadata.comparison_count != stored[told.cj_assessment_job_id].judgements
            for told in published.distinct(RESULT_PUBLISHED, Envelope[AssessmentResultV2, TraceContext])
        ),
        "results have grade probabilities that do not sum to 1": sum(
            not _probabilities_hold(told)
            for told in published.distinct(RESULT_PUBLISHED, Envelope[AssessmentResultV2, TraceContext])
        ),
        "completions lost essays": sum(
            not _all_essays_told(thin, stored[thin.cj_assessment_job_id])
            for thin in published.distinct(COMPLETED, Envelope[CompletedV1, TraceContext])
        ),
    }
    return [f"{count} {what}" for what, count in counted.items() if count]


async def _stored(connection: AsyncConnection) -> Mapping[str, Stored]:
    rows = await connection.execute(
        text(
            "select u.id, u.requested_essay_count, s.completed_comparisons from cj_batch_uploads u"
            " join cj_batch_states s on s.batch_id = u.id"
        )
    )
    return {str(row.id): Stored(row.requested_essay_count, row.completed_comparisons) for row in rows}


def _ended_twice(published: Published) -> int:
    ends: Counter[str] = Counter()
    ends.update(
        thin.cj_assessment_job_id
        for thin in published.distinct(COMPLETED, Envelope[CompletedV1, TraceContext])
    )
    ends.update(
        failed.cj_assessment_job_id
        for failed in published.distinct(FAILED, Envelope[FailedV1, TraceContext])
        if failed.cj_assessment_job_id != NO_BATCH
    )
    return sum(count > 1 for count in ends.values())


def _probabilities_hold(result: AssessmentResultV2) -> bool:
    shares: Sequence[float] = [
        sum(share.probability for share in essay.grade_probabilities)
        for essay in result.essay_results
        if essay.grade_probabilities
    ]
    return all(abs(share - 1) < 1e-6 for share in shares)


def _all_essays_told(thin: CompletedV1, stored: Stored) -> bool:
    summary = thin.processing_summary
    return stored.requested == summary.total_essays == summary.successful + summary.failed
