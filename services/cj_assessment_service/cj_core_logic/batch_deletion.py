"""Forgets a batch: wholly, or all but its decisions; and every text only it used."""

from dataclasses import dataclass
from datetime import datetime

from cj_assessment_service.domain.batches import BatchOverview
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.errors import BatchNotEnded, NamesInIds
from cj_assessment_service.domain.identifiers import BatchId, StorageId
from cj_assessment_service.domain.privacy import EndedBatch
from cj_assessment_service.protocols import (
    AnchorRepositoryProtocol,
    AssessmentInstructionRepositoryProtocol,
    CJBatchRepositoryProtocol,
    ContentStoreProtocol,
    PrivacyRepositoryProtocol,
    RunLockProtocol,
    SessionProviderProtocol,
)


@dataclass(frozen=True, slots=True)
class BatchDeletion:
    sessions: SessionProviderProtocol
    batches: CJBatchRepositoryProtocol
    instructions: AssessmentInstructionRepositoryProtocol
    anchors: AnchorRepositoryProtocol
    privacy: PrivacyRepositoryProtocol
    contents: ContentStoreProtocol
    run_lock: RunLockProtocol
    clock: Clock

    async def delete(self, batch_id: BatchId) -> None:
        """Raises UnknownBatch, or BatchBusy while a process works on it."""
        async with self.run_lock.hold(batch_id):
            used = await self._contents_of(batch_id)
            await self._remove(batch_id)
            await self.contents.forget_content(sorted(used))

    async def delete_texts(self, batch_id: BatchId) -> None:
        """Keeps ids, decisions, scores, grades and costs; nothing happens where the texts are deleted already.

        Raises UnknownBatch, BatchNotEnded, NamesInIds where ids were not hidden, or BatchBusy while a process works on it.
        """
        async with self.run_lock.hold(batch_id):
            overview = await self._overview(batch_id)
            if overview.completed_at is None:
                raise BatchNotEnded(
                    f"Batch {batch_id} has not ended, and without its texts it never would. Carry it on first"
                    f" (cj resume {batch_id}), or delete all of it: cj delete {batch_id}"
                )
            if overview.settings.privacy.names.leaves_ids:
                raise NamesInIds(
                    f"The ids of the essays in batch {batch_id} were kept as they are, and may be names of students. Delete"
                    f" all of it (cj delete {batch_id}); its result files are yours to keep."
                )
            used = await self._contents_of(batch_id)
            await self._remove_texts(batch_id)
            await self.contents.forget_content(sorted(used))

    async def ended_before(self, moment: datetime) -> tuple[EndedBatch, ...]:
        """Oldest first."""
        async with self.sessions.session() as session:
            return await self.privacy.find_ended(session, moment)

    async def _overview(self, batch_id: BatchId) -> BatchOverview:
        async with self.sessions.session() as session:
            return await self.batches.get_overview(session, batch_id)

    async def _contents_of(self, batch_id: BatchId) -> set[StorageId]:
        """Every text the batch refers to, itself or through the assignment made for it alone."""
        async with self.sessions.session() as session:
            request = await self.batches.get_original_request(session, batch_id)
            used = {essay.storage_id for essay in request.essays}
            instruction = None
            if request.owns_assignment:
                instruction = await self.instructions.get_instruction(
                    session, request.organisation_id, request.assignment_id, None
                )
            if instruction is not None and request.assignment_id is not None:
                scale_id = instruction.draft.scale.scale_id
                anchors = await self.anchors.list_anchors(
                    session, request.organisation_id, request.assignment_id, scale_id
                )
                used.update(anchor.storage_id for anchor in anchors)
        texts = [request.task_storage_id]
        if instruction is not None:
            texts += [instruction.draft.student_prompt_storage_id, instruction.draft.judge_rubric_storage_id]
        return used | {text for text in texts if text is not None}

    async def _remove(self, batch_id: BatchId) -> None:
        async with self.sessions.session() as session:
            request = await self.batches.get_original_request(session, batch_id)
            if request.owns_assignment and request.assignment_id is not None:
                owner = request.organisation_id
                await self.anchors.delete_anchors(session, owner, request.assignment_id)
                await self.instructions.delete_instruction(session, owner, request.assignment_id, None)
            await self.privacy.forget_events(session, batch_id)
            await self.batches.delete_batch(session, batch_id)
            await session.commit()

    async def _remove_texts(self, batch_id: BatchId) -> None:
        async with self.sessions.session() as session:
            request = await self.batches.get_original_request(session, batch_id)
            if request.owns_assignment and request.assignment_id is not None:
                owner = request.organisation_id
                await self.anchors.delete_anchors(session, owner, request.assignment_id)
                await self.instructions.delete_instruction(session, owner, request.assignment_id, None)
            await self.privacy.forget_events(session, batch_id)
            await self.privacy.delete_texts(session, batch_id, self.clock.now())
            await session.commit()
