"""Essays in PostgreSQL, keyed by batch and essay."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Double, Integer, Text, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from cj_assessment_service.domain.batches import BatchNotes
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.essays import EssayItem, FailedEssay, LoadedEssay
from cj_assessment_service.domain.identifiers import BatchId, EssayId, Grade, StorageId
from cj_assessment_service.domain.scores import EssayScore
from cj_assessment_service.implementations.given_rows import given_rows, given_values
from cj_assessment_service.models_db import ProcessedEssay
from cj_assessment_service.protocols import CJEssayRepositoryProtocol
from cj_assessment_service.wire.json_codecs import (
    decode_findings,
    decode_notes,
    encode_findings,
    encode_notes,
)

_LOADED = ProcessedEssay.failure_code.is_(None)
_REPLACED = (
    "name",
    "text_storage_id",
    "assessment_input_text",
    "failure_code",
    "failure_reason",
    "findings",
    "requested",
    "is_anchor",
    "known_grade",
)


_ITEMS = (
    select(
        ProcessedEssay.els_essay_id,
        ProcessedEssay.known_grade,
        ProcessedEssay.name,
        ProcessedEssay.requested,
        ProcessedEssay.current_bt_score,
        ProcessedEssay.current_bt_se,
        ProcessedEssay.findings,
    )
    .where(ProcessedEssay.cj_batch_id == bindparam("of_batch"), _LOADED)
    .order_by(ProcessedEssay.els_essay_id)
)
_given = given_rows(
    essay_id=Text(),
    score=Double(),
    se=Double(),
    comparisons=Integer(),
    wins=Integer(),
    infit=Double(),
    component=Integer(),
)
_STORE_SCORES = (
    update(ProcessedEssay)
    .where(
        ProcessedEssay.cj_batch_id == bindparam("of_batch"), ProcessedEssay.els_essay_id == _given.c.essay_id
    )
    .values(
        current_bt_score=_given.c.score,
        current_bt_se=_given.c.se,
        comparison_count=_given.c.comparisons,
        win_count=_given.c.wins,
        infit=_given.c.infit,
        component=_given.c.component,
    )
)
"""One UPDATE for any number of essays."""


class PostgreSQLCJEssayRepository(CJEssayRepositoryProtocol):
    async def add_essays(
        self,
        session: AsyncSession,
        batch_id: BatchId,
        loaded: Sequence[LoadedEssay],
        failed: Sequence[FailedEssay],
    ) -> None:
        rows = [_loaded_row(batch_id, essay) for essay in loaded]
        rows += [_failed_row(batch_id, essay) for essay in failed]
        if not rows:
            return
        statement = insert(ProcessedEssay)
        await session.execute(
            statement.on_conflict_do_update(
                index_elements=["cj_batch_id", "els_essay_id"],
                set_={name: statement.excluded[name] for name in _REPLACED},
            ),
            rows,
        )

    async def get_essays_for_batch(self, session: AsyncSession, batch_id: BatchId) -> tuple[EssayItem, ...]:
        rows = await session.execute(_ITEMS, {"of_batch": batch_id})
        return tuple(
            EssayItem(
                essay_id=EssayId(row.els_essay_id),
                known_grade=Grade(row.known_grade) if row.known_grade is not None else None,
                name=row.name,
                requested=row.requested,
                score=row.current_bt_score,
                se=row.current_bt_se,
                findings=decode_findings(row.findings),
            )
            for row in rows
        )

    async def get_failed_essays(self, session: AsyncSession, batch_id: BatchId) -> tuple[FailedEssay, ...]:
        rows = await session.execute(
            select(
                ProcessedEssay.els_essay_id,
                ProcessedEssay.text_storage_id,
                ProcessedEssay.failure_code,
                ProcessedEssay.failure_reason,
                ProcessedEssay.name,
                ProcessedEssay.requested,
            )
            .where(ProcessedEssay.cj_batch_id == batch_id, ProcessedEssay.failure_code.is_not(None))
            .order_by(ProcessedEssay.els_essay_id)
        )
        return tuple(
            FailedEssay(
                essay_id=EssayId(row.els_essay_id),
                storage_id=StorageId(row.text_storage_id) if row.text_storage_id is not None else None,
                code=ErrorCode(row.failure_code),
                reason=row.failure_reason,
                name=row.name,
                requested=row.requested,
            )
            for row in rows
        )

    async def get_texts(
        self, session: AsyncSession, batch_id: BatchId, essay_ids: Sequence[EssayId]
    ) -> Mapping[EssayId, str]:
        rows = await session.execute(
            select(ProcessedEssay.els_essay_id, ProcessedEssay.assessment_input_text).where(
                ProcessedEssay.cj_batch_id == batch_id, ProcessedEssay.els_essay_id.in_(essay_ids), _LOADED
            )
        )
        return {EssayId(row.els_essay_id): row.assessment_input_text for row in rows}

    async def get_lengths(self, session: AsyncSession, batch_id: BatchId) -> Mapping[EssayId, int]:
        rows = await session.execute(
            select(
                ProcessedEssay.els_essay_id,
                func.char_length(func.coalesce(ProcessedEssay.assessment_input_text, "")).label("length"),
            ).where(ProcessedEssay.cj_batch_id == batch_id, ProcessedEssay.assessment_input_text.is_not(None))
        )
        return {EssayId(row.els_essay_id): row.length for row in rows}

    async def store_scores(
        self, session: AsyncSession, batch_id: BatchId, scores: Sequence[EssayScore]
    ) -> None:
        if not scores:
            return
        await session.execute(
            _STORE_SCORES,
            {
                "of_batch": batch_id,
                **given_values(
                    essay_id=[score.essay_id for score in scores],
                    score=[score.score for score in scores],
                    se=[score.se for score in scores],
                    comparisons=[score.comparisons for score in scores],
                    wins=[score.wins for score in scores],
                    infit=[score.infit for score in scores],
                    component=[score.component for score in scores],
                ),
            },
        )

    async def get_scores(self, session: AsyncSession, batch_id: BatchId) -> tuple[EssayScore, ...]:
        rows = await session.execute(
            select(
                ProcessedEssay.els_essay_id,
                ProcessedEssay.current_bt_score,
                ProcessedEssay.current_bt_se,
                ProcessedEssay.comparison_count,
                ProcessedEssay.win_count,
                ProcessedEssay.infit,
                ProcessedEssay.component,
            )
            .where(ProcessedEssay.cj_batch_id == batch_id, ProcessedEssay.current_bt_score.is_not(None))
            .order_by(ProcessedEssay.els_essay_id)
        )
        return tuple(
            EssayScore(
                essay_id=EssayId(row.els_essay_id),
                score=row.current_bt_score,
                se=row.current_bt_se,
                comparisons=row.comparison_count,
                wins=row.win_count,
                infit=row.infit,
                component=row.component,
            )
            for row in rows
        )

    async def merge_essay_notes(
        self, session: AsyncSession, batch_id: BatchId, essay_id: EssayId, notes: BatchNotes
    ) -> None:
        await session.execute(
            update(ProcessedEssay)
            .where(ProcessedEssay.cj_batch_id == batch_id, ProcessedEssay.els_essay_id == essay_id)
            .values(processing_metadata=ProcessedEssay.processing_metadata.concat(encode_notes(notes)))
        )

    async def get_essay_notes(
        self, session: AsyncSession, batch_id: BatchId, essay_id: EssayId
    ) -> BatchNotes:
        document = await session.scalar(
            select(ProcessedEssay.processing_metadata).where(
                ProcessedEssay.cj_batch_id == batch_id, ProcessedEssay.els_essay_id == essay_id
            )
        )
        return decode_notes(document or {})


def _loaded_row(batch_id: BatchId, essay: LoadedEssay) -> dict[str, object]:
    return {
        "cj_batch_id": batch_id,
        "els_essay_id": essay.essay_id,
        "name": essay.name,
        "text_storage_id": essay.storage_id,
        "assessment_input_text": essay.text,
        "failure_code": None,
        "failure_reason": None,
        "findings": encode_findings(essay.findings),
        "requested": essay.requested,
        "is_anchor": essay.known_grade is not None,
        "known_grade": essay.known_grade,
    }


def _failed_row(batch_id: BatchId, essay: FailedEssay) -> dict[str, object]:
    return {
        "cj_batch_id": batch_id,
        "els_essay_id": essay.essay_id,
        "name": essay.name,
        "text_storage_id": essay.storage_id,
        "assessment_input_text": None,
        "failure_code": essay.code,
        "failure_reason": essay.reason,
        "findings": {},
        "requested": essay.requested,
        "is_anchor": False,
        "known_grade": None,
    }
