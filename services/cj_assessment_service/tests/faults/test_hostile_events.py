"""Messages nobody can read, among good ones."""

import numpy as np
import pytest

from cj_assessment_service.domain.messages import Message
from cj_assessment_service.tests.faults.fleet import RELAY, SERVICE, WORKER
from cj_assessment_service.tests.faults.stage import Stage, as_event
from cj_assessment_service.tests.fixtures.hostile_messages import ANSWER, REQUEST, every_change
from cj_assessment_service.wire.topics import (
    COMPARISON_REQUESTED,
    COMPARISON_RESULT,
    CONSUMED,
    DEAD_LETTER_SUFFIX,
    REQUESTED,
)

pytestmark = pytest.mark.faults

OF_EACH = 60
GIBBERISH = (b"", b"\xff\xfe", b"null", b"[]", b"{", b'{"data": 1}', b"0" * 100_000)


async def test_every_message_is_handled_or_parked(stage: Stage) -> None:
    rng = np.random.default_rng(1)
    hostile = [Message(topic, "k", value) for topic in CONSUMED for value in GIBBERISH]
    for topic, valid in ((REQUESTED, REQUEST), (COMPARISON_RESULT, ANSWER), (COMPARISON_REQUESTED, REQUEST)):
        changed = list(every_change(valid))
        hostile += [Message(topic, "k", changed[n]) for n in rng.choice(len(changed), OF_EACH, replace=False)]
    good = await stage.requests()
    async with stage.fleet(SERVICE, RELAY, WORKER) as fleet:
        await stage.send([*hostile, *(as_event(request) for request in good)])
        await stage.until_consumed()
        await stage.until_all_ended(len(good))
        assert fleet.dead() == []
    parked = await stage.read(*(topic + DEAD_LETTER_SUFFIX for topic in CONSUMED))
    assert {(one.topic, one.value) for one in parked} <= {
        (one.topic + DEAD_LETTER_SUFFIX, one.value) for one in hostile
    }
    assert len(parked) == len({(one.topic, one.value) for one in parked})
    assert len(parked) >= len(GIBBERISH) * len(CONSUMED)
    assert await stage.violations() == ()
    assert await stage.differing(good) == []
