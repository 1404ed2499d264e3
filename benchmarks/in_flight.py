"""Two thousand batches at work at the same time in one process of the service: memory, connections, transactions."""

import asyncio
import socket
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import httpx2
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from benchmarks.application import text_of
from benchmarks.broker import apache_kafka
from benchmarks.consuming import publish
from benchmarks.figures import QUICK, Bench, Figure
from benchmarks.processes import BY_WORKERS
from cj_assessment_service.domain.batches import BatchSettings
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.domain.panels import Panel
from cj_assessment_service.domain.policies import KafkaPolicy
from cj_assessment_service.implementations.database_infrastructure import POOL_OVERFLOW, POOL_SIZE
from cj_assessment_service.tests.faults.brokers import ApacheKafka
from cj_assessment_service.tests.faults.fleet import WORKER, Fleet, environment_of
from cj_assessment_service.tests.faults.invariants import VIOLATIONS
from cj_assessment_service.tests.faults.stage import UNFINISHED, as_event, as_new
from cj_assessment_service.tests.integration.workflow import open_workflow, request_of

BATCHES, BATCHES_QUICK, ESSAYS = 2000, 100, 50
BUDGET = ESSAYS // 2
JUDGE = "simulated:sd=2,seed=1"
WHOLE_SERVICE = ("serve", "--only", "consume", "--only", "relay", "--only", "monitor")
LOOK_SECONDS = 1.0
PATIENCE_SECONDS = 3600.0
MEGABYTE = 2**20
TRANSACTIONS = "cj_callback_processing_duration_seconds_bucket"
FAILURES = ("cj_delivery_failures_total", "cj_batches_left_total")

IN_FLIGHT = text("select count(*) from cj_batch_states where state in ('WAITING_CALLBACKS', 'SCORING')")
JUDGEMENTS = text("select count(*) from cj_comparison_pairs where winner is not null")
ENDED_OTHERWISE = text("select id from cj_batch_uploads where status <> 'COMPLETE_MAX_COMPARISONS'")
MISCOUNTED = text(VIOLATIONS["the counts are not those of the ledger"])


@dataclass(frozen=True, slots=True)
class Sample:
    """What the process said of itself at a moment."""

    memory: float
    connections: float


@dataclass(slots=True)
class Observed:
    """`transactions` counts, by the limit of the bucket in seconds, those that record answers and took no longer. An
    exhausted pool shows in `failures`: answers to deliver again and batches left for later.
    """

    samples: list[Sample] = field(default_factory=list)
    transactions: dict[float, float] = field(default_factory=dict)
    failures: float = 0.0

    def note(self, exposition: str) -> None:
        found = [sample for family in text_string_to_metric_families(exposition) for sample in family.samples]
        memory = next(one.value for one in found if one.name == "process_resident_memory_bytes")
        connections = next(one.value for one in found if one.name == "cj_database_connections")
        self.samples.append(Sample(memory / MEGABYTE, connections))
        self.transactions = {float(one.labels["le"]): one.value for one in found if one.name == TRANSACTIONS}
        self.failures = sum(one.value for one in found if one.name in FAILURES)

    def within(self, share: float) -> float:
        """The smallest limit that this share of the transactions kept."""
        all_of_them = max(self.transactions.values())
        return min(limit for limit, count in self.transactions.items() if count >= share * all_of_them)


@dataclass(frozen=True, slots=True)
class Scene:
    engine: AsyncEngine
    observed: Observed
    port: int

    async def value(self, query: TextClause) -> int:
        async with self.engine.connect() as connection:
            return int(await connection.scalar(query) or 0)

    async def rows(self, query: TextClause) -> int:
        async with self.engine.connect() as connection:
            return len((await connection.scalars(query)).all())

    async def until(self, query: TextClause, goal: int) -> float:
        """The seconds it took."""
        started = time.perf_counter()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                if await self.value(query) == goal:
                    return time.perf_counter() - started
                await asyncio.sleep(LOOK_SECONDS)

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        watching = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            watching.cancel()
            await asyncio.wait([watching])

    async def _watch(self) -> None:
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{self.port}") as client:
            while True:
                with suppress(httpx2.TransportError):  # it has not started yet
                    self.observed.note((await client.get("/metrics")).raise_for_status().text)
                await asyncio.sleep(LOOK_SECONDS)


