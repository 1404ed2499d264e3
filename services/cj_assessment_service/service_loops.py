"""The loops of a process: started together, stopped in reverse, each after it has finished what it had begun."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

from dishka import AsyncContainer

from cj_assessment_service.api.application import create_http_app, create_probe_app
from cj_assessment_service.api.server import address_of, listen, serve_http
from cj_assessment_service.api.settings import HttpSettings
from cj_assessment_service.batch_monitor import BatchMonitor
from cj_assessment_service.cj_core_logic.hand_over_runner import HandOverRunner
from cj_assessment_service.cli.services import ServicePart
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.policies import WorkerPolicy
from cj_assessment_service.event_processor import EventProcessor
from cj_assessment_service.implementations.dispatch.in_process_judging import InProcessJudging
from cj_assessment_service.implementations.in_process_bus import InProcessSource
from cj_assessment_service.judge_worker import JudgeWorker
from cj_assessment_service.kafka_consumer import FEW_AT_ONCE, IN_BULK, MessageConsumer, Portions
from cj_assessment_service.outbox_relay import OutboxRelay
from cj_assessment_service.protocols import (
    AnswerDeliveryProtocol,
    DeadLetterProtocol,
    LLMInteractionProtocol,
    MessageSourceProtocol,
    MessageSourcesProtocol,
    QuestionDispatchProtocol,
    TelemetryProtocol,
)
from cj_assessment_service.provider_batch_watch import ProviderBatchWatch
from cj_assessment_service.service_state_watch import ServiceStateWatch
from cj_assessment_service.wire.topics import ConsumerGroup

DRAIN_SECONDS = 5.0
"""How long what is already here, and what follows from it, may take when the process stops."""


@asynccontextmanager
async def running(container: AsyncContainer, parts: frozenset[ServicePart]) -> AsyncIterator[str | None]:
    """The parts at work while the block lasts, which gets the address of the HTTP API, None where that is not among them. A
    loop that dies ends the block. At its end whatever takes work in stops first, and whatever carries results out stops last.
    """
    async with asyncio.TaskGroup() as loops, AsyncExitStack() as started:
        if ServicePart.MONITOR in parts:
            await started.enter_async_context(_alongside(loops, (await container.get(BatchMonitor)).run()))
            for watch in (await container.get(ProviderBatchWatch), await container.get(ServiceStateWatch)):
                await started.enter_async_context(_alongside(loops, watch.run()))
        if ServicePart.RELAY in parts:
            await started.enter_async_context(_alongside(loops, (await container.get(OutboxRelay)).run()))
        if parts & {ServicePart.CONSUME, ServicePart.MONITOR}:
            await started.enter_async_context(_continuing(container, loops))
            await started.enter_async_context(_judging(container, loops, ServicePart.CONSUME in parts))
        if ServicePart.CONSUME in parts:
            await started.enter_async_context(
                _consuming(container, loops, ConsumerGroup.REQUESTS, FEW_AT_ONCE)
            )
        if ServicePart.HTTP in parts:
            settings = await container.get(HttpSettings)
            listening = listen(settings)
            serving = serve_http(create_http_app(container, settings), listening)
            await started.enter_async_context(_alongside(loops, serving))
            yield address_of(listening)
        else:
            await started.enter_async_context(_probed(container, loops))
            yield None


@asynccontextmanager
async def answering(container: AsyncContainer) -> AsyncIterator[None]:
    """A judge worker while the block lasts; at its end it has some time for the questions that are with its judges."""
    sources = await container.get(MessageSourcesProtocol)
    source = await sources.open_source(ConsumerGroup.WORKERS)
    worker = JudgeWorker(
        source=source,
        judges=await container.get(QuestionDispatchProtocol),
        answers=await container.get(AnswerDeliveryProtocol),
        dead_letters=await container.get(DeadLetterProtocol),
        policy=await container.get(WorkerPolicy),
        telemetry=await container.get(TelemetryProtocol),
        clock=await container.get(Clock),
    )
    try:
        async with asyncio.TaskGroup() as loops, _probed(container, loops):
            working = loops.create_task(worker.run())
            try:
                yield
            finally:
                worker.stop()
                await asyncio.wait([working])
    finally:
        await source.close()


@asynccontextmanager
async def _alongside(loops: asyncio.TaskGroup, loop: Coroutine[None, None, None]) -> AsyncIterator[None]:
    task = loops.create_task(loop)
    try:
        yield
    finally:
        # cancelled once only: a second time would cut short what the loop still does, and leave connections open
        if not task.cancelling():
            task.cancel()
        await asyncio.wait([task])


@asynccontextmanager
async def _probed(container: AsyncContainer, loops: asyncio.TaskGroup) -> AsyncIterator[None]:
    """Probes and metrics on a port of their own, where the settings name one."""
    settings = await container.get(HttpSettings)
    if settings.metrics_port is None:
        yield
        return
    listening = listen(replace(settings, port=settings.metrics_port))
    async with _alongside(loops, serve_http(create_probe_app(container), listening)):
        yield


@asynccontextmanager
async def _continuing(container: AsyncContainer, loops: asyncio.TaskGroup) -> AsyncIterator[None]:
    """Batches go on from where recorded answers left them."""
    runner = await container.get(HandOverRunner)
    async with _alongside(loops, runner.run()):
        try:
            yield
        finally:
            await _given_time(runner.drained())


@asynccontextmanager
async def _judging(
    container: AsyncContainer, loops: asyncio.TaskGroup, takes_answers: bool
) -> AsyncIterator[None]:
    """Answers are recorded for longer than judges of this process give them."""
    async with AsyncExitStack() as started:
        if takes_answers:
            await started.enter_async_context(_consuming(container, loops, ConsumerGroup.ANSWERS, IN_BULK))
        judging = await container.get(LLMInteractionProtocol)
        if isinstance(judging, InProcessJudging):
            await started.enter_async_context(_alongside(loops, judging.run()))
        yield


@asynccontextmanager
async def _consuming(
    container: AsyncContainer, loops: asyncio.TaskGroup, group: ConsumerGroup, portions: Portions
) -> AsyncIterator[None]:
    sources = await container.get(MessageSourcesProtocol)
    source = await sources.open_source(group)
    consumer = MessageConsumer(
        name=group.value,
        source=source,
        processor=await container.get(EventProcessor),
        telemetry=await container.get(TelemetryProtocol),
        portions=portions,
    )
    task = loops.create_task(consumer.run())
    try:
        yield
    finally:
        await _emptied(source)
        consumer.stop()
        await asyncio.wait([task])


async def _emptied(source: MessageSourceProtocol) -> None:
    """What a broker holds is there tomorrow; what only this process holds is handled before it ends, for it is paid for."""
    if isinstance(source, InProcessSource):
        await _given_time(source.drained())


async def _given_time(work: Awaitable[None]) -> None:
    try:
        await asyncio.wait_for(work, DRAIN_SECONDS)
    except TimeoutError:
        return  # the database does not take it now; what is left is asked again, or taken over
