"""One trace from the event of a request to the events of its result."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
from dishka import Provider, Scope
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanContext
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from cj_assessment_service.app import run_in_process
from cj_assessment_service.config import Settings
from cj_assessment_service.di import make_container
from cj_assessment_service.domain.batches import BatchSettings
from cj_assessment_service.domain.panels import Panel
from cj_assessment_service.implementations.tracing import NO_TRACING, Tracing
from cj_assessment_service.models_db import EventOutbox
from cj_assessment_service.tests.fixtures.application import RunningApplication, ScriptedJudges
from cj_assessment_service.tests.integration.waiting import until

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
REQUESTERS = "00f067aa0ba902b7"
TRACE_PARENT = f"00-{TRACE}-{REQUESTERS}-01"
SETTINGS = BatchSettings(panel=Panel.of("simulated:sd=2,seed=1"), seed=7, language="en", budget=30)
TEXTS = [f"This is essay number {number}, about nothing much." for number in range(5)]


@dataclass(frozen=True, slots=True)
class Traced:
    application: RunningApplication
    exporter: InMemorySpanExporter

    async def run(self, trace_parent: str | None) -> tuple[ReadableSpan, ...]:
        """The spans of a batch, up to the last of its events that left."""
        request = await self.application.request(TEXTS, SETTINGS)
        await self.application.finish(
            await self.application.send(replace(request, trace_parent=trace_parent))
        )

        async def published() -> bool | None:
            return len(named(self.exporter.get_finished_spans(), "publish")) >= 3 or None

        await until(published)
        return self.exporter.get_finished_spans()


def named(spans: tuple[ReadableSpan, ...], name: str) -> list[ReadableSpan]:
    return [span for span in spans if span.name == name]


def context_of(span: ReadableSpan) -> SpanContext:
    context = span.get_span_context()
    assert context is not None
    return context


def trace_of(span: ReadableSpan) -> str:
    return f"{context_of(span).trace_id:032x}"


async def running(engine: AsyncEngine, tracing: Tracing) -> AsyncIterator[RunningApplication]:
    judges = ScriptedJudges()
    provider = Provider(scope=Scope.APP)
    provider.provide(lambda: tracing, provides=Tracing, override=True)
    container = make_container(Settings(), engine.url.render_as_string(hide_password=False), provider)
    async with run_in_process(container):
        yield RunningApplication(container, judges)


@pytest.fixture
async def traced(test_db_engine: AsyncEngine) -> AsyncIterator[Traced]:
    exporter, recording = InMemorySpanExporter(), TracerProvider()
    recording.add_span_processor(SimpleSpanProcessor(exporter))
    async for application in running(test_db_engine, Tracing(recording)):
        yield Traced(application, exporter)


async def published_parents(engine: AsyncEngine) -> set[str | None]:
    async with AsyncSession(engine) as session:
        events = await session.scalars(select(EventOutbox.event_data))
        return {(json.loads(event)["metadata"] or {}).get("traceparent") for event in events}


async def test_all_work_on_a_batch_is_in_the_trace_of_its_request(traced: Traced) -> None:
    spans = await traced.run(TRACE_PARENT)
    assert {trace_of(span) for span in spans} == {TRACE}
    names = {span.name for span in spans}
    assert names >= {
        "request", "preparation", "continuation", "wave", "planning", "sending", "answers", "recording", "finalisation",
        "publish",
    }  # fmt: skip
    (request,) = named(spans, "request")
    assert request.parent is not None
    assert f"{request.parent.span_id:016x}" == REQUESTERS


async def test_stages_stand_in_each_other_as_they_happened(traced: Traced) -> None:
    spans = await traced.run(TRACE_PARENT)
    by_id = {context_of(span).span_id: span for span in spans}

    def parents(name: str) -> set[str]:
        return {by_id[s.parent.span_id].name for s in named(spans, name) if s.parent is not None}

    assert parents("preparation") == {"request"}
    assert parents("planning") == parents("sending") == {"wave"}
    assert parents("wave") == parents("finalisation") == {"continuation"}
    assert parents("recording") == {"answers"}


async def test_events_of_the_result_carry_the_trace_on(traced: Traced, test_db_engine: AsyncEngine) -> None:
    spans = await traced.run(TRACE_PARENT)
    (request,) = named(spans, "request")
    span_id = f"{context_of(request).span_id:016x}"
    assert await published_parents(test_db_engine) == {f"00-{TRACE}-{span_id}-01"}


async def test_a_request_without_a_trace_starts_one(traced: Traced) -> None:
    spans = await traced.run(None)
    (request,) = named(spans, "request")
    assert request.parent is None
    assert {trace_of(span) for span in spans} == {trace_of(request)}


@pytest.mark.parametrize("nonsense", ["", "00-zz-yy-01", "x" * 500])
async def test_a_trace_nobody_can_read_stops_no_batch(traced: Traced, nonsense: str) -> None:
    assert named(await traced.run(nonsense), "finalisation")


async def test_without_an_exporter_the_trace_of_the_requester_is_still_passed_on(
    test_db_engine: AsyncEngine,
) -> None:
    async for application in running(test_db_engine, NO_TRACING):
        request = await application.request(TEXTS, SETTINGS)
        await application.finish(await application.send(replace(request, trace_parent=TRACE_PARENT)))
        assert await published_parents(test_db_engine) == {TRACE_PARENT}
