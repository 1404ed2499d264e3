"""Which task, rubric and anchors a request brings into its batch."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from unittest.mock import AsyncMock
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from cj_assessment_service.cj_core_logic.content_hydration import ContentHydration
from cj_assessment_service.cj_core_logic.context_builder import ContextBuilder
from cj_assessment_service.cj_core_logic.grade_projection.scales import get_scale
from cj_assessment_service.domain.batches import BatchSettings
from cj_assessment_service.domain.errors import ContentMissing, RubricOverrideRefused, UnknownAssignment
from cj_assessment_service.domain.essays import AnchorReference, EssayReference
from cj_assessment_service.domain.identifiers import (
    AnchorId,
    AssignmentId,
    CorrelationId,
    CourseId,
    EssayId,
    Grade,
    GradeScaleId,
    OuterBatchId,
    StorageId,
    UserId,
)
from cj_assessment_service.domain.instructions import ContextOrigin, Instruction, InstructionDraft
from cj_assessment_service.domain.panels import Panel
from cj_assessment_service.domain.policies import LoadingPolicy
from cj_assessment_service.domain.requests import AssessmentRequest
from cj_assessment_service.protocols import (
    AnchorRepositoryProtocol,
    AssessmentInstructionRepositoryProtocol,
    ContentStoreProtocol,
    SessionProviderProtocol,
)
from cj_assessment_service.tests.fixtures.telemetry import new_telemetry
from cj_assessment_service.wire.assessment_request import (
    RequestDefaults,
    decode_request_event,
    encode_request_event,
)

ASSIGNMENT = AssignmentId("np-2026")
CEFR = get_scale(GradeScaleId("cefr"))
NOW = datetime(2026, 5, 4, tzinfo=UTC)
DRAFT = InstructionDraft(
    "Läs noga.",
    CEFR,
    assignment_id=ASSIGNMENT,
    student_prompt_storage_id=StorageId("task"),
    judge_rubric_storage_id=StorageId("rubric"),
)
TEXTS = {"task": "Skriv om sommaren.", "rubric": "Språk och innehåll.", "own-task": "Write about rain."}


@dataclass(slots=True)
class Texts(ContentStoreProtocol):
    texts: Mapping[str, str]
    fetched: list[str] = field(default_factory=list)

    async def fetch_content(self, storage_id: StorageId) -> str:
        self.fetched.append(storage_id)
        if storage_id not in self.texts:
            raise ContentMissing(f"no text under {storage_id}")
        return self.texts[storage_id]

    async def store_content(self, text: str) -> StorageId:
        raise AssertionError(f"nothing is stored here: {text}")

    async def forget_content(self, storage_ids: Sequence[StorageId]) -> None:
        raise AssertionError(f"nothing is forgotten here: {storage_ids}")


class NoDatabase(SessionProviderProtocol):
    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        yield AsyncMock(spec=AsyncSession)


def builder(draft: InstructionDraft | None, texts: Mapping[str, str] = TEXTS) -> tuple[ContextBuilder, Texts]:
    instructions = AsyncMock(spec=AssessmentInstructionRepositoryProtocol)
    instructions.get_instruction.return_value = Instruction(1, draft, NOW) if draft is not None else None
    anchors = AsyncMock(spec=AnchorRepositoryProtocol)
    anchors.list_anchors.return_value = (AnchorReference(AnchorId(1), "a", Grade("B1"), StorageId("x")),)
    store = Texts(texts)
    return ContextBuilder(
        NoDatabase(), instructions, anchors, ContentHydration(store, LoadingPolicy(), new_telemetry())
    ), store


def request(assignment_id: AssignmentId | None = ASSIGNMENT) -> AssessmentRequest:
    return AssessmentRequest(
        outer_id=OuterBatchId("outer"),
        correlation_id=CorrelationId(uuid4()),
        user_id=UserId("lärare-å"),
        essays=(
            EssayReference(EssayId("e1"), StorageId("s1"), "Åsa Öberg"),
            EssayReference(EssayId("e2"), StorageId("s2")),
        ),
        settings=BatchSettings(Panel.of("offline"), 7, "sv"),
        assignment_id=assignment_id,
    )


async def test_an_assignment_brings_its_own_task_rubric_scale_and_anchors() -> None:
    contexts, _ = builder(DRAFT)
    prepared = await contexts.build(request())
    assert prepared.brief.context.task == TEXTS["task"]
    assert prepared.brief.context.rubric == TEXTS["rubric"]
    assert prepared.brief.context.instructions == "Läs noga."
    assert prepared.brief.scale == CEFR
    assert [anchor.grade for anchor in prepared.anchors] == ["B1"]


async def test_a_guest_run_brings_its_own_task_and_gets_no_grades() -> None:
    contexts, _ = builder(None)
    guest = replace(request(None), task_storage_id=StorageId("own-task"), rubric_override="Be fair.")
    prepared = await contexts.build(guest)
    assert (prepared.brief.context.task, prepared.brief.context.rubric) == ("Write about rain.", "Be fair.")
    assert (prepared.brief.scale, prepared.anchors) == (None, ())


async def test_a_task_sent_with_an_assignment_run_is_not_even_read() -> None:
    event = encode_request_event(replace(request(), task_storage_id=StorageId("own-task")), uuid4(), NOW)
    received = decode_request_event(event, RequestDefaults(judge="offline"))
    contexts, store = builder(DRAFT)
    prepared = await contexts.build(received)
    assert received.task_storage_id is None
    assert prepared.brief.context.task == TEXTS["task"]
    assert "own-task" not in store.fetched


async def test_a_configured_task_that_cannot_be_read_stops_the_run() -> None:
    contexts, _ = builder(DRAFT, {"rubric": "x"})
    with pytest.raises(ContentMissing, match="task"):
        await contexts.build(request())


async def test_an_unknown_assignment_is_named() -> None:
    contexts, _ = builder(None)
    with pytest.raises(UnknownAssignment, match="np-2026"):
        await contexts.build(request())


async def test_a_canonical_assignment_keeps_its_rubric() -> None:
    contexts, _ = builder(replace(DRAFT, origin=ContextOrigin.CANONICAL_NATIONAL))
    with pytest.raises(RubricOverrideRefused):
        await contexts.build(replace(request(), rubric_override="mine"))


async def test_a_research_assignment_accepts_another_rubric() -> None:
    contexts, _ = builder(DRAFT)
    prepared = await contexts.build(replace(request(), rubric_override="mine"))
    assert prepared.brief.context.rubric == "mine"


async def test_a_course_instruction_serves_an_assignment_without_its_own() -> None:
    course = replace(DRAFT, assignment_id=None, course_id=CourseId("ENG5"))
    contexts, _ = builder(course)
    prepared = await contexts.build(replace(request(), course_code="ENG5"))
    assert prepared.brief.scale == CEFR


def test_identity_letters_and_settings_survive_the_event() -> None:
    original = replace(
        request(None), course_code="SV1", settings=BatchSettings(Panel.of("offline"), 0, "sv", budget=9)
    )
    event = encode_request_event(original, uuid4(), NOW)
    arrived = decode_request_event(event, RequestDefaults(judge="other"))
    assert replace(arrived, event_id=None) == original
