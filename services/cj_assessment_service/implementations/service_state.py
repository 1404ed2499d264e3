"""All open work, counted by one statement that reads open rows only."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, FromClause, Select, and_, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from cj_assessment_service.domain.batches import BatchState, BatchStatus
from cj_assessment_service.domain.service_state import COUNTED_AT_MOST, Backlog, Patience, ServiceState
from cj_assessment_service.models_db import (
    CJBatchState,
    CJBatchUpload,
    ComparisonPair,
    DeadLetter,
    EventOutbox,
    GradeCalibration,
    OrphanAnswer,
)
from cj_assessment_service.protocols import ServiceStateProtocol

NEWEST_BATCHES = 1000
"""So many are looked at for results that were published without grades or a reason."""

NEWEST_EVENTS = 10_000
"""So many are looked at for events that are not tried any more."""

_OPEN = tuple(state for state in BatchState if not state.is_terminal)
_COMPLETE = tuple(status for status in BatchStatus if status.is_complete)


class PostgreSQLServiceState(ServiceStateProtocol):
    async def read(self, session: AsyncSession, at: datetime, patience: Patience) -> ServiceState:
        batches = _open_batches(at, patience)
        outbox = _backlog(
            EventOutbox.created_at, and_(EventOutbox.published_at.is_(None), EventOutbox.dead_at.is_(None))
        )
        orphans = _backlog(OrphanAnswer.received_at, OrphanAnswer.received_at <= at)
        row = (
            await session.execute(
                select(
                    batches,
                    outbox.c.waiting.label("outbox_waiting"),
                    outbox.c.oldest.label("outbox_oldest"),
                    orphans.c.waiting.label("orphans_waiting"),
                    orphans.c.oldest.label("orphans_oldest"),
                    _count(_overdue(at, patience)).label("overdue"),
                    _count(_given_up()).label("given_up"),
                    _count(select(DeadLetter.id)).label("dead_letters"),
                    _count(_unprojected()).label("unprojected"),
                ).select_from(batches.join(outbox, true()).join(orphans, true()))
            )
        ).one()
        return ServiceState(
            open_batches=tuple((state, getattr(row, state.value)) for state in _OPEN),
            stuck=row.stuck,
            outstanding_questions=row.outstanding,
            overdue_questions=row.overdue,
            failed_comparisons=row.failed,
            outbox=_waiting_since(row.outbox_waiting, row.outbox_oldest, at),
            outbox_given_up=row.given_up,
            orphans=_waiting_since(row.orphans_waiting, row.orphans_oldest, at),
            dead_letters=row.dead_letters,
            unprojected=row.unprojected,
        )


def _open_batches(at: datetime, patience: Patience) -> FromClause:
    state = CJBatchState
    stands_still = or_(
        state.claimed_at < at - timedelta(seconds=patience.claim),
        state.last_activity_at < at - timedelta(seconds=patience.idle),
    )
    outstanding = state.submitted_comparisons - state.completed_comparisons - state.failed_comparisons
    return (
        select(
            *(func.count().filter(state.state == each).label(each.value) for each in _OPEN),
            func.count().filter(stands_still).label("stuck"),
            func.coalesce(func.sum(outstanding), 0).label("outstanding"),
            func.coalesce(func.sum(state.failed_comparisons), 0).label("failed"),
        )
        .where(state.state.in_(_OPEN))
        .subquery()
    )


def _backlog(since: InstrumentedAttribute[datetime], waits: ColumnElement[bool]) -> FromClause:
    some = select(since.label("since")).where(waits).limit(COUNTED_AT_MOST).subquery()
    return select(func.count().label("waiting"), func.min(some.c.since).label("oldest")).subquery()


def _overdue(at: datetime, patience: Patience) -> Select[int]:
    late = at - timedelta(seconds=patience.question)
    return select(ComparisonPair.id).where(
        ComparisonPair.completed_at.is_(None),
        ComparisonPair.submitted_at < late,  # what was sent late was recorded earlier: this finds the index
        ComparisonPair.sent_at < late,
    )


def _given_up() -> Select[int]:
    newest = select(func.max(EventOutbox.sequence) - NEWEST_EVENTS).scalar_subquery()
    return select(EventOutbox.sequence).where(EventOutbox.sequence > newest, EventOutbox.dead_at.is_not(None))


def _unprojected() -> Select[int]:
    newest = select(func.max(CJBatchUpload.id) - NEWEST_BATCHES).scalar_subquery()
    return (
        select(CJBatchUpload.id)
        .outerjoin(GradeCalibration, GradeCalibration.cj_batch_id == CJBatchUpload.id)
        .where(
            CJBatchUpload.id > newest,
            CJBatchUpload.status.in_(_COMPLETE),
            GradeCalibration.cj_batch_id.is_(None),
        )
    )


def _count(rows: Select[int]) -> ColumnElement[int]:
    return select(func.count()).select_from(rows.limit(COUNTED_AT_MOST).subquery()).scalar_subquery()


def _waiting_since(waiting: int, oldest: datetime | None, at: datetime) -> Backlog:
    return Backlog(waiting, max(0.0, (at - oldest).total_seconds()) if oldest is not None else 0.0)
