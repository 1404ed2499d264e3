"""How fast answers are recorded: bytes in, answers and counts on disk; what follows a wave is left to others, as in the service."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice, permutations
from statistics import median

import numpy as np
from dishka import AsyncContainer, Provider, Scope
from sqlalchemy import text

from benchmarks.figures import Bench, Figure
from cj_assessment_service.config import Settings
from cj_assessment_service.di import make_container
from cj_assessment_service.domain.batches import Claim
from cj_assessment_service.domain.comparisons import (
    ComparisonRequest,
    JudgeReply,
    JudgeUsage,
    Verdict,
    Winner,
)
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.event_processor import EventProcessor
from cj_assessment_service.protocols import (
    AnchorRepositoryProtocol,
    AssessmentInstructionRepositoryProtocol,
    CJBatchRepositoryProtocol,
    CJComparisonRepositoryProtocol,
    CJEssayRepositoryProtocol,
    CJPanelRepositoryProtocol,
    GradeProjectionRepositoryProtocol,
    HandOverProtocol,
    SessionProviderProtocol,
)
from cj_assessment_service.tests.fixtures.repositories import PostgresDataAccess
from cj_assessment_service.tests.integration.batches import claim_first_wave, open_wave, prepared_batch
from cj_assessment_service.tests.integration.callback_simulator import as_messages

ESSAYS, BATCHES = 100, 8
BULK_ANSWERS, SINGLE_ANSWERS = 4000, 800
GROUPS = (25, 100, 500)
AT_ONCE = (1, 4, 16)
USAGE = JudgeUsage("openai", "gpt-5-mini", 1.234, 1800, 90, cost=Decimal("0.00123"))
WORDS = (
    "Essay A keeps to the task and supports each claim with an example, while Essay B repeats itself and ends"
    " without a conclusion; the language of both is sound."
)


class NobodyGoesOn(HandOverProtocol):
    async def take(self, claim: Claim) -> None:
        """Another process would, or this one later."""


@dataclass(frozen=True, slots=True)
class Recording:
    """`seconds` of each transaction, decoding included, and how many answers there were in `total` seconds."""

    answers: int
    total: float
    seconds: tuple[float, ...]

    @property
    def rate(self) -> float:
        return self.answers / self.total


@dataclass(frozen=True, slots=True)
class Ledger:
    access: PostgresDataAccess
    events: EventProcessor

    async def recorded(self, answers: int, group: int, at_once: int = 1) -> Recording:
        """`group` answers in each transaction, `at_once` of these open at the same time; the batches mixed."""
        messages = await self.questions_answered(answers)
        groups = [messages[first : first + group] for first in range(0, len(messages), group)]
        limit = asyncio.Semaphore(at_once)
        seconds: list[float] = []

        async def record(some: Sequence[Message]) -> None:
            async with limit:
                started = time.perf_counter()
                await self.events.process(some)
                seconds.append(time.perf_counter() - started)

        started = time.perf_counter()
        await asyncio.gather(*(record(some) for some in groups))
        return Recording(len(messages), time.perf_counter() - started, tuple(seconds))

    async def questions_answered(self, count: int) -> list[Message]:
        each = count // BATCHES
        pairs = list(islice(permutations(range(ESSAYS), 2), each))
        batches = []
        for _ in range(BATCHES):
            batch_id = await prepared_batch(self.access, ESSAYS, budget=each)
            requests = await open_wave(self.access, await claim_first_wave(self.access, batch_id), pairs)
            batches.append(as_messages(requests, better_first))
        await self.analyse()
        return [message for turn in zip(*batches, strict=True) for message in turn]

    async def analyse(self) -> None:
        """As autovacuum does within a minute; until then plans are for tables that were nearly empty."""
        async with self.access.sessions.session() as session:
            await session.execute(text("analyze cj_comparison_pairs, cj_batch_states"))
            await session.commit()


async def measure_recording(bench: Bench) -> tuple[Figure, ...]:
    async with open_ledger(bench.url) as ledger:
        await ledger.recorded(BATCHES * 30, 1)  # what is done once per process is done
        bulk = {
            group: [await ledger.recorded(BULK_ANSWERS, group) for _ in range(bench.effort.repeats)]
            for group in GROUPS
        }
        singles = {
            at_once: [await ledger.recorded(SINGLE_ANSWERS, 1, at_once) for _ in range(bench.effort.repeats)]
            for at_once in AT_ONCE
        }
    return figures_of(bulk, singles)


def figures_of(
    bulk: Mapping[int, Sequence[Recording]], singles: Mapping[int, Sequence[Recording]]
) -> tuple[Figure, ...]:
    largest, each, together = bulk[max(GROUPS)], singles[1], singles[max(AT_ONCE)]
    return (
        Figure(
            "callbacks recorded per second, one consumer, N = 100, grouped, decoding included: best (median)",
            "19-26/s",
            ">= 3,000/s",
            ", ".join(f"{rates(runs)} in groups of {group}" for group, runs in bulk.items()),
            best(largest) >= 3000,
        ),
        Figure(
            "the same, each answer in a transaction of its own: best (median)",
            "19-26/s",
            ">= 500/s",
            ", ".join(f"{rates(runs)} with {at_once} at once" for at_once, runs in singles.items()),
            max(best(runs) for runs in singles.values()) >= 500,
        ),
        Figure(
            "one transaction of answers, decoding included: median and p99",
            "",
            "",
            f"{times(each)} for one answer, {times(together)} with {max(AT_ONCE)} at once, {times(largest)} for"
            f" {max(GROUPS)} answers",
        ),
    )


def best(runs: Sequence[Recording]) -> float:
    return max(run.rate for run in runs)


def rates(runs: Sequence[Recording]) -> str:
    return f"{best(runs):.0f}/s ({median(run.rate for run in runs):.0f})"


def times(runs: Sequence[Recording]) -> str:
    half, late = np.percentile([1000 * seconds for run in runs for seconds in run.seconds], [50, 99])
    return f"{half:.1f} and {late:.1f} ms"


def better_first(_: ComparisonRequest) -> JudgeReply:
    return Verdict(Winner.FIRST, USAGE, WORDS, 4.0, level=2)


@asynccontextmanager
async def open_ledger(url: str) -> AsyncIterator[Ledger]:
    provider = Provider(scope=Scope.APP)
    provider.provide(NobodyGoesOn, provides=HandOverProtocol, override=True)
    container = make_container(Settings(), url, provider)
    try:
        yield Ledger(await data_access(container), await container.get(EventProcessor))
    finally:
        await container.close()


async def data_access(container: AsyncContainer) -> PostgresDataAccess:
    return PostgresDataAccess(
        sessions=await container.get(SessionProviderProtocol),
        batches=await container.get(CJBatchRepositoryProtocol),
        essays=await container.get(CJEssayRepositoryProtocol),
        comparisons=await container.get(CJComparisonRepositoryProtocol),
        instructions=await container.get(AssessmentInstructionRepositoryProtocol),
        anchors=await container.get(AnchorRepositoryProtocol),
        projections=await container.get(GradeProjectionRepositoryProtocol),
        panels=await container.get(CJPanelRepositoryProtocol),
    )
