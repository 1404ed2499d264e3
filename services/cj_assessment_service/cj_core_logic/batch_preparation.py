"""Turns an accepted request into a batch whose essays are loaded and whose budget is fixed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cj_assessment_service.cj_core_logic.content_hydration import ContentHydration
from cj_assessment_service.cj_core_logic.context_builder import ContextBuilder, PreparedContext
from cj_assessment_service.cj_core_logic.judging.visible_text import wording
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.comparisons import PlanUse
from cj_assessment_service.domain.essays import AnchorReference, EssayReference, FailedEssay, LoadedEssay
from cj_assessment_service.domain.identifiers import BatchId, EssayId
from cj_assessment_service.domain.policies import BudgetPolicy, ContinuationPolicy
from cj_assessment_service.domain.requests import AssessmentRequest
from cj_assessment_service.domain.stages import Stage
from cj_assessment_service.protocols import (
    CJBatchRepositoryProtocol,
    CJEssayRepositoryProtocol,
    SessionProviderProtocol,
    TelemetryProtocol,
)


@dataclass(frozen=True, slots=True)
class PreparedEssays:
    """What a batch will compare, and what it could not load."""

    loaded: tuple[LoadedEssay, ...]
    failed: tuple[FailedEssay, ...]


@dataclass(frozen=True, slots=True)
class BatchPreparation:
    sessions: SessionProviderProtocol
    batches: CJBatchRepositoryProtocol
    essays: CJEssayRepositoryProtocol
    hydration: ContentHydration
    contexts: ContextBuilder
    budgets: BudgetPolicy
    goals: ContinuationPolicy
    telemetry: TelemetryProtocol
    clock: Clock

    async def create(self, request: AssessmentRequest) -> BatchId | None:
        """Stores the request with its goals; None when it is stored already (a second delivery)."""
        settings = request.settings.with_a_goal(self.goals.target_reliability)
        request = replace(request, settings=settings)
        async with self.sessions.session() as session:
            batch_id = await self.batches.create_batch(session, request, self.clock.now())
            await session.commit()
        if batch_id is None:
            self.telemetry.request_repeated()
        else:
            self.telemetry.batch_created(batch_id, len(request.essays))
        return batch_id

    async def prepare(self, batch_id: BatchId) -> bool:
        """Loads all texts and fixes brief and budget; safe to repeat after a crash at any point, or at the same time as another
        process. False, and nothing changed, where the batch has gone on or ended meanwhile.
        """
        async with self.sessions.session() as session:
            overview = await self.batches.get_overview(session, batch_id)
            request = await self.batches.get_original_request(session, batch_id)
            if not await self.batches.begin_fetching_content(session, batch_id, self.clock.now()):
                return False
            await session.commit()
        with self.telemetry.stage(Stage.PREPARATION, overview.identity):
            return await self._prepare(batch_id, request)

    async def _prepare(self, batch_id: BatchId, request: AssessmentRequest) -> bool:
        context = await self.contexts.build(request)
        essays = await self._load(request, context)
        async with self.sessions.session() as session:
            await self.essays.add_essays(session, batch_id, essays.loaded, essays.failed)
            if not await self.batches.record_preparation(
                session, batch_id, context.brief, len(essays.loaded), self._budget(request, essays)
            ):
                return False
            await session.commit()
        self.telemetry.batch_prepared(batch_id, len(essays.loaded), len(essays.failed))
        return True

    async def _load(self, request: AssessmentRequest, context: PreparedContext) -> PreparedEssays:
        grades = {anchor.storage_id: anchor.grade for anchor in context.anchors}
        submitted = await self.hydration.hydrate_essays(request.essays)
        anchors = await self.hydration.hydrate_essays(_anchors_to_add(request, context.anchors))
        words = {essay.essay_id: wording(essay.text) for essay in (*submitted.loaded, *anchors.loaded)}
        handed_in = {words[essay.essay_id] for essay in submitted.loaded}
        grade_of = {words[anchor.essay_id]: grades[anchor.storage_id] for anchor in anchors.loaded}
        return PreparedEssays(
            loaded=(
                *(
                    replace(
                        essay, known_grade=grades.get(essay.storage_id) or grade_of.get(words[essay.essay_id])
                    )
                    for essay in submitted.loaded
                ),
                *(
                    replace(anchor, known_grade=grades[anchor.storage_id], requested=False)
                    for anchor in anchors.loaded
                    if words[anchor.essay_id] not in handed_in
                ),
            ),
            failed=(
                *submitted.failed,
                *request.refused,
                *(replace(anchor, requested=False) for anchor in anchors.failed),
            ),
        )

    def _budget(self, request: AssessmentRequest, essays: PreparedEssays) -> int:
        return request.settings.budget or _budget_by_default(
            request, self.budgets.default_for(len(essays.loaded))
        )


def _budget_by_default(request: AssessmentRequest, usual: int) -> int:
    """Enough for the requester's plan, with a tenth more for questions that fail; no more when nothing else is asked."""
    planned = math.ceil(1.1 * len(request.pairs))
    return planned if request.settings.plan_use is PlanUse.ONLY else max(usual, planned)


def _anchors_to_add(
    request: AssessmentRequest, anchors: Sequence[AnchorReference]
) -> tuple[EssayReference, ...]:
    """Anchors whose stored text is not that of a requested essay."""
    submitted = {essay.storage_id for essay in request.essays}
    taken = {essay.essay_id for essay in request.essays} | {essay.essay_id for essay in request.refused}
    to_add = {anchor.storage_id: anchor for anchor in anchors if anchor.storage_id not in submitted}
    return tuple(
        EssayReference(_anchor_essay_id(anchor, taken), anchor.storage_id) for anchor in to_add.values()
    )


def _anchor_essay_id(anchor: AnchorReference, taken: set[EssayId]) -> EssayId:
    """The anchor's label, made different from the ids of the request where it is one of them."""
    label = EssayId(anchor.label)
    return label if label not in taken else EssayId(f"{anchor.label} (anchor {anchor.anchor_id})")
