"""Forgets a batch: its essays, its comparisons, its result, and every text only it used."""

from dataclasses import dataclass

from cj_assessment_service.domain.identifiers import BatchId, StorageId
from cj_assessment_service.domain.requests import AssessmentRequest
from cj_assessment_service.protocols import (
    AnchorRepositoryProtocol,
    AssessmentInstructionRepositoryProtocol,
    CJBatchRepositoryProtocol,
    ContentStoreProtocol,
    RunLockProtocol,
    SessionProviderProtocol,
)


@dataclass(frozen=True, slots=True)
class BatchDeletion:
    sessions: SessionProviderProtocol
    batches: CJBatchRepositoryProtocol
    instructions: AssessmentInstructionRepositoryProtocol
    anchors: AnchorRepositoryProtocol
    contents: ContentStoreProtocol
    run_lock: RunLockProtocol

    async def delete(self, batch_id: BatchId) -> None:
        """Raises UnknownBatch, or BatchBusy while a process works on it."""
        async with self.run_lock.hold(batch_id):
            async with self.sessions.session() as session:
                request = await self.batches.get_original_request(session, batch_id)
                used = set(_contents_of(request))
                if request.owns_assignment and request.assignment_id is not None:
                    instruction = await self.instructions.get_instruction(
                        session, request.assignment_id, None
                    )
                    if instruction is not None:
                        draft = instruction.draft
                        scale_id = draft.scale.scale_id
                        stored = await self.anchors.list_anchors(session, request.assignment_id, scale_id)
                        used.update(anchor.storage_id for anchor in stored)
                        used.update(
                            storage_id
                            for storage_id in (draft.student_prompt_storage_id, draft.judge_rubric_storage_id)
                            if storage_id is not None
                        )
                    await self.anchors.delete_anchors(session, request.assignment_id)
                    await self.instructions.delete_instruction(session, request.assignment_id, None)
                await self.batches.delete_batch(session, batch_id)
                await session.commit()
            await self.contents.forget_content(sorted(used))


def _contents_of(request: AssessmentRequest) -> list[StorageId]:
    essays = [essay.storage_id for essay in request.essays]
    return [*essays, request.task_storage_id] if request.task_storage_id is not None else essays
