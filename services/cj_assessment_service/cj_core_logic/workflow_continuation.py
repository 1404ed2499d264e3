"""After a wave: snapshot, score, decide, act. The holder of the claim is the only one who does."""

import asyncio
from dataclasses import dataclass, replace
from typing import assert_never

from cj_assessment_service.cj_core_logic.batch_completion_checker import BatchCompletionChecker
from cj_assessment_service.cj_core_logic.batch_finalizer import BatchFinalizer
from cj_assessment_service.cj_core_logic.comparison_batch_orchestrator import ComparisonBatchOrchestrator
from cj_assessment_service.cj_core_logic.comparison_processing import ComparisonProcessing
from cj_assessment_service.cj_core_logic.continuation.decide import decide
from cj_assessment_service.cj_core_logic.continuation.goals import expected_grade_changes
from cj_assessment_service.cj_core_logic.continuation.rules import Situation
from cj_assessment_service.cj_core_logic.grade_projector import GradeProjector
from cj_assessment_service.cj_core_logic.scoring.fit import fit
from cj_assessment_service.domain.batches import BatchSnapshot, Claim, Scoring, StopReason
from cj_assessment_service.domain.decisions import Fail, Finalise, RequestMore, WaitForAnswers
from cj_assessment_service.domain.errors import GaveUp, InvalidJudge
from cj_assessment_service.domain.grades import ProjectedGrades
from cj_assessment_service.domain.policies import ContinuationPolicy
from cj_assessment_service.domain.scores import Scoreboard
from cj_assessment_service.domain.stages import Stage
from cj_assessment_service.protocols import TelemetryProtocol

MINIMUM_ESSAYS = 2
"""Fewer requested essays than this leave nothing to compare; anchors do not count."""


@dataclass(frozen=True, slots=True)
class WorkflowContinuation:
    checker: BatchCompletionChecker
    planning: ComparisonProcessing
    waves: ComparisonBatchOrchestrator
    projector: GradeProjector
    finalizer: BatchFinalizer
    policy: ContinuationPolicy
    telemetry: TelemetryProtocol

    async def continue_batch(self, claim: Claim) -> None:
        """Carries the batch to its next wave or its end. A fault of the batch itself ends it with its reason; faults
        that may pass raise TryAgain and leave the claim to be taken over.
        """
        self.telemetry.hand_over_claimed(claim)
        snapshot = await self.checker.snapshot(claim.batch_id)
        with self.telemetry.stage(Stage.CONTINUATION, snapshot.overview.identity):
            await self._carry_on(claim, snapshot)

    async def _carry_on(self, claim: Claim, snapshot: BatchSnapshot) -> None:
        if sum(item.requested for item in snapshot.items) < MINIMUM_ESSAYS:
            await self.finalizer.finalise_insufficient(claim, snapshot)
            return
        try:
            await self._continue(claim, snapshot)
        except (GaveUp, InvalidJudge) as error:
            await self.finalizer.fail(claim, StopReason.PROCESSING_FAILED, str(error))

    async def _continue(self, claim: Claim, snapshot: BatchSnapshot) -> None:
        scoring = await self._score(snapshot)
        if scoring is not None:
            self.telemetry.wave_scored(claim, snapshot.progress, scoring.board)
        board = scoring.board if scoring is not None else None
        situation = await self.planning.situation(snapshot, board, snapshot.progress.remaining)
        askable = self.planning.count_askable(situation)
        decision = decide(Situation(snapshot, scoring, askable, self.policy))
        self.telemetry.decision_made(claim, decision)
        match decision:
            case WaitForAnswers():
                return
            case RequestMore(limit=limit):
                await self.waves.run_wave(claim, snapshot, scoring, replace(situation, limit=limit))
            case Finalise():
                await self.finalizer.finalise(claim, snapshot, scoring, decision)
            case Fail(reason=reason, detail=detail):
                await self.finalizer.fail(claim, reason, detail)
            case _:
                assert_never(decision)

    async def _score(self, snapshot: BatchSnapshot) -> Scoring | None:
        """The fit takes processor time, so it runs in a thread; None before the first judgement."""
        if not snapshot.decided:
            return None
        board = await asyncio.to_thread(fit, [item.essay_id for item in snapshot.items], snapshot.decided)
        return Scoring(board, await self._expected_grade_changes(snapshot, board))

    async def _expected_grade_changes(self, snapshot: BatchSnapshot, board: Scoreboard) -> float | None:
        """Of the essays whose grade is not known; asked for only where the batch has a goal for it."""
        if snapshot.overview.settings.max_expected_grade_changes is None:
            return None
        outcome = await self.projector.project(snapshot.batch_id, board)
        if not isinstance(outcome, ProjectedGrades):
            return None
        anchors = {item.essay_id for item in snapshot.items if item.is_anchor}
        return expected_grade_changes([p for p in outcome.projections if p.essay_id not in anchors])
