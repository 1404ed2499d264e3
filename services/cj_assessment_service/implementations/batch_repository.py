"""Batches in PostgreSQL. Every state change is one compare-and-set statement; the database decides races."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import TypeVar

from sqlalchemy import (
    BigInteger,
    DateTime,
    Integer,
    Numeric,
    Uuid,
    and_,
    bindparam,
    case,
    delete,
    func,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from cj_assessment_service.domain.batches import (
    AnswerCounts,
    BatchEnding,
    BatchNotes,
    BatchOverview,
    BatchState,
    BatchStatus,
    Claim,
    ScoringRecord,
    Silence,
)
from cj_assessment_service.domain.errors import UnknownBatch
from cj_assessment_service.domain.identifiers import BatchId, ClaimToken
from cj_assessment_service.domain.instructions import AssessmentBrief, AssessmentContext
from cj_assessment_service.domain.requests import AssessmentRequest
from cj_assessment_service.implementations.batch_moves import (
    ACTIVE,
    NOTHING_OUT,
    claim_by,
    claiming,
    end_batch,
    held,
    held_or_opened,
    left_behind,
    taking_over,
)
from cj_assessment_service.implementations.batch_overviews import (
    OVERVIEW,
    OVERVIEWS,
    map_overview,
    seats_of,
)
from cj_assessment_service.implementations.given_rows import fixed, given_rows, given_values
from cj_assessment_service.models_db import CJBatchState, CJBatchUpload, PanelSeat
from cj_assessment_service.protocols import FIRST, CJBatchRepositoryProtocol
from cj_assessment_service.wire.json_codecs import (
    decode_notes,
    decode_prompt,
    decode_request,
    decode_scale,
    encode_notes,
    encode_prompt,
    encode_request,
    encode_scale,
)

Found = TypeVar("Found")

_given = given_rows(
    batch_id=BigInteger(),
    completed=Integer(),
    failed=Integer(),
    cost=Numeric(),
    prompt_tokens=BigInteger(),
    completion_tokens=BigInteger(),
    unpriced=Integer(),
    cached_tokens=BigInteger(),
)
_added = (
    select(*_given.c)
    .join_from(_given, CJBatchState, CJBatchState.batch_id == _given.c.batch_id)
    .order_by(CJBatchState.batch_id)
    .with_for_update(of=CJBatchState)
    .cte("added")
)
_completed = CJBatchState.completed_comparisons + _added.c.completed
_failed = CJBatchState.failed_comparisons + _added.c.failed
_wave_is_over = and_(
    CJBatchState.state == BatchState.WAITING_CALLBACKS,
    _completed + _failed == CJBatchState.submitted_comparisons,
)
_new_token = bindparam("new_token", type_=Uuid())
_now = bindparam("at", type_=DateTime(timezone=True))
_RECORD_ANSWERS = fixed(
    update(CJBatchState)
    .where(CJBatchState.batch_id == _added.c.batch_id)
    .values(
        completed_comparisons=_completed,
        failed_comparisons=_failed,
        spent_cost=CJBatchState.spent_cost + _added.c.cost,
        prompt_tokens=CJBatchState.prompt_tokens + _added.c.prompt_tokens,
        completion_tokens=CJBatchState.completion_tokens + _added.c.completion_tokens,
        unpriced_comparisons=CJBatchState.unpriced_comparisons + _added.c.unpriced,
        cached_tokens=CJBatchState.cached_tokens + _added.c.cached_tokens,
        state=case((_wave_is_over, BatchState.SCORING), else_=CJBatchState.state),
        claim_token=case((_wave_is_over, _new_token), else_=CJBatchState.claim_token),
        claimed_at=case((_wave_is_over, _now), else_=CJBatchState.claimed_at),
        last_activity_at=_now,
    )
    .returning(CJBatchState.batch_id, CJBatchState.current_iteration, CJBatchState.claim_token)
)
"""Locks any number of batches by id, adds to their counts, and claims those whose wave is over."""

_HELD = and_(
    CJBatchState.batch_id == bindparam("held_batch"),
    CJBatchState.state == BatchState.SCORING,
    CJBatchState.claim_token == bindparam("held_token"),
)
_RECORD_SCORING = (
    update(CJBatchState)
    .where(_HELD)
    .values(
        reliability=bindparam("new_reliability"),
        reliability_low=bindparam("new_low"),
        reliability_high=bindparam("new_high"),
        expected_grade_changes=bindparam("new_grade_changes"),
    )
    .returning(CJBatchState.batch_id)
)
_OPEN_WAVE = (
    update(CJBatchState)
    .where(
        _HELD,
        CJBatchState.submitted_comparisons + bindparam("new_comparisons") <= CJBatchState.total_budget,
    )
    .values(
        state=BatchState.WAITING_CALLBACKS,
        submitted_comparisons=CJBatchState.submitted_comparisons + bindparam("new_comparisons"),
        current_iteration=CJBatchState.current_iteration + 1,
        claim_token=None,
        claimed_at=None,
        take_overs=0,
        last_activity_at=bindparam("at"),
    )
    .returning(CJBatchState.batch_id)
)
# these run for every answer or every wave: built once, they save a third of what they cost


def request_fingerprint(request: AssessmentRequest) -> str:
    """The same for every delivery of one request: outer batch and correlation id name it."""
    return sha256(f"{request.outer_id}\n{request.correlation_id}".encode()).hexdigest()


class PostgreSQLCJBatchRepository(CJBatchRepositoryProtocol):
    async def create_batch(
        self, session: AsyncSession, request: AssessmentRequest, created_at: datetime
    ) -> BatchId | None:
        settings = request.settings
        batch_id = await session.scalar(
            insert(CJBatchUpload)
            .values(
                bos_batch_id=request.outer_id,
                request_fingerprint=request_fingerprint(request),
                request_event_id=request.event_id,
                trace_parent=request.trace_parent,
                event_correlation_id=request.correlation_id,
                language=settings.language,
                course_code=request.course_code,
                assignment_id=request.assignment_id,
                user_id=request.user_id,
                org_id=request.organisation_id,
                pair_seed=settings.seed,
                budget_requested=settings.budget,
                max_cost=settings.max_cost,
                max_seconds=settings.max_seconds,
                target_reliability=settings.target_reliability,
                max_expected_grade_changes=settings.max_expected_grade_changes,
                answer_form=settings.answers,
                pair_strategy=settings.strategy,
                pair_plan_use=settings.plan_use,
                reuse_answers=settings.reuse_answers,
                local_only=settings.privacy.local_only,
                name_handling=settings.privacy.names,
                names_replaced=settings.privacy.replacements,
                texts_with_names=settings.privacy.texts_changed,
                requested_essay_count=len(request.essays) + len(request.refused),
                status=BatchStatus.PENDING,
                original_request=encode_request(request),
                created_at=created_at,
                updated_at=created_at,
            )
            .on_conflict_do_nothing()
            .returning(CJBatchUpload.id)
        )
        if batch_id is None:
            return None
        await session.execute(
            insert(PanelSeat),
            [
                {
                    "cj_batch_id": batch_id,
                    "place": place,
                    "judge": member.judge,
                    "role": member.role,
                    "share": member.share,
                }
                for place, member in enumerate(settings.panel.members)
            ],
        )
        await session.execute(
            insert(CJBatchState).values(
                batch_id=batch_id, state=BatchState.INITIALIZING, last_activity_at=created_at
            )
        )
        return BatchId(batch_id)

    async def find_batch(self, session: AsyncSession, request: AssessmentRequest) -> BatchId | None:
        is_this = CJBatchUpload.request_fingerprint == request_fingerprint(request)
        came_with_it = CJBatchUpload.request_event_id == request.event_id
        found = await session.scalar(
            select(CJBatchUpload.id)
            .where(is_this if request.event_id is None else or_(is_this, came_with_it))
            .order_by(is_this.desc())
            .limit(1)
        )
        return BatchId(found) if found is not None else None

    async def get_overview(self, session: AsyncSession, batch_id: BatchId) -> BatchOverview:
        row = _known((await session.execute(OVERVIEW, {"of_batch": batch_id})).one_or_none(), batch_id)
        seats = await seats_of(session, [batch_id])
        return map_overview(row, seats)

    async def get_batch_state(self, session: AsyncSession, batch_id: BatchId) -> BatchState:
        state = await session.scalar(select(CJBatchState.state).where(CJBatchState.batch_id == batch_id))
        return _known(state, batch_id)

    async def list_overviews(self, session: AsyncSession, limit: int) -> tuple[BatchOverview, ...]:
        rows = (await session.execute(OVERVIEWS.order_by(CJBatchUpload.id.desc()).limit(limit))).all()
        seats = await seats_of(session, [row[0].id for row in rows])
        return tuple(map_overview(row, seats) for row in rows)

    async def get_original_request(self, session: AsyncSession, batch_id: BatchId) -> AssessmentRequest:
        document = await session.scalar(
            select(CJBatchUpload.original_request).where(CJBatchUpload.id == batch_id)
        )
        return decode_request(_known(document, batch_id))

    async def begin_fetching_content(self, session: AsyncSession, batch_id: BatchId, at: datetime) -> bool:
        moved = await session.scalar(
            update(CJBatchState)
            .where(CJBatchState.batch_id == batch_id, CJBatchState.state == BatchState.INITIALIZING)
            .values(last_activity_at=at)
            .returning(CJBatchState.batch_id)
        )
        if moved is None:
            return False
        await session.execute(
            update(CJBatchUpload)
            .where(CJBatchUpload.id == batch_id)
            .values(status=BatchStatus.FETCHING_CONTENT)
        )
        return True

    async def record_preparation(
        self, session: AsyncSession, batch_id: BatchId, brief: AssessmentBrief, loaded: int, budget: int
    ) -> bool:
        moved = await session.scalar(
            update(CJBatchState)
            .where(CJBatchState.batch_id == batch_id, CJBatchState.state == BatchState.INITIALIZING)
            .values(total_budget=budget, last_activity_at=func.now())
            .returning(CJBatchState.batch_id)
        )
        if moved is None:
            return False
        await session.execute(
            update(CJBatchUpload)
            .where(CJBatchUpload.id == batch_id)
            .values(
                expected_essay_count=loaded,
                task_text=brief.context.task,
                rubric_text=brief.context.rubric,
                instructions_text=brief.context.instructions,
                system_prompt=brief.system_prompt,
                prompt_template=encode_prompt(brief.prompt) if brief.prompt is not None else null(),
                grade_scale_definition=encode_scale(brief.scale) if brief.scale is not None else null(),
            )
        )
        return True

    async def get_brief(self, session: AsyncSession, batch_id: BatchId) -> AssessmentBrief:
        row = (
            await session.execute(
                select(
                    CJBatchUpload.task_text,
                    CJBatchUpload.rubric_text,
                    CJBatchUpload.instructions_text,
                    CJBatchUpload.system_prompt,
                    CJBatchUpload.prompt_template,
                    CJBatchUpload.grade_scale_definition,
                ).where(CJBatchUpload.id == batch_id)
            )
        ).one_or_none()
        task, rubric, instructions, system_prompt, prompt, scale = _known(row, batch_id)
        return AssessmentBrief(
            context=AssessmentContext(task=task, rubric=rubric, instructions=instructions),
            scale=decode_scale(scale) if scale is not None else None,
            system_prompt=system_prompt,
            prompt=decode_prompt(prompt) if prompt is not None else None,
        )

    async def claim_first_wave(
        self, session: AsyncSession, batch_id: BatchId, token: ClaimToken, at: datetime
    ) -> Claim | None:
        move = claiming(batch_id, BatchState.INITIALIZING, token, at).where(CJBatchState.total_budget > 0)
        return await claim_by(session, move, batch_id, token)

    async def record_answers(
        self,
        session: AsyncSession,
        counts: Sequence[tuple[BatchId, AnswerCounts]],
        token: ClaimToken,
        at: datetime,
    ) -> tuple[Claim, ...]:
        added = [each for _, each in counts]
        given = given_values(
            batch_id=[batch_id for batch_id, _ in counts],
            completed=[each.completed for each in added],
            failed=[each.failed for each in added],
            cost=[each.cost for each in added],
            prompt_tokens=[each.prompt_tokens for each in added],
            completion_tokens=[each.completion_tokens for each in added],
            unpriced=[each.unpriced for each in added],
            cached_tokens=[each.cached_tokens for each in added],
        )
        rows = await session.execute(_RECORD_ANSWERS, {**given, "new_token": token, "at": at})
        return tuple(
            Claim(BatchId(row.batch_id), row.current_iteration, token)
            for row in rows
            if row.claim_token == token
        )

    async def claim_abandoned(
        self,
        session: AsyncSession,
        batch_id: BatchId,
        token: ClaimToken,
        at: datetime,
        abandoned_before: datetime,
    ) -> Claim | None:
        move = taking_over(batch_id, token, at).where(CJBatchState.claimed_at < abandoned_before)
        return await claim_by(session, move, batch_id, token)

    async def claim_from_anybody(
        self, session: AsyncSession, batch_id: BatchId, token: ClaimToken, at: datetime
    ) -> Claim | None:
        return await claim_by(session, taking_over(batch_id, token, at), batch_id, token)

    async def claim_answered(
        self, session: AsyncSession, batch_id: BatchId, token: ClaimToken, at: datetime, idle_since: datetime
    ) -> Claim | None:
        move = claiming(batch_id, BatchState.WAITING_CALLBACKS, token, at).where(
            CJBatchState.last_activity_at < idle_since, NOTHING_OUT
        )
        return await claim_by(session, move, batch_id, token)

    async def open_wave(self, session: AsyncSession, claim: Claim, comparisons: int, at: datetime) -> bool:
        moved = await session.scalar(_OPEN_WAVE, {**_holder(claim), "new_comparisons": comparisons, "at": at})
        if moved is None:
            return False
        if claim.wave == 0:  # the status stays the same from the first wave on
            await session.execute(
                update(CJBatchUpload)
                .where(CJBatchUpload.id == claim.batch_id)
                .values(status=BatchStatus.PERFORMING_COMPARISONS)
            )
        return True

    async def record_scoring(self, session: AsyncSession, claim: Claim, record: ScoringRecord) -> bool:
        low, high = record.reliability_limits or (None, None)
        scored = {
            "new_reliability": record.reliability,
            "new_low": low,
            "new_high": high,
            "new_grade_changes": record.expected_grade_changes,
        }
        return await session.scalar(_RECORD_SCORING, {**_holder(claim), **scored}) is not None

    async def record_rescoring(self, session: AsyncSession, batch_id: BatchId, record: ScoringRecord) -> None:
        low, high = record.reliability_limits or (None, None)
        await session.execute(
            update(CJBatchState)
            .where(CJBatchState.batch_id == batch_id)
            .values(
                reliability=record.reliability,
                reliability_low=low,
                reliability_high=high,
                expected_grade_changes=record.expected_grade_changes,
            )
        )

    async def mark_batch_scoring_complete(
        self, session: AsyncSession, claim: Claim, ending: BatchEnding
    ) -> bool:
        return await end_batch(session, claim.batch_id, held(claim), BatchState.COMPLETED, ending)

    async def mark_preparation_failed(
        self, session: AsyncSession, batch_id: BatchId, ending: BatchEnding
    ) -> bool:
        unbegun = CJBatchState.state == BatchState.INITIALIZING
        return await end_batch(session, batch_id, unbegun, BatchState.FAILED, ending)

    async def mark_batch_failed(self, session: AsyncSession, claim: Claim, ending: BatchEnding) -> bool:
        return await end_batch(session, claim.batch_id, held_or_opened(claim), BatchState.FAILED, ending)

    async def mark_batch_cancelled(
        self, session: AsyncSession, batch_id: BatchId, wave: int, ending: BatchEnding
    ) -> bool:
        in_this_wave = and_(ACTIVE, CJBatchState.current_iteration == wave)
        return await end_batch(session, batch_id, in_this_wave, BatchState.CANCELLED, ending)

    async def request_finish(self, session: AsyncSession, batch_id: BatchId, at: datetime) -> bool:
        locked = await session.scalar(
            select(CJBatchState.batch_id).where(CJBatchState.batch_id == batch_id, ACTIVE).with_for_update()
        )
        if locked is None:
            return False
        await session.execute(
            update(CJBatchUpload)
            .where(CJBatchUpload.id == batch_id)
            .values(finish_requested_at=func.coalesce(CJBatchUpload.finish_requested_at, at))
        )
        return True

    async def find_stalled(
        self, session: AsyncSession, silence: Silence, limit: int, after: BatchId = FIRST
    ) -> tuple[BatchId, ...]:
        found = await session.scalars(
            select(CJBatchState.batch_id)
            .where(ACTIVE, CJBatchState.batch_id > after, left_behind(silence))
            .order_by(CJBatchState.batch_id)
            .limit(limit)
        )
        return tuple(BatchId(batch_id) for batch_id in found)

    async def merge_upload_notes(self, session: AsyncSession, batch_id: BatchId, notes: BatchNotes) -> None:
        await session.execute(
            update(CJBatchUpload)
            .where(CJBatchUpload.id == batch_id)
            .values(processing_metadata=CJBatchUpload.processing_metadata.concat(encode_notes(notes)))
        )

    async def merge_state_notes(self, session: AsyncSession, batch_id: BatchId, notes: BatchNotes) -> None:
        await session.execute(
            update(CJBatchState)
            .where(CJBatchState.batch_id == batch_id)
            .values(processing_metadata=CJBatchState.processing_metadata.concat(encode_notes(notes)))
        )

    async def get_notes(self, session: AsyncSession, batch_id: BatchId) -> BatchNotes:
        document = await session.scalar(
            select(CJBatchUpload.processing_metadata.concat(CJBatchState.processing_metadata))
            .join(CJBatchState, CJBatchState.batch_id == CJBatchUpload.id)
            .where(CJBatchUpload.id == batch_id)
        )
        return decode_notes(_known(document, batch_id))

    async def delete_batch(self, session: AsyncSession, batch_id: BatchId) -> bool:
        removed = await session.scalar(
            delete(CJBatchUpload).where(CJBatchUpload.id == batch_id).returning(CJBatchUpload.id)
        )
        return removed is not None


def _known(value: Found | None, batch_id: BatchId) -> Found:
    if value is None:
        raise UnknownBatch(
            f"There is no batch {batch_id} in this database. `cj list` shows the ones there are."
        )
    return value


def _holder(claim: Claim) -> dict[str, object]:
    """The parameters of `_HELD`."""
    return {"held_batch": claim.batch_id, "held_token": claim.token}
