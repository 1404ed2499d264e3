"""Asks failed questions again, within budget and with fair orientation, as part of the next wave."""

from dataclasses import dataclass

import numpy as np

from cj_assessment_service.cj_core_logic.batch_pool_manager import BatchPoolManager
from cj_assessment_service.cj_core_logic.pairing.arbitration import as_pairs_are_chosen
from cj_assessment_service.cj_core_logic.pairing.panel_wave import for_panel
from cj_assessment_service.cj_core_logic.pairing.retry import plan_retries
from cj_assessment_service.cj_core_logic.pairing.situation import PairingSituation
from cj_assessment_service.domain.comparisons import WavePlan
from cj_assessment_service.domain.policies import PairingPolicy


@dataclass(frozen=True, slots=True)
class BatchRetryProcessor:
    pool: BatchPoolManager
    policy: PairingPolicy

    def plan(self, situation: PairingSituation, rng: np.random.Generator) -> WavePlan:
        """Empty when the pool is; what arbiters failed at is not in it."""
        seen = as_pairs_are_chosen(situation)
        if not self.pool.pool_of(seen.asked).waiting:
            return WavePlan(())
        return plan_retries(seen, for_panel(self.policy, seen), rng)
