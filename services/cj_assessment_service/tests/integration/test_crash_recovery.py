"""Processes are killed for real, and whatever they leave behind is carried to the result it would have had anyway."""

import asyncio
import csv
import os
import re
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from cj_assessment_service.cj_core_logic.grade_projection.scales import get_scale
from cj_assessment_service.cli.exits import ExitCode
from cj_assessment_service.domain.batches import BatchSettings
from cj_assessment_service.domain.identifiers import AssignmentId, BatchId, EssayId, GradeScaleId
from cj_assessment_service.domain.panels import Panel
from cj_assessment_service.domain.requests import AssessmentRequest
from cj_assessment_service.implementations.database_server import DATABASE_NAME
from cj_assessment_service.implementations.embedded_postgres.cluster import Durability
from cj_assessment_service.implementations.embedded_postgres.server import (
    EmbeddedPostgres,
    EmbeddedPostgresSettings,
)
from cj_assessment_service.implementations.judges.simulated import true_ability
from cj_assessment_service.tests.integration.killed_process import (
    Command,
    Death,
    Errand,
    Step,
    asked_questions,
    end_of,
    new_process,
    resume_batch,
    run_command,
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
from cj_assessment_service.tests.integration.waiting import until
from cj_assessment_service.tests.integration.workflow import Workflow, open_workflow, text_of

pytestmark = pytest.mark.crash

ESSAYS = 6
SETTINGS = BatchSettings(
    panel=Panel.of("simulated:sd=2,error=0.05,fail=0.1,delay=0.001,seed=1"), seed=7, language="en", budget=27
)
ASSIGNMENT = AssignmentId("crash-test")
JUDGE = "simulated:sd=2,fail=0.05,delay=0.04,seed=1"
DEATHS = (
    Death(Step.BATCH_CREATED),
    Death(Step.BATCH_PREPARED),
    Death(Step.HAND_OVER_CLAIMED),
    Death(Step.HAND_OVER_CLAIMED, 3),
    Death(Step.WAVE_SCORED, 2),
    Death(Step.DECISION_MADE, 3),
    Death(Step.WAVE_RECORDED),
    Death(Step.WAVE_SENT, 2),
    Death(Step.ANSWERS_RECORDED),
    Death(Step.ANSWERS_RECORDED, 4),
    Death(Step.BATCH_ENDED),
)


@pytest.fixture
def notes() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="cj-") as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
async def undisturbed(database_server_url: str) -> FinalResult:
    """What the batch comes to when nobody kills anything."""
    engine = create_async_engine(database_server_url)
    async with open_workflow(engine) as workflow:
        with tempfile.TemporaryDirectory(prefix="cj-") as folder:
            errand = Errand(database_server_url, await graded_request(workflow), Path(folder) / "asked")
            assert await run_to_its_end(start_batch, errand) == 0
        remains = await remains_of(engine, workflow.reader, await batch_of(workflow, errand.request))
    await engine.dispose()
    return final_result(remains.result)


