"""The workflow with a silent judge: questions are recorded and nobody answers, so that a test can."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from uuid import uuid4

from dishka import AsyncContainer, Provider, Scope
from sqlalchemy.ext.asyncio import AsyncEngine

from cj_assessment_service.cj_core_logic.assignment_setup import AnchorToRegister, AssignmentSetup
from cj_assessment_service.cj_core_logic.batch_reader import BatchReader
from cj_assessment_service.cj_core_logic.workflow_orchestrator import WorkflowOrchestrator
from cj_assessment_service.config import Settings
from cj_assessment_service.di import make_container
from cj_assessment_service.domain.batches import BatchOverview, BatchSettings
from cj_assessment_service.domain.comparisons import ComparisonRequest
from cj_assessment_service.domain.essays import EssayReference
from cj_assessment_service.domain.grades import GradeScale
from cj_assessment_service.domain.identifiers import (
    AssignmentId,
    BatchId,
    CorrelationId,
    EssayId,
    Grade,
    OuterBatchId,
    StorageId,
    UserId,
)
from cj_assessment_service.domain.instructions import InstructionDraft
from cj_assessment_service.domain.judges import Allowance, ComparisonTask, JudgeTraits
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.domain.panels import Panel
from cj_assessment_service.domain.requests import AssessmentRequest
from cj_assessment_service.event_processor import EventProcessor
from cj_assessment_service.protocols import (
    CJComparisonRepositoryProtocol,
    HandOverProtocol,
    LLMInteractionProtocol,
    SessionProviderProtocol,
)
from cj_assessment_service.tests.fixtures.hand_over import HandOverAtOnce
from cj_assessment_service.tests.integration.callback_simulator import (
    Answer,
    CallbackSimulator,
    smaller_id_wins,
)

SETTINGS = BatchSettings(panel=Panel.of("silent"), seed=7, language="en")
LONGEST_BATCH = 200
"""Waves; a batch that needs more would never end."""


@dataclass(slots=True)
class SilentJudges(LLMInteractionProtocol):
    """Takes every question and keeps it, with the allowance of each wave."""

    asked: list[ComparisonTask] = field(default_factory=list)
    destinations: dict[str, str] = field(default_factory=dict)
    allowances: list[Allowance] = field(default_factory=list)

    async def perform_comparisons(self, tasks: Sequence[ComparisonTask], allowance: Allowance) -> None:
        self.allowances.append(allowance)
        self.asked.extend(tasks)

    async def get_traits(self, judge: str) -> JudgeTraits:
        assert judge
        return JudgeTraits(destination=self.destinations.get(judge))


@dataclass(frozen=True, slots=True)
class Workflow:
    """The steps of the service, driven by hand."""

    container: AsyncContainer
    judges: SilentJudges
    orchestrator: WorkflowOrchestrator
    events: EventProcessor
    reader: BatchReader
    setup: AssignmentSetup
    simulator: CallbackSimulator

    async def request(
        self, essays: int, settings: BatchSettings = SETTINGS, assignment_id: AssignmentId | None = None
    ) -> AssessmentRequest:
        stored = await self.setup.store_texts([text_of(number) for number in range(essays)])
        return replace(request_of(stored, settings), assignment_id=assignment_id)

    async def start(self, essays: int, settings: BatchSettings = SETTINGS) -> BatchId:
        return await self.orchestrator.start(await self.request(essays, settings))

    async def configure(
        self, assignment_id: AssignmentId, scale: GradeScale, anchors: Sequence[tuple[int, str]]
    ) -> None:
        """Registers the texts with these numbers as anchors of these grades."""
        stored = await self.setup.store_texts([text_of(number) for number, _ in anchors])
        await self.setup.configure(
            InstructionDraft("Read both texts closely.", scale, assignment_id=assignment_id),
            assignment_id,
            [
                AnchorToRegister(f"anchor-{number:02}", Grade(grade), storage_id)
                for (number, grade), storage_id in zip(anchors, stored, strict=True)
            ],
        )

    async def deliver(self, messages: Sequence[Message]) -> None:
        await self.events.process(messages)

    async def answer_wave(self, batch_id: BatchId, answer: Answer = smaller_id_wins) -> None:
        await self.deliver(await self.simulator.callbacks(batch_id, answer))

    async def answer_until_the_end(
        self, batch_id: BatchId, answer: Answer = smaller_id_wins
    ) -> BatchOverview:
        for _ in range(LONGEST_BATCH):
            overview = await self.overview(batch_id)
            if overview.status.is_terminal:
                return overview
            await self.answer_wave(batch_id, answer)
        raise AssertionError(f"the batch did not end by itself: {await self.overview(batch_id)}")

    async def overview(self, batch_id: BatchId) -> BatchOverview:
        return await self.reader.overview(batch_id)

    async def outstanding(self, batch_id: BatchId) -> tuple[ComparisonRequest, ...]:
        return await self.simulator.outstanding(batch_id)


def request_of(stored: Sequence[StorageId], settings: BatchSettings) -> AssessmentRequest:
    return AssessmentRequest(
        outer_id=OuterBatchId(str(uuid4())),
        correlation_id=CorrelationId(uuid4()),
        user_id=UserId("teacher"),
        essays=tuple(
            EssayReference(EssayId(f"essay-{number:02}"), storage_id)
            for number, storage_id in enumerate(stored)
        ),
        settings=settings,
    )


def text_of(number: int) -> str:
    return f"This is the text of writer number {number}, long enough to be judged."


@asynccontextmanager
async def open_workflow(engine: AsyncEngine) -> AsyncIterator[Workflow]:
    judges = SilentJudges()
    provider = Provider(scope=Scope.APP)
    provider.provide(lambda: judges, provides=LLMInteractionProtocol, override=True)
    provider.provide(HandOverAtOnce, provides=HandOverProtocol, override=True)
    container = make_container(Settings(), engine.url.render_as_string(hide_password=False), provider)
    sessions: SessionProviderProtocol = await container.get(SessionProviderProtocol)
    comparisons: CJComparisonRepositoryProtocol = await container.get(CJComparisonRepositoryProtocol)
    try:
        yield Workflow(
            container=container,
            judges=judges,
            orchestrator=await container.get(WorkflowOrchestrator),
            events=await container.get(EventProcessor),
            reader=await container.get(BatchReader),
            setup=await container.get(AssignmentSetup),
            simulator=CallbackSimulator(sessions, comparisons),
        )
    finally:
        await container.close()
