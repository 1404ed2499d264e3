"""Whatever is understood of a message can be stored: the border refuses what a table would."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from cj_assessment_service.domain.batches import AnswerCounts
from cj_assessment_service.domain.comparisons import Outcome
from cj_assessment_service.domain.errors import MessageUnreadable, Rejected
from cj_assessment_service.domain.essays import LoadedEssay
from cj_assessment_service.domain.identifiers import ClaimToken, CorrelationId
from cj_assessment_service.domain.instructions import AssessmentBrief, AssessmentContext
from cj_assessment_service.domain.requests import AssessmentRequest
from cj_assessment_service.tests.fixtures.hostile_messages import (
    ANSWER,
    FAILED_ANSWER,
    REQUEST,
    every_change,
    with_panel,
)
from cj_assessment_service.tests.fixtures.repositories import PostgresDataAccess
from cj_assessment_service.tests.integration.batches import waiting_batch
from cj_assessment_service.wire.assessment_request import RequestDefaults, decode_request_event
from cj_assessment_service.wire.comparison_result import decode_comparison_result
from cj_assessment_service.wire.fields import DEAREST_ANSWER, LARGEST_COUNT, MOST_COMPARISONS

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
SAME = CorrelationId(UUID(int=0))
DEFAULTS = RequestDefaults(judge="offline")


def understood_requests() -> Sequence[AssessmentRequest]:
    """Each different one once, as a request of its own."""
    found = {}
    for value in (*every_change(REQUEST), *every_change(with_panel())):
        try:
            request = replace(decode_request_event(value, DEFAULTS), correlation_id=SAME, event_id=None)
        except Rejected:
            continue
        found[repr(request)] = request
    return [replace(request, correlation_id=CorrelationId(uuid4())) for request in found.values()]


def understood_answers() -> Sequence[Outcome]:
    """Each different one once."""
    found = {}
    for value in (*every_change(ANSWER), *every_change(FAILED_ANSWER)):
        try:
            outcome = decode_comparison_result(value)
        except MessageUnreadable:
            continue
        found[repr(outcome)] = outcome
    return list(found.values())


async def store_request(
    access: PostgresDataAccess, session: AsyncSession, request: AssessmentRequest
) -> None:
    """Everything that is written of a request before its first question."""
    batch_id = await access.batches.create_batch(session, request, NOW)
    assert batch_id is not None
    loaded = [
        LoadedEssay(essay.essay_id, essay.storage_id, "A text.", essay.name, findings=essay.findings)
        for essay in request.essays
    ]
    await access.essays.add_essays(session, batch_id, loaded, request.refused)
    brief = AssessmentBrief(
        AssessmentContext("", request.rubric_override or "", ""), system_prompt=request.system_prompt_override
    )
    await access.batches.record_preparation(
        session, batch_id, brief, len(loaded), request.settings.budget or 1
    )
    kept = await access.batches.get_original_request(session, batch_id)
    overview = await access.batches.get_overview(session, batch_id)
    assert kept == request.without_delivery
    assert overview.identity.trace_parent == request.trace_parent


@pytest.mark.timeout(600)
async def test_every_request_that_is_understood_can_be_stored(
    postgres_data_access: PostgresDataAccess,
) -> None:
    requests = understood_requests()
    assert len(requests) > 100
    for request in requests:
        async with postgres_data_access.sessions.session() as session:
            await store_request(postgres_data_access, session, request)
            await session.rollback()


async def test_every_answer_that_is_understood_can_be_stored(
    postgres_data_access: PostgresDataAccess,
) -> None:
    _, (question,) = await waiting_batch(postgres_data_access, [(0, 1)])
    outcomes = understood_answers()
    assert len(outcomes) > 100
    for outcome in outcomes:
        async with postgres_data_access.sessions.session() as session:
            entry = await postgres_data_access.comparisons.store_comparison_results(
                session, [replace(outcome, request_id=question.request_id)]
            )
            assert len(entry.recorded) == 1
            await session.rollback()


async def test_the_totals_hold_the_dearest_batch_there_can_be(
    postgres_data_access: PostgresDataAccess,
) -> None:
    batch_id, _ = await waiting_batch(postgres_data_access, [(0, 1)], budget=MOST_COMPARISONS)
    dearest = AnswerCounts(
        completed=0,
        failed=0,
        cost=(DEAREST_ANSWER - Decimal("1e-8")) * MOST_COMPARISONS,
        prompt_tokens=LARGEST_COUNT * MOST_COMPARISONS,
        completion_tokens=LARGEST_COUNT * MOST_COMPARISONS,
        unpriced=0,
        cached_tokens=LARGEST_COUNT * MOST_COMPARISONS,
    )
    async with postgres_data_access.sessions.session() as session:
        await postgres_data_access.batches.record_answers(
            session, [(batch_id, dearest)], ClaimToken(uuid4()), NOW
        )
        await session.commit()
    async with postgres_data_access.sessions.session() as session:
        overview = await postgres_data_access.batches.get_overview(session, batch_id)
    assert overview.spent == dearest.cost
