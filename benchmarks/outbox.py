"""How fast events leave the outbox, by one relay and by several, and how soon after their commit."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from statistics import median
from uuid import uuid4

import numpy as np
from dishka import AsyncContainer
from sqlalchemy import text

from benchmarks.figures import Bench, Figure
from cj_assessment_service.config import Settings
from cj_assessment_service.di import make_container
from cj_assessment_service.domain.errors import TryAgain
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.domain.policies import OutboxPolicy
from cj_assessment_service.implementations.database_infrastructure import CJDatabaseInfrastructure
from cj_assessment_service.outbox_relay import OutboxRelay
from cj_assessment_service.protocols import MessagePublisherProtocol

EVENTS, EVENT_BYTES = 10_000, 2_000
RELAYS = (1, 2, 4)
NOTICES = 200
BY_NOTICE_ONLY = OutboxPolicy(look_seconds=3600.0)
_STAGE = text(
    "insert into event_outbox (id, aggregate_id, aggregate_type, event_type, topic, event_key, event_data)"
    " select gen_random_uuid(), number::text, 'batch', 'bench.v1', 'bench.v1', :key || number,"
    " convert_to(repeat('x', :bytes), 'UTF8') from generate_series(1, :events) number"
)


@dataclass(slots=True)
class Arrivals(MessagePublisherProtocol):
    """When each key arrived."""

    at: dict[str, float] = field(default_factory=dict)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def publish(self, message: Message) -> None:
        self.at[message.key] = time.perf_counter()
        self.arrived.set()

    async def publish_all(self, messages: Sequence[Message]) -> tuple[TryAgain | None, ...]:
        for message in messages:
            await self.publish(message)
        return (None,) * len(messages)


async def measure(bench: Bench) -> tuple[Figure, ...]:
    container = make_container(Settings(), bench.url)
    try:
        await rate(container, 1)  # what is done once per process is done
        rates = {
            relays: [await rate(container, relays) for _ in range(bench.effort.repeats)] for relays in RELAYS
        }
        delays = await seconds_to_leave(container)
    finally:
        await container.close()
    half, late = np.percentile([1000 * delay for delay in delays], [50, 99])
    best = {relays: max(runs) for relays, runs in rates.items()}
    return (
        Figure(
            "events published per second, each of its own key: best (median)",
            "",
            ">= 2,000/s",
            ", ".join(
                f"{best[relays]:.0f}/s ({median(runs):.0f}) by {relays}" for relays, runs in rates.items()
            ),
            max(best.values()) >= 2000,
        ),
        Figure(
            "from the commit of an event to its publication: median and p99",
            "up to 5 s",
            "median <= 50 ms",
            f"{half:.1f} and {late:.1f} ms",
            half <= 50,
        ),
    )


async def rate(container: AsyncContainer, relays: int) -> float:
    """Events per second that so many relays publish side by side."""
    await stage(container, EVENTS)
    arrivals = Arrivals()
    relay = replace(await container.get(OutboxRelay), publisher=arrivals)
    started = time.perf_counter()
    published = await asyncio.gather(*(relay.relay_due() for _ in range(relays)))
    seconds = time.perf_counter() - started
    if sum(published) != len(arrivals.at) or len(arrivals.at) != EVENTS:
        raise RuntimeError(
            f"{EVENTS} events were staged, {sum(published)} published, {len(arrivals.at)} arrived"
        )
    return EVENTS / seconds


async def seconds_to_leave(container: AsyncContainer) -> list[float]:
    arrivals = Arrivals()
    relay = replace(await container.get(OutboxRelay), publisher=arrivals, policy=BY_NOTICE_ONLY)
    async with running(relay):
        return [await seconds_of_one(container, arrivals) for _ in range(NOTICES)]


async def seconds_of_one(container: AsyncContainer, arrivals: Arrivals) -> float:
    arrivals.arrived.clear()
    key = await stage(container, 1)
    committed = time.perf_counter()
    await arrivals.arrived.wait()
    return max(0.0, arrivals.at[f"{key}1"] - committed)


async def stage(container: AsyncContainer, events: int) -> str:
    """What their keys begin with."""
    key = f"{uuid4()}-"
    infrastructure = await container.get(CJDatabaseInfrastructure)
    async with infrastructure.engine.begin() as connection:
        await connection.execute(_STAGE, {"key": key, "bytes": EVENT_BYTES, "events": events})
    return key


@asynccontextmanager
async def running(relay: OutboxRelay) -> AsyncIterator[None]:
    task = asyncio.create_task(relay.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
