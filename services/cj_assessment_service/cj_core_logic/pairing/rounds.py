"""A wave of several rounds, for judges that take long to answer and many questions at once."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from cj_assessment_service.cj_core_logic.pairing.planner import plan_wave
from cj_assessment_service.cj_core_logic.pairing.situation import PairingSituation
from cj_assessment_service.domain.comparisons import AskedComparison, AskedState, PlannedComparison, WavePlan
from cj_assessment_service.domain.policies import PairingPolicy


def plan_rounds(situation: PairingSituation, policy: PairingPolicy, rng: np.random.Generator) -> WavePlan:
    """At most `limit` new questions in at most `rounds` rounds, each essay in one question a round. Every round is planned
    as if the earlier ones were out already and nothing was known of their answers.
    """
    planned = WavePlan(())
    for _ in range(situation.rounds):
        wave = plan_wave(
            replace(
                situation,
                asked=(*situation.asked, *as_outstanding(planned.comparisons, situation.next_wave)),
                limit=situation.limit - len(planned),
            ),
            policy,
            rng,
        )
        if not wave.comparisons:
            break
        planned = WavePlan((*planned.comparisons, *wave.comparisons))
    return planned


def as_outstanding(planned: Sequence[PlannedComparison], wave: int) -> tuple[AskedComparison, ...]:
    """What is planned already, as the planner of new questions must see it."""
    return tuple(AskedComparison(one.pair, wave, one.attempt, AskedState.OUTSTANDING) for one in planned)
