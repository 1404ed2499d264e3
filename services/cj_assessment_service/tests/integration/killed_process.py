"""The application in a process of its own that dies: by its own hand at a chosen step, or by another's at any moment.

The process runs what production runs; only the telemetry, which tells the steps apart, and the judges, which note what
they were asked, are wrapped. Processes are forked from a server that has loaded everything, so one costs no start-up.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from dishka import AsyncContainer, Provider, Scope

from cj_assessment_service.__main__ import main
from cj_assessment_service.app import run_in_process
from cj_assessment_service.cj_core_logic.batch_recovery import BatchRecovery
from cj_assessment_service.config import Settings
from cj_assessment_service.di import make_container
from cj_assessment_service.domain.batches import BatchEnding, BatchOverview, Claim, Progress
from cj_assessment_service.domain.comparisons import JudgeReply, NewRequest, RecordedOutcome
from cj_assessment_service.domain.decisions import Decision
from cj_assessment_service.domain.identifiers import BatchId, RequestId
from cj_assessment_service.domain.judges import ComparisonTask, JudgeSpec, JudgeTraits, Quote
from cj_assessment_service.domain.requests import AssessmentRequest
from cj_assessment_service.domain.scores import Scoreboard
from cj_assessment_service.implementations.judges.registry import EntryPointJudges
from cj_assessment_service.implementations.telemetry import LoggedTelemetry
from cj_assessment_service.protocols import (
    BatchJudgeProtocol,
    JudgeProtocol,
    JudgeProviderProtocol,
    RunLockProtocol,
    TelemetryProtocol,
)
from cj_assessment_service.tests.fixtures.application import RunningApplication, ScriptedJudges

JUDGES_AT_ONCE = 2
"""Few, so that the answers of a wave arrive by and by and a process can die between them."""

LOADED_LATE = (
    "cj_assessment_service.cli.assessment",
    "cj_assessment_service.cli.result_files",
    "cj_assessment_service.implementations.essay_files.files",
    "cj_assessment_service.implementations.judges.offline",
    "cj_assessment_service.implementations.judges.simulated",
    "cj_assessment_service.implementations.language_guess",
    "cj_assessment_service.implementations.schema",
    "cj_assessment_service.reports.html",
    "cj_assessment_service.reports.workbook",
)
"""What a command loads only when it gets there; loaded once for all processes, because most of it is slow to load."""

Work = TypeVar("Work")


class Step(StrEnum):
    """A boundary between two steps of the workflow, named as the telemetry names it."""

    BATCH_CREATED = "batch_created"
    BATCH_PREPARED = "batch_prepared"
    HAND_OVER_CLAIMED = "hand_over_claimed"
    WAVE_RECORDED = "wave_recorded"
    WAVE_SENT = "wave_sent"
    ANSWERS_RECORDED = "answers_recorded"
    WAVE_SCORED = "wave_scored"
    DECISION_MADE = "decision_made"
    BATCH_ENDED = "batch_ended"


@dataclass(frozen=True, slots=True)
class Death:
    """The process kills itself when `step` is reported for the `occurrence`-th time."""

    step: Step
    occurrence: int = 1


@dataclass(frozen=True, slots=True)
class Errand:
    """What the process is to do; each question a judge is asked becomes a line of `asked`."""

    database_url: str
    request: AssessmentRequest
    asked: Path
    death: Death | None = None


def start_batch(errand: Errand) -> None:
    """Sends the request and drives its batch to the end, as `cj assess` does."""
    asyncio.run(_start(errand))


def resume_batch(errand: Errand) -> None:
    """Carries on from wherever a dead process left the batch, as `cj resume` does; starts it if there is none."""
    asyncio.run(_resume(errand))


def new_process(work: Callable[[Work], None], given: Work) -> ForkServerProcess:
    """Not started yet."""
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__, *LOADED_LATE])
    return context.Process(target=work, args=(given,))


async def run_to_its_end(work: Callable[[Work], None], given: Work) -> int:
    """The exit code; negative is the signal that killed the process."""
    process = new_process(work, given)
    process.start()
    return await end_of(process)


async def end_of(process: ForkServerProcess) -> int:
    """Waits for the exit code; negative is the signal that killed the process."""
    await asyncio.to_thread(process.join)
    if process.exitcode is None:
        raise TypeError("a joined process has an exit code")
    return process.exitcode


def asked_questions(errand: Errand) -> tuple[RequestId, ...]:
    """By the judges of this process, in order."""
    if not errand.asked.exists():
        return ()
    return tuple(RequestId(UUID(line)) for line in errand.asked.read_text().splitlines())


@dataclass(frozen=True, slots=True)
class Command:
    """A command line behind `cj`; both output streams end up in `output`."""

    arguments: tuple[str, ...]
    data_dir: Path
    output: Path


def run_command(command: Command) -> None:
    """The console command itself; ends the process with its exit code."""
    os.environ["CJ_DATA_DIR"] = str(command.data_dir)
    sys.argv = ["cj", *command.arguments]
    with command.output.open("wb") as output:
        os.dup2(output.fileno(), sys.stdout.fileno())
        os.dup2(output.fileno(), sys.stderr.fileno())
    main()


async def _start(errand: Errand) -> None:
    async with _running(errand) as container:
        application = RunningApplication(container, ScriptedJudges())
        batch_id = await application.send(errand.request)
        lock: RunLockProtocol = await container.get(RunLockProtocol)
        async with lock.hold(batch_id):
            await application.finish(batch_id)


async def _resume(errand: Errand) -> None:
    async with _running(errand) as container:
        application = RunningApplication(container, ScriptedJudges())
        batch_id = await (await application.reader()).find(errand.request)
        if batch_id is None:
            batch_id = await application.send(errand.request)
        else:
            await _recover(container, batch_id)
        await application.finish(batch_id)


async def _recover(container: AsyncContainer, batch_id: BatchId) -> None:
    lock: RunLockProtocol = await container.get(RunLockProtocol)
    recovery = await container.get(BatchRecovery)
    async with lock.hold(batch_id):
        await recovery.resume(batch_id, datetime.now(UTC) + timedelta(seconds=1))


def _running(errand: Errand) -> AbstractAsyncContextManager[AsyncContainer]:
    judges = NotingJudges(EntryPointJudges(), errand.asked)
    fuse = Fuse(errand.death)
    provider = Provider(scope=Scope.APP)
    provider.provide(lambda: judges, provides=JudgeProviderProtocol, override=True)
    provider.provide(lambda: fuse, provides=Fuse)
    provider.provide(MortalTelemetry, provides=TelemetryProtocol, override=True)
    settings = Settings(judge_concurrency=JUDGES_AT_ONCE)
    return run_in_process(make_container(settings, errand.database_url, provider))


class Fuse:
    """Burns down one step at a time."""

    def __init__(self, death: Death | None) -> None:
        self._death = death
        self._seen = 0

    def reached(self, step: Step) -> None:
        if self._death is None or step is not self._death.step:
            return
        self._seen += 1
        if self._seen == self._death.occurrence:
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class MortalTelemetry(LoggedTelemetry):
    """Reports as usual, and does not survive the step its fuse is set to."""

    fuse: Fuse

    def batch_created(self, batch_id: BatchId, essays: int) -> None:
        super().batch_created(batch_id, essays)
        self.fuse.reached(Step.BATCH_CREATED)

    def batch_prepared(self, batch_id: BatchId, loaded: int, failed: int) -> None:
        super().batch_prepared(batch_id, loaded, failed)
        self.fuse.reached(Step.BATCH_PREPARED)

    def wave_recorded(self, batch_id: BatchId, wave: int, requests: Sequence[NewRequest]) -> None:
        super().wave_recorded(batch_id, wave, requests)
        self.fuse.reached(Step.WAVE_RECORDED)

    def wave_sent(self, batch_id: BatchId, wave: int, comparisons: int) -> None:
        super().wave_sent(batch_id, wave, comparisons)
        self.fuse.reached(Step.WAVE_SENT)

    def answers_recorded(self, recorded: Sequence[RecordedOutcome]) -> None:
        super().answers_recorded(recorded)
        self.fuse.reached(Step.ANSWERS_RECORDED)

    def hand_over_claimed(self, claim: Claim) -> None:
        super().hand_over_claimed(claim)
        self.fuse.reached(Step.HAND_OVER_CLAIMED)

    def wave_scored(self, claim: Claim, progress: Progress, board: Scoreboard) -> None:
        super().wave_scored(claim, progress, board)
        self.fuse.reached(Step.WAVE_SCORED)

    def decision_made(self, claim: Claim, decision: Decision) -> None:
        super().decision_made(claim, decision)
        self.fuse.reached(Step.DECISION_MADE)

    def batch_ended(self, overview: BatchOverview, ending: BatchEnding) -> None:
        super().batch_ended(overview, ending)
        self.fuse.reached(Step.BATCH_ENDED)


@dataclass(frozen=True, slots=True)
class NotingJudges(JudgeProviderProtocol):
    wrapped: JudgeProviderProtocol
    asked: Path

    def open(self, spec: JudgeSpec) -> JudgeProtocol:
        return NotingJudge(self.wrapped.open(spec), self.asked)

    def open_batch(self, spec: JudgeSpec) -> BatchJudgeProtocol:
        return self.wrapped.open_batch(spec)


@dataclass(frozen=True, slots=True)
class NotingJudge(JudgeProtocol):
    """Notes each question before it is answered, so that no answer can exist that was not noted."""

    wrapped: JudgeProtocol
    asked: Path

    @property
    def traits(self) -> JudgeTraits:
        return self.wrapped.traits

    def quote(self, task: ComparisonTask) -> Quote:
        return self.wrapped.quote(task)

    async def compare(self, task: ComparisonTask) -> JudgeReply:
        with self.asked.open("a") as notes:
            notes.write(f"{task.request.request_id}\n")
        return await self.wrapped.compare(task)

    async def close(self) -> None:
        await self.wrapped.close()
