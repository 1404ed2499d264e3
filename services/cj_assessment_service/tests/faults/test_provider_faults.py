"""A provider that fails in every way it can: a batch ends with a result or says honestly that it has none."""

from collections import Counter

import pytest
from sqlalchemy import text

from cj_assessment_service.tests.faults.fleet import RELAY, SERVICE, WORKER
from cj_assessment_service.tests.faults.stage import Stage, as_event
from cj_assessment_service.tests.fixtures.stand_in import Fault, StandIn, StandInPolicy

pytestmark = pytest.mark.faults

SOME = tuple((fault, 0.05) for fault in (Fault.ERROR, Fault.BUSY, Fault.WRONG_JSON, Fault.EMPTY, Fault.HANG))
PATIENCE = {"JUDGE_ATTEMPTS": "2", "COMPARISON_DEADLINE_SECONDS": "20"}


@pytest.mark.parametrize(
    ("faults", "ends"),
    [(SOME, "COMPLETED"), (((Fault.ERROR, 1.0),), "FAILED"), (((Fault.HANG, 1.0),), "FAILED")],
    ids=["now and then", "always an error", "never an answer"],
)
async def test_a_batch_ends_honestly_whatever_the_provider_does(
    stage: Stage, faults: tuple[tuple[Fault, float], ...], ends: str
) -> None:
    with StandIn(StandInPolicy(faults=faults)) as provider:
        judge = f"openai:careful@{provider.base_url}?seconds=1"
        async with stage.fleet(SERVICE, RELAY, WORKER, **PATIENCE):
            await stage.send([as_event(await stage.request(1, judge))])
            await stage.until_all_ended(1)
            await stage.until_consumed()
    async with stage.engine.connect() as connection:
        states = Counter(await connection.scalars(text("select state::text from cj_batch_states")))
    assert states == {ends: 1}
    assert await stage.judgements() <= provider.answered
    assert await stage.violations() == ()
