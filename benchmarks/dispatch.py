"""What it takes to bring questions to a provider: time, processor, money, and what a killed process sends twice."""

import asyncio
import tempfile
import time
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import numpy as np
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from benchmarks.application import text_of, watched_application
from benchmarks.figures import Bench, Figure
from benchmarks.priced_judge import PricedJudges, bill
from benchmarks.provider_double import ProviderDouble, provider_double
from cj_assessment_service.cj_core_logic.judging.prompts import build_prompt
from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.batches import BatchSettings
from cj_assessment_service.domain.comparisons import (
    ComparisonRequest,
    JudgeReply,
    JudgeUsage,
    OrientedPair,
    Verdict,
    Winner,
)
from cj_assessment_service.domain.errors import InvalidJudge
from cj_assessment_service.domain.identifiers import BatchId, EssayId, RequestId
from cj_assessment_service.domain.instructions import AssessmentBrief, AssessmentContext
from cj_assessment_service.domain.judges import UNLIMITED, ComparisonTask, JudgeSpec, JudgeTraits, Quote
from cj_assessment_service.domain.panels import Panel
from cj_assessment_service.domain.policies import DispatchPolicy
from cj_assessment_service.implementations.answer_delivery import AnswerMessages
from cj_assessment_service.implementations.dispatch.dispatcher import Dispatcher
from cj_assessment_service.implementations.dispatch.in_process_judging import InProcessJudging
from cj_assessment_service.implementations.in_process_bus import InProcessMessageBus
from cj_assessment_service.implementations.system_clock import SystemClock
from cj_assessment_service.protocols import BatchJudgeProtocol, JudgeProtocol, JudgeProviderProtocol
from cj_assessment_service.tests.fixtures.telemetry import new_telemetry
from cj_assessment_service.tests.integration.killed_process import (
    Errand,
    end_of,
    new_process,
    resume_batch,
    run_to_its_end,
    start_batch,
)
from cj_assessment_service.tests.integration.survival import remains_of
from cj_assessment_service.tests.integration.workflow import Workflow, open_workflow
from cj_assessment_service.wire.topics import COMPARISON_RESULT

QUESTIONS, AT_ONCE, SECONDS = 1000, 50, 1.0
OWN_QUESTIONS = 3000
MOST_KILLS = 20
IDEAL = QUESTIONS / AT_ONCE * SECONDS
MOST_CPU = 0.005
RUBRIC = (
    "Judge by how well the text answers its task, by its order and by its language, in this sequence. " * 120
)
"""About 2,900 tokens."""

CAPS = (Decimal("0.01"), Decimal("0.05"), Decimal("0.0837"))
CAPPED_ESSAYS = 20
KILLED_ESSAYS = 12


@dataclass(frozen=True, slots=True)
class InstantJudges(JudgeProviderProtocol):
    """What they take is nothing, so what is left is ours."""

    def open(self, spec: JudgeSpec) -> JudgeProtocol:
        return InstantJudge(JudgeUsage(str(spec), "m", 0.0, cost=Decimal(0)))

    def open_batch(self, spec: JudgeSpec) -> BatchJudgeProtocol:
        raise InvalidJudge(f"{spec} takes no batches")


@dataclass(frozen=True, slots=True)
class InstantJudge(JudgeProtocol):
    usage: JudgeUsage

    @property
    def traits(self) -> JudgeTraits:
        return JudgeTraits(destination="nowhere", caches_prompts=True)

    def quote(self, task: ComparisonTask) -> Quote:
        return Quote(len(task.prompt.user), Decimal("0.001"))

    async def compare(self, task: ComparisonTask) -> JudgeReply:  # noqa: ARG002 - all questions are alike
        await asyncio.sleep(0)
        return Verdict(Winner.FIRST, self.usage)

    async def close(self) -> None:
        """Nothing is held open."""


@dataclass(frozen=True, slots=True)
class Run:
    """Of all questions together: seconds on the wall, seconds of this process's processor, answers."""

    seconds: float
    cpu: float
    answers: int


async def measure(bench: Bench) -> tuple[Figure, ...]:
    with tempfile.TemporaryDirectory(prefix="cj-bench-") as folder:
        own = await _ask(_questions("instant", OWN_QUESTIONS), InstantJudges())
        fast, cached = await _throughput(Path(folder))
        over = await _over_the_cap(bench.url, Path(folder))
        twice = await sent_twice(bench.url, Path(folder), min(MOST_KILLS, bench.effort.kills))
    return (
        Figure(
            f"{QUESTIONS:,} questions to a provider that takes {SECONDS:.0f} s, {AT_ONCE} at once",
            "",
            f"<= {1.3 * IDEAL:.0f} s",
            f"{fast.seconds:.1f} s",
            fast.seconds <= 1.3 * IDEAL and fast.answers == QUESTIONS,
        ),
        Figure(
            "processor time for each question, our own part",
            "",
            f"< {1000 * MOST_CPU:.0f} ms",
            f"{1000 * own.cpu / OWN_QUESTIONS:.2f} ms",
            own.cpu / OWN_QUESTIONS < MOST_CPU,
        ),
        Figure(
            "processor time for each question, client library included",
            "4.6 ms (client library alone)",
            f"< {1000 * MOST_CPU:.0f} ms",
            f"{1000 * fast.cpu / QUESTIONS:.1f} ms",
            fast.cpu / QUESTIONS < MOST_CPU,
        ),
        Figure("prompt tokens from the cache, long rubric", "", ">= 80 %", f"{cached:.0%}", cached >= 0.8),
        Figure("billed above the cost limit", "", "0", f"${over}", over == 0),
        twice,
    )


