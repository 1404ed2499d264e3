"""Events leave exactly as they were staged, in the order of each key, and once as far as the outbox can tell."""

import asyncio
import os
import signal
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.errors import TryAgain
from cj_assessment_service.domain.events import ResourceConsumed
from cj_assessment_service.domain.identifiers import BatchId, OuterBatchId
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.domain.policies import OutboxPolicy
from cj_assessment_service.implementations.database_infrastructure import CJDatabaseInfrastructure
from cj_assessment_service.implementations.outbox import OutboxEventStaging, PostgreSQLOutbox
from cj_assessment_service.implementations.outbox_wake_up import NotifiedWakeUp
from cj_assessment_service.implementations.session_provider_impl import CJSessionProviderImpl
from cj_assessment_service.implementations.system_clock import SystemClock
from cj_assessment_service.outbox_relay import OutboxRelay
from cj_assessment_service.protocols import (
    MessagePublisherProtocol,
    OutboxWakeUpProtocol,
    SessionProviderProtocol,
)
from cj_assessment_service.tests.fixtures.telemetry import new_telemetry
from cj_assessment_service.tests.integration.batches import NOW
from cj_assessment_service.tests.integration.killed_process import run_to_its_end
from cj_assessment_service.tests.integration.waiting import until
from cj_assessment_service.tests.unit.wire.test_published_events import IDENTITY
from cj_assessment_service.wire.published_events import encode_event

POLICY = OutboxPolicy(most_attempts=8)
LEASE = timedelta(seconds=POLICY.lease_seconds)
BY_NOTICE_ONLY = OutboxPolicy(look_seconds=3600.0)
"""A relay that had to look by itself would outlive the deadline of any test."""


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


@dataclass(slots=True)
class NoWakeUp(OutboxWakeUpProtocol):
    """For relays that are asked one round at a time."""

    async def wait(self, longest: float) -> None:
        raise AssertionError(f"nobody waits here, and not for {longest} seconds")

    async def close(self) -> None: ...


def event(number: int, key: str = "outer") -> ResourceConsumed:
    identity = replace(IDENTITY, batch_id=BatchId(number), outer_id=OuterBatchId(key))
    return ResourceConsumed(identity, number, NOW)


async def stage(sessions: SessionProviderProtocol, *numbers: int) -> None:
    await stage_events(sessions, [event(number) for number in numbers])


async def stage_events(sessions: SessionProviderProtocol, events: Sequence[ResourceConsumed]) -> None:
    async with sessions.session() as session:
        for each in events:
            await OutboxEventStaging().stage(session, each)
        await session.commit()


def messages(events: Sequence[ResourceConsumed]) -> list[Message]:
    return [encode_event(each).message for each in events]


def relay(
    sessions: SessionProviderProtocol, carrier: MessagePublisherProtocol, clock: StoppedClock
) -> OutboxRelay:
    return OutboxRelay(sessions, PostgreSQLOutbox(), NoWakeUp(), carrier, POLICY, new_telemetry(), clock)


async def test_events_leave_byte_for_byte_and_in_order(session_provider: SessionProviderProtocol) -> None:
    await stage(session_provider, 1, 2, 3)
    carrier = Carrier()
    assert await relay(session_provider, carrier, StoppedClock()).relay_due() == 3
    assert carrier.carried == messages([event(number) for number in (1, 2, 3)])


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


KEYS = [f"outer-{number}" for number in range(30)]
MIXED = [event(5 * number + turn, key) for turn in range(5) for number, key in enumerate(KEYS)]
"""Five events of each key, the keys mixed."""


@dataclass(slots=True)
class SlowCarrier(Carrier):
    """Takes a while, so that others try to overtake, and refuses a share of what it gets, at random."""

    refused: float = 0.0
    rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(1))

    async def publish(self, message: Message) -> None:
        await asyncio.sleep(self.rng.uniform(0, 0.003))
        if self.rng.random() < self.refused:
            raise TryAgain("the carrier has no room")
        self.carried.append(message)


def by_key(carried: Sequence[Message]) -> dict[str, list[Message]]:
    of_key: defaultdict[str, list[Message]] = defaultdict(list)
    for message in carried:
        of_key[message.key].append(message)
    return dict(of_key)


