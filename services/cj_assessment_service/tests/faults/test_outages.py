"""The database or the broker is away for a while, and comes back; nobody does anything about it."""

import asyncio

import pytest

from cj_assessment_service.tests.faults.fleet import RELAY, SERVICE, WORKER
from cj_assessment_service.tests.faults.stage import Stage, as_event

pytestmark = pytest.mark.faults


async def test_a_database_that_was_away_has_cost_nothing(stage: Stage) -> None:
    requests = await stage.requests()
    async with stage.fleet(SERVICE, RELAY, WORKER) as fleet:
        await stage.send([as_event(request) for request in requests])
        await stage.until(stage.has_judgements)
        await asyncio.to_thread(stage.server.stop)
        await asyncio.sleep(stage.form.outage_seconds)
        await asyncio.to_thread(stage.server.start)
        await stage.until_all_ended(len(requests))
        await stage.until_consumed()
        assert fleet.dead() == []
    assert await stage.violations() == ()
    assert await stage.differing(requests) == []


async def test_a_broker_that_was_away_has_cost_nothing(stage: Stage) -> None:
    requests = await stage.requests()
    async with stage.fleet(SERVICE, RELAY, WORKER) as fleet:
        await stage.send([as_event(request) for request in requests])
        await stage.until(stage.has_judgements)
        if not stage.broker.go_away():
            pytest.skip("KAFKA_PID does not say which process the Kafka is, so it cannot be taken away")
        await asyncio.sleep(stage.form.outage_seconds)
        stage.broker.come_back()
        await stage.until_all_ended(len(requests))
        await stage.until_consumed()
        assert fleet.dead() == []
    assert await stage.violations() == ()
    assert await stage.differing(requests) == []
