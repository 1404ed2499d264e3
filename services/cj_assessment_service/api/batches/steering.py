"""Ending a batch early, and asking for the same once more."""

from uuid import uuid5

from dishka.integrations.litestar import FromDishka, inject
from litestar import Response, post
from litestar.status_codes import HTTP_200_OK, HTTP_202_ACCEPTED

from cj_assessment_service.api.batches.parameters import BatchInPath, IdempotencyKey
from cj_assessment_service.api.batches.requests import RequestIds
from cj_assessment_service.api.correlation import correlation_id_of
from cj_assessment_service.api.errors import PROBLEMS, AnyRequest
from cj_assessment_service.api.security import Caller, CurrentCaller
from cj_assessment_service.cj_core_logic.batch_cancellation import BatchCancellation
from cj_assessment_service.cj_core_logic.batch_directory import BatchDirectory
from cj_assessment_service.cj_core_logic.batch_rerun import BatchRerun
from cj_assessment_service.cj_core_logic.early_finish import EarlyFinish
from cj_assessment_service.domain.batches import StopReason
from cj_assessment_service.domain.errors import BatchEnded, InvalidJudge, Rejected
from cj_assessment_service.domain.identifiers import BatchId, CorrelationId
from cj_assessment_service.domain.requests import Rerun
from cj_assessment_service.wire.batch_views import BatchView


@post("/{batch:int}/cancel", status_code=HTTP_200_OK, responses=PROBLEMS)
@inject
async def cancel_batch(
    caller: CurrentCaller,
    batch: BatchInPath,
    directory: FromDishka[BatchDirectory],
    cancellation: FromDishka[BatchCancellation],
) -> BatchView:
    """Nothing more is asked and nothing comes of the batch. What is cancelled already stays so."""
    batch_id = BatchId(batch)
    await directory.overview(caller.organisation, batch_id)
    await cancellation.cancel(batch_id)
    return await _ended_by(StopReason.CANCELLED, caller, batch_id, directory)


@post("/{batch:int}/finish-now", status_code=HTTP_202_ACCEPTED, responses=PROBLEMS)
@inject
async def finish_batch(
    caller: CurrentCaller,
    batch: BatchInPath,
    directory: FromDishka[BatchDirectory],
    finish: FromDishka[EarlyFinish],
) -> BatchView:
    """Nothing more is asked, and the batch ends with what it has as soon as its scale is made."""
    batch_id = BatchId(batch)
    await directory.overview(caller.organisation, batch_id)
    if await finish.finish(batch_id):
        return BatchView.of(await directory.overview(caller.organisation, batch_id))
    return await _ended_by(StopReason.FINISHED_EARLY, caller, batch_id, directory)


@post("/{batch:int}/rerun", status_code=HTTP_202_ACCEPTED, responses=PROBLEMS)
@inject
async def rerun_batch(
    request: AnyRequest,
    caller: CurrentCaller,
    batch: BatchInPath,
    directory: FromDishka[BatchDirectory],
    reruns: FromDishka[BatchRerun],
    idempotency_key: IdempotencyKey = None,
) -> Response[BatchView]:
    """A new batch from the same request. Under the same key it is the same one."""
    batch_id = BatchId(batch)
    await directory.overview(caller.organisation, batch_id)
    correlation_id = correlation_id_of(request.scope)
    if idempotency_key is not None:
        ids = RequestIds.of_key(idempotency_key, caller.subject, caller.organisation)
        correlation_id = CorrelationId(uuid5(ids.correlation_id, f"rerun of {batch_id}"))
    try:
        new = await reruns.rerun(batch_id, Rerun(correlation_id))
    except InvalidJudge as error:
        raise Rejected(str(error)) from error
    view = BatchView.of(await directory.overview(caller.organisation, new))
    return Response(view, headers={"Location": f"/v1/batches/{new}"})


async def _ended_by(
    reason: StopReason, caller: Caller, batch_id: BatchId, directory: BatchDirectory
) -> BatchView:
    """Raises BatchEnded where the batch ended in another way."""
    overview = await directory.overview(caller.organisation, batch_id)
    if overview.stop_reason is not reason:
        raise BatchEnded(f"Batch {batch_id} has ended already, and its result stays.")
    return BatchView.of(overview)


STEERING_ROUTES = (cancel_batch, finish_batch, rerun_batch)
