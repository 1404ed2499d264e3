"""Texts, names, prompts and what judges say reach neither logs nor metrics nor spans, whatever goes wrong."""

import io
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from uuid import uuid4

import pytest
from dishka import Provider, Scope
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import generate_latest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from cj_assessment_service.app import run_in_process
from cj_assessment_service.config import Settings
from cj_assessment_service.di import make_container
from cj_assessment_service.domain.batches import BatchSettings
from cj_assessment_service.domain.comparisons import JudgeFailure, JudgeReply, Verdict, Winner
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.judges import ComparisonTask
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.domain.panels import Panel
from cj_assessment_service.domain.requests import AssessmentRequest
from cj_assessment_service.implementations.tracing import Tracing
from cj_assessment_service.logs import OURS, configure_logs
from cj_assessment_service.metrics import Metrics
from cj_assessment_service.protocols import JudgeProviderProtocol, MessagePublisherProtocol
from cj_assessment_service.tests.fixtures.application import RunningApplication, ScriptedJudges
from cj_assessment_service.tests.fixtures.marks import (
    ANSWER_MARK,
    NAME_MARK,
    PROMPT_MARK,
    TEXT_MARK,
    found_in,
)
from cj_assessment_service.tests.fixtures.telemetry import value_of
from cj_assessment_service.tests.integration.waiting import until
from cj_assessment_service.tests.unit.implementations.dispatch.scripts import ScriptedJudge, usage
from cj_assessment_service.wire.topics import COMPARISON_RESULT, REQUESTED

SETTINGS = BatchSettings(panel=Panel.of("scripted"), seed=7, language="sv", budget=30)
TEXTS = [f"Uppsats {number} handlar om {TEXT_MARK} och lite till." for number in range(5)]


@dataclass(frozen=True, slots=True)
class Told:
    """A running application, and everything it tells anybody but its database."""

    application: RunningApplication
    log: io.StringIO
    spans: InMemorySpanExporter
    metrics: Metrics

    def everything(self) -> str:
        spans = "\n".join(span.to_json() for span in self.spans.get_finished_spans())
        return f"{self.log.getvalue()}\n{spans}\n{generate_latest(self.metrics.registry).decode()}"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that is logged at DEBUG; logging belongs to the whole process of the tests."""
    root, ours = logging.root, logging.getLogger(OURS)
    before = (root.handlers[:], root.level, ours.level)
    stream = io.StringIO()
    configure_logs("DEBUG", stream)
    logging.captureWarnings(capture=False)
    yield stream
    root.handlers, root.level = before[0], before[1]
    ours.setLevel(before[2])


@pytest.fixture
async def told(test_db_engine: AsyncEngine, log: io.StringIO) -> AsyncIterator[Told]:
    judges, spans = ScriptedJudges(), InMemorySpanExporter()
    recording = TracerProvider()
    recording.add_span_processor(SimpleSpanProcessor(spans))
    tracing = Tracing(recording)
    provider = Provider(scope=Scope.APP)
    provider.provide(lambda: judges, provides=JudgeProviderProtocol, override=True)
    provider.provide(lambda: tracing, provides=Tracing, override=True)
    url = test_db_engine.url.render_as_string(hide_password=False)
    container = make_container(
        Settings(judge_first_wait_seconds=0.01, judge_patience_seconds=0.0), url, provider
    )
    async with run_in_process(container):
        yield Told(RunningApplication(container, judges), log, spans, await container.get(Metrics))


async def marked_request(told: Told) -> AssessmentRequest:
    """Marks in texts, names and the prompt."""
    request = await told.application.request(TEXTS, SETTINGS)
    return replace(
        request,
        essays=tuple(replace(essay, name=f"{NAME_MARK} {essay.essay_id}") for essay in request.essays),
        rubric_override=f"Bedöm som {PROMPT_MARK} skulle göra.",
        system_prompt_override=f"Du är {PROMPT_MARK}.",
    )


def talkative(_: ComparisonTask) -> JudgeReply:
    return Verdict(Winner.FIRST, usage(), justification=f"{ANSWER_MARK} läste om {TEXT_MARK}.")


def complaining(code: ErrorCode) -> JudgeReply:
    return JudgeFailure(code, f"{ANSWER_MARK}: cannot read {TEXT_MARK} by {NAME_MARK}", usage())


async def test_a_batch_leaves_no_private_word_in_what_operators_see(told: Told) -> None:
    refused = ScriptedJudge((lambda _: complaining(ErrorCode.ANSWER_REFUSED), talkative), seconds=0.0)
    told.application.judges.scripted["scripted"] = refused
    overview = await told.application.finish(await told.application.send(await marked_request(told)))
    assert overview.status.is_complete, overview

    async def ended() -> bool | None:
        return "batch ended" in told.log.getvalue() or None

    await until(ended)
    assert '"event": "answers recorded"' in told.log.getvalue()
    assert len(told.spans.get_finished_spans()) > 5
    assert found_in(told.everything()) == []


@pytest.mark.parametrize("code", [ErrorCode.INVALID_RESPONSE, ErrorCode.SERVICE_UNAVAILABLE])
async def test_nor_does_one_whose_judge_fails(told: Told, code: ErrorCode) -> None:
    told.application.judges.scripted["scripted"] = ScriptedJudge((lambda _: complaining(code),), seconds=0.0)
    overview = await told.application.finish(await told.application.send(await marked_request(told)))
    assert not overview.status.is_complete, overview
    assert found_in(told.everything()) == []


async def test_nor_does_a_message_nobody_can_read(told: Told) -> None:
    publisher: MessagePublisherProtocol = await told.application.container.get(MessagePublisherProtocol)
    private = (
        f'{{"data": {{"entity_id": "{NAME_MARK}", "language": "{TEXT_MARK}"}}, "metadata": "{PROMPT_MARK}"}}'
    )
    for topic in (REQUESTED, COMPARISON_RESULT):
        await publisher.publish(Message(topic, "key", private.encode()))
        await publisher.publish(Message(topic, "key", f"{{{TEXT_MARK}".encode()))

    async def parked() -> bool | None:
        topics = (REQUESTED, COMPARISON_RESULT)
        return [value_of(told.metrics, "cj_messages_parked_total", topic=t) for t in topics] == [2, 2] or None

    await until(parked)
    assert found_in(told.everything()) == []


async def test_nor_does_a_database_that_refuses_what_is_written(
    told: Told, test_db_engine: AsyncEngine
) -> None:
    """Its error names the row, and the row holds the text."""
    name = f"no_texts_{uuid4().hex[:8]}"
    async with test_db_engine.begin() as connection:
        await connection.execute(
            text(
                f"alter table cj_processed_essays add constraint {name} check (length(assessment_input_text) < 3)"
            )
        )
    try:
        await told.application.send(await marked_request(told))

        async def heard() -> bool | None:
            return '"event": "handling failed"' in told.log.getvalue() or None

        await until(heard)
    finally:
        async with test_db_engine.begin() as connection:
            await connection.execute(text(f"alter table cj_processed_essays drop constraint {name}"))
    assert found_in(told.everything()) == []