async def measure(bench: Bench) -> tuple[Figure, ...]:
    batches = BATCHES_QUICK if bench.effort is QUICK else BATCHES
    scene = Scene(create_async_engine(bench.url), Observed(), free_port())
    try:
        with apache_kafka() as broker:
            return await fly(bench.url, scene, broker, batches)
    finally:
        await scene.engine.dispose()


async def fly(url: str, scene: Scene, broker: ApacheKafka, batches: int) -> tuple[Figure, ...]:
    await broker.prepare()
    policy = KafkaPolicy(broker.bootstrap, group=f"bench-{uuid4().hex}")
    watched = environment_of(url, policy, {**BY_WORKERS, "METRICS_PORT": str(scene.port)})
    await publish(policy, await requests(scene.engine, batches))
    with tempfile.TemporaryDirectory() as folder:
        logs = Path(folder)
        async with Fleet(watched, logs, [WHOLE_SERVICE]) as service, scene.watched():
            accepting = await scene.until(IN_FLIGHT, batches)
            at_first = len(scene.observed.samples)
            async with Fleet(environment_of(url, policy, BY_WORKERS), logs, [WORKER]) as worker:
                judging = await scene.until(UNFINISHED, 0)
                died = [*service.dead(), *worker.dead()]
    if died:
        raise RuntimeError(f"processes ended: {died}")
    return (
        memory_figure(scene.observed.samples[at_first:], batches),
        *told(scene.observed, accepting, judging),
        await counts(scene, batches, judging),
    )


def memory_figure(flight: Sequence[Sample], batches: int) -> Figure:
    memory = [sample.memory for sample in flight]
    fifth = max(1, len(memory) // 5)
    early, late = max(memory[:fifth]), max(memory[-fifth:])
    return Figure(
        f"memory of one process of the service, {batches} batches of {ESSAYS} essays in flight",
        "",
        "constant",
        f"at most {early:.0f} MB in the first fifth of the time, {late:.0f} MB in the last, {max(memory):.0f} MB ever",
        late <= 1.1 * early,
    )


def told(observed: Observed, accepting: float, judging: float) -> tuple[Figure, ...]:
    busiest = max(sample.connections for sample in observed.samples)
    return (
        Figure(
            "connections of its pool at work; answers and batches put off because of a fault",
            "",
            "none put off",
            f"at most {busiest:.0f} of {POOL_SIZE + POOL_OVERFLOW}; {observed.failures:.0f}",
            observed.failures == 0,
        ),
        Figure(
            "one transaction of answers: half of them, 99 of 100",
            "",
            "",
            f"within {observed.within(0.5):g} s, within {observed.within(0.99):g} s",
        ),
        Figure(
            "from all requests sent to all in flight; from there to the last event published",
            "",
            "",
            f"{accepting:.0f} s; {judging:.0f} s",
        ),
    )


async def counts(scene: Scene, batches: int, judging: float) -> Figure:
    judgements = await scene.value(JUDGEMENTS)
    wrong = await scene.rows(ENDED_OTHERWISE) + await scene.rows(MISCOUNTED)
    return Figure(
        f"judgements of {batches} batches; batches that ended otherwise or count wrongly",
        "",
        f"{batches * BUDGET}; 0",
        f"{judgements} ({judgements / judging:.0f}/s); {wrong}",
        judgements == batches * BUDGET and wrong == 0,
    )


async def requests(engine: AsyncEngine, batches: int) -> Sequence[Message]:
    settings = BatchSettings(panel=Panel.of(JUDGE), seed=1, language="en", budget=BUDGET)
    async with open_workflow(engine) as workflow:
        stored = await workflow.setup.store_texts([text_of(number) for number in range(ESSAYS)])
    return [as_event(as_new(request_of(stored, settings))) for _ in range(batches)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
