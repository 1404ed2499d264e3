"""What answers cost: time and SQL, one by one and in groups, and what the last answer of a wave costs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

import numpy as np
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from benchmarks.application import text_of
from benchmarks.figures import Bench, Figure
from benchmarks.recording import measure_recording
from benchmarks.statements import statements_on
from cj_assessment_service.domain.comparisons import ComparisonRequest, JudgeReply, Verdict, Winner
from cj_assessment_service.domain.essays import EssayReference
from cj_assessment_service.domain.identifiers import BatchId, EssayId
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.implementations.database_infrastructure import CJDatabaseInfrastructure
from cj_assessment_service.tests.integration.callback_simulator import USAGE, Answer
from cj_assessment_service.tests.integration.workflow import Workflow, open_workflow

ESSAYS = 100
TEXT_COLUMN = "assessment_input_text"


@dataclass(frozen=True, slots=True)
class WaveCost:
    """SQL statements: of each answer that ends no wave, of the one that does, and those of the former with a text."""

    answers: tuple[int, ...]
    last: int
    reading_texts: int


async def measure(bench: Bench) -> tuple[Figure, ...]:
    recording = await measure_recording(bench)
    engine = create_async_engine(bench.url)
    async with open_workflow(engine) as workflow:
        infrastructure = await workflow.container.get(CJDatabaseInfrastructure)
        waves = {
            essays: await wave_cost(workflow, infrastructure.engine, essays) for essays in (20, ESSAYS, 300)
        }
    await engine.dispose()
    return (*recording, *statement_figures(waves))


def statement_figures(waves: dict[int, WaveCost]) -> tuple[Figure, ...]:
    cost = waves[ESSAYS]
    ends = ", ".join(f"{wave.last} (N = {essays})" for essays, wave in waves.items())
    return (
        Figure(
            "SQL statements per answer",
            "6",
            "<= 3",
            f"{median(cost.answers):.0f} (at most {max(cost.answers)})",
            max(cost.answers) <= 3,
        ),
        Figure(
            "essay texts read when an answer is recorded",
            "every text of the batch",
            "none",
            f"{cost.reading_texts} statements name a text",
            cost.reading_texts == 0,
        ),
        Figure(
            "SQL statements at the end of a wave, its last answer included",
            "166",
            "<= 15, independent of N",
            ends,
            max(wave.last for wave in waves.values()) <= 15 and len({w.last for w in waves.values()}) == 1,
        ),
    )


async def wave_cost(workflow: Workflow, engine: AsyncEngine, essays: int) -> WaveCost:
    """Of the second wave of a batch, which is the first with scores before it."""
    batch_id = await start(workflow, essays)
    await workflow.deliver(await workflow.simulator.callbacks(batch_id, fallible_judge()))
    *others, last = await workflow.simulator.callbacks(batch_id, fallible_judge())
    statements = [await statements_of(workflow, engine, [message]) for message in others]
    ending = await statements_of(workflow, engine, [last])
    return WaveCost(
        answers=tuple(len(each) for each in statements),
        last=len(ending),
        reading_texts=sum(TEXT_COLUMN in statement for each in statements for statement in each),
    )


async def statements_of(workflow: Workflow, engine: AsyncEngine, messages: Sequence[Message]) -> list[str]:
    with statements_on(engine) as statements:
        await workflow.deliver(messages)
    return statements


async def start(workflow: Workflow, essays: int) -> BatchId:
    """With texts as long as real ones, so that reading one would cost what it costs."""
    request = await workflow.request(1)
    stored = await workflow.setup.store_texts([text_of(number) for number in range(essays)])
    references = tuple(
        EssayReference(EssayId(f"essay-{number:03}"), storage_id) for number, storage_id in enumerate(stored)
    )
    return await workflow.orchestrator.start(replace(request, essays=references))


def fallible_judge() -> Answer:
    """Prefers the essay with the smaller number, the more surely the further the two are apart."""
    rng = np.random.default_rng(1)

    def answer(request: ComparisonRequest) -> JudgeReply:
        lead = int(request.pair.second[-3:]) - int(request.pair.first[-3:])
        first_wins = rng.random() < 1 / (1 + np.exp(-lead / 15))
        return Verdict(Winner.FIRST if first_wins else Winner.SECOND, USAGE, "Better.", 4)

    return answer
