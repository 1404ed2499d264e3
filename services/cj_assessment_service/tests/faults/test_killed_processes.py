"""Any process of the service may die at any moment, and nothing of it can be seen in the results."""

import asyncio
import logging
from collections import Counter
from time import monotonic

import numpy as np
import pytest

from cj_assessment_service.domain.requests import AssessmentRequest
from cj_assessment_service.tests.faults.fleet import RELAY, SERVICE, WORKER
from cj_assessment_service.tests.faults.stage import Stage, as_event, as_new

pytestmark = pytest.mark.faults

logger = logging.getLogger(__name__)


async def test_batches_end_as_if_nobody_had_been_killed(stage: Stage) -> None:
    kinds = await stage.requests()
    begun = monotonic()
    rng, killed = np.random.default_rng(1), Counter[str]()
    sent: list[AssessmentRequest] = []
    fleet = stage.fleet(SERVICE, SERVICE, RELAY, WORKER)
    async with fleet:
        for _ in range(stage.form.rounds):
            waiting = len(sent) - await stage.batches() + await stage.in_flight()
            new = [as_new(kinds[(len(sent) + n) % len(kinds)]) for n in range(stage.form.in_flight - waiting)]
            sent += new
            await stage.send([as_event(request) for request in new])
            await asyncio.sleep(rng.uniform(0.1, stage.form.longest_round_seconds))
            killed[await fleet.kill_one(rng)] += 1
        await stage.until_all_ended(len(sent))
        await stage.until_consumed()
        assert fleet.dead() == []
    violations, differing = await stage.violations(), await stage.differing(sent)
    logger.info(
        "killed %s; %d batches, %d judgements, %d violations, %d other results in %.0f seconds",
        dict(killed),
        len(sent),
        await stage.judgements(),
        len(violations),
        len(differing),
        monotonic() - begun,
    )
    assert (violations, differing) == ((), [])


async def test_whoever_is_told_to_stop_ends_in_peace_and_others_go_on(stage: Stage) -> None:
    requests = await stage.requests()
    async with stage.fleet(SERVICE, RELAY, WORKER) as first:
        await stage.send([as_event(request) for request in requests])
        await stage.until(stage.has_judgements)
        assert await first.stop(30.0) == [0, 0, 0]
    assert "At work: questions are taken from Kafka." in (stage.folder / "2-worker.log").read_text()
    async with stage.fleet(SERVICE, RELAY, WORKER):
        await stage.until_all_ended(len(requests))
        await stage.until_consumed()
    assert await stage.violations() == ()
    assert await stage.differing(requests) == []
