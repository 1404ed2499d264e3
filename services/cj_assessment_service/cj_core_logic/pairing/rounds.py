"""A wave of several rounds, for judges that take long to answer and many questions at once."""

from dataclasses import replace

import numpy as np

from cj_assessment_service.cj_core_logic.pairing.planner import plan_wave
from cj_assessment_service.cj_core_logic.pairing.situation import PairingSituation
from cj_assessment_service.domain.comparisons import AskedComparison, AskedState, WavePlan
from cj_assessment_service.domain.policies import PairingPolicy


def plan_rounds(
    situation: PairingSituation, policy: PairingPolicy, rng: np.random.Generator, rounds: int
) -> WavePlan:
    """At most `limit` new questions in at most `rounds` rounds, each essay in one question a round. Every round is planned
    as if the earlier ones were out already and nothing was known of their answers.
    """
    planned = WavePlan(())
    now = 1 + max((question.wave for question in situation.asked), default=0)
    for _ in range(rounds):
        wave = plan_wave(
            replace(
                situation,
                asked=(*situation.asked, *as_outstanding(planned, now)),
                limit=situation.limit - len(planned),
            ),
            policy,
            rng,
        )
        if not wave.comparisons:
            break
        planned = WavePlan((*planned.comparisons, *wave.comparisons))
    return planned


def as_outstanding(plan: WavePlan, wave: int) -> tuple[AskedComparison, ...]:
    """Planned questions, as a planner of further ones must see them."""
    return tuple(
        AskedComparison(planned.pair, wave, planned.attempt, AskedState.OUTSTANDING)
        for planned in plan.comparisons
    )
