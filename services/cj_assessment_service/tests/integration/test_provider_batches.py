"""Questions handed to a provider as a whole: each is sent once and answered once, whatever dies in between."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from dishka import AsyncContainer, Provider, Scope
from sqlalchemy.ext.asyncio import AsyncEngine

from cj_assessment_service.cj_core_logic.assignment_setup import AssignmentSetup
from cj_assessment_service.cj_core_logic.batch_cancellation import BatchCancellation
from cj_assessment_service.cj_core_logic.batch_reader import BatchReader
from cj_assessment_service.cj_core_logic.batch_recovery import BatchRecovery
from cj_assessment_service.cj_core_logic.provider_batch_collection import UNDER_WAY, ProviderBatchCollection
from cj_assessment_service.cj_core_logic.workflow_orchestrator import WorkflowOrchestrator
from cj_assessment_service.config import Settings
from cj_assessment_service.di import make_container
from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.batches import BatchOverview, BatchSettings, BatchStatus, StopReason
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.comparisons import (
    JudgeReply,
    JudgeUsage,
    RecordedComparison,
    Verdict,
    Winner,
)
from cj_assessment_service.domain.errors import ErrorCode, Rejected, TryAgain
from cj_assessment_service.domain.identifiers import BatchId, RequestId, SubmissionId
from cj_assessment_service.domain.judges import ComparisonTask, JudgeTraits, Quote
from cj_assessment_service.domain.panels import Panel
from cj_assessment_service.domain.provider_batches import (
    CollectedAnswer,
    ProviderBatch,
    ProviderBatchProgress,
)
from cj_assessment_service.event_processor import EventProcessor
from cj_assessment_service.implementations.dispatch.in_process_judging import InProcessJudging
from cj_assessment_service.implementations.in_process_bus import InProcessMessageBus, InProcessSource
from cj_assessment_service.protocols import (
    BatchJudgeProtocol,
    HandOverProtocol,
    JudgeProtocol,
    JudgeProviderProtocol,
)
from cj_assessment_service.provider_batch_watch import ProviderBatchWatch
from cj_assessment_service.tests.fixtures.application import ScriptedJudges
from cj_assessment_service.tests.fixtures.hand_over import HandOverAtOnce
from cj_assessment_service.tests.integration.workflow import request_of, text_of
from cj_assessment_service.wire.topics import COMPARISON_RESULT

JUDGE, QUICK = "patient", "quick"
SETTINGS = BatchSettings(panel=Panel.of(JUDGE), seed=7, language="en", budget=12)
PRICE = Decimal("0.001")


@dataclass(slots=True)
class HandClock(Clock):
    """Stands still until it is put forward."""

    at: datetime = datetime(2026, 5, 4, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def forward(self, by: timedelta) -> None:
        self.at += by


@dataclass(slots=True)
class PatientProvider(JudgeProtocol, BatchJudgeProtocol):
    """A provider with a memory: it names its batches by number and answers when it is told to."""

    accepted: dict[str, Sequence[ComparisonTask]] = field(default_factory=dict)
    submissions: dict[SubmissionId, str] = field(default_factory=dict)
    over: set[str] = field(default_factory=set)
    cancelled: set[str] = field(default_factory=set)
    unanswered: set[RequestId] = field(default_factory=set)
    refusal: Rejected | None = None
    connection_lost: bool = False
    never_arrives: bool = False
    takes_no_cancellation: bool = False

    @property
    def traits(self) -> JudgeTraits:
        return JudgeTraits(answers_in_batches=True)

    def quote(self, task: ComparisonTask) -> Quote:
        return Quote(len(task.first_text), PRICE)

    async def compare(self, task: ComparisonTask) -> JudgeReply:
        raise AssertionError(f"asked for {task.request.request_id} alone")

    async def submit(self, submission_id: SubmissionId, tasks: Sequence[ComparisonTask]) -> str:
        if self.refusal is not None:
            raise self.refusal
        if not self.never_arrives:
            name = f"batch-{len(self.accepted)}"
            self.accepted[name] = tuple(tasks)
            self.submissions[submission_id] = name
        if self.connection_lost:
            raise TryAgain("the connection broke off")
        return self.submissions[submission_id]

    async def find(self, batch: ProviderBatch) -> str | None:
        return self.submissions.get(batch.submission_id)

    async def progress(self, provider_id: str) -> ProviderBatchProgress:
        return ProviderBatchProgress(provider_id in self.over, answered=0)

    async def collect(self, provider_id: str, answers: AnswerForm) -> tuple[CollectedAnswer, ...]:
        assert answers is AnswerForm.GRADED
        usage = JudgeUsage("patient", "m", seconds=0.0, cost=PRICE / 2)
        asked = [task.request for task in self.accepted[provider_id]]
        return tuple(
            CollectedAnswer(
                request.request_id,
                Verdict(Winner.FIRST if request.pair.first < request.pair.second else Winner.SECOND, usage),
            )
            for request in asked
            if request.request_id not in self.unanswered
        )

    async def cancel(self, provider_id: str) -> None:
        if self.takes_no_cancellation:
            raise TryAgain("the provider does not answer")
        self.cancelled.add(provider_id)

    async def close(self) -> None: ...

    def answer_everything(self) -> None:
        self.over.update(self.accepted)

    @property
    def questions(self) -> list[RequestId]:
        return [task.request.request_id for tasks in self.accepted.values() for task in tasks]


@dataclass(slots=True)
class QuickJudge(JudgeProtocol):
    """Answers at once, at the same price."""

    asked: list[RequestId] = field(default_factory=list)

    @property
    def traits(self) -> JudgeTraits:
        return JudgeTraits()

    def quote(self, task: ComparisonTask) -> Quote:
        return Quote(len(task.first_text), PRICE)

    async def compare(self, task: ComparisonTask) -> JudgeReply:
        self.asked.append(task.request.request_id)
        return Verdict(Winner.FIRST, JudgeUsage("quick", "m", seconds=0.0, cost=PRICE))

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Bench:
    container: AsyncContainer
    provider: PatientProvider
    quick: QuickJudge
    clock: HandClock
    messages: InProcessSource

    async def start(self, settings: BatchSettings = SETTINGS, essays: int = 6) -> BatchId:
        setup = await self.container.get(AssignmentSetup)
        stored = await setup.store_texts([text_of(number) for number in range(essays)])
        orchestrator = await self.container.get(WorkflowOrchestrator)
        return await orchestrator.start(request_of(stored, settings))

    async def look(self) -> None:
        await (await self.container.get(ProviderBatchWatch)).look()

    async def take_messages(self) -> None:
        events = await self.container.get(EventProcessor)
        async with asyncio.timeout(10):
            await events.process([arrived.message for arrived in await self.messages.poll(500)])

    async def overview(self, batch_id: BatchId) -> BatchOverview:
        return await (await self.container.get(BatchReader)).overview(batch_id)

    async def recorded(self, batch_id: BatchId) -> tuple[RecordedComparison, ...]:
        return (await (await self.container.get(BatchReader)).result(batch_id)).comparisons

    async def resume(self, batch_id: BatchId) -> None:
        recovery = await self.container.get(BatchRecovery)
        await recovery.resume(batch_id, self.clock.now() + timedelta(seconds=1))

    async def finish(self, batch_id: BatchId) -> BatchOverview:
        for _ in range(50):
            overview = await self.overview(batch_id)
            if overview.status.is_terminal:
                return overview
            self.provider.answer_everything()
            await self.look()
        raise AssertionError("the batch never ended")


@pytest.fixture
async def bench(test_db_engine: AsyncEngine) -> AsyncIterator[Bench]:
    patient, quick, clock = PatientProvider(), QuickJudge(), HandClock()
    judges = ScriptedJudges({JUDGE: patient, QUICK: quick}, {JUDGE: patient})
    provider = Provider(scope=Scope.APP)
    provider.provide(lambda: judges, provides=JudgeProviderProtocol, override=True)
    provider.provide(lambda: clock, provides=Clock, override=True)
    provider.provide(HandOverAtOnce, provides=HandOverProtocol, override=True)
    container = make_container(Settings(), test_db_engine.url.render_as_string(hide_password=False), provider)
    bus = await container.get(InProcessMessageBus)
    yield Bench(container, patient, quick, clock, bus.subscribe(COMPARISON_RESULT))
    await container.close()


async def test_a_whole_batch_is_judged_by_submissions(bench: Bench) -> None:
    batch_id = await bench.start()
    overview = await bench.finish(batch_id)
    assert overview.status.is_complete
    assert overview.progress.completed == len(bench.provider.questions)
    assert overview.spent == overview.progress.completed * PRICE / 2


async def test_nothing_is_collected_before_the_provider_is_done(bench: Bench) -> None:
    batch_id = await bench.start()
    await bench.look()
    overview = await bench.overview(batch_id)
    assert (overview.progress.answered, overview.wave) == (0, 1)


async def test_a_resumed_batch_sends_nothing_again_that_a_provider_has(bench: Bench) -> None:
    batch_id = await bench.start()
    await bench.resume(batch_id)
    assert len(bench.provider.accepted) == 1
    await bench.finish(batch_id)
    assert len(set(bench.provider.questions)) == len(bench.provider.questions)


async def test_a_submission_whose_acceptance_was_lost_is_found_again(bench: Bench) -> None:
    bench.provider.connection_lost = True
    batch_id = await bench.start()
    bench.provider.connection_lost = False
    await bench.look()
    assert len(bench.provider.accepted) == 1, "it may still be on its way"
    bench.clock.forward(UNDER_WAY)
    await bench.finish(batch_id)
    assert len(set(bench.provider.questions)) == len(bench.provider.questions)


async def test_a_submission_that_never_arrived_is_sent_again(bench: Bench) -> None:
    bench.provider.connection_lost = bench.provider.never_arrives = True
    batch_id = await bench.start()
    bench.provider.connection_lost = bench.provider.never_arrives = False
    bench.clock.forward(UNDER_WAY)
    await bench.look()
    overview = await bench.finish(batch_id)
    assert overview.progress.completed == len(bench.provider.questions) == overview.progress.submitted


async def test_a_question_the_provider_never_came_to_is_asked_again(bench: Bench) -> None:
    batch_id = await bench.start(replace(SETTINGS, budget=24))
    bench.provider.unanswered = {bench.provider.questions[0]}
    bench.provider.answer_everything()
    await bench.look()
    failed = [one for one in await bench.recorded(batch_id) if one.error is not None]
    assert [one.error for one in failed] == [ErrorCode.TIMEOUT]
    again = [task.request.pair.unordered for task in bench.provider.accepted["batch-1"]]
    assert failed[0].pair.unordered in again


async def test_a_batch_nobody_wants_any_more_is_cancelled_at_its_provider(bench: Bench) -> None:
    unwanted, other = await bench.start(), await bench.start()
    collection = await bench.container.get(ProviderBatchCollection)
    await collection.cancel_all(unwanted)
    assert bench.provider.cancelled == {"batch-0"}
    assert (await bench.overview(other)).progress.pending > 0


async def test_a_cancelled_batch_is_cancelled_at_its_provider(bench: Bench) -> None:
    batch_id = await bench.start()
    assert await (await bench.container.get(BatchCancellation)).cancel(batch_id)
    assert bench.provider.cancelled == {"batch-0"}


async def test_a_provider_that_cannot_be_told_now_is_told_later(bench: Bench) -> None:
    batch_id = await bench.start()
    bench.provider.takes_no_cancellation = True
    assert await (await bench.container.get(BatchCancellation)).cancel(batch_id)
    assert bench.provider.cancelled == set()
    bench.provider.takes_no_cancellation = False
    await bench.look()
    assert bench.provider.cancelled == {"batch-0"}
    bench.provider.answer_everything()
    await bench.look()
    assert (await bench.overview(batch_id)).status is BatchStatus.CANCELLED


async def test_a_submission_that_never_arrived_is_not_sent_again_for_a_cancelled_batch(
    bench: Bench,
) -> None:
    bench.provider.connection_lost = bench.provider.never_arrives = True
    batch_id = await bench.start()
    bench.provider.connection_lost = bench.provider.never_arrives = False
    await (await bench.container.get(BatchCancellation)).cancel(batch_id)
    bench.clock.forward(UNDER_WAY)
    await bench.look()
    assert bench.provider.questions == []


async def test_answers_collected_twice_are_recorded_once(bench: Bench) -> None:
    batch_id = await bench.start()
    watch = await bench.container.get(ProviderBatchWatch)
    (batch,) = await watch.collection.open_batches()
    bench.provider.answer_everything()
    await watch.collection.advance(batch)
    first = await bench.overview(batch_id)
    await watch.collection.advance(batch)
    assert (await bench.overview(batch_id)).progress == first.progress


async def test_a_refused_submission_fails_its_questions_and_the_batch_says_why(bench: Bench) -> None:
    bench.provider.refusal = Rejected("The provider does not take this key.")
    batch_id = await bench.start()
    while not (overview := await bench.overview(batch_id)).status.is_terminal:
        await bench.take_messages()
    assert overview.status is BatchStatus.ERROR_PROCESSING
    assert {one.error_message for one in await bench.recorded(batch_id)} == {
        "The provider does not take this key."
    }


async def test_questions_that_the_limit_does_not_cover_never_leave(bench: Bench) -> None:
    settings = BatchSettings(
        panel=Panel.of(JUDGE), seed=7, language="en", budget=30, max_cost=Decimal("0.0025")
    )
    batch_id = await bench.start(settings, essays=8)
    bench.provider.answer_everything()
    await bench.take_messages()
    await bench.look()
    overview = await bench.overview(batch_id)
    assert overview.stop_reason is StopReason.COST_CAP
    assert overview.spent <= Decimal("0.0025")
    assert len(bench.provider.questions) == 2


async def test_judges_of_both_kinds_spend_the_same_money(bench: Bench) -> None:
    limit = 12 * PRICE
    settings = replace(SETTINGS, panel=Panel.of(JUDGE, QUICK), budget=30, max_cost=limit)
    batch_id = await bench.start(settings, essays=8)
    judging = await bench.container.get(InProcessJudging)
    answering = asyncio.create_task(judging.run())
    while (await bench.overview(batch_id)).progress.pending > len(bench.provider.questions):
        await bench.take_messages()
    answering.cancel()
    assert bench.quick.asked
    assert (len(bench.provider.questions) + len(bench.quick.asked)) * PRICE == limit


async def test_a_batch_out_of_time_is_cancelled_and_what_exists_is_kept(bench: Bench) -> None:
    settings = BatchSettings(panel=Panel.of(JUDGE), seed=7, language="en", budget=12, max_seconds=3600)
    batch_id = await bench.start(settings)
    bench.clock.forward(timedelta(hours=2))
    await bench.look()
    assert bench.provider.cancelled == {"batch-0"}
    bench.provider.unanswered = set(bench.provider.questions[1:])
    bench.provider.answer_everything()
    await bench.look()
    overview = await bench.overview(batch_id)
    assert (overview.stop_reason, overview.progress.completed) == (StopReason.TIME_CAP, 1)