async def _throughput(folder: Path) -> tuple[Run, float]:
    """And the share of prompt tokens that came from the cache."""
    with provider_double(folder / "throughput", SECONDS) as double:
        run = await _ask(_questions(double.judge, QUESTIONS), PricedJudges())
        received = double.received()
    tokens = sum(one.prompt_tokens for one in received)
    return run, sum(one.cached_tokens for one in received) / tokens


async def _ask(questions: tuple[ComparisonTask, ...], judges: JudgeProviderProtocol) -> Run:
    """As the application asks them, without its database."""
    bus = InProcessMessageBus()
    answers = bus.subscribe(COMPARISON_RESULT)
    dispatcher = Dispatcher(judges, SystemClock(), DispatchPolicy(AT_ONCE), new_telemetry())
    judging = InProcessJudging(dispatcher, AnswerMessages(bus))
    await judging.get_traits(questions[0].request.judge)
    started, cpu = time.perf_counter(), time.process_time()
    working = asyncio.create_task(judging.run())
    await judging.perform_comparisons(questions, UNLIMITED)
    count = 0
    while count < len(questions):
        count += len(await answers.poll(len(questions)))
    run = Run(time.perf_counter() - started, time.process_time() - cpu, count)
    working.cancel()
    await asyncio.wait([working])
    return run


def _questions(judge: str, count: int) -> tuple[ComparisonTask, ...]:
    brief = AssessmentBrief(AssessmentContext("Write about a summer.", RUBRIC, ""))
    return tuple(_question(judge, brief, number) for number in range(count))


def _question(judge: str, brief: AssessmentBrief, number: int) -> ComparisonTask:
    request_id = RequestId(uuid4())
    texts = text_of(number)[:800], text_of(number + 1)[:800]
    pair = OrientedPair(EssayId(f"essay-{number}"), EssayId(f"essay-{number + 1}"))
    return ComparisonTask(
        ComparisonRequest(request_id, BatchId(1), 1, pair, judge),
        *texts,
        build_prompt(brief, *texts, request_id.hex[:16], AnswerForm.GRADED),
        "en",
        AnswerForm.GRADED,
    )


async def _over_the_cap(url: str, folder: Path) -> Decimal:
    """The most by which the provider's bill for a batch exceeded the batch's limit."""
    over = []
    for cap in CAPS:
        with provider_double(folder / f"cap-{cap}", 0.02) as double:
            settings = BatchSettings(
                panel=Panel.of(double.judge), seed=7, language="en", max_cost=cap, answers=AnswerForm.WINNER
            )
            async with watched_application(url, judges=PricedJudges()) as application:
                await application.publish(await application.request(CAPPED_ESSAYS, settings))
                await application.watch.endings.get()
            over.append(bill(double.received()) - cap)
    return max(Decimal(0), *over)


async def sent_twice(url: str, folder: Path, kills: int) -> Figure:
    """Of batches whose process is killed at a random moment and carried on by another."""
    with provider_double(folder / "kills", 0.03) as double:
        engine = create_async_engine(url)
        async with open_workflow(engine) as workflow:
            scene = Scene(workflow, engine, url, folder, double)
            seconds = await _undisturbed_seconds(scene)
            moments = np.random.default_rng(20).uniform(0.0, seconds, kills).tolist()
            cases = [await _killed_after(scene, place, moment) for place, moment in enumerate(moments)]
        await engine.dispose()
    paid_twice, in_flight = sum(case[0] for case in cases), sum(case[1] for case in cases)
    return Figure(
        f"{kills} processes killed at random moments: questions sent again whose answer was recorded",
        "",
        "0",
        f"{paid_twice} ({in_flight} sent again that were with the provider when it happened)",
        paid_twice == 0,
    )


@dataclass(frozen=True, slots=True)
class Scene:
    """Where processes are killed."""

    workflow: Workflow
    engine: AsyncEngine
    url: str
    folder: Path
    double: ProviderDouble

    async def errand(self, name: str) -> Errand:
        settings = BatchSettings(panel=Panel.of(self.double.judge), seed=7, language="en", budget=60)
        request = await self.workflow.request(KILLED_ESSAYS, settings)
        return Errand(self.url, request, self.folder / name)


async def _undisturbed_seconds(scene: Scene) -> float:
    """Of the second of two runs: the first one also loads the code."""
    seconds = 0.0
    for name in ("loading", "undisturbed"):
        started = time.perf_counter()
        if await run_to_its_end(start_batch, await scene.errand(name)) != 0:
            raise RuntimeError("the undisturbed batch failed")
        seconds = time.perf_counter() - started
    return seconds


async def _killed_after(scene: Scene, place: int, seconds: float) -> tuple[int, int]:
    """How many questions were sent again whose answer was recorded when the process died, and how many others."""
    errand = await scene.errand(f"killed-{place}")
    process = new_process(start_batch, errand)
    process.start()
    await asyncio.sleep(seconds)
    process.kill()
    await end_of(process)
    recorded = await _recorded_nonces(scene, errand)
    first_life = {one.nonce for one in scene.double.received()}
    so_far = len(scene.double.received())
    if await run_to_its_end(resume_batch, errand) != 0:
        raise RuntimeError("the resumed batch failed")
    again = [one.nonce for one in scene.double.received()[so_far:] if one.nonce in first_life]
    return sum(nonce in recorded for nonce in again), sum(nonce not in recorded for nonce in again)


async def _recorded_nonces(scene: Scene, errand: Errand) -> frozenset[str]:
    batch_id = await scene.workflow.reader.find(errand.request)
    if batch_id is None:
        return frozenset()
    remains = await remains_of(scene.engine, scene.workflow.reader, batch_id)
    return frozenset(request_id.hex[:16] for request_id in remains.recorded)
