"""Messages that come twice, in any way they can, change nothing."""

from uuid import uuid4

import numpy as np
import pytest

from cj_assessment_service.domain.messages import Message
from cj_assessment_service.tests.faults.fleet import RELAY, SERVICE, WORKER
from cj_assessment_service.tests.faults.stage import Stage, as_event
from cj_assessment_service.wire.topics import COMPARISON_REQUESTED, COMPARISON_RESULT

pytestmark = pytest.mark.faults


async def test_repeated_messages_change_nothing(stage: Stage) -> None:
    requests = await stage.requests()
    events = []
    for request in requests:
        same, new = as_event(request), as_event(request)
        # under another key it lies in another partition, and both are read at the same time
        events += [
            same,
            same,
            new,
            Message(same.topic, str(uuid4()), same.value),
            Message(new.topic, "k", new.value),
        ]
    async with stage.fleet(SERVICE, SERVICE, RELAY, WORKER):
        await stage.send(_shuffled(events))
        await stage.until_all_ended(len(requests))
        await stage.until_consumed()
        before = await stage.changes()
        answers = await stage.read(COMPARISON_RESULT)
        late = [*answers, *answers, *await stage.read(COMPARISON_REQUESTED), *events]
        await stage.send(_shuffled(late))
        await stage.until_consumed()
        assert await stage.changes() == before
    assert await stage.batches() == len(requests)
    assert await stage.violations() == ()
    assert await stage.differing(requests) == []


def _shuffled(messages: list[Message]) -> list[Message]:
    return [messages[place] for place in np.random.default_rng(1).permutation(len(messages))]
