"""Leaves the decisions of a judge out of a scale, or takes them back in, and says what that changes."""

import asyncio
from dataclasses import dataclass

from cj_assessment_service.cj_core_logic.continuation.goals import expected_grade_changes
from cj_assessment_service.cj_core_logic.grade_projector import GradeProjector
from cj_assessment_service.cj_core_logic.results.scale_change import (
    GradedScale,
    essay_moves,
    rank_correlation,
)
from cj_assessment_service.cj_core_logic.scoring.fit import fit
from cj_assessment_service.domain.batches import BatchOverview, Scoring
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.comparisons import DecidedComparison
from cj_assessment_service.domain.errors import BatchBusy, InvalidJudge
from cj_assessment_service.domain.essays import EssayItem
from cj_assessment_service.domain.grades import ProjectedGrades, ProjectionOutcome
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.domain.scale_changes import Exclusion, ScaleChange
from cj_assessment_service.protocols import (
    CJBatchRepositoryProtocol,
    CJComparisonRepositoryProtocol,
    CJEssayRepositoryProtocol,
    CJPanelRepositoryProtocol,
    GradeProjectionRepositoryProtocol,
    SessionProviderProtocol,
)


@dataclass(frozen=True, slots=True)
class _Seen:
    """The batch as it was read."""

    overview: BatchOverview
    items: tuple[EssayItem, ...]
    decided: tuple[DecidedComparison, ...]
    outcome: ProjectionOutcome | None

    @property
    def excluded(self) -> frozenset[str]:
        return frozenset(self.overview.excluded_judges)

    def counted(self, excluded: frozenset[str]) -> list[DecidedComparison]:
        return [one for one in self.decided if one.judge not in excluded]


@dataclass(frozen=True, slots=True)
class JudgeExclusion:
    """The decisions stay in the ledger either way, and events that were published stay as they were."""

    sessions: SessionProviderProtocol
    batches: CJBatchRepositoryProtocol
    panels: CJPanelRepositoryProtocol
    essays: CJEssayRepositoryProtocol
    comparisons: CJComparisonRepositoryProtocol
    projections: GradeProjectionRepositoryProtocol
    projector: GradeProjector
    clock: Clock

    async def exclude(self, batch_id: BatchId, judge: str) -> ScaleChange:
        """Raises UnknownBatch, InvalidJudge for a judge that is not there, is excluded already or is the last one, and
        BatchBusy while the batch is between two waves.
        """
        seen = await self._read(batch_id, judge)
        if judge in seen.excluded:
            raise InvalidJudge(f"{judge} is excluded from batch {batch_id} already.")
        after = seen.excluded | {judge}
        _check_somebody_is_left(seen, after)
        return await self._change(seen, judge, Exclusion(seen.excluded, after))

    async def restore(self, batch_id: BatchId, judge: str) -> ScaleChange:
        """Raises UnknownBatch, InvalidJudge for a judge that is not there or not excluded, and BatchBusy while the batch is
        between two waves.
        """
        seen = await self._read(batch_id, judge)
        if judge not in seen.excluded:
            raise InvalidJudge(f"{judge} is not excluded from batch {batch_id}, so it cannot be restored.")
        return await self._change(seen, judge, Exclusion(seen.excluded, seen.excluded - {judge}))

    async def _read(self, batch_id: BatchId, judge: str) -> _Seen:
        async with self.sessions.session() as session:
            seen = _Seen(
                overview=await self.batches.get_overview(session, batch_id),
                items=await self.essays.get_essays_for_batch(session, batch_id),
                decided=(await self.comparisons.get_history(session, batch_id)).decided,
                outcome=await self.projections.get_for_batch(session, batch_id),
            )
        judges = seen.overview.settings.panel.judges
        if judge not in judges:
            raise InvalidJudge(f"{judge} is no judge of batch {batch_id}. Its judges: {', '.join(judges)}.")
        return seen

    async def _change(self, seen: _Seen, judge: str, exclusion: Exclusion) -> ScaleChange:
        before = await self._board(seen, exclusion.before)
        after = await self._board(seen, exclusion.after)
        await self._write(seen, exclusion, after)
        moves = essay_moves(seen.items, before, after) if before is not None and after is not None else ()
        return ScaleChange(
            batch_id=seen.overview.identity.batch_id,
            judge=judge,
            decisions=sum(one.judge == judge for one in seen.decided),
            excluded=tuple(one for one in seen.overview.settings.panel.judges if one in exclusion.after),
            rank_correlation=rank_correlation(moves),
            moves=moves,
            reliability_before=before.board.reliability if before is not None else None,
            reliability_after=after.board.reliability if after is not None else None,
        )

    async def _board(self, seen: _Seen, excluded: frozenset[str]) -> GradedScale | None:
        """Grades only where the batch has published any; None where there is nothing to make a scale from."""
        counted = seen.counted(excluded)
        if not counted:
            return None
        board = await asyncio.to_thread(fit, [item.essay_id for item in seen.items], counted)
        if seen.outcome is None:
            return GradedScale(board, None)
        return GradedScale(board, await self.projector.project(seen.overview.identity.batch_id, board))

    async def _write(self, seen: _Seen, exclusion: Exclusion, after: GradedScale | None) -> None:
        overview, now = seen.overview, self.clock.now()
        batch_id = overview.identity.batch_id
        async with self.sessions.session() as session:
            if after is not None:
                await self.essays.store_scores(session, batch_id, after.board.ranked())
            if not await self.panels.exclude_judges(session, batch_id, overview.state, exclusion, now):
                raise BatchBusy(
                    f"Batch {batch_id} is going on to its next wave, or somebody else decides about its judges. Try again in"
                    f" a moment; if nothing works on it, go on with: cj resume {batch_id}"
                )
            if after is not None:
                await self.batches.record_rescoring(session, batch_id, _scoring(seen, after).record)
                if after.outcome is not None:
                    await self.projections.replace_for_batch(session, batch_id, after.outcome, now)
            await session.commit()


def _check_somebody_is_left(seen: _Seen, excluded: frozenset[str]) -> None:
    batch_id, panel = seen.overview.identity.batch_id, seen.overview.settings.panel
    left = [member.judge for member in panel.primaries if member.judge not in excluded]
    if not left or (seen.decided and not seen.counted(excluded)):
        raise InvalidJudge(
            f"Without this judge nobody is left to make the scale of batch {batch_id}. Restore another one first, or delete"
            f" the batch with: cj delete {batch_id}"
        )


def _scoring(seen: _Seen, after: GradedScale) -> Scoring:
    changes = None
    if seen.overview.settings.max_expected_grade_changes is not None and isinstance(
        after.outcome, ProjectedGrades
    ):
        anchors = {item.essay_id for item in seen.items if item.is_anchor}
        changes = expected_grade_changes([p for p in after.outcome.projections if p.essay_id not in anchors])
    return Scoring(after.board, changes)
