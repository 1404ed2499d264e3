"""How batches change hands and end: the compare-and-set statements of all such moves, in one form each."""

from datetime import datetime

from sqlalchemy import ColumnElement, Update, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cj_assessment_service.domain.batches import BatchEnding, BatchState, Claim, Silence
from cj_assessment_service.domain.identifiers import BatchId, ClaimToken
from cj_assessment_service.models_db import CJBatchState, CJBatchUpload, ComparisonPair

ACTIVE = CJBatchState.state.in_([state for state in BatchState if not state.is_terminal])

NOTHING_OUT = (
    ~select(ComparisonPair.id)
    .where(ComparisonPair.cj_batch_id == CJBatchState.batch_id, ComparisonPair.completed_at.is_(None))
    .correlate(CJBatchState)
    .exists()
)


def left_behind(silence: Silence) -> ColumnElement[bool]:
    """What waits for answers is left behind only when none is out: questions have deadlines of their own."""
    return or_(
        and_(
            CJBatchState.state == BatchState.INITIALIZING,
            CJBatchState.last_activity_at < silence.claimed_before,
        ),
        and_(CJBatchState.state == BatchState.SCORING, CJBatchState.claimed_at < silence.claimed_before),
        and_(
            CJBatchState.state == BatchState.WAITING_CALLBACKS,
            CJBatchState.last_activity_at < silence.idle_since,
            NOTHING_OUT,
        ),
    )


def held(claim: Claim) -> ColumnElement[bool]:
    return and_(CJBatchState.state == BatchState.SCORING, CJBatchState.claim_token == claim.token)


def held_or_opened(claim: Claim) -> ColumnElement[bool]:
    """Under this claim, or in the wave that was opened under it."""
    return or_(
        held(claim),
        and_(
            CJBatchState.state == BatchState.WAITING_CALLBACKS,
            CJBatchState.current_iteration == claim.wave + 1,
        ),
    )


def claiming(batch_id: BatchId, state: BatchState, token: ClaimToken, at: datetime) -> Update:
    """Gives the hand-over of a batch in this state to the token; conditions may be added."""
    return (
        update(CJBatchState)
        .where(CJBatchState.batch_id == batch_id, CJBatchState.state == state)
        .values(state=BatchState.SCORING, claim_token=token, claimed_at=at, last_activity_at=at)
    )


def taking_over(batch_id: BatchId, token: ClaimToken, at: datetime) -> Update:
    """Gives a hand-over that is somebody's to the token, and counts that; conditions may be added."""
    return claiming(batch_id, BatchState.SCORING, token, at).values(take_overs=CJBatchState.take_overs + 1)


async def claim_by(session: AsyncSession, move: Update, batch_id: BatchId, token: ClaimToken) -> Claim | None:
    """None where the conditions did not hold."""
    row = (
        await session.execute(move.returning(CJBatchState.current_iteration, CJBatchState.take_overs))
    ).one_or_none()
    return Claim(batch_id, row.current_iteration, token, row.take_overs) if row is not None else None


async def end_batch(
    session: AsyncSession,
    batch_id: BatchId,
    condition: ColumnElement[bool],
    state: BatchState,
    ending: BatchEnding,
) -> bool:
    """State and status together; False where the condition did not hold."""
    moved = await session.scalar(
        update(CJBatchState)
        .where(CJBatchState.batch_id == batch_id, condition)
        .values(state=state, claim_token=None, claimed_at=None, last_activity_at=ending.at)
        .returning(CJBatchState.batch_id)
    )
    if moved is None:
        return False
    await session.execute(
        update(CJBatchUpload)
        .where(CJBatchUpload.id == batch_id)
        .values(
            status=ending.status,
            stop_reason=ending.reason,
            failure_detail=ending.detail,
            completed_at=ending.at,
        )
    )
    return True
