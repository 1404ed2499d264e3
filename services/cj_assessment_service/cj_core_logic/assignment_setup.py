"""Configures an assignment: its instruction, its task and rubric texts, its anchors."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.essays import AnchorDraft
from cj_assessment_service.domain.identifiers import AssignmentId, Grade, StorageId
from cj_assessment_service.domain.instructions import InstructionDraft
from cj_assessment_service.domain.policies import LoadingPolicy
from cj_assessment_service.domain.together import together
from cj_assessment_service.protocols import (
    AnchorRepositoryProtocol,
    AssessmentInstructionRepositoryProtocol,
    ContentStoreProtocol,
    SessionProviderProtocol,
)


@dataclass(frozen=True, slots=True)
class AnchorToRegister:
    """`label` is unique within assignment and scale; the text is already stored."""

    label: str
    grade: Grade
    storage_id: StorageId


@dataclass(frozen=True, slots=True)
class AssignmentSetup:
    sessions: SessionProviderProtocol
    instructions: AssessmentInstructionRepositoryProtocol
    anchors: AnchorRepositoryProtocol
    contents: ContentStoreProtocol
    loading: LoadingPolicy
    clock: Clock

    async def store_texts(self, texts: Sequence[str]) -> tuple[StorageId, ...]:
        """One storage id for each text, in order; the same text gets the same id."""
        limit = asyncio.Semaphore(self.loading.concurrency)

        async def store(text: str) -> StorageId:
            async with limit:
                return await self.contents.store_content(text)

        return tuple(await together(store(text) for text in texts))

    async def configure(
        self, draft: InstructionDraft, assignment_id: AssignmentId, anchors: Sequence[AnchorToRegister]
    ) -> None:
        """Instruction and anchors become visible together. Raises InvalidInstruction."""
        async with self.sessions.session() as session:
            await self.instructions.upsert_instruction(session, draft, self.clock.now())
            for anchor in anchors:
                await self.anchors.upsert_anchor(
                    session,
                    AnchorDraft(
                        assignment_id=assignment_id,
                        scale_id=draft.scale.scale_id,
                        label=anchor.label,
                        grade=anchor.grade,
                        storage_id=anchor.storage_id,
                        organisation_id=draft.organisation_id,
                    ),
                )
            await session.commit()
