"""Chooses the questions of the next wave: failed ones that deserve another try first, then new ones."""

from dataclasses import dataclass, replace

import numpy as np

from cj_assessment_service.cj_core_logic.batch_retry_processor import BatchRetryProcessor
from cj_assessment_service.cj_core_logic.grade_projection.calibration import AnchorScore, calibrate
from cj_assessment_service.cj_core_logic.pairing.planner import PairingSituation, count_askable, plan_wave
from cj_assessment_service.domain.batches import BatchSnapshot
from cj_assessment_service.domain.comparisons import AskedComparison, AskedState, WavePlan
from cj_assessment_service.domain.essays import EssayItem
from cj_assessment_service.domain.grades import Calibration
from cj_assessment_service.domain.policies import PairingPolicy
from cj_assessment_service.domain.scores import Scoreboard
from cj_assessment_service.protocols import LLMInteractionProtocol


@dataclass(frozen=True, slots=True)
class ComparisonProcessing:
    judges: LLMInteractionProtocol
    retries: BatchRetryProcessor
    policy: PairingPolicy

    async def situation(
        self, snapshot: BatchSnapshot, board: Scoreboard | None, limit: int
    ) -> PairingSituation:
        """What pairing may look at: the essays with their newest scores, all questions so far, the judge's offer."""
        return PairingSituation(
            items=_with_scores(snapshot.items, board),
            asked=snapshot.asked,
            offer=(await self.judges.get_traits(snapshot.overview.asked_panel.judges[0])).offer,
            limit=limit,
            cut_points=_cut_points(snapshot, board),
            plan=snapshot.plan,
        )

    def count_askable(self, situation: PairingSituation) -> int:
        """How many more judgements could be had at all; 0 when the batch is saturated."""
        return count_askable(situation, self.policy)

    def plan(self, snapshot: BatchSnapshot, situation: PairingSituation) -> WavePlan:
        """Depends on the batch's seed and wave and on what was asked so far, and on nothing else."""
        rng = np.random.default_rng([snapshot.overview.settings.seed, snapshot.overview.wave])
        again = self.retries.plan(situation, rng)
        fresh = plan_wave(
            replace(
                situation,
                asked=(*situation.asked, *_as_outstanding(again, snapshot.overview.wave + 1)),
                limit=situation.limit - len(again),
            ),
            self._policy_for(snapshot),
            rng,
        )
        return WavePlan((*again.comparisons, *fresh.comparisons))

    def _policy_for(self, snapshot: BatchSnapshot) -> PairingPolicy:
        """With the strategy the requester chose, where one was chosen."""
        return replace(self.policy, strategy=snapshot.overview.settings.strategy or self.policy.strategy)


def _cut_points(snapshot: BatchSnapshot, board: Scoreboard | None) -> tuple[float, ...]:
    """Between the grades, as the anchors' scores have them now; none where grades cannot be told."""
    if snapshot.scale is None or board is None or board.components > 1:
        return ()
    grades = {item.essay_id: item.known_grade for item in snapshot.items}
    anchors = [
        AnchorScore(score.essay_id, grade, score.score, score.se)
        for score in board.scores
        if (grade := grades.get(score.essay_id)) is not None
    ]
    calibration = calibrate(snapshot.scale, anchors)
    return calibration.cut_points if isinstance(calibration, Calibration) else ()


def _with_scores(items: tuple[EssayItem, ...], board: Scoreboard | None) -> tuple[EssayItem, ...]:
    if board is None:
        return items
    scores = {score.essay_id: score for score in board.scores}
    return tuple(
        replace(item, score=scores[item.essay_id].score, se=scores[item.essay_id].se) for item in items
    )


def _as_outstanding(plan: WavePlan, wave: int) -> tuple[AskedComparison, ...]:
    """Planned retries, as the planner of new questions must see them."""
    return tuple(
        AskedComparison(planned.pair, wave, planned.attempt, AskedState.OUTSTANDING)
        for planned in plan.comparisons
    )
