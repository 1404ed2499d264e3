"""What people and programs may know of batches: where they stand and what came out."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cj_assessment_service.cj_core_logic.continuation.forecast import outlook
from cj_assessment_service.cj_core_logic.results.assembly import StoredBatch, assemble
from cj_assessment_service.cj_core_logic.results.checked_scale import CheckedScale
from cj_assessment_service.cj_core_logic.results.design_check import check_design
from cj_assessment_service.cj_core_logic.results.panel_scales import panel_scales
from cj_assessment_service.cj_core_logic.scoring.fit import fit
from cj_assessment_service.cj_core_logic.scoring.judgements import judgements_of
from cj_assessment_service.domain.batches import BatchNotes, BatchOverview, StopReason
from cj_assessment_service.domain.comparisons import DecidedComparison, RecordedComparison
from cj_assessment_service.domain.essays import EssayItem
from cj_assessment_service.domain.grades import GradeScale
from cj_assessment_service.domain.identifiers import BatchId, EssayId
from cj_assessment_service.domain.requests import AssessmentRequest
from cj_assessment_service.domain.results import AssessmentResult
from cj_assessment_service.protocols import (
    CJBatchRepositoryProtocol,
    CJComparisonRepositoryProtocol,
    CJEssayRepositoryProtocol,
    GradeProjectionRepositoryProtocol,
    PrivacyRepositoryProtocol,
    SessionProviderProtocol,
)

_NOTHING_MORE_TO_ASK = frozenset({StopReason.SATURATED, StopReason.ORDER_DECIDED})


@dataclass(frozen=True, slots=True)
class BatchMaterial:
    """What a batch compares: its essays with their known grades on `scale` (None without), and their texts."""

    scale: GradeScale | None
    items: tuple[EssayItem, ...]
    texts: Mapping[EssayId, str]


@dataclass(frozen=True, slots=True)
class BatchReader:
    sessions: SessionProviderProtocol
    batches: CJBatchRepositoryProtocol
    essays: CJEssayRepositoryProtocol
    comparisons: CJComparisonRepositoryProtocol
    projections: GradeProjectionRepositoryProtocol
    privacy: PrivacyRepositoryProtocol

    async def find(self, request: AssessmentRequest) -> BatchId | None:
        """The batch this request created; None while it has not."""
        async with self.sessions.session() as session:
            return await self.batches.find_batch(session, request)

    async def overview(self, batch_id: BatchId) -> BatchOverview:
        """Raises UnknownBatch."""
        async with self.sessions.session() as session:
            return await self.batches.get_overview(session, batch_id)

    async def newest(self, limit: int) -> tuple[BatchOverview, ...]:
        """Newest first."""
        async with self.sessions.session() as session:
            return await self.batches.list_overviews(session, limit)

    async def notes(self, batch_id: BatchId) -> BatchNotes:
        """Raises UnknownBatch."""
        async with self.sessions.session() as session:
            return await self.batches.get_notes(session, batch_id)

    async def destinations(self, batch_id: BatchId) -> Mapping[str, str | None]:
        """Where the questions to each judge of the panel go; None where they stay, or none was asked yet."""
        async with self.sessions.session() as session:
            return await self.privacy.get_destinations(session, batch_id)

    async def request(self, batch_id: BatchId) -> AssessmentRequest:
        """As it was accepted. Raises UnknownBatch."""
        async with self.sessions.session() as session:
            return await self.batches.get_original_request(session, batch_id)

    async def recorded(self, batch_id: BatchId) -> tuple[RecordedComparison, ...]:
        """Every question so far, in the order of recording; none for an unknown batch."""
        async with self.sessions.session() as session:
            return await self.comparisons.get_recorded(session, batch_id)

    async def material(self, batch_id: BatchId) -> BatchMaterial:
        """Of a batch whose essays are loaded. Raises UnknownBatch."""
        async with self.sessions.session() as session:
            brief = await self.batches.get_brief(session, batch_id)
            items = await self.essays.get_essays_for_batch(session, batch_id)
            texts = await self.essays.get_texts(session, batch_id, [item.essay_id for item in items])
        return BatchMaterial(brief.scale, items, texts)

    async def result(self, batch_id: BatchId) -> AssessmentResult:
        """Finished or not: what is known so far. Raises UnknownBatch."""
        async with self.sessions.session() as session:
            overview = await self.batches.get_overview(session, batch_id)
            brief = await self.batches.get_brief(session, batch_id)
            items = await self.essays.get_essays_for_batch(session, batch_id)
            failed = await self.essays.get_failed_essays(session, batch_id)
            comparisons = await self.comparisons.get_recorded(session, batch_id)
            scores = await self.essays.get_scores(session, batch_id)
            outcome = await self.projections.get_for_batch(session, batch_id)
            lengths = await self.essays.get_lengths(session, batch_id)
        judgements = (comparison.judgement for comparison in comparisons)
        decided = tuple(judgement for judgement in judgements if judgement is not None)
        scale = None
        if any(one.judge not in overview.excluded_judges for one in decided):
            scale = await asyncio.to_thread(
                _checked_scale, [item.essay_id for item in items], decided, overview
            )
        return assemble(
            StoredBatch(
                overview=overview,
                brief=brief,
                items=items,
                failed=failed,
                comparisons=comparisons,
                scores=scores,
                scale=scale,
                outcome=outcome,
                lengths=lengths,
            )
        )


def _checked_scale(
    essays: Sequence[EssayId], decided: Sequence[DecidedComparison], overview: BatchOverview
) -> CheckedScale:
    """Takes processor time."""
    excluded = frozenset(overview.excluded_judges)
    counted = [one for one in decided if one.judge not in excluded]
    board = fit(essays, counted)
    rng = np.random.default_rng(overview.settings.seed)
    design = check_design(overview, judgements_of(essays, counted), rng)
    ahead = None
    if overview.stop_reason not in _NOTHING_MORE_TO_ASK:
        ahead = outlook(board, overview.settings.target_reliability)
    return CheckedScale(board, design, ahead, panel_scales(essays, decided, excluded, board))
