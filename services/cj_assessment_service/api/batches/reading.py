"""What can be read of batches; results as far as they are known."""

import asyncio

from dishka.integrations.litestar import FromDishka, inject
from litestar import Response, get

from cj_assessment_service.api.batches.parameters import (
    After,
    BatchInPath,
    Before,
    EssayInPath,
    PageSize,
    StatusInQuery,
)
from cj_assessment_service.api.errors import PROBLEMS
from cj_assessment_service.api.security import CurrentCaller
from cj_assessment_service.cj_core_logic.batch_directory import BatchDirectory
from cj_assessment_service.domain.batches import OverviewPage
from cj_assessment_service.domain.errors import UnknownEssay
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.domain.results import AssessmentResult
from cj_assessment_service.reports.csv_tables import decisions_csv
from cj_assessment_service.reports.document import result_document
from cj_assessment_service.wire.batch_views import (
    BatchesView,
    BatchView,
    ComparisonsView,
    EssayView,
    ResultView,
)


@get("/", responses=PROBLEMS)
@inject
async def list_batches(
    caller: CurrentCaller,
    directory: FromDishka[BatchDirectory],
    page_size: PageSize = 50,
    before: Before = None,
    batch_status: StatusInQuery = None,
) -> BatchesView:
    """Newest first."""
    page = OverviewPage(page_size + 1, BatchId(before) if before is not None else None, batch_status)
    return BatchesView.of(await directory.page(caller.organisation, page), page_size)


@get("/{batch:int}", responses=PROBLEMS)
@inject
async def get_batch(
    caller: CurrentCaller, batch: BatchInPath, directory: FromDishka[BatchDirectory]
) -> BatchView:
    return BatchView.of(await directory.overview(caller.organisation, BatchId(batch)))


@get("/{batch:int}/results", responses=PROBLEMS)
@inject
async def get_results(
    caller: CurrentCaller, batch: BatchInPath, directory: FromDishka[BatchDirectory]
) -> ResultView:
    """Finished or not: what is known so far."""
    result = await directory.result(caller.organisation, BatchId(batch))
    return await asyncio.to_thread(_result_view, result)


@get("/{batch:int}/essays/{essay:str}", responses=PROBLEMS)
@inject
async def get_essay(
    caller: CurrentCaller, batch: BatchInPath, essay: EssayInPath, directory: FromDishka[BatchDirectory]
) -> EssayView:
    """Its score, its grade, and its comparisons with what the judges said."""
    return _essay_view(await directory.result(caller.organisation, BatchId(batch)), essay)


@get("/{batch:int}/comparisons", responses=PROBLEMS)
@inject
async def list_comparisons(
    caller: CurrentCaller,
    batch: BatchInPath,
    directory: FromDishka[BatchDirectory],
    page_size: PageSize = 50,
    after: After = 0,
) -> ComparisonsView:
    """In the order of recording."""
    found = await directory.comparisons(caller.organisation, BatchId(batch), after, page_size + 1)
    return ComparisonsView.of(found, page_size)


@get("/{batch:int}/decisions.csv", media_type="text/csv", responses=PROBLEMS)
@inject
async def get_decisions(
    caller: CurrentCaller, batch: BatchInPath, directory: FromDishka[BatchDirectory]
) -> Response[str]:
    """Every comparison so far as a table, as `cj results` writes it."""
    recorded = await directory.recorded(caller.organisation, BatchId(batch))
    return Response(
        await asyncio.to_thread(decisions_csv, recorded),
        media_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="batch-{batch}-decisions.csv"'},
    )


def _result_view(result: AssessmentResult) -> ResultView:
    return ResultView(finished=result.overview.status.is_terminal, result=dict(result_document(result)))


def _essay_view(result: AssessmentResult, name: str) -> EssayView:
    """Raises UnknownEssay."""
    for assessed in result.essays:
        if assessed.essay_id == name:
            return EssayView.of_assessed(assessed, result.comparisons)
    for failed in result.failed_essays:
        if failed.essay_id == name:
            return EssayView.of_failed(failed)
    raise UnknownEssay(f"The batch {result.overview.identity.batch_id} has no such essay.")


READING_ROUTES = (list_batches, get_batch, get_results, get_essay, list_comparisons, get_decisions)
