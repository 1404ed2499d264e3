import numpy as np
import pytest

from cj_assessment_service.cj_core_logic.pairing.outlook import fisher_information, scale_of
from cj_assessment_service.cj_core_logic.pairing.planner import plan_wave
from cj_assessment_service.domain.comparisons import AskedComparison, PairMode
from cj_assessment_service.domain.essays import EssayItem
from cj_assessment_service.domain.policies import PairingPolicy, PairStrategy
from cj_assessment_service.tests.unit.cj_core_logic.pairing.situations import (
    POLICY,
    after_waves,
    decided,
    essay_id,
    essays_of,
    items,
    situation,
    unordered,
)


def test_information_is_that_of_one_judgement() -> None:
    difference = np.array([0.0, 1.5, -1.5, 800.0])
    chance = 1 / (1 + np.exp(-1.5))
    assert fisher_information(difference) == pytest.approx([0.25, *2 * [chance * (1 - chance)], 0.0])


def test_a_missing_score_is_the_middle_and_a_missing_error_the_largest() -> None:
    scale = scale_of((EssayItem(essay_id(0), score=2.0, se=0.5), EssayItem(essay_id(1))))
    assert (scale.score.tolist(), scale.se.tolist(), scale.known) == ([2.0, 0.0], [0.5, 0.5], True)
    assert not scale_of(items(2)).known


def rounds_of_all_against_all_but_one(count: int) -> list[AskedComparison]:
    """Every pair but the neighbours 0-1, 2-3, ... once."""
    return [decided(a, b) for a in range(count) for b in range(a + 1, count) if b != a + 1 or a % 2]


def test_later_waves_prefer_similar_scores() -> None:
    scores = np.linspace(-4, 4, 40).tolist()
    now = after_waves(situation(40), 12)
    now = situation(40, *now.asked, scores=scores)
    rank = {essay_id(number): number for number in range(40)}
    plans = [plan_wave(now, POLICY, np.random.default_rng(seed)) for seed in range(10)]
    distance = [abs(rank[one] - rank[other]) for plan in plans for one, other in unordered(plan)]
    assert np.median(distance) <= 5
    assert max(distance) > 10  # a random share is kept


def test_a_new_pair_of_close_essays_is_preferred_to_repeats() -> None:
    now = situation(10, *rounds_of_all_against_all_but_one(10), scores=np.linspace(-1, 1, 10).tolist())
    for strategy in (PairStrategy.OPTIMAL_GRAPH, PairStrategy.INFORMATION):
        plans = [
            plan_wave(now, PairingPolicy(strategy=strategy), np.random.default_rng(seed))
            for seed in range(10)
        ]
        modes = [planned.mode for plan in plans for planned in plan.comparisons]
        assert modes.count(PairMode.COVERAGE) > 0.7 * len(modes)


def test_repeats_among_equals_are_preferred_to_new_pairs_that_teach_nothing() -> None:
    low, high = range(10), range(10, 20)
    within = [decided(a, b) for part in (low, high) for a in part for b in part if a < b]
    now = situation(20, *within, decided(0, 10), scores=[-9.0] * 10 + [9.0] * 10)
    plans = [plan_wave(now, POLICY, np.random.default_rng(seed)) for seed in range(10)]
    modes = [planned.mode for plan in plans for planned in plan.comparisons]
    assert set(modes) == {PairMode.RESAMPLING}


def test_a_short_wave_takes_the_essays_with_fewest_comparisons() -> None:
    by_count = PairingPolicy(PairStrategy.OPTIMAL_GRAPH, proximity_weight=0.0)
    asked = [decided(a, b) for a in range(6) for b in range(a + 1, 6)]
    now = situation(8, *asked, decided(6, 0), decided(7, 1), limit=2)
    for seed in range(5):
        plan = plan_wave(now, by_count, np.random.default_rng(seed))
        assert {essay_id(6), essay_id(7)} <= set(essays_of(plan))
