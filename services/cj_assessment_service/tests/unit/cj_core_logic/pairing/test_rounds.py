from collections import Counter
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.pairing.planner import plan_wave
from cj_assessment_service.cj_core_logic.pairing.rounds import plan_rounds
from cj_assessment_service.tests.unit.cj_core_logic.pairing.situations import POLICY, situation


def test_one_round_is_one_wave() -> None:
    now = situation(9)
    assert plan_rounds(now, POLICY, np.random.default_rng(3)) == plan_wave(
        now, POLICY, np.random.default_rng(3)
    )


@given(st.integers(2, 14), st.integers(1, 5), st.integers(0, 40), st.integers(0, 99))
def test_a_plan_of_several_rounds_keeps_every_limit(essays: int, rounds: int, limit: int, seed: int) -> None:
    plan = plan_rounds(
        replace(situation(essays, limit=limit), rounds=rounds), POLICY, np.random.default_rng(seed)
    )
    pairs = Counter(planned.pair.unordered for planned in plan.comparisons)
    assert len(plan) <= min(limit, rounds * max(1, essays // 2))
    assert max(pairs.values(), default=0) <= POLICY.max_judgements_per_pair


def test_every_essay_is_in_every_round() -> None:
    plan = plan_rounds(replace(situation(10), rounds=4), POLICY, np.random.default_rng(5))
    shown = Counter(
        essay for planned in plan.comparisons for essay in (planned.pair.first, planned.pair.second)
    )
    assert set(shown.values()) == {4}
