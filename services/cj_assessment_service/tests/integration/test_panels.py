"""Batches with several judges, from the order to the result."""

import asyncio
import json
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from cj_assessment_service.cj_core_logic.batch_recovery import BatchRecovery
from cj_assessment_service.domain.batches import StopReason
from cj_assessment_service.domain.panels import JudgeRole, Panel, PanelMember
from cj_assessment_service.implementations.database_server import DATABASE_NAME
from cj_assessment_service.tests.integration.command_line import CommandLine, cj, write_folder
from cj_assessment_service.tests.integration.workflow import SETTINGS, Workflow

__all__ = ["cj"]

KEEN, DULL, ARBITER = (
    "simulated:sd=2,seed=1",
    "simulated:sd=2,seed=2,bias=2,error=0.3",
    "simulated:sd=3,seed=3",
)
BOTH = replace(
    SETTINGS,
    panel=Panel((PanelMember("a", share=2.0), PanelMember("b"), PanelMember("c", JudgeRole.FALLBACK))),
    budget=60,
)


async def _rows(cj: CommandLine, statement: str) -> list[tuple[object, ...]]:
    engine = create_async_engine(cj.address.url(DATABASE_NAME), poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            return [tuple(row) for row in await connection.execute(text(statement))]
    finally:
        await engine.dispose()


def ledger(cj: CommandLine) -> list[tuple[object, ...]]:
    """Wave, judge, pair and winning essay of every question, in the order they were recorded."""
    statement = (
        "select wave, judge, essay_a_els_id, essay_b_els_id, winner::text, repeat"
        " from cj_comparison_pairs order by id"
    )
    return asyncio.run(_rows(cj, statement))


def test_two_judges_and_an_arbiter_assess_a_folder(cj: CommandLine, tmp_path: Path) -> None:
    essays = write_folder(tmp_path / "essays")
    said = cj(
        "assess", essays, "--judge", KEEN, "--judge", DULL, "--arbiter", ARBITER, "--fallback", "offline",
        "--seed", 3, "--target-reliability", 0.99, "--budget", 48, "--out", tmp_path / "out",
    )  # fmt: skip
    assert said.code == 0, said.err
    rows = ledger(cj)
    asked = Counter(str(judge) for _, judge, *_ in rows)
    assert abs(asked[KEEN] - asked[DULL]) <= 4
    assert 0 < asked[ARBITER] < asked[DULL]
    assert asked["offline"] == 0
    assert_arbiter_saw_only_disputes(rows)
    questions = Counter((judge, first, second, repeat) for _, judge, first, second, _, repeat in rows)
    assert max(questions.values()) == 1
    result = json.loads((tmp_path / "out" / "result.json").read_text("utf-8"))
    assert {one["judge"] for one in result["comparisons"]} == {KEEN, DULL, ARBITER}
    shown = cj("status")
    assert f"Judges: {KEEN}, {DULL}, {ARBITER} (arbiter), offline (fallback)." in shown.out


def assert_arbiter_saw_only_disputes(rows: list[tuple[object, ...]]) -> None:
    said = defaultdict[frozenset[object], set[tuple[object, object]]](set)
    for _, judge, first, second, winner, _ in rows:
        pair = frozenset((first, second))
        if judge == ARBITER:
            assert len({won for _, won in said[pair]}) == 2
            assert len({name for name, _ in said[pair]}) == 2
        else:
            said[pair].add((judge, first if winner == "essay_a" else second))


async def test_each_outstanding_question_keeps_its_judge_when_the_batch_is_resumed(
    workflow: Workflow,
) -> None:
    batch_id = await workflow.start(12, BOTH)
    recorded = {one.request_id: one.judge for one in await workflow.outstanding(batch_id)}
    assert set(recorded.values()) == {"a", "b"}
    recovery = await workflow.container.get(BatchRecovery)
    await recovery.resume(batch_id, datetime.now(UTC))
    first, again = workflow.judges.asked[: len(recorded)], workflow.judges.asked[len(recorded) :]
    for sent in (first, again):
        assert {task.request.request_id: task.request.judge for task in sent} == recorded
        assert {task.alternates for task in sent} == {("c",)}


async def test_a_panel_asks_until_the_budget_is_spent_by_share(workflow: Workflow) -> None:
    batch_id = await workflow.start(12, replace(BOTH, target_reliability=0.999))
    overview = await workflow.answer_until_the_end(batch_id)
    asked = Counter(task.request.judge for task in workflow.judges.asked)
    assert overview.stop_reason is StopReason.BUDGET_EXHAUSTED
    assert abs(asked["a"] - 40) <= 1
    assert asked["c"] == 0
