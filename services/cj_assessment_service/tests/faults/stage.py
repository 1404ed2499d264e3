"""What processes of the service stand on: a database and a broker that can fail, and somebody who asks and reads."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from cj_assessment_service.app import run_in_process
from cj_assessment_service.cj_core_logic.grade_projection.scales import get_scale
from cj_assessment_service.config import Settings
from cj_assessment_service.di import make_container
from cj_assessment_service.domain.batches import BatchSettings
from cj_assessment_service.domain.identifiers import (
    AssignmentId,
    CorrelationId,
    EssayId,
    GradeScaleId,
    OuterBatchId,
)
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.domain.panels import Panel
from cj_assessment_service.domain.policies import KafkaPolicy
from cj_assessment_service.domain.requests import AssessmentRequest
from cj_assessment_service.implementations.judges.simulated import true_ability
from cj_assessment_service.implementations.kafka.health import KafkaHealth
from cj_assessment_service.implementations.kafka.producer import Record, RecordProducer
from cj_assessment_service.implementations.kafka.reader import open_reader
from cj_assessment_service.tests.faults.brokers import Broker
from cj_assessment_service.tests.faults.databases import FaultyServer
from cj_assessment_service.tests.faults.fleet import Fleet, environment_of
from cj_assessment_service.tests.faults.form import Form
from cj_assessment_service.tests.faults.invariants import Published, violations
from cj_assessment_service.tests.fixtures.application import RunningApplication, ScriptedJudges
from cj_assessment_service.tests.integration.survival import FinalResult, final_result
from cj_assessment_service.tests.integration.workflow import Workflow, open_workflow
from cj_assessment_service.wire.assessment_request import encode_request_event
from cj_assessment_service.wire.topics import PUBLISHED, REQUESTED

ESSAYS = 8
SEEDS = range(3)
ASSIGNMENT = AssignmentId("fault-test")
JUDGE = "simulated:sd=2,error=0.05,fail=0.05,delay=0.01,seed=1"
LOOK_SECONDS = 0.05
IMPATIENT: Mapping[str, str] = {
    "KAFKA_SESSION_TIMEOUT_SECONDS": "6",
    "JUDGING": "workers",
    "WORKER_CONCURRENCY": "4",
    "CLAIM_LEASE_SECONDS": "3",
    "COMPARISON_DEADLINE_SECONDS": "6",
    "MONITOR_SWEEP_SECONDS": "0.5",
    "BATCH_IDLE_SECONDS": "5",
    # a question whose answer is always killed must not fail, or the result would be another
    "MAX_SENDINGS_PER_QUESTION": "1000",
    "JUDGE_FIRST_WAIT_SECONDS": "0.05",
    "JUDGE_LONGEST_WAIT_SECONDS": "1",
    "JUDGE_BREAKER_COOLDOWN_SECONDS": "0.5",
    "JUDGE_PATIENCE_SECONDS": "5",
}
"""Settings under which everything that is waited for happens within seconds."""

UNFINISHED = text(
    "select (select count(*) from cj_batch_uploads where completed_at is null)"
    " + (select count(*) from event_outbox where published_at is null)"
)
CHANGES = text(
    "select (select max(noted) from audit_states), (select max(noted) from audit_outcomes),"
    " (select max(noted) from audit_events), (select count(*) from cj_comparison_pairs)"
)


@dataclass(frozen=True, slots=True)
class Stage:
    server: FaultyServer
    database_url: str
    engine: AsyncEngine
    broker: Broker
    workflow: Workflow
    producer: RecordProducer
    policy: KafkaPolicy
    form: Form
    folder: Path
    undisturbed: Mapping[int, FinalResult]

    def fleet(self, *wanted: tuple[str, ...], **settings: str) -> Fleet:
        """Not started yet; `settings` are those of the service, without the prefix of their variables."""
        environment = environment_of(self.database_url, self.policy, {**IMPATIENT, **settings})
        return Fleet(environment, self.folder, wanted)

    async def request(self, seed: int, judge: str = JUDGE) -> AssessmentRequest:
        """For an assignment with anchors, so that grades are projected."""
        await configure(self.workflow)
        return await new_request(self.workflow, seed, judge)

    async def requests(self) -> tuple[AssessmentRequest, ...]:
        """One for each seed."""
        return tuple([await self.request(seed) for seed in SEEDS])

    async def send(self, messages: Sequence[Message]) -> None:
        """All at once; returns when the broker has them."""
        await send_all(self.producer, messages)

    async def read(self, *topics: str) -> tuple[Message, ...]:
        """Everything that is in the topics now."""
        found = []
        async with open_reader(self.policy, "looker-on") as reader:
            for place in await reader.partitions(topics):
                extent = await reader.extent(place)
                async for _, message in reader.messages(place, extent.low, extent.high):
                    key = (message.key() or b"").decode()
                    found.append(Message(place.topic, key, message.value() or b""))
        return tuple(found)

    async def batches(self) -> int:
        async with self.engine.connect() as connection:
            return int(await connection.scalar(text("select count(*) from cj_batch_uploads")) or 0)

    async def judgements(self) -> int:
        async with self.engine.connect() as connection:
            count = await connection.scalar(
                text("select count(*) from cj_comparison_pairs where winner is not null")
            )
        return int(count or 0)

    async def has_judgements(self) -> bool:
        return await self.judgements() > 0

    async def in_flight(self) -> int:
        async with self.engine.connect() as connection:
            query = text("select count(*) from cj_batch_uploads where completed_at is null")
            return int(await connection.scalar(query) or 0)

    async def changes(self) -> tuple[object, ...]:
        """Stays the same while nothing happens."""
        async with self.engine.connect() as connection:
            return tuple((await connection.execute(CHANGES)).one())

    async def until_all_ended(self, batches: int) -> None:
        """As many batches exist, all have ended, and all their events have left."""

        async def is_over() -> bool:
            async with self.engine.connect() as connection:
                return await self.batches() >= batches and await connection.scalar(UNFINISHED) == 0

        await self.until(is_over)

    async def until_consumed(self) -> None:
        """Nobody has a message before them that was sent until now."""
        health = KafkaHealth(self.policy)

        async def is_consumed() -> bool:
            lags = await health.lags()
            return bool(lags) and not any(lag.messages for lag in lags)

        await self.until(is_consumed)

    async def until(self, is_so: Callable[[], Awaitable[bool]]) -> None:
        """Raises AssertionError, with the last words of the processes, when it does not become so."""
        try:
            async with asyncio.timeout(self.form.patience_seconds):
                while True:
                    if await is_so():
                        return
                    await asyncio.sleep(LOOK_SECONDS)
        except TimeoutError as error:
            raise AssertionError(f"it never came; {await self._state()}") from error

    async def violations(self) -> tuple[str, ...]:
        async with self.engine.connect() as connection:
            return await violations(connection, Published(await self.read(*PUBLISHED)))

    async def result(self, request: AssessmentRequest) -> FinalResult:
        batch_id = await self.workflow.reader.find(request)
        assert batch_id is not None
        return final_result(await self.workflow.reader.result(batch_id))

    async def differing(self, requests: Sequence[AssessmentRequest]) -> list[OuterBatchId]:
        """Those that came to another result than they do undisturbed."""
        return [
            request.outer_id
            for request in requests
            if await self.result(request) != self.undisturbed[request.settings.seed]
        ]

    async def _state(self) -> str:
        async with self.engine.connect() as connection:
            rows = await connection.execute(
                text(
                    "select batch_id, state, current_iteration, submitted_comparisons, completed_comparisons,"
                    " failed_comparisons from cj_batch_states where state not in ('COMPLETED', 'FAILED', 'CANCELLED')"
                )
            )
            outbox = await connection.scalar(
                text("select count(*) from event_outbox where published_at is null")
            )
        logs = [
            f"{path.name}: {path.read_text(errors='replace')[-1500:]}" for path in self.folder.glob("*.log")
        ]
        return "\n".join([f"{[tuple(row) for row in rows]}, {outbox} events left", *logs])


async def send_all(producer: RecordProducer, messages: Sequence[Message]) -> None:
    """All at once; returns when the broker has them."""
    async with asyncio.TaskGroup() as group:
        for message in messages:
            group.create_task(producer.send(Record(message.topic, message.key, message.value)))


async def undisturbed_results(url: str) -> Mapping[int, FinalResult]:
    """By seed: what the requests come to in one process that nobody disturbs, on an empty database of its own."""
    engine = create_async_engine(url, poolclass=NullPool)
    async with open_workflow(engine) as workflow:
        await configure(workflow)
        requests = {seed: await new_request(workflow, seed, JUDGE) for seed in SEEDS}
    await engine.dispose()
    async with run_in_process(make_container(Settings(), url)) as container:
        application = RunningApplication(container, ScriptedJudges())
        reader = await application.reader()
        batches = {seed: await application.send(request) for seed, request in requests.items()}
        for batch_id in batches.values():
            await application.finish(batch_id)
        return {seed: final_result(await reader.result(batch_id)) for seed, batch_id in batches.items()}


async def configure(workflow: Workflow) -> None:
    ranked = sorted(range(ESSAYS), key=lambda number: true_ability(1, 2.0, EssayId(f"essay-{number:02}")))
    anchors = [(ranked[0], "A1"), (ranked[ESSAYS // 2], "B1"), (ranked[-1], "C1")]
    await workflow.configure(ASSIGNMENT, get_scale(GradeScaleId("cefr")), anchors)


async def new_request(workflow: Workflow, seed: int, judge: str) -> AssessmentRequest:
    settings = BatchSettings(panel=Panel.of(judge), seed=seed, language="en", budget=5 * ESSAYS)
    return await workflow.request(ESSAYS, settings, ASSIGNMENT)


def as_new(request: AssessmentRequest) -> AssessmentRequest:
    """The same from another batch."""
    return replace(request, outer_id=OuterBatchId(str(uuid4())), correlation_id=CorrelationId(uuid4()))


def as_event(request: AssessmentRequest, event_id: UUID | None = None) -> Message:
    value = encode_request_event(request, event_id or uuid4(), datetime.now(UTC))
    return Message(REQUESTED, request.outer_id, value)
