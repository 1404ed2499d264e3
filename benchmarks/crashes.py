"""Real processes killed at every step boundary and at random moments, each carried on by another process."""

import asyncio
import signal
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from benchmarks.figures import Bench, Figure
from cj_assessment_service.domain.batches import BatchSettings
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.domain.panels import Panel
from cj_assessment_service.domain.requests import AssessmentRequest
from cj_assessment_service.tests.integration.killed_process import (
    Death,
    Errand,
    Step,
    asked_questions,
    end_of,
    new_process,
    resume_batch,
    run_to_its_end,
    start_batch,
)
from cj_assessment_service.tests.integration.survival import (
    Case,
    FinalResult,
    damages,
    final_result,
    remains_of,
)
from cj_assessment_service.tests.integration.workflow import Workflow, open_workflow

ESSAYS = 8
SETTINGS = BatchSettings(
    panel=Panel.of("simulated:sd=2,error=0.05,fail=0.05,delay=0.005,seed=1"), seed=7, language="en", budget=48
)
ONCE = {Step.BATCH_CREATED, Step.BATCH_PREPARED, Step.BATCH_ENDED}
"""Steps that happen once for each batch; the others are also killed at their third occurrence."""


@dataclass(frozen=True, slots=True)
class Laboratory:
    """`undisturbed` and `seconds`: what the batch comes to, and how long its process lives, when nobody kills it."""

    workflow: Workflow
    engine: AsyncEngine
    url: str
    notes: Path
    undisturbed: FinalResult
    seconds: float


async def measure(bench: Bench) -> tuple[Figure, ...]:
    engine = create_async_engine(bench.url)
    with tempfile.TemporaryDirectory(prefix="cj-bench-") as folder:
        async with open_workflow(engine) as workflow:
            laboratory = await prepared(workflow, engine, bench.url, Path(folder))
            boundaries = [await killed_at_step(laboratory, death) for death in deaths()]
            rng = np.random.default_rng(50)
            moments = rng.uniform(0.0, laboratory.seconds, bench.effort.kills).tolist()
            random = [await killed_after(laboratory, seconds) for seconds in moments]
    await engine.dispose()
    return (
        figure_of("`kill -9` at each step boundary, then resume", "4 of 6", boundaries),
        figure_of(f"`kill -9` at {len(random)} random moments, then resume", "4 of 6", random),
    )


def deaths() -> list[Death]:
    repeated = [Death(step, 3) for step in Step if step not in ONCE]
    return [Death(step) for step in Step] + repeated


def figure_of(what: str, earlier: str, outcomes: list[tuple[str, ...]]) -> Figure:
    survived = sum(outcome == () for outcome in outcomes)
    reached = f"{survived} of {len(outcomes)}"
    damage = Counter(each for outcome in outcomes for each in outcome)
    if damage:
        reached += f" ({', '.join(f'{each}: {times}' for each, times in damage.items())})"
    return Figure(
        what,
        earlier,
        "all: same result, nothing recorded judged twice",
        reached,
        survived == len(outcomes),
    )


async def prepared(workflow: Workflow, engine: AsyncEngine, url: str, notes: Path) -> Laboratory:
    """The second of two undisturbed runs counts: the first one also loads the code."""
    seconds = 0.0
    request = await workflow.request(ESSAYS, SETTINGS)
    for life in ("loading", "undisturbed"):
        request = await workflow.request(ESSAYS, SETTINGS)
        started = time.perf_counter()
        if await run_to_its_end(start_batch, Errand(url, request, notes / life)) != 0:
            raise RuntimeError("the undisturbed batch failed")
        seconds = time.perf_counter() - started
    batch_id = await existing_batch(workflow, request)
    result = final_result((await remains_of(engine, workflow.reader, batch_id)).result)
    return Laboratory(workflow, engine, url, notes, result, seconds)


async def killed_at_step(laboratory: Laboratory, death: Death) -> tuple[str, ...]:
    errand = await new_errand(laboratory, f"{death.step}-{death.occurrence}")
    if await run_to_its_end(start_batch, replace(errand, death=death)) != -signal.SIGKILL:
        return (f"the process outlived {death.step} {death.occurrence}",)
    return await carried_on(laboratory, errand)


async def killed_after(laboratory: Laboratory, seconds: float) -> tuple[str, ...]:
    errand = await new_errand(laboratory, f"after-{seconds}")
    process = new_process(start_batch, errand)
    process.start()
    await asyncio.sleep(seconds)
    process.kill()
    await end_of(process)
    return await carried_on(laboratory, errand)


async def new_errand(laboratory: Laboratory, name: str) -> Errand:
    request = await laboratory.workflow.request(ESSAYS, SETTINGS)
    return Errand(laboratory.url, request, laboratory.notes / name)


async def carried_on(laboratory: Laboratory, errand: Errand) -> tuple[str, ...]:
    """The damages, after another process has brought the batch to its end."""
    reader, engine = laboratory.workflow.reader, laboratory.engine
    batch_id = await reader.find(errand.request)
    before = await remains_of(engine, reader, batch_id) if batch_id is not None else None
    second_life = replace(errand, asked=errand.asked.with_suffix(".resumed"))
    if await run_to_its_end(resume_batch, second_life) != 0:
        return ("the resumed process failed",)
    after = await remains_of(engine, reader, await existing_batch(laboratory.workflow, errand.request))
    return damages(
        Case(before, after, asked_questions(errand), asked_questions(second_life)), laboratory.undisturbed
    )


async def existing_batch(workflow: Workflow, request: AssessmentRequest) -> BatchId:
    batch_id = await workflow.reader.find(request)
    if batch_id is None:
        raise RuntimeError("the batch was never created")
    return batch_id
