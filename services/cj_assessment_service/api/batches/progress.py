"""How far a batch is: once, or as events until its end."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

from aiolimiter import AsyncLimiter
from dishka.integrations.litestar import FromDishka, inject
from litestar import Response, get
from litestar.response import ServerSentEvent, ServerSentEventMessage

from cj_assessment_service.api.batches.description import EVENT_STREAM, ProgressOperation
from cj_assessment_service.api.batches.parameters import BatchInPath
from cj_assessment_service.api.errors import PROBLEMS, AnyRequest
from cj_assessment_service.api.security import CurrentCaller
from cj_assessment_service.cj_core_logic.batch_directory import BatchDirectory
from cj_assessment_service.domain.errors import TryAgain, UnknownBatch
from cj_assessment_service.domain.identifiers import BatchId, OrganisationId
from cj_assessment_service.wire.batch_views import ProgressView

LOOK_SECONDS = 1.0
LOOKS_PER_SECOND = 50
"""Of all streams of a process together, however many there are."""

SILENCE_SECONDS = 15.0
"""Something is sent at least so often, so that nothing in between takes the connection for dead."""


@dataclass(frozen=True, slots=True)
class ProgressWatch:
    directory: BatchDirectory
    _limit: AsyncLimiter = field(default_factory=lambda: AsyncLimiter(LOOKS_PER_SECOND, 1.0), init=False)

    async def changes(
        self, organisation: OrganisationId | None, batch_id: BatchId, first: ProgressView
    ) -> AsyncGenerator[ServerSentEventMessage, None]:
        """The first view and every later one that differs from the one before, until the batch has ended, is gone, or the
        database does not answer. Between two looks nothing is held.
        """
        view, silent = first, 0.0
        yield _event(view)
        while not view.finished:
            await asyncio.sleep(LOOK_SECONDS)
            silent += LOOK_SECONDS
            async with self._limit:
                pass
            try:
                seen = ProgressView.of(await self.directory.overview(organisation, batch_id))
            except (UnknownBatch, TryAgain):
                return
            if seen != view:
                view, silent = seen, 0.0
                yield _event(view)
            elif silent >= SILENCE_SECONDS:
                silent = 0.0
                yield ServerSentEventMessage(data=None, comment="still at work")


@get("/{batch:int}/progress", responses=PROBLEMS, operation_class=ProgressOperation)
@inject
async def get_progress(
    request: AnyRequest,
    caller: CurrentCaller,
    batch: BatchInPath,
    directory: FromDishka[BatchDirectory],
    watch: FromDishka[ProgressWatch],
) -> Response[ProgressView] | ServerSentEvent:
    """As JSON; with `Accept: text/event-stream` as events named `progress` until the batch has ended, each with the same
    JSON.
    """
    batch_id = BatchId(batch)
    view = ProgressView.of(await directory.overview(caller.organisation, batch_id))
    if EVENT_STREAM not in request.headers.get("Accept", ""):
        return Response(view)
    return ServerSentEvent(watch.changes(caller.organisation, batch_id, view))


def _event(view: ProgressView) -> ServerSentEventMessage:
    return ServerSentEventMessage(data=view.model_dump_json(), event="progress")