async def graded_request(workflow: Workflow) -> AssessmentRequest:
    """With three anchors whose grades agree with what the judge holds true, so that grades are projected."""
    ranked = sorted(range(ESSAYS), key=lambda n: true_ability(1, 2.0, EssayId(f"essay-{n:02}")))
    anchors = [(ranked[0], "A1"), (ranked[ESSAYS // 2], "B1"), (ranked[-1], "C1")]
    await workflow.configure(ASSIGNMENT, get_scale(GradeScaleId("cefr")), anchors)
    return await workflow.request(ESSAYS, SETTINGS, ASSIGNMENT)


async def batch_of(workflow: Workflow, request: AssessmentRequest) -> BatchId:
    batch_id = await workflow.reader.find(request)
    assert batch_id is not None
    return batch_id


def test_the_undisturbed_batch_has_waves_failures_and_grades_to_lose(undisturbed: FinalResult) -> None:
    assert max(wave for wave, *_ in undisturbed.decisions) > 5
    assert undisturbed.progress.failed > 0
    assert all(grade is not None for *_, grade in undisturbed.scores)


@pytest.mark.parametrize("death", DEATHS, ids=lambda death: f"{death.step}-{death.occurrence}")
async def test_a_batch_survives_the_death_of_its_process_at_every_step(
    death: Death, workflow: Workflow, test_db_engine: AsyncEngine, undisturbed: FinalResult, notes: Path
) -> None:
    url = test_db_engine.url.render_as_string(hide_password=False)
    first_life = Errand(url, await graded_request(workflow), notes / "first", death)
    second_life = replace(first_life, asked=notes / "second", death=None)
    assert await run_to_its_end(start_batch, first_life) == -signal.SIGKILL
    batch_id = await batch_of(workflow, first_life.request)
    before = await remains_of(test_db_engine, workflow.reader, batch_id)
    assert await run_to_its_end(resume_batch, second_life) == 0
    after = await remains_of(test_db_engine, workflow.reader, batch_id)
    case = Case(before, after, asked_questions(first_life), asked_questions(second_life))
    assert damages(case, undisturbed) == ()


@dataclass(frozen=True, slots=True)
class CommandLine:
    """`cj` with a database of its own, eight essays to assess, and what comes of them when nobody interferes."""

    home: Path
    engine: AsyncEngine
    undisturbed: list[list[str]]

    def assess(self, folder: Path, *options: str) -> Command:
        return assess_command(self.home, folder, *options)

    def resume(self, batch: str, output: Path) -> Command:
        """Writes its results where the first run would have."""
        return Command(("resume", batch), self.home, output)

    async def wave_of(self, batch: str) -> int:
        query = text("select current_iteration from cj_batch_states where batch_id = :batch")
        async with self.engine.connect() as connection:
            return int((await connection.execute(query, {"batch": int(batch)})).scalar_one())

    async def recorded(self, batch: str) -> set[tuple[UUID, str | None, datetime]]:
        query = text(
            "select request_correlation_id, winner, completed_at from cj_comparison_pairs"
            " where cj_batch_id = :batch and completed_at is not null"
        )
        async with self.engine.connect() as connection:
            rows = await connection.execute(query, {"batch": int(batch)})
            return {(row.request_correlation_id, row.winner, row.completed_at) for row in rows}


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A short path, because sockets want one; open for passing, because the server of root runs as nobody."""
    folder = Path(tempfile.mkdtemp(prefix="cj-crash-", dir="/tmp"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
async def command_line(home: Path) -> AsyncIterator[CommandLine]:
    server = EmbeddedPostgres(EmbeddedPostgresSettings(home, durability=Durability.NONE))
    address = await asyncio.to_thread(server.acquire)
    write_essays(home / "essays.csv")
    assert await run_to_its_end(run_command, assess_command(home, home / "undisturbed")) == 0
    engine = create_async_engine(address.url(DATABASE_NAME))
    yield CommandLine(home, engine, results_in(home / "undisturbed"))
    await engine.dispose()
    await asyncio.to_thread(server.release)


def assess_command(home: Path, folder: Path, *options: str) -> Command:
    folder.mkdir()
    arguments = ("assess", str(home / "essays.csv"), "--judge", JUDGE, "--seed", "7", "--out", str(folder))
    return Command((*arguments, *options), home, folder / "said.txt")


def write_essays(path: Path) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text"])
        writer.writerows([f"essay-{number:02}", text_of(number)] for number in range(8))


def results_in(folder: Path) -> list[list[str]]:
    """All rows of the result that do not tell the time."""
    with (
        (folder / "decisions.csv").open(newline="") as decisions,
        (folder / "essays.csv").open(newline="") as essays,
    ):
        asked = [[row[c] for c in ("wave", "first", "second", "winner")] for row in csv.DictReader(decisions)]
        return [*asked, *csv.reader(essays)]


async def batch_named_in(output: Path) -> str:
    """The number of the batch, as soon as the command tells it."""

    async def look() -> str | None:
        found = re.search(r'(?:"batch": |Batch )(\d+)', await asyncio.to_thread(text_in, output))
        return found[1] if found is not None else None

    return await until(look)


def text_in(file: Path) -> str:
    """Empty as long as the file is not there."""
    return file.read_text() if file.exists() else ""


@pytest.mark.parametrize("milliseconds", np.random.default_rng(20).integers(0, 400, 5).tolist())
async def test_a_command_killed_at_any_moment_is_resumed_to_the_same_result(
    milliseconds: int, command_line: CommandLine
) -> None:
    folder = command_line.home / f"killed-after-{milliseconds}"
    process = new_process(run_command, command_line.assess(folder, "--json"))
    process.start()
    batch = await batch_named_in(folder / "said.txt")
    await asyncio.sleep(milliseconds / 1000)
    process.kill()
    assert await end_of(process) == -signal.SIGKILL
    before = await command_line.recorded(batch)
    assert await run_to_its_end(run_command, command_line.resume(batch, folder / "resumed.txt")) == 0
    assert before <= await command_line.recorded(batch)
    assert results_in(folder) == command_line.undisturbed


async def test_a_command_interrupted_from_the_keyboard_says_how_it_goes_on_and_does(
    command_line: CommandLine,
) -> None:
    folder = command_line.home / "interrupted"
    process = new_process(run_command, command_line.assess(folder))
    process.start()
    batch = await batch_named_in(folder / "said.txt")

    async def in_the_middle() -> bool | None:
        return await command_line.wave_of(batch) > 3 or None

    await until(in_the_middle)
    os.kill(process.pid or 0, signal.SIGINT)
    assert await end_of(process) == ExitCode.INTERRUPTED
    assert f"cj resume {batch}" in text_in(folder / "said.txt")
    assert await run_to_its_end(run_command, command_line.resume(batch, folder / "resumed.txt")) == 0
    assert results_in(folder) == command_line.undisturbed
