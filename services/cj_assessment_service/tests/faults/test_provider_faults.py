"""Providers that fail in every way they can: a batch ends with a result, or says honestly that it has none."""

from contextlib import ExitStack

import pytest
from sqlalchemy import text

from cj_assessment_service.tests.faults.fleet import RELAY, SERVICE, WORKER
from cj_assessment_service.tests.faults.stage import Stage, as_event
from cj_assessment_service.tests.fixtures.stand_in import Fault, StandIn, StandInPolicy

pytestmark = pytest.mark.faults

FAULTS = (Fault.ERROR, Fault.BUSY, Fault.WRONG_JSON, Fault.EMPTY, Fault.HANG)
NOW_AND_THEN = tuple((fault, 0.04) for fault in FAULTS)
SETTINGS = {"JUDGE_ATTEMPTS": "2", "COMPARISON_DEADLINE_SECONDS": "30"}


async def test_a_batch_ends_honestly_whatever_its_provider_does(stage: Stage) -> None:
    with ExitStack() as running:
        providers = [
            running.enter_context(StandIn(StandInPolicy(faults=faults)))
            for faults in (NOW_AND_THEN, *(((fault, 1.0),) for fault in FAULTS))
        ]
        judges = [f"openai:careful@{provider.base_url}?seconds=0.5" for provider in providers]
        requests = [await stage.request(1, judge) for judge in judges]
        async with stage.fleet(SERVICE, RELAY, WORKER, **SETTINGS) as fleet:
            await stage.send([as_event(request) for request in requests])
            await stage.until_all_ended(len(requests))
            await stage.until_consumed()
            assert fleet.dead() == []
    async with stage.engine.connect() as connection:
        rows = await connection.execute(
            text(
                "select u.bos_batch_id, s.state::text, s.completed_comparisons"
                " from cj_batch_uploads u join cj_batch_states s on s.batch_id = u.id"
            )
        )
        ended = {row.bos_batch_id: row for row in rows}
    assert [ended[request.outer_id].state for request in requests] == [
        "COMPLETED",
        *("FAILED" for _ in FAULTS),
    ]
    assert 0 < ended[requests[0].outer_id].completed_comparisons <= providers[0].answered
    assert await stage.violations() == ()
