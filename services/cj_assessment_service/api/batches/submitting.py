"""Asking for a batch."""

from dishka.integrations.litestar import FromDishka, inject
from litestar import Response, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.status_codes import HTTP_200_OK, HTTP_202_ACCEPTED

from cj_assessment_service.api.batches.description import RequestingOperation
from cj_assessment_service.api.batches.incoming import read_batch
from cj_assessment_service.api.batches.parameters import IdempotencyKey
from cj_assessment_service.api.batches.requests import RequestWriter
from cj_assessment_service.api.batches.uploads import UploadReader
from cj_assessment_service.api.correlation import correlation_id_of
from cj_assessment_service.api.errors import PROBLEMS, AnyRequest
from cj_assessment_service.api.security import CurrentCaller
from cj_assessment_service.cj_core_logic.batch_acceptance import BatchAcceptance
from cj_assessment_service.wire.batch_views import BatchView

_REPEATED = ResponseSpec(
    BatchView, generate_examples=False, description="The batch that was accepted under this key before"
)


@post(
    "/",
    status_code=HTTP_202_ACCEPTED,
    responses={HTTP_200_OK: _REPEATED, **PROBLEMS},
    operation_class=RequestingOperation,
)
@inject
async def request_batch(
    request: AnyRequest,
    caller: CurrentCaller,
    uploads: FromDishka[UploadReader],
    writer: FromDishka[RequestWriter],
    acceptance: FromDishka[BatchAcceptance],
    idempotency_key: IdempotencyKey = None,
) -> Response[BatchView]:
    """Once this answers, the batch is kept and will be begun, whatever becomes of the process that answered."""
    incoming = await read_batch(request, uploads)
    assessment = await writer.write(incoming, caller, idempotency_key, correlation_id_of(request.scope))
    accepted = await acceptance.accept(assessment)
    view = BatchView.of(accepted.overview)
    return Response(
        view,
        status_code=HTTP_202_ACCEPTED if accepted.is_new else HTTP_200_OK,
        headers={"Location": f"/v1/batches/{view.id}"},
    )
