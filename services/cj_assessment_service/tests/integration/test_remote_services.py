"""Whole batches whose judges and texts are elsewhere."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal

import pytest
from dishka import AsyncContainer, Provider, Scope
from sqlalchemy.ext.asyncio import AsyncEngine

from cj_assessment_service.app import run_in_process
from cj_assessment_service.cj_core_logic.assignment_setup import AssignmentSetup
from cj_assessment_service.cj_core_logic.grade_projection.scales import get_scale
from cj_assessment_service.config import Settings
from cj_assessment_service.di import make_container
from cj_assessment_service.domain.batches import BatchOverview, BatchSettings, BatchStatus, StopReason
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.identifiers import AssignmentId, GradeScaleId, StorageId
from cj_assessment_service.domain.instructions import InstructionDraft
from cj_assessment_service.domain.panels import Panel
from cj_assessment_service.domain.policies import Judging, WorkerPolicy
from cj_assessment_service.implementations.in_process_bus import InProcessMessageBus
from cj_assessment_service.judge_worker import JudgeWorker
from cj_assessment_service.protocols import (
    AnswerDeliveryProtocol,
    JudgeProviderProtocol,
    QuestionDispatchProtocol,
    TelemetryProtocol,
)
from cj_assessment_service.tests.fixtures.application import RunningApplication, ScriptedJudges
from cj_assessment_service.tests.fixtures.content_service_double import ContentServiceDouble
from cj_assessment_service.tests.fixtures.dead_letters import KeptDeadLetters
from cj_assessment_service.tests.fixtures.http_double import HttpReply
from cj_assessment_service.tests.fixtures.judging_ways import at_work
from cj_assessment_service.tests.fixtures.provider_service_double import ProviderServiceDouble, scripted
from cj_assessment_service.tests.integration.workflow import text_of
from cj_assessment_service.wire.topics import COMPARISON_REQUESTED

SETTINGS = BatchSettings(panel=Panel.of("offline"), seed=7, language="en", budget=24)
TEXTS = [text_of(number) for number in range(6)]
ASSIGNMENT = AssignmentId("summer-2026")


@asynccontextmanager
async def running(engine: AsyncEngine, settings: Settings) -> AsyncIterator[RunningApplication]:
    judges = ScriptedJudges()
    provider = Provider(scope=Scope.APP)
    provider.provide(lambda: judges, provides=JudgeProviderProtocol, override=True)
    container = make_container(settings, engine.url.render_as_string(hide_password=False), provider)
    async with run_in_process(container):
        yield RunningApplication(container, judges)


async def worker_of(container: AsyncContainer) -> JudgeWorker:
    bus = await container.get(InProcessMessageBus)
    return JudgeWorker(
        source=bus.subscribe(COMPARISON_REQUESTED),
        judges=await container.get(QuestionDispatchProtocol),
        answers=await container.get(AnswerDeliveryProtocol),
        dead_letters=KeptDeadLetters(),
        policy=await container.get(WorkerPolicy),
        telemetry=await container.get(TelemetryProtocol),
        clock=await container.get(Clock),
    )


async def judged(application: RunningApplication, settings: BatchSettings) -> BatchOverview:
    batch_id = await application.send(await application.request(TEXTS, settings))
    return await application.finish(batch_id)


async def test_a_batch_is_judged_by_workers(test_db_engine: AsyncEngine) -> None:
    async with running(test_db_engine, Settings(judging=Judging.WORKERS)) as application:
        worker = await worker_of(application.container)
        async with at_work(worker.run()):
            overview = await judged(application, SETTINGS)
    assert overview.status.is_complete
    assert overview.progress.completed > 0
    assert overview.progress.failed == 0


async def test_a_batch_is_judged_by_the_provider_service_which_stumbles(test_db_engine: AsyncEngine) -> None:
    stumbles = scripted(
        None, HttpReply(429, "{}"), None, HttpReply(500, "oh dear"), HttpReply(200, "{}"), *[None] * 100
    )
    with ProviderServiceDouble(stumbles) as double:
        settings = Settings(
            judging=Judging.PROVIDER_SERVICE,
            llm_provider_service_url=double.url,
            judge_first_wait_seconds=0.01,
        )
        async with running(test_db_engine, settings) as application:
            bus = await application.container.get(InProcessMessageBus)
            async with at_work(double.answer_for_ever(bus)):
                overview = await judged(
                    application, replace(SETTINGS, panel=Panel.of("openai:gpt-5-mini?effort=low"))
                )
    assert overview.status.is_complete
    assert overview.progress.failed == 1
    assert overview.spent == Decimal("0.01") * overview.progress.completed


async def test_a_cost_limit_that_cannot_be_kept_ends_the_batch_before_anything_is_sent(
    test_db_engine: AsyncEngine,
) -> None:
    with ProviderServiceDouble() as double:
        settings = Settings(judging=Judging.PROVIDER_SERVICE, llm_provider_service_url=double.url)
        async with running(test_db_engine, settings) as application:
            limited = replace(SETTINGS, panel=Panel.of("elsewhere:model"), max_cost=Decimal(1))
            overview = await judged(application, limited)
    assert double.bodies == []
    assert overview.status is BatchStatus.ERROR_PROCESSING
    assert "No cost limit can be kept" in str(overview.failure_detail)


@pytest.mark.parametrize("missing", ["task", "rubric"])
async def test_an_assignment_whose_task_or_rubric_is_missing_fails_at_once_and_says_which(
    test_db_engine: AsyncEngine, missing: str
) -> None:
    with ContentServiceDouble() as contents:
        async with running(test_db_engine, Settings(content_service_url=contents.url)) as application:
            setup: AssignmentSetup = await application.container.get(AssignmentSetup)
            (there,) = await setup.store_texts(["Write about the summer."])
            gone = StorageId("gone")
            draft = InstructionDraft(
                "Compare the letters as a whole.",
                get_scale(GradeScaleId("swedish_8_anchor")),
                assignment_id=ASSIGNMENT,
                student_prompt_storage_id=gone if missing == "task" else there,
                judge_rubric_storage_id=gone if missing == "rubric" else there,
            )
            await setup.configure(draft, ASSIGNMENT, [])
            request = await application.request(TEXTS, SETTINGS)
            batch_id = await application.send(replace(request, assignment_id=ASSIGNMENT))
            overview = await application.finish(batch_id)
    assert overview.stop_reason is StopReason.PREPARATION_FAILED
    assert f"The {missing} of the assignment {ASSIGNMENT} is missing" in str(overview.failure_detail)
    assert overview.progress.submitted == 0


async def test_a_batch_whose_texts_are_in_a_content_service_that_stumbles_is_judged(
    test_db_engine: AsyncEngine,
) -> None:
    with ContentServiceDouble() as contents:
        settings = Settings(content_service_url=contents.url, judge_first_wait_seconds=0.01)
        async with running(test_db_engine, settings) as application:
            request = await application.request(TEXTS, SETTINGS)
            stored = len(contents.calls)
            # longer than one delivery has patience for: the request itself must come again
            contents.fault = lambda count: HttpReply(503, "") if count <= stored + 20 else None
            overview = await application.finish(await application.send(request))
    assert overview.status.is_complete
    assert overview.essays_loaded == len(TEXTS)
