"""How batches are read: their rows, their judges, and what only the ledger can count."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import ARRAY, BigInteger, Row, any_, bindparam, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from cj_assessment_service.domain.batches import BatchOverview
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.implementations.row_mapping import LedgerCounts, to_overview
from cj_assessment_service.models_db import CJBatchState, CJBatchUpload, ComparisonPair, PanelSeat

_LARGE = (
    CJBatchUpload.original_request,
    CJBatchUpload.task_text,
    CJBatchUpload.rubric_text,
    CJBatchUpload.instructions_text,
    CJBatchUpload.system_prompt,
    CJBatchUpload.prompt_template,
    CJBatchUpload.grade_scale_definition,
    CJBatchUpload.processing_metadata,
    CJBatchState.processing_metadata,
)
_of_batch = (
    select(func.count()).where(ComparisonPair.cj_batch_id == CJBatchUpload.id).correlate(CJBatchUpload)
)
_UNSENT = case(
    (
        CJBatchState.failed_comparisons > 0,
        _of_batch.where(
            ComparisonPair.error_code.in_([code.value for code in ErrorCode if code.blames_nobody])
        ).scalar_subquery(),
    ),
    else_=0,
)
_REUSED = case(
    (CJBatchUpload.reuse_answers, _of_batch.where(ComparisonPair.is_reused).scalar_subquery()), else_=0
)
OVERVIEWS = (
    select(CJBatchUpload, CJBatchState, _UNSENT, _REUSED)
    .join(CJBatchState, CJBatchState.batch_id == CJBatchUpload.id)
    .options(*(defer(large, raiseload=True) for large in _LARGE))
)
"""Without what grows with the essays of a batch: overviews are read all the time."""

OVERVIEW = OVERVIEWS.where(CJBatchUpload.id == bindparam("of_batch"))

_SEATS = (
    select(PanelSeat)
    .where(PanelSeat.cj_batch_id == any_(bindparam("of_batches", type_=ARRAY(BigInteger()))))
    .order_by(PanelSeat.cj_batch_id, PanelSeat.place)
)


def map_overview(
    row: Row[CJBatchUpload, CJBatchState, int, int], seats: Mapping[int, Sequence[PanelSeat]]
) -> BatchOverview:
    upload, state, unsent, reused = row
    return to_overview(upload, state, seats[upload.id], LedgerCounts(unsent, reused))


async def seats_of(session: AsyncSession, batch_ids: Sequence[int]) -> Mapping[int, Sequence[PanelSeat]]:
    seats = defaultdict(list)
    for seat in await session.scalars(_SEATS, {"of_batches": list(batch_ids)}):
        seats[seat.cj_batch_id].append(seat)
    return seats
