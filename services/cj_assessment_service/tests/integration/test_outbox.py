"""Events leave exactly as they were staged, in order, and once as far as the outbox can tell."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.errors import TryAgain
from cj_assessment_service.domain.events import ResourceConsumed
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.implementations.outbox import OutboxEventStaging, PostgreSQLOutbox
from cj_assessment_service.outbox_relay import LEASE, MAX_ATTEMPTS, OutboxRelay
from cj_assessment_service.protocols import MessagePublisherProtocol, SessionProviderProtocol
from cj_assessment_service.tests.fixtures.telemetry import new_telemetry
from cj_assessment_service.tests.integration.batches import NOW
from cj_assessment_service.tests.unit.wire.test_published_events import IDENTITY
from cj_assessment_service.wire.published_events import encode_event


@dataclass(slots=True)
class StoppedClock(Clock):
    time: datetime = NOW

    def now(self) -> datetime:
        return self.time


@dataclass(slots=True)
class Carrier(MessagePublisherProtocol):
    """Fails as often as told, then carries."""

    failures: int = 0
    carried: list[Message] = field(default_factory=list)

    async def publish(self, message: Message) -> None:
        if self.failures:
            self.failures -= 1
            raise TryAgain("the carrier is away")
        self.carried.append(message)

    async def publish_all(self, messages: Sequence[Message]) -> tuple[TryAgain | None, ...]:
        raise AssertionError(f"the relay publishes one by one: {messages}")


def event(number: int) -> ResourceConsumed:
    identity = replace(IDENTITY, batch_id=type(IDENTITY.batch_id)(number))
    return ResourceConsumed(identity, number, NOW)


async def stage(sessions: SessionProviderProtocol, *numbers: int) -> None:
    async with sessions.session() as session:
        for number in numbers:
            await OutboxEventStaging().stage(session, event(number))
        await session.commit()


def relay(sessions: SessionProviderProtocol, carrier: Carrier, clock: StoppedClock) -> OutboxRelay:
    telemetry = new_telemetry()
    return OutboxRelay(sessions, PostgreSQLOutbox(), carrier, telemetry, clock)


async def test_events_leave_byte_for_byte_and_in_order(session_provider: SessionProviderProtocol) -> None:
    await stage(session_provider, 1, 2, 3)
    carrier = Carrier()
    assert await relay(session_provider, carrier, StoppedClock()).relay_due() == 3
    assert carrier.carried == [encode_event(event(number)).message for number in (1, 2, 3)]


async def test_a_published_event_does_not_leave_again(session_provider: SessionProviderProtocol) -> None:
    await stage(session_provider, 1)
    carrier, clock = Carrier(), StoppedClock()
    await relay(session_provider, carrier, clock).relay_due()
    clock.time += timedelta(days=7)
    assert await relay(session_provider, carrier, clock).relay_due() == 0
    assert len(carrier.carried) == 1


async def test_staging_the_same_event_twice_leaves_one_row(session_provider: SessionProviderProtocol) -> None:
    await stage(session_provider, 1, 1)
    await stage(session_provider, 1)
    carrier = Carrier()
    assert await relay(session_provider, carrier, StoppedClock()).relay_due() == 1


async def test_an_event_that_is_rolled_back_never_leaves(session_provider: SessionProviderProtocol) -> None:
    with pytest.raises(RuntimeError):
        async with session_provider.session() as session:
            await OutboxEventStaging().stage(session, event(1))
            raise RuntimeError("the business failed")
    assert await relay(session_provider, Carrier(), StoppedClock()).relay_due() == 0


async def test_several_relays_share_the_work_without_repeating_it(
    session_provider: SessionProviderProtocol,
) -> None:
    await stage(session_provider, *range(1, 21))
    carrier = Carrier()
    relays = [relay(session_provider, carrier, StoppedClock()) for _ in range(4)]
    assert sum(await asyncio.gather(*(each.relay_due() for each in relays))) == 20
    assert len(set(carrier.carried)) == len(carrier.carried) == 20


async def test_a_failed_attempt_waits_and_is_repeated_byte_for_byte(
    session_provider: SessionProviderProtocol,
) -> None:
    await stage(session_provider, 1)
    carrier, clock = Carrier(failures=1), StoppedClock()
    each = relay(session_provider, carrier, clock)
    assert await each.relay_due() == 0
    assert await each.relay_due() == 0
    clock.time += timedelta(seconds=2)
    assert await each.relay_due() == 1
    assert carrier.carried == [encode_event(event(1)).message]


async def test_an_event_nobody_takes_is_put_aside_and_does_not_block_others(
    session_provider: SessionProviderProtocol, test_db_engine: AsyncEngine
) -> None:
    await stage(session_provider, 1)
    carrier, clock = Carrier(failures=MAX_ATTEMPTS), StoppedClock()
    each = relay(session_provider, carrier, clock)
    for _ in range(MAX_ATTEMPTS):
        await each.relay_due()
        clock.time += timedelta(hours=1)
    await stage(session_provider, 2)
    assert await each.relay_due() == 1
    assert carrier.carried == [encode_event(event(2)).message]
    async with test_db_engine.connect() as connection:
        dead = await connection.scalar(text("select last_error from event_outbox where dead_at is not null"))
    assert dead == "the carrier is away"


async def test_a_relay_that_dies_while_publishing_loses_nothing(
    session_provider: SessionProviderProtocol,
) -> None:
    await stage(session_provider, 1)
    clock = StoppedClock()
    async with session_provider.session() as session:
        taken = await PostgreSQLOutbox().take_unpublished(session, 10, clock.now(), clock.now() + LEASE)
        await session.commit()
    assert len(taken) == 1
    carrier = Carrier()
    assert await relay(session_provider, carrier, clock).relay_due() == 0
    clock.time += LEASE
    assert await relay(session_provider, carrier, clock).relay_due() == 1
