"""The transactional outbox in PostgreSQL: both its sides."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from cj_assessment_service.domain.events import PublishedEvent
from cj_assessment_service.domain.messages import Message, OutboxMessage
from cj_assessment_service.models_db import EventOutbox
from cj_assessment_service.protocols import EventStagingProtocol, OutboxProtocol
from cj_assessment_service.wire.published_events import encode_event


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
        rows = (
            await session.scalars(
                select(EventOutbox)
                .where(
                    EventOutbox.published_at.is_(None),
                    EventOutbox.dead_at.is_(None),
                    EventOutbox.next_attempt_at <= at,
                )
                .order_by(EventOutbox.sequence)
                .limit(limit)
                .with_for_update(skip_locked=True)
            )
        ).all()
        for row in rows:
            row.next_attempt_at = leased_until
        await session.flush()
        return tuple(
            OutboxMessage(row.id, Message(row.topic, row.event_key, row.event_data), row.retry_count)
            for row in rows
        )

    async def mark_published(self, session: AsyncSession, message_ids: Sequence[UUID], at: datetime) -> None:
        await session.execute(
            update(EventOutbox).where(EventOutbox.id.in_(message_ids)).values(published_at=at)
        )

    async def mark_attempt_failed(
        self, session: AsyncSession, message_id: UUID, error: str, next_attempt_at: datetime | None
    ) -> None:
        change: dict[str, object] = {"retry_count": EventOutbox.retry_count + 1, "last_error": error}
        if next_attempt_at is None:
            change["dead_at"] = EventOutbox.next_attempt_at
        else:
            change["next_attempt_at"] = next_attempt_at
        await session.execute(update(EventOutbox).where(EventOutbox.id == message_id).values(change))
