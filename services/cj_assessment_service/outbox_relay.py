"""Publishes what business transactions left in the outbox: byte for byte, at least once, in order."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.errors import TryAgain
from cj_assessment_service.domain.messages import OutboxMessage
from cj_assessment_service.protocols import (
    MessagePublisherProtocol,
    OutboxProtocol,
    SessionProviderProtocol,
    TelemetryProtocol,
)

BATCH_SIZE = 100
IDLE_SECONDS = 0.5
MAX_ATTEMPTS = 8
FIRST_BACK_OFF = timedelta(seconds=1)
LEASE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class OutboxRelay:
    sessions: SessionProviderProtocol
    outbox: OutboxProtocol
    publisher: MessagePublisherProtocol
    telemetry: TelemetryProtocol
    clock: Clock

    async def run(self) -> None:
        """Until cancelled. A database that does not answer is waited for."""
        while True:
            try:
                published = await self.relay_due()
            except TryAgain as error:
                self.telemetry.delivery_failed("outbox", str(error))
                published = 0
            if published == 0:
                await asyncio.sleep(IDLE_SECONDS)

    async def relay_due(self) -> int:
        """How many left. What was published but not marked, because the process died, is published again."""
        due = await self._take()
        published = 0
        for waiting in due:
            published += await self._publish(waiting)
        return published

    async def _take(self) -> tuple[OutboxMessage, ...]:
        now = self.clock.now()
        async with self.sessions.session() as session:
            due = await self.outbox.take_unpublished(session, BATCH_SIZE, now, now + LEASE)
            await session.commit()
        return due

    async def _publish(self, waiting: OutboxMessage) -> bool:
        try:
            with self.telemetry.publishing(waiting.message):
                await self.publisher.publish(waiting.message)
        except TryAgain as error:
            self.telemetry.delivery_failed(waiting.message.topic, str(error))
            await self._record_failure(waiting, str(error))
            return False
        async with self.sessions.session() as session:
            await self.outbox.mark_published(session, [waiting.message_id], self.clock.now())
            await session.commit()
        return True

    async def _record_failure(self, waiting: OutboxMessage, error: str) -> None:
        delay = _next_attempt(waiting)
        async with self.sessions.session() as session:
            await self.outbox.mark_attempt_failed(
                session, waiting.message_id, error, self.clock.now() + delay if delay is not None else None
            )
            await session.commit()


def _next_attempt(waiting: OutboxMessage) -> timedelta | None:
    """Doubles with every try; None when it was the last."""
    attempts = waiting.attempts + 1
    return FIRST_BACK_OFF * 2**waiting.attempts if attempts < MAX_ATTEMPTS else None
