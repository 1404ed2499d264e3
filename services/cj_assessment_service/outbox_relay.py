"""Publishes what business transactions left in the outbox: byte for byte, at least once, in the order of each key."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.errors import TryAgain
from cj_assessment_service.domain.messages import FailedAttempt, OutboxMessage
from cj_assessment_service.domain.policies import OutboxPolicy
from cj_assessment_service.protocols import (
    MessagePublisherProtocol,
    OutboxProtocol,
    OutboxWakeUpProtocol,
    SessionProviderProtocol,
    TelemetryProtocol,
)

DELETED_AT_ONCE = 1000
DELETED_EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class OutboxRelay:
    """Any number of them may work side by side. An event that cannot be published holds up nothing but its own key."""

    sessions: SessionProviderProtocol
    outbox: OutboxProtocol
    wake_up: OutboxWakeUpProtocol
    publisher: MessagePublisherProtocol
    policy: OutboxPolicy
    telemetry: TelemetryProtocol
    clock: Clock

    async def run(self) -> None:
        """Until cancelled; what was taken by then is published first. A database that does not answer is waited for."""
        tidied = self.clock.now()
        try:
            while True:
                try:
                    await self.relay_due()
                    if self.clock.now() - tidied >= DELETED_EVERY:
                        await self.delete_old()
                        tidied = self.clock.now()
                except TryAgain as error:
                    self.telemetry.delivery_failed("outbox", str(error))
                await self.wake_up.wait(self.policy.look_seconds)
        finally:
            await self.wake_up.close()

    async def relay_due(self) -> int:
        """Publishes all that is due and says how many events left. What was published but not marked, because the process
        died, is published again once its lease is over.
        """
        published = 0
        while (left := await _to_its_end(self._relay_some())) is not None:
            published += left
        return published

    async def delete_old(self) -> int:
        """How many events went that were published longer ago than they are kept."""
        before = self.clock.now() - timedelta(seconds=self.policy.retention_seconds)
        deleted = 0
        while True:
            async with self.sessions.session() as session:
                gone = await self.outbox.delete_published(session, before, DELETED_AT_ONCE)
                await session.commit()
            deleted += gone
            if gone < DELETED_AT_ONCE:
                return deleted

    async def _relay_some(self) -> int | None:
        """All at the same time, for no two have the same key. None when nothing is due."""
        due = await self._take()
        if not due:
            return None
        ends = await asyncio.gather(*(self._publish(waiting) for waiting in due))
        published = [end for end in ends if isinstance(end, UUID)]
        failed = [end for end in ends if isinstance(end, FailedAttempt)]
        now = self.clock.now()
        async with self.sessions.session() as session:
            if published:
                await self.outbox.mark_published(session, published, now)
            if failed:
                await self.outbox.mark_attempts_failed(session, failed, now)
            await session.commit()
        return len(published)

    async def _take(self) -> tuple[OutboxMessage, ...]:
        now = self.clock.now()
        leased_until = now + timedelta(seconds=self.policy.lease_seconds)
        async with self.sessions.session() as session:
            due = await self.outbox.take_unpublished(session, self.policy.most_at_once, now, leased_until)
            await session.commit()
        return due

    async def _publish(self, waiting: OutboxMessage) -> UUID | FailedAttempt:
        """The id of the message once it is safe with the carrier."""
        try:
            with self.telemetry.publishing(waiting.message):
                await self.publisher.publish(waiting.message)
        except TryAgain as error:
            self.telemetry.delivery_failed(waiting.message.topic, str(error))
            return FailedAttempt(waiting.message_id, str(error), self._next_attempt(waiting))
        return waiting.message_id

    def _next_attempt(self, waiting: OutboxMessage) -> datetime | None:
        wait = self.policy.back_off(waiting.attempts + 1)
        return self.clock.now() + timedelta(seconds=wait) if wait is not None else None


async def _to_its_end(work: Coroutine[None, None, int | None]) -> int | None:
    """Also when its caller is cancelled meanwhile, who then waits for it: what was taken is published and marked."""
    begun = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(begun)
    finally:
        await asyncio.wait([begun])