@pytest.mark.parametrize("count", [2, 4])
async def test_relays_side_by_side_publish_everything_once_and_in_the_order_of_each_key(
    session_provider: SessionProviderProtocol, count: int
) -> None:
    await stage_events(session_provider, MIXED)
    carrier = SlowCarrier()
    policy = replace(POLICY, most_at_once=7)
    relays = [replace(relay(session_provider, carrier, StoppedClock()), policy=policy) for _ in range(count)]
    while len(carrier.carried) < len(MIXED):
        await asyncio.gather(*(each.relay_due() for each in relays))
    assert by_key(carrier.carried) == by_key(messages(MIXED))
    assert await relays[0].relay_due() == 0


async def test_relays_keep_the_order_of_each_key_also_when_attempts_fail(
    session_provider: SessionProviderProtocol,
) -> None:
    await stage_events(session_provider, MIXED)
    carrier, clock = SlowCarrier(refused=0.3), StoppedClock()
    relays = [relay(session_provider, carrier, clock) for _ in range(3)]
    while len(carrier.carried) < len(MIXED):
        await asyncio.gather(*(each.relay_due() for each in relays))
        clock.time += timedelta(seconds=POLICY.longest_back_off)
        assert clock.time < NOW + timedelta(days=1)
    assert by_key(carrier.carried) == by_key(messages(MIXED))


async def test_an_event_that_fails_holds_up_its_own_key_only(
    session_provider: SessionProviderProtocol,
) -> None:
    events = [event(1, "held"), event(2, "held"), event(3, "free"), event(4, "free")]
    await stage_events(session_provider, events)
    carrier, clock = Refusing(refused=messages(events[:1])), StoppedClock()
    each = relay(session_provider, carrier, clock)
    assert await each.relay_due() == 2
    assert carrier.carried == messages(events[2:])
    carrier.refused.clear()
    clock.time += timedelta(seconds=POLICY.first_back_off)
    assert await each.relay_due() == 2
    assert carrier.carried[2:] == messages(events[:2])


@dataclass(slots=True)
class Refusing(Carrier):
    """Never takes these."""

    refused: list[Message] = field(default_factory=list)

    async def publish(self, message: Message) -> None:
        if message in self.refused:
            raise TryAgain("the carrier does not like it")
        self.carried.append(message)


def test_waits_between_attempts_double_up_to_the_longest_and_end_with_the_last() -> None:
    policy = replace(POLICY, longest_back_off=5.0)
    assert [policy.back_off(attempts) for attempts in range(1, 9)] == [1, 2, 4, 5, 5, 5, 5, None]


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
    carrier, clock = Carrier(failures=POLICY.most_attempts), StoppedClock()
    each = relay(session_provider, carrier, clock)
    for _ in range(POLICY.most_attempts):
        await each.relay_due()
        clock.time += timedelta(hours=1)
    await stage(session_provider, 2)
    assert await each.relay_due() == 1
    assert carrier.carried == [encode_event(event(2)).message]
    async with test_db_engine.connect() as connection:
        dead = await connection.scalar(text("select last_error from event_outbox where dead_at is not null"))
    assert dead == "the carrier is away"


@dataclass(frozen=True, slots=True)
class LastErrand:
    """To publish into a file, and to die with the so many-th message published and nothing marked."""

    database_url: str
    published: Path
    messages: int


@dataclass(slots=True)
class DeadlyCarrier(MessagePublisherProtocol):
    errand: LastErrand
    carried: int = 0

    async def publish(self, message: Message) -> None:
        with self.errand.published.open("ab") as file:
            file.write(message.value + b"\n")
        self.carried += 1
        if self.carried == self.errand.messages:
            os.kill(os.getpid(), signal.SIGKILL)

    async def publish_all(self, messages: Sequence[Message]) -> tuple[TryAgain | None, ...]:
        raise AssertionError(f"the relay publishes one by one: {messages}")


def relay_and_die(errand: LastErrand) -> None:
    telemetry = new_telemetry()
    infrastructure = CJDatabaseInfrastructure.connect(errand.database_url, telemetry.metrics)
    dying = relay(CJSessionProviderImpl(infrastructure), DeadlyCarrier(errand), StoppedClock())
    asyncio.run(dying.relay_due())


@pytest.mark.crash
async def test_what_a_killed_relay_published_but_did_not_mark_is_published_again_with_the_same_bytes(
    session_provider: SessionProviderProtocol, test_db_engine: AsyncEngine, tmp_path: Path
) -> None:
    events = [event(number, key) for number, key in enumerate(KEYS)]
    await stage_events(session_provider, events)
    url = test_db_engine.url.render_as_string(hide_password=False)
    errand = LastErrand(url, tmp_path / "published", messages=7)
    assert await run_to_its_end(relay_and_die, errand) == -signal.SIGKILL
    carrier, clock = Carrier(), StoppedClock()
    assert await relay(session_provider, carrier, clock).relay_due() == 0
    clock.time += LEASE
    assert await relay(session_provider, carrier, clock).relay_due() == len(events)
    values = {message.value for message in carrier.carried}
    assert values == {message.value for message in messages(events)}
    assert set(errand.published.read_bytes().splitlines()) < values


