"""One, two and four processes of the service that share the answers of many batches: throughput, and the same results."""

import asyncio
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from uuid import uuid4

from confluent_kafka.admin import AdminClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from benchmarks.application import text_of
from benchmarks.broker import apache_kafka
from benchmarks.consuming import publish
from benchmarks.figures import Bench, Figure
from cj_assessment_service.domain.batches import BatchSettings
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.domain.panels import Panel
from cj_assessment_service.domain.policies import KafkaPolicy
from cj_assessment_service.tests.faults.brokers import ApacheKafka
from cj_assessment_service.tests.faults.fleet import SERVICE, Fleet, environment_of
from cj_assessment_service.tests.integration.survival import FinalResult, final_result
from cj_assessment_service.tests.integration.workflow import Workflow, open_workflow, request_of
from cj_assessment_service.wire.topics import ConsumerGroup

PROCESSES = (1, 2, 4)
BATCHES, ESSAYS = 120, 50
ONE_WAVE = ESSAYS // 2
BY_WORKERS = {"JUDGING": "workers"}
LOOK_SECONDS = 0.02
PATIENCE_SECONDS = 600.0
OPEN = text("select count(*) from cj_batch_uploads where completed_at is null")


@dataclass(frozen=True, slots=True)
class Run:
    """`seconds` from the publication of the answers to the end of the last batch; `results` by seed."""

    seconds: float
    results: Mapping[int, FinalResult]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A batch whose questions are all out, and their answers."""

    batch_id: BatchId
    answers: Sequence[Message]


async def measure(bench: Bench) -> tuple[Figure, ...]:
    engine = create_async_engine(bench.url)
    try:
        with apache_kafka() as broker:
            runs = {
                processes: [
                    await run(bench.url, engine, broker, processes) for _ in range(bench.effort.repeats)
                ]
                for processes in PROCESSES
            }
    finally:
        await engine.dispose()
    rates = {
        processes: median(BATCHES / each.seconds for each in several) for processes, several in runs.items()
    }
    first, *others = [each.results for several in runs.values() for each in several]
    different = sum(results != first for results in others)
    return (
        Figure(
            f"batches of {ESSAYS} essays per second, each from {ONE_WAVE} answers in the topic to its published end",
            "",
            "grows",
            ", ".join(f"{rate:.1f}/s by {processes}" for processes, rate in rates.items()),
            rates[1] < rates[2],
        ),
        Figure(
            f"runs whose {BATCHES} results differ from those of the first, of {1 + len(others)}",
            "",
            "0",
            str(different),
            different == 0,
        ),
    )


async def run(url: str, engine: AsyncEngine, broker: ApacheKafka, processes: int) -> Run:
    await broker.prepare()
    policy = KafkaPolicy(broker.bootstrap, group=f"bench-{uuid4().hex}")
    async with open_workflow(engine) as workflow:
        waiting = {seed: await waiting_batch(workflow, seed) for seed in range(BATCHES)}
        with tempfile.TemporaryDirectory() as logs:
            async with Fleet(
                environment_of(url, policy, BY_WORKERS), Path(logs), [SERVICE] * processes
            ) as fleet:
                await until_joined(policy, processes)
                started = time.perf_counter()
                await publish(policy, mixed([batch.answers for batch in waiting.values()]))
                await until_all_ended(engine, fleet)
                seconds = time.perf_counter() - started
        results = {
            seed: final_result(await workflow.reader.result(batch.batch_id))
            for seed, batch in waiting.items()
        }
    return Run(seconds, results)


async def waiting_batch(workflow: Workflow, seed: int) -> Waiting:
    """Its one wave is its whole budget, so that its answers end it."""
    settings = BatchSettings(panel=Panel.of("silent"), seed=seed, language="en", budget=ONE_WAVE)
    stored = await workflow.setup.store_texts([text_of(number) for number in range(ESSAYS)])
    batch_id = await workflow.orchestrator.start(request_of(stored, settings))
    return Waiting(batch_id, await workflow.simulator.callbacks(batch_id))


def mixed(batches: Sequence[Sequence[Message]]) -> list[Message]:
    """One answer of each batch in turn."""
    return [answer for turn in zip(*batches, strict=True) for answer in turn]


async def until_joined(policy: KafkaPolicy, members: int) -> None:
    """So many share the topic of answers, each with its part."""
    admin = AdminClient({"bootstrap.servers": policy.bootstrap_servers})
    group = f"{policy.group}.{ConsumerGroup.ANSWERS}"
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            [described] = admin.describe_consumer_groups([group]).values()
            found = (await asyncio.wrap_future(described)).members
            if len(found) == members and all(member.assignment.topic_partitions for member in found):
                return
            await asyncio.sleep(LOOK_SECONDS)


async def until_all_ended(engine: AsyncEngine, fleet: Fleet) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS), engine.connect() as connection:
        while await connection.scalar(OPEN):
            await connection.rollback()
            if fleet.dead():
                raise RuntimeError(f"a process ended: {fleet.dead()}")
            await asyncio.sleep(LOOK_SECONDS)
