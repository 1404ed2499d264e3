"""The figures of state, read from a database in which things wait."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import insert, update

from cj_assessment_service.domain.batches import BatchState, BatchStatus, StopReason
from cj_assessment_service.domain.service_state import Backlog, Patience, ServiceState
from cj_assessment_service.implementations.service_state import PostgreSQLServiceState
from cj_assessment_service.models_db import (
    CJBatchState,
    CJBatchUpload,
    DeadLetter,
    EventOutbox,
    OrphanAnswer,
)
from cj_assessment_service.tests.fixtures.repositories import PostgresDataAccess
from cj_assessment_service.tests.fixtures.telemetry import new_telemetry, value_of
from cj_assessment_service.tests.integration.batches import NOW, create_batch, new_request

PATIENCE = Patience(claim=120, idle=900, question=600)
NOTHING = ServiceState(
    open_batches=tuple((state, 0) for state in BatchState if not state.is_terminal),
    stuck=0,
    outstanding_questions=0,
    overdue_questions=0,
    failed_comparisons=0,
    outbox=Backlog(0, 0.0),
    outbox_given_up=0,
    orphans=Backlog(0, 0.0),
    dead_letters=0,
    unprojected=0,
)


async def read(access: PostgresDataAccess, at: datetime = NOW) -> ServiceState:
    async with access.sessions.session() as session:
        return await PostgreSQLServiceState().read(session, at, PATIENCE)


def event(age: float, **others: object) -> dict[str, object]:
    return {
        "id": uuid4(), "aggregate_id": "b", "aggregate_type": "batch", "event_type": "t", "topic": "t", "event_key": "b",
        "event_data": b"{}", "created_at": NOW - timedelta(seconds=age), "published_at": None, "dead_at": None,
    } | others  # fmt: skip


async def test_an_empty_database_has_nothing_open(postgres_data_access: PostgresDataAccess) -> None:
    assert await read(postgres_data_access) == NOTHING


async def test_open_batches_are_counted_by_state_and_those_that_stand_still_apart(
    postgres_data_access: PostgresDataAccess,
) -> None:
    ids = [await create_batch(postgres_data_access, new_request(outer_id=f"outer-{n}")) for n in range(4)]
    long_ago = NOW - timedelta(hours=1)
    async with postgres_data_access.sessions.session() as session:
        waiting = {
            "state": BatchState.WAITING_CALLBACKS, "total_budget": 20, "submitted_comparisons": 10,
            "completed_comparisons": 3, "failed_comparisons": 2,
        }  # fmt: skip
        await session.execute(update(CJBatchState).values(last_activity_at=NOW))
        await session.execute(update(CJBatchState).where(CJBatchState.batch_id.in_(ids[:2])).values(waiting))
        await session.execute(
            update(CJBatchState).where(CJBatchState.batch_id == ids[0]).values(last_activity_at=long_ago)
        )
        await session.execute(
            update(CJBatchState).where(CJBatchState.batch_id == ids[3]).values(state=BatchState.FAILED)
        )
        await session.commit()
    state = await read(postgres_data_access)
    assert dict(state.open_batches) == {
        BatchState.INITIALIZING: 1, BatchState.WAITING_CALLBACKS: 2, BatchState.SCORING: 0,
    }  # fmt: skip
    assert (state.stuck, state.outstanding_questions, state.failed_comparisons) == (1, 10, 4)


async def test_the_outbox_is_as_late_as_its_oldest_event_that_may_still_leave(
    postgres_data_access: PostgresDataAccess,
) -> None:
    async with postgres_data_access.sessions.session() as session:
        await session.execute(
            insert(EventOutbox),
            [event(500, published_at=NOW), event(400, dead_at=NOW), event(70), event(20)],
        )
        await session.commit()
    state = await read(postgres_data_access)
    assert state == replace(NOTHING, outbox=Backlog(2, 70.0), outbox_given_up=1)


async def test_orphans_and_dead_letters_are_counted(postgres_data_access: PostgresDataAccess) -> None:
    async with postgres_data_access.sessions.session() as session:
        await session.execute(
            insert(OrphanAnswer).values(
                request_id=uuid4(), outcome={}, received_at=NOW - timedelta(seconds=30)
            )
        )
        await session.execute(
            insert(DeadLetter).values(topic="t", event_key="k", value=b"", reason="r", parked_at=NOW)
        )
        await session.commit()
    assert await read(postgres_data_access) == replace(NOTHING, orphans=Backlog(1, 30.0), dead_letters=1)


@pytest.mark.parametrize(
    ("status", "unprojected"), [(BatchStatus.COMPLETE_STABLE, 1), (BatchStatus.ERROR_PROCESSING, 0)]
)
async def test_a_batch_that_ended_well_without_grades_or_a_reason_is_found(
    postgres_data_access: PostgresDataAccess, status: BatchStatus, unprojected: int
) -> None:
    await create_batch(postgres_data_access)
    async with postgres_data_access.sessions.session() as session:
        await session.execute(
            update(CJBatchUpload).values(status=status, stop_reason=StopReason.STABLE, completed_at=NOW)
        )
        await session.commit()
    assert (await read(postgres_data_access)).unprojected == unprojected


def test_all_figures_are_shown_under_the_names_the_alerts_read() -> None:
    telemetry = new_telemetry()
    state = replace(
        NOTHING, stuck=3, outbox=Backlog(4, 5.0), outbox_given_up=6, orphans=Backlog(7, 8.0), unprojected=9
    )
    telemetry.service_state_read(state, NOW)
    shown = {
        "cj_stuck_batches_detected": 3, "cj_outbox_waiting": 4, "cj_outbox_lag_seconds": 5, "cj_outbox_given_up": 6,
        "cj_orphans_waiting": 7, "cj_orphans_oldest_seconds": 8, "cj_ended_without_projection": 9,
        "cj_service_state_read_timestamp_seconds": NOW.timestamp(),
    }  # fmt: skip
    assert {name: value_of(telemetry.metrics, name) for name in shown} == shown
