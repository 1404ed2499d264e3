"""Batches in the states integration tests need."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from cj_assessment_service.domain.batches import BatchSettings, Claim
from cj_assessment_service.domain.comparisons import (
    ComparisonRequest,
    JudgeUsage,
    NewRequest,
    OrientedPair,
    Outcome,
    PairMode,
    Verdict,
    Winner,
)
from cj_assessment_service.domain.essays import EssayReference, LoadedEssay
from cj_assessment_service.domain.identifiers import (
    BatchId,
    ClaimToken,
    CorrelationId,
    EssayId,
    OuterBatchId,
    RequestId,
    StorageId,
    UserId,
)
from cj_assessment_service.domain.instructions import AssessmentBrief, AssessmentContext
from cj_assessment_service.domain.panels import Panel
from cj_assessment_service.domain.requests import AssessmentRequest
from cj_assessment_service.tests.fixtures.repositories import PostgresDataAccess

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
JUDGE = "simulated:sd=2,seed=1"
SETTINGS = BatchSettings(panel=Panel.of(JUDGE), seed=7, language="en")
USAGE = JudgeUsage(
    "simulated", "model-1", seconds=0.5, prompt_tokens=100, completion_tokens=20, cost=Decimal("0.001")
)


def new_request(
    essays: int = 4, outer_id: str = "outer-1", settings: BatchSettings = SETTINGS
) -> AssessmentRequest:
    return AssessmentRequest(
        outer_id=OuterBatchId(outer_id),
        correlation_id=CorrelationId(uuid4()),
        user_id=UserId("teacher"),
        essays=tuple(
            EssayReference(EssayId(f"essay-{n:02}"), StorageId(f"storage-{n}"), f"Åsa {n}")
            for n in range(essays)
        ),
        settings=settings,
    )


async def create_batch(access: PostgresDataAccess, request: AssessmentRequest | None = None) -> BatchId:
    async with access.sessions.session() as session:
        batch_id = await access.batches.create_batch(session, request or new_request(), NOW)
        await session.commit()
    assert batch_id is not None
    return batch_id


async def prepared_batch(access: PostgresDataAccess, essays: int = 4, budget: int = 20) -> BatchId:
    """Essays loaded, budget fixed, first wave not yet claimed."""
    batch_id = await create_batch(access, new_request(essays, outer_id=str(uuid4())))
    async with access.sessions.session() as session:
        await access.batches.begin_fetching_content(session, batch_id, NOW)
        await access.essays.add_essays(session, batch_id, loaded_essays(essays), [])
        brief = AssessmentBrief(AssessmentContext("Write about summer.", "Be kind.", ""))
        await access.batches.record_preparation(session, batch_id, brief, essays, budget)
        await session.commit()
    return batch_id


def loaded_essays(count: int) -> list[LoadedEssay]:
    return [
        LoadedEssay(
            EssayId(f"essay-{n:02}"), StorageId(f"storage-{n}"), f"The text number {n} of many.", f"Åsa {n}"
        )
        for n in range(count)
    ]


async def claim_first_wave(access: PostgresDataAccess, batch_id: BatchId) -> Claim:
    async with access.sessions.session() as session:
        claim = await access.batches.claim_first_wave(session, batch_id, ClaimToken(uuid4()), NOW)
        await session.commit()
    assert claim is not None
    return claim


async def waiting_batch(
    access: PostgresDataAccess, pairs: Sequence[tuple[int, int]], budget: int = 20
) -> tuple[BatchId, tuple[ComparisonRequest, ...]]:
    """A batch whose first wave asks these pairs of four essays."""
    batch_id = await prepared_batch(access, budget=budget)
    claim = await claim_first_wave(access, batch_id)
    return batch_id, await open_wave(access, claim, pairs)


async def open_wave(
    access: PostgresDataAccess, claim: Claim, pairs: Sequence[tuple[int, int]]
) -> tuple[ComparisonRequest, ...]:
    requests = [comparison(claim.batch_id, claim.wave + 1, first, second) for first, second in pairs]
    async with access.sessions.session() as session:
        planned = [NewRequest(request, PairMode.COVERAGE, attempt=1) for request in requests]
        await access.comparisons.add_requests(session, planned, NOW)
        assert await access.batches.open_wave(session, claim, len(requests), NOW)
        await session.commit()
    return tuple(requests)


def comparison(batch_id: BatchId, wave: int, first: int, second: int) -> ComparisonRequest:
    pair = OrientedPair(EssayId(f"essay-{first:02}"), EssayId(f"essay-{second:02}"))
    return ComparisonRequest(RequestId(uuid4()), batch_id, wave, pair, JUDGE)


def verdict(request: ComparisonRequest, winner: Winner = Winner.FIRST) -> Outcome:
    return Outcome(request.request_id, Verdict(winner, USAGE, "Clearer.", 4), NOW)


async def age(engine: AsyncEngine, batch_id: BatchId, by: timedelta = timedelta(days=1)) -> None:
    """Lets everything that happened to the batch so far have happened earlier."""
    moved = {
        "cj_batch_states": ("batch_id", ("last_activity_at", "claimed_at")),
        "cj_comparison_pairs": ("cj_batch_id", ("submitted_at", "sent_at")),
    }
    async with engine.begin() as connection:
        for table, (key, columns) in moved.items():
            changes = ", ".join(f"{column} = {column} - cast(:by as interval)" for column in columns)
            await connection.execute(
                text(f"update {table} set {changes} where {key} = :id"),  # noqa: S608 - names of our own
                {"id": batch_id, "by": by},
            )
