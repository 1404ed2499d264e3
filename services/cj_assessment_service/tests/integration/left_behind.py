"""Batches as a process that died leaves them."""

from cj_assessment_service.domain.batches import BatchState
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.tests.fixtures.repositories import PostgresDataAccess
from cj_assessment_service.tests.integration.batches import claim_first_wave
from cj_assessment_service.tests.integration.workflow import Workflow


async def batch_left_in(state: BatchState, workflow: Workflow, access: PostgresDataAccess) -> BatchId:
    """Before its first answer."""
    if state is BatchState.WAITING_CALLBACKS:
        return await workflow.start(4)
    request = await workflow.request(4)
    preparation = workflow.orchestrator.preparation
    batch_id = await preparation.create(request)
    assert batch_id is not None
    if state is BatchState.SCORING:
        await preparation.prepare(batch_id)
        await claim_first_wave(access, batch_id)
    return batch_id
