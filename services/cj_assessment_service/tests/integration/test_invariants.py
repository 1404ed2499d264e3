"""What must hold at every commit and in every published number, whatever the batch went through."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from cj_assessment_service.domain.comparisons import ComparisonRequest, JudgeFailure, JudgeReply
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.essays import EssayReference, FailedEssay
from cj_assessment_service.domain.identifiers import EssayId, StorageId
from cj_assessment_service.tests.integration.callback_simulator import Answer, smaller_id_wins
from cj_assessment_service.tests.integration.workflow import SETTINGS, Workflow
from cj_assessment_service.wire.topics import COMPLETED, RESOURCE_CONSUMPTION, RESULT_PUBLISHED

LOST = EssayReference(EssayId("lost"), StorageId("sha256-nowhere"))
REFUSED = FailedEssay(EssayId("refused"), None, ErrorCode.VALIDATION_ERROR, "The scan has no text.")


def every_seventh_fails() -> Answer:
    turns = iter(range(10**6))

    def answer(request: ComparisonRequest) -> JudgeReply:
        if next(turns) % 7 == 3:
            return JudgeFailure(ErrorCode.TIMEOUT, "too slow")
        return smaller_id_wins(request)

    return answer


async def published(engine: AsyncEngine) -> dict[str, dict[str, object]]:
    async with engine.connect() as connection:
        rows = await connection.execute(text("select topic, event_data from event_outbox"))
        return {row.topic: json.loads(row.event_data)["data"] for row in rows}


@pytest.mark.parametrize("essays", [2, 3, 7, 12])
async def test_published_numbers_are_the_stored_ones(
    workflow: Workflow, test_db_engine: AsyncEngine, essays: int
) -> None:
    request = await workflow.request(essays, replace(SETTINGS, budget=40))
    request = replace(request, essays=(*request.essays, LOST), refused=(REFUSED,))
    batch_id = await workflow.orchestrator.start(request)
    overview = await workflow.answer_until_the_end(batch_id, every_seventh_fails())
    events = await published(test_db_engine)
    result = await workflow.reader.result(batch_id)
    judged = sum(comparison.winner is not None for comparison in result.comparisons)
    assert events[RESOURCE_CONSUMPTION]["quantity"] == judged == overview.progress.completed
    metadata = events[RESULT_PUBLISHED]["assessment_metadata"]
    assert isinstance(metadata, dict)
    assert metadata["comparison_count"] == judged
    summary = events[COMPLETED]["processing_summary"]
    assert isinstance(summary, dict)
    requested = {essay.essay_id for essay in request.essays} | {"refused"}
    assert {*summary["successful_essay_ids"], *summary["failed_essay_ids"]} == requested
    assert summary["successful"] + summary["failed"] == summary["total_essays"] == len(requested)
    assert set(summary["failed_essay_ids"]) >= {"lost", "refused"}


async def test_every_wave_is_decided_once_and_counts_never_exceed_the_budget(
    workflow: Workflow, test_db_engine: AsyncEngine
) -> None:
    batch_id = await workflow.start(9, replace(SETTINGS, budget=33))
    answer = every_seventh_fails()
    waves = []
    while not (overview := await workflow.overview(batch_id)).status.is_terminal:
        counts = overview.progress
        assert counts.answered <= counts.submitted <= counts.budget == 33
        waves.append(overview.wave)
        await workflow.answer_wave(batch_id, answer)
    assert waves == list(range(1, len(waves) + 1))
    async with test_db_engine.connect() as connection:
        asked = await connection.execute(
            text("select wave, count(*) from cj_comparison_pairs group by wave order by wave")
        )
        assert [row.wave for row in asked] == waves


async def test_no_pair_is_shown_in_one_order_much_more_often_than_in_the_other(workflow: Workflow) -> None:
    batch_id = await workflow.start(4)
    await workflow.answer_until_the_end(batch_id)
    result = await workflow.reader.result(batch_id)
    seen: dict[tuple[str, str], int] = {}
    for comparison in result.comparisons:
        sign = 1 if comparison.pair.first < comparison.pair.second else -1
        seen[comparison.pair.unordered] = seen.get(comparison.pair.unordered, 0) + sign
    assert max(abs(skew) for skew in seen.values()) <= 1


async def test_what_was_computed_is_what_was_stored(workflow: Workflow) -> None:
    batch_id = await workflow.start(8)
    await workflow.answer_until_the_end(batch_id)
    result = await workflow.reader.result(batch_id)
    assert result.quality is not None
    assert result.quality.reliability == pytest.approx(result.overview.reliability)
    assert result.quality.mean_se == pytest.approx(sum(e.se for e in result.essays) / len(result.essays))