@asynccontextmanager
async def running(each: OutboxRelay) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(each.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])


def notified_relay(infrastructure: CJDatabaseInfrastructure, carrier: Carrier) -> OutboxRelay:
    return OutboxRelay(
        CJSessionProviderImpl(infrastructure),
        PostgreSQLOutbox(),
        NotifiedWakeUp(infrastructure),
        carrier,
        BY_NOTICE_ONLY,
        new_telemetry(),
        SystemClock(),
    )


async def carried(carrier: Carrier, number: int) -> None:
    async def look() -> bool | None:
        return messages([event(number)])[0] in carrier.carried or None

    await until(look)


async def listener(engine: AsyncEngine) -> int | None:
    """The process of the server that listens for a relay of this test."""
    async with engine.connect() as connection:
        found = await connection.scalar(
            text(
                "select pid from pg_stat_activity where datname = current_database() and query ilike 'listen %'"
            )
        )
        return int(found) if found is not None else None


async def test_a_commit_wakes_the_relay(
    session_provider: SessionProviderProtocol, cj_infra: CJDatabaseInfrastructure
) -> None:
    carrier = Carrier()
    async with running(notified_relay(cj_infra, carrier)):
        for number in range(6):  # a relay that starts looks twice by itself
            await stage(session_provider, number)
            await carried(carrier, number)


async def test_a_relay_whose_connection_is_cut_listens_again(
    session_provider: SessionProviderProtocol,
    cj_infra: CJDatabaseInfrastructure,
    test_db_engine: AsyncEngine,
) -> None:
    carrier = Carrier()
    async with running(notified_relay(cj_infra, carrier)):
        for number in range(6):
            await stage(session_provider, number)
            await carried(carrier, number)
            if number < 3:
                listening = await until(lambda: listener(test_db_engine))
                async with test_db_engine.connect() as connection:
                    await connection.execute(
                        text("select pg_terminate_backend(:pid, 5000)"), {"pid": listening}
                    )


@dataclass(slots=True)
class WaitingCarrier(Carrier):
    """Carries when told to."""

    asked: asyncio.Event = field(default_factory=asyncio.Event)
    told: asyncio.Event = field(default_factory=asyncio.Event)

    async def publish(self, message: Message) -> None:
        self.asked.set()
        await self.told.wait()
        self.carried.append(message)


async def test_a_relay_that_is_stopped_finishes_what_it_has_begun(
    session_provider: SessionProviderProtocol, cj_infra: CJDatabaseInfrastructure
) -> None:
    await stage(session_provider, 1)
    carrier = WaitingCarrier()
    async with running(notified_relay(cj_infra, carrier)) as task:
        await carrier.asked.wait()
        task.cancel()
        await asyncio.sleep(0)
        carrier.told.set()
        await asyncio.wait([task])
    assert task.cancelled()
    clock = StoppedClock(SystemClock().now() + LEASE)
    assert await relay(session_provider, carrier, clock).relay_due() == 0
    assert carrier.carried == messages([event(1)])


async def test_published_events_are_deleted_once_they_are_old(
    session_provider: SessionProviderProtocol, test_db_engine: AsyncEngine
) -> None:
    dead, waiting = event(2, "dead"), event(3, "waiting")
    await stage_events(session_provider, [event(1), dead, waiting])
    clock = StoppedClock()
    each = relay(session_provider, Refusing(refused=messages([dead, waiting])), clock)
    once = replace(each, policy=replace(POLICY, most_attempts=1))
    assert await once.relay_due() == 1
    async with test_db_engine.begin() as connection:
        await connection.execute(text("update event_outbox set dead_at = null where event_key = 'waiting'"))
    clock.time += timedelta(seconds=POLICY.retention_seconds)
    assert await each.delete_old() == 0
    clock.time += timedelta(seconds=1)
    assert await each.delete_old() == 1
    async with test_db_engine.connect() as connection:
        left = await connection.scalars(text("select event_key from event_outbox order by sequence"))
        assert list(left) == ["dead", "waiting"]
