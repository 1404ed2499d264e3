"""Both copies of every answer delivered at the same time, as brokers do when consumers come and go."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import create_async_engine

from benchmarks.figures import Bench, Figure
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.metrics import Metrics
from cj_assessment_service.tests.integration.workflow import SETTINGS, Workflow, open_workflow

ESSAYS, BUDGET = 30, 120
AT_ONCE = (8, 32)
SCORINGS = "cj_wave_reliability_count"
"""Rises once for each hand-over after a wave."""


@dataclass(frozen=True, slots=True)
class Race:
    """`wrong`: answers counted beyond those asked, or not counted. `extra`: hand-overs beyond one for each wave."""

    wrong: int
    extra: int


async def measure(bench: Bench) -> tuple[Figure, ...]:
    return tuple([await figure_for(bench, at_once) for at_once in AT_ONCE])


async def figure_for(bench: Bench, at_once: int) -> Figure:
    engine = create_async_engine(bench.url)
    races = []
    for _ in range(bench.effort.repeats):
        async with open_workflow(engine) as workflow:
            races.append(await run_race(workflow, at_once))
    await engine.dispose()
    wrong, extra = sum(race.wrong for race in races), sum(race.extra for race in races)
    return Figure(
        f"both copies of {BUDGET} answers at once, {at_once} at a time, {len(races)} times",
        "+112 of 120 counted twice",
        "0 wrong, one hand-over per wave",
        f"{wrong} wrong, {extra} extra hand-overs",
        wrong == extra == 0,
    )


async def run_race(workflow: Workflow, at_once: int) -> Race:
    batch_id = await workflow.start(ESSAYS, replace(SETTINGS, budget=BUDGET))
    asked = 0
    while not (await workflow.overview(batch_id)).status.is_terminal:
        answers = await workflow.simulator.callbacks(batch_id)
        asked += len(answers)
        await deliver_twice(workflow, answers, at_once)
    return await judged(workflow, batch_id, asked)


async def deliver_twice(workflow: Workflow, answers: Sequence[Message], at_once: int) -> None:
    limit = asyncio.Semaphore(at_once)

    async def deliver(answer: Message) -> None:
        async with limit:
            await workflow.deliver([answer])

    both = [copy for answer in answers for copy in (answer, answer)]
    await asyncio.gather(*(deliver(answer) for answer in both))


async def judged(workflow: Workflow, batch_id: BatchId, asked: int) -> Race:
    overview = await workflow.overview(batch_id)
    metrics = await workflow.container.get(Metrics)
    scorings = metrics.registry.get_sample_value(SCORINGS) or 0
    return Race(wrong=abs(overview.progress.answered - asked), extra=abs(int(scorings) - overview.wave))
