"""Chooses the questions of the next wave: failed ones that deserve another try first, then new ones."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from cj_assessment_service.cj_core_logic.batch_retry_processor import BatchRetryProcessor
from cj_assessment_service.cj_core_logic.grade_projection.calibration import AnchorScore, calibrate
from cj_assessment_service.cj_core_logic.pairing.arbitration import as_pairs_are_chosen
from cj_assessment_service.cj_core_logic.pairing.panel_wave import (
    WavePolicies,
    count_panel_askable,
    plan_panel_wave,
)
from cj_assessment_service.cj_core_logic.pairing.roster import joint_offer
from cj_assessment_service.cj_core_logic.pairing.situation import PairingSituation, Seat
from cj_assessment_service.domain.batches import BatchSnapshot
from cj_assessment_service.domain.comparisons import AssignedComparison
from cj_assessment_service.domain.essays import EssayItem
from cj_assessment_service.domain.grades import Calibration
from cj_assessment_service.domain.judges import EveryPair
from cj_assessment_service.domain.panels import PanelMember
from cj_assessment_service.domain.policies import PairingPolicy, PanelPolicy
from cj_assessment_service.domain.scores import Scoreboard
from cj_assessment_service.protocols import LLMInteractionProtocol


@dataclass(frozen=True, slots=True)
class ComparisonProcessing:
    judges: LLMInteractionProtocol
    retries: BatchRetryProcessor
    policy: PairingPolicy
    panel_policy: PanelPolicy

    async def situation(
        self, snapshot: BatchSnapshot, board: Scoreboard | None, limit: int
    ) -> PairingSituation:
        """What pairing may look at: the essays with their newest scores, all questions so far, the judges' offers."""
        panel = snapshot.overview.asked_panel
        primaries = await self._seats(panel.primaries)
        situation = PairingSituation(
            items=_with_scores(snapshot.items, board),
            asked=snapshot.asked,
            offer=EveryPair(),
            limit=limit,
            cut_points=_cut_points(snapshot, board),
            plan=snapshot.plan,
            primaries=primaries,
            arbiters=await self._seats(panel.arbiters),
            rounds=await self._rounds(panel.primaries),
        )
        return replace(situation, offer=joint_offer(primaries, as_pairs_are_chosen(situation).asked))

    def count_askable(self, situation: PairingSituation) -> int:
        """How many more judgements could be had at all; 0 when the batch is saturated."""
        return count_panel_askable(situation, WavePolicies(self.policy, self.panel_policy))

    def plan(self, snapshot: BatchSnapshot, situation: PairingSituation) -> tuple[AssignedComparison, ...]:
        """The questions of the next wave, each with its judge. Depends on the batch's seed and wave and on what was asked so
        far, and on nothing else.
        """
        seed, wave = snapshot.overview.settings.seed, snapshot.overview.wave
        pairs_rng, judges_rng = np.random.default_rng([seed, wave]), np.random.default_rng([seed, wave, 1])
        return plan_panel_wave(
            situation,
            self.retries.plan(situation, pairs_rng),
            WavePolicies(self._policy_for(snapshot), self.panel_policy),
            pairs_rng,
            judges_rng,
        )

    async def _rounds(self, members: Sequence[PanelMember]) -> int:
        """More than one where an answer takes a day: what a wave cannot learn from its own answers it makes up by time."""
        traits = [await self.judges.get_traits(one.judge) for one in members]
        return self.policy.rounds_in_batches if any(one.answers_in_batches for one in traits) else 1

    async def _seats(self, members: Sequence[PanelMember]) -> tuple[Seat, ...]:
        return tuple(
            [Seat(one.judge, one.share, (await self.judges.get_traits(one.judge)).offer) for one in members]
        )

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
