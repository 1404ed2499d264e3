"""A batch that exists nowhere, for rules that want to see one."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from cj_assessment_service.domain.batches import (
    BatchIdentity,
    BatchOverview,
    BatchSettings,
    BatchSnapshot,
    BatchState,
    BatchStatus,
    Progress,
)
from cj_assessment_service.domain.comparisons import AskedComparison, DecidedComparison
from cj_assessment_service.domain.essays import EssayItem
from cj_assessment_service.domain.identifiers import BatchId, CorrelationId, OuterBatchId, UserId
from cj_assessment_service.domain.panels import Panel

ENDLESS = 10**9
"""A budget nobody spends."""

_SOME_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_NOBODY = BatchIdentity(
    BatchId(0), OuterBatchId(""), CorrelationId(UUID(int=0)), UserId(""), None, None, None
)
_SETTINGS = BatchSettings(panel=Panel.of("simulated"), seed=0, language="en")


def imaginary_snapshot(
    items: tuple[EssayItem, ...], asked: tuple[AskedComparison, ...], decided: tuple[DecidedComparison, ...]
) -> BatchSnapshot:
    """After a wave all of whose questions, and all earlier ones, were answered; the budget is endless, time stands still and
    nothing costs anything.
    """
    overview = BatchOverview(
        identity=_NOBODY,
        settings=_SETTINGS,
        status=BatchStatus.PERFORMING_COMPARISONS,
        state=BatchState.SCORING,
        progress=Progress(submitted=len(asked), completed=len(asked), failed=0, budget=ENDLESS),
        wave=max((question.wave for question in asked), default=0),
        essays_requested=len(items),
        essays_loaded=len(items),
        spent=Decimal(0),
        prompt_tokens=0,
        completion_tokens=0,
        unpriced=0,
        reliability=None,
        stop_reason=None,
        failure_detail=None,
        created_at=_SOME_TIME,
        last_activity_at=_SOME_TIME,
        completed_at=None,
    )
    return BatchSnapshot(overview, items, decided, asked, _SOME_TIME)
