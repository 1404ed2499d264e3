"""The transactional outbox in PostgreSQL: both its sides."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    DateTime,
    Integer,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from cj_assessment_service.domain.events import PublishedEvent
from cj_assessment_service.domain.messages import FailedAttempt, Message, OutboxMessage
from cj_assessment_service.implementations.given_rows import fixed, given_rows, given_values
from cj_assessment_service.models_db import EventOutbox
from cj_assessment_service.protocols import EventStagingProtocol, OutboxProtocol
from cj_assessment_service.wire.published_events import encode_event

_earlier = aliased(EventOutbox)
_open = and_(EventOutbox.published_at.is_(None), EventOutbox.dead_at.is_(None))
_due = (
    select(EventOutbox.id)
    .where(
        _open,
        EventOutbox.next_attempt_at <= bindparam("at", type_=DateTime(timezone=True)),
        ~exists().where(
            _earlier.topic == EventOutbox.topic,
            _earlier.event_key == EventOutbox.event_key,
            _earlier.sequence < EventOutbox.sequence,
            _earlier.published_at.is_(None),
            _earlier.dead_at.is_(None),
        ),
    )
    .order_by(EventOutbox.next_attempt_at)
    .limit(bindparam("most", type_=Integer()))
    .with_for_update(of=EventOutbox, skip_locked=True)
    .cte("due")
)
_TAKE = fixed(
    update(EventOutbox)
    .where(EventOutbox.id == _due.c.id)
    .values(next_attempt_at=bindparam("leased_until", type_=DateTime(timezone=True)))
    .returning(
        EventOutbox.sequence,
        EventOutbox.id,
        EventOutbox.topic,
        EventOutbox.event_key,
        EventOutbox.event_data,
        EventOutbox.retry_count,
    )
)
"""Two relays never hold rows of one key: while the first open row is leased, no later one is its key's first."""

_published = given_rows(id=Uuid())
_MARK_PUBLISHED = fixed(
    update(EventOutbox)
    .where(EventOutbox.id == _published.c.id, EventOutbox.published_at.is_(None))
    .values(published_at=bindparam("at", type_=DateTime(timezone=True)))
)
_failed = given_rows(id=Uuid(), error=Text(), next_attempt_at=DateTime(timezone=True))
_MARK_FAILED = fixed(
    update(EventOutbox)
    .where(EventOutbox.id == _failed.c.id, _open)
    .values(
        retry_count=EventOutbox.retry_count + 1,
        last_error=_failed.c.error,
        next_attempt_at=func.coalesce(_failed.c.next_attempt_at, EventOutbox.next_attempt_at),
        dead_at=case((_failed.c.next_attempt_at.is_(None), bindparam("at", type_=DateTime(timezone=True)))),
    )
)
# a relay that was too slow for its lease may say these of a row that another one has published meanwhile; that stays published


class OutboxEventStaging(EventStagingProtocol):
    async def stage(self, session: AsyncSession, event: PublishedEvent) -> None:
        encoded = encode_event(event)
        await session.execute(
            insert(EventOutbox)
            .values(
                id=encoded.event_id,
                aggregate_id=encoded.message.key,
                aggregate_type="batch",
                event_type=encoded.message.topic,
                topic=encoded.message.topic,
                event_key=encoded.message.key,
                event_data=encoded.message.value,
                created_at=event.at,
                next_attempt_at=event.at,
            )
            .on_conflict_do_nothing(index_elements=["id"])
        )


class PostgreSQLOutbox(OutboxProtocol):
    async def take_unpublished(
        self, session: AsyncSession, limit: int, at: datetime, leased_until: datetime
    ) -> tuple[OutboxMessage, ...]:
        rows = await session.execute(_TAKE, {"most": limit, "at": at, "leased_until": leased_until})
        return tuple(
            OutboxMessage(row.id, Message(row.topic, row.event_key, row.event_data), row.retry_count)
            for row in sorted(rows, key=lambda row: row.sequence)
        )

    async def mark_published(self, session: AsyncSession, message_ids: Sequence[UUID], at: datetime) -> None:
        await session.execute(_MARK_PUBLISHED, {**given_values(id=message_ids), "at": at})

    async def mark_attempts_failed(
        self, session: AsyncSession, attempts: Sequence[FailedAttempt], at: datetime
    ) -> None:
        failed = given_values(
            id=[attempt.message_id for attempt in attempts],
            error=[attempt.error for attempt in attempts],
            next_attempt_at=[attempt.next_attempt_at for attempt in attempts],
        )
        await session.execute(_MARK_FAILED, {**failed, "at": at})

    async def delete_published(self, session: AsyncSession, published_before: datetime, limit: int) -> int:
        old = (
            select(EventOutbox.id)
            .where(EventOutbox.published_at < published_before)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        gone = await session.execute(
            delete(EventOutbox).where(EventOutbox.id.in_(old)).returning(EventOutbox.id)
        )
        return len(gone.all())
