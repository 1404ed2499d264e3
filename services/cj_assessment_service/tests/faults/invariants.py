"""What must hold of every batch, whatever was killed, cut off or sent twice: looked for in the database, in the notes of
every change that `audit.sql` keeps, and in what reached the topics.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

import asyncpg

from cj_assessment_service.domain.messages import Message
from cj_assessment_service.wire.topics import COMPLETED, FAILED, RESOURCE_CONSUMPTION, RESULT_PUBLISHED

OUTCOMES = (COMPLETED, FAILED)

_VIOLATIONS: Mapping[str, str] = {
    "a batch has not ended": "select id from cj_batch_uploads where completed_at is null",
    "questions are still out though the batch ended well": (
        "select batch_id from cj_batch_states where state = 'COMPLETED'"
        " and completed_comparisons + failed_comparisons <> submitted_comparisons"
    ),
    "the counts broke their order at some commit": "select batch_id from audit_states where not counts_hold",
    "the counts are not those of the ledger": (
        "select s.batch_id from cj_batch_states s where s.state <> 'CANCELLED' and"
        " (s.submitted_comparisons, s.completed_comparisons, s.failed_comparisons) is distinct from"
        " (select count(*), count(p.winner), count(p.error_code) from cj_comparison_pairs p"
        " where p.cj_batch_id = s.batch_id)"
    ),
    "the money is not that of the ledger": (
        "select s.batch_id from cj_batch_states s where s.state <> 'CANCELLED' and s.spent_cost <>"
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
    "a claim outlived its batch": (
        "select batch_id from cj_batch_states where claim_token is not null"
        " and state in ('COMPLETED', 'FAILED', 'CANCELLED')"
    ),
    "an essay that was compared less than once has a small error": (
        "select els_essay_id from cj_processed_essays where comparison_count = 0 and current_bt_se < 1"
    ),
    "a request made two batches": (
        "select request_fingerprint from cj_batch_uploads group by request_fingerprint having count(*) > 1"
    ),
}
"""Queries whose every row is a violation."""


@dataclass(frozen=True, slots=True)
class Published:
    """What reached the topics, in order of arrival; a message may be there more than once."""

    messages: tuple[Message, ...]

    def documents(self, topic: str) -> dict[str, list[dict[str, object]]]:
        """The distinct events of the topic by event id, all with that id."""
        found: dict[str, list[dict[str, object]]] = {}
        for message in self.messages:
            if message.topic == topic:
                document = json.loads(message.value)
                found.setdefault(document["event_id"], []).append(document)
        return found


async def install_audit(connection: asyncpg.Connection) -> None:
    await connection.execute(files(__package__).joinpath("audit.sql").read_text())


async def violations(connection: asyncpg.Connection, published: Published) -> tuple[str, ...]:
    """Everything that must not be; empty when all is well."""
    found = []
    for what, query in _VIOLATIONS.items():
        rows = await connection.fetch(query)
        if rows:
            found.append(f"{what}: {sorted({str(row[0]) for row in rows})[:5]} ({len(rows)})")
    found += await _differences_of_topics(connection, published)
    return tuple(found)


async def _differences_of_topics(connection: asyncpg.Connection, published: Published) -> list[str]:
    staged = {
        str(row["event_id"]): bytes(row["event_data"])
        for row in await connection.fetch("select event_id, event_data from audit_events")
    }
    arrived: dict[str, set[bytes]] = {}
    for message in published.messages:
        arrived.setdefault(json.loads(message.value)["event_id"], set()).add(message.value)
    found = []
    if missing := staged.keys() - arrived.keys():
        found.append(f"{len(missing)} staged events never reached their topic")
    if invented := arrived.keys() - staged.keys():
        found.append(f"{len(invented)} events were published that nobody staged")
    if changed := [key for key, values in arrived.items() if key in staged and values != {staged[key]}]:
        found.append(f"{len(changed)} events were published with other bytes than they were staged with")
    return [*found, *_wrong_outcomes(published), *await _wrong_counts(connection, published)]


def _wrong_outcomes(published: Published) -> list[str]:
    """Exactly one distinct terminal event for each batch."""
    endings = Counter(
        document["data"]["cj_assessment_job_id"]  # type: ignore[index]  # a parsed document
        for topic in OUTCOMES
        for documents in published.documents(topic).values()
        for document in documents[:1]
    )
    doubled = [job for job, count in endings.items() if count > 1]
    return [f"batches with more than one terminal event: {doubled[:5]}"] if doubled else []


async def _wrong_counts(connection: asyncpg.Connection, published: Published) -> list[str]:
    """Published and billed counts are the stored ones; requested essays are successful or failed."""
    rows = await connection.fetch(
        "select u.id, u.requested_essay_count, s.completed_comparisons from cj_batch_uploads u"
        " join cj_batch_states s on s.batch_id = u.id"
    )
    stored = {str(row["id"]): row for row in rows}
    found = []
    for billed in _first(published.documents(RESOURCE_CONSUMPTION)):
        if stored[billed["processing_id"]]["completed_comparisons"] != billed["quantity"]:
            found.append(f"batch {billed['processing_id']} was billed {billed['quantity']}")
    for result in _first(published.documents(RESULT_PUBLISHED)):
        told = result["assessment_metadata"]["comparison_count"]
        if stored[result["cj_assessment_job_id"]]["completed_comparisons"] != told:
            found.append(f"batch {result['cj_assessment_job_id']} published {told} comparisons")
        found += _wrong_grades(result)
    for thin in _first(published.documents(COMPLETED)):
        summary = thin["processing_summary"]
        requested = stored[thin["cj_assessment_job_id"]]["requested_essay_count"]
        if not requested == summary["total_essays"] == summary["successful"] + summary["failed"]:
            found.append(f"batch {thin['cj_assessment_job_id']} lost essays: {summary}")
    return found


def _wrong_grades(result: Mapping[str, object]) -> list[str]:
    essays: Sequence[Mapping[str, object]] = result["essay_results"]  # type: ignore[assignment]  # a parsed document
    wrong = []
    for essay in essays:
        shares = [share["probability"] for share in essay["grade_probabilities"]]  # type: ignore[attr-defined]
        if shares and abs(sum(shares) - 1) > 1e-6:
            wrong.append(f"the grade probabilities of {essay['essay_id']} sum to {sum(shares)}")
    return wrong


def _first(documents: Mapping[str, Sequence[dict[str, object]]]) -> list[dict[str, object]]:
    """The content of each distinct event."""
    return [repeats[0]["data"] for repeats in documents.values()]  # type: ignore[misc]  # a parsed document
