"""The built-in content store: texts in PostgreSQL, named by what they say."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256

from sqlalchemy import delete, exists, not_, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from cj_assessment_service.domain.errors import ContentMissing
from cj_assessment_service.domain.identifiers import StorageId
from cj_assessment_service.models_db import (
    AnchorEssayReference,
    AssessmentInstruction,
    ProcessedEssay,
    StoredContent,
)
from cj_assessment_service.protocols import ContentStoreProtocol, SessionProviderProtocol

AT_ONCE = 4
"""Texts moved at the same time: fewer than the connections the pool keeps, because opening another one takes longer than
waiting for its turn.
"""


@dataclass(frozen=True, slots=True)
class PostgreSQLContentStore(ContentStoreProtocol):
    """The same promise as a remote content service, so each call is a transaction of its own."""

    sessions: SessionProviderProtocol
    _few: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE), init=False)

    async def fetch_content(self, storage_id: StorageId) -> str:
        async with self._session() as session:
            content = await session.scalar(
                select(StoredContent.content).where(StoredContent.storage_id == storage_id)
            )
        if not content or not content.strip():
            raise ContentMissing(f"The content store has no text under {storage_id}.")
        return content

    async def store_content(self, text: str) -> StorageId:
        storage_id = StorageId(f"sha256-{sha256(text.encode()).hexdigest()}")
        async with self._session() as session:
            await session.execute(
                insert(StoredContent).values(storage_id=storage_id, content=text).on_conflict_do_nothing()
            )
            await session.commit()
        return storage_id

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[AsyncSession]:
        async with self._few, self.sessions.session() as session:
            yield session

    async def forget_content(self, storage_ids: Sequence[StorageId]) -> None:
        in_use = or_(
            *(
                exists().where(reference == StoredContent.storage_id)
                for reference in (
                    ProcessedEssay.text_storage_id,
                    AnchorEssayReference.text_storage_id,
                    AssessmentInstruction.student_prompt_storage_id,
                    AssessmentInstruction.judge_rubric_storage_id,
                )
            )
        )
        async with self.sessions.session() as session:
            await session.execute(
                delete(StoredContent).where(StoredContent.storage_id.in_(storage_ids), not_(in_use))
            )
            await session.commit()
