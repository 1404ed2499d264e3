"""What each strategy prefers, and what all of them keep."""

from dataclasses import replace

import numpy as np
import pytest

from cj_assessment_service.cj_core_logic.pairing.coverage import components_of
from cj_assessment_service.cj_core_logic.pairing.history import history_of
from cj_assessment_service.cj_core_logic.pairing.planner import PairingSituation, plan_wave
from cj_assessment_service.domain.essays import EssayItem
from cj_assessment_service.domain.identifiers import EssayId, Grade
from cj_assessment_service.domain.policies import PairingPolicy, PairStrategy
from cj_assessment_service.tests.unit.cj_core_logic.pairing.situations import (
    after_waves,
    decided,
    essay_id,
    situation,
    unordered,
)

ADAPTIVE = [strategy for strategy in PairStrategy if strategy is not PairStrategy.RANDOM]


def mature(count: int = 40, waves: int = 20) -> PairingSituation:
    """Every essay compared often, scores rising with the number of the essay."""
    now = after_waves(situation(count), waves)
    return situation(count, *now.asked, scores=np.linspace(-5, 5, count).tolist())


def distances(now: PairingSituation, strategy: PairStrategy) -> list[int]:
    """Between the ranks of the two essays, over some waves."""
    rank = {item.essay_id: place for place, item in enumerate(now.items)}
    policy = PairingPolicy(strategy=strategy)
    plans = [plan_wave(now, policy, np.random.default_rng(seed)) for seed in range(5)]
    return [abs(rank[one] - rank[other]) for plan in plans for one, other in unordered(plan)]


@pytest.mark.parametrize("strategy", ADAPTIVE)
def test_adaptive_strategies_pair_similar_scores_and_keep_some_random_pairs(strategy: PairStrategy) -> None:
    apart = distances(mature(), strategy)
    assert np.median(apart) <= 4
    assert max(apart) > 6


def test_the_random_strategy_cares_for_no_score() -> None:
    assert np.median(distances(mature(), PairStrategy.RANDOM)) > 8


def test_the_progressive_strategy_turns_to_similar_scores_by_and_by() -> None:
    early, late = (distances(mature(waves=waves), PairStrategy.PROGRESSIVE) for waves in (4, 12))
    assert np.mean(early) > 2 * np.mean(late)


@pytest.mark.parametrize("strategy", PairStrategy)
@pytest.mark.parametrize("count", [7, 24])
def test_three_comparisons_each_connect_the_essays(strategy: PairStrategy, count: int) -> None:
    now = after_waves(situation(count), 5, policy=PairingPolicy(strategy=strategy))
    assert set(components_of(history_of(now.items, now.asked)).tolist()) == {0}


@pytest.mark.parametrize("strategy", PairStrategy)
def test_places_are_balanced_under_every_strategy(strategy: PairStrategy) -> None:
    now = mature(16, 4)
    for wave in range(5, 20):
        now = after_waves(now, 1, seed=wave, policy=PairingPolicy(strategy=strategy))
    assert np.abs(history_of(now.items, now.asked).skew).max() <= 6


@pytest.mark.parametrize("strategy", PairStrategy)
def test_other_names_in_the_same_order_change_nothing_but_the_names(strategy: PairStrategy) -> None:
    def renamed(name: EssayId) -> EssayId:
        return EssayId(f"other {name}")

    now, policy = mature(12, 5), PairingPolicy(strategy=strategy)
    other = replace(
        now,
        items=tuple(replace(item, essay_id=renamed(item.essay_id)) for item in now.items),
        asked=tuple(
            replace(q, pair=replace(q.pair, first=renamed(q.pair.first), second=renamed(q.pair.second)))
            for q in now.asked
        ),
    )
    plans = [plan_wave(each, policy, np.random.default_rng(3)).comparisons for each in (now, other)]
    assert [(renamed(p.pair.first), renamed(p.pair.second)) for p in plans[0]] == [
        (p.pair.first, p.pair.second) for p in plans[1]
    ]


@pytest.mark.parametrize("strategy", [PairStrategy.INFORMATION, PairStrategy.A_OPTIMAL])
def test_essays_near_a_cut_point_come_first_where_little_can_be_asked(strategy: PairStrategy) -> None:
    now = replace(mature(40), cut_points=(0.1,), limit=3)
    near = {essay_id(number) for number in range(17, 24)}
    policy = PairingPolicy(strategy=strategy, boundary_weight=20.0)
    plans = [unordered(plan_wave(now, policy, np.random.default_rng(seed))) for seed in range(10)]
    touching = [bool({one, other} & near) for plan in plans for one, other in plan]
    assert np.mean(touching) > 0.7


def test_an_essay_hardly_known_is_asked_about_first() -> None:
    now = mature(20)
    newcomer = EssayItem(essay_id(99), score=0.0, se=1.5)
    asked = (*now.asked, decided(99, 3))
    now = replace(now, items=(*now.items, newcomer), asked=asked, limit=1)
    for seed in range(5):
        for strategy in (PairStrategy.INFORMATION, PairStrategy.A_OPTIMAL):
            (pair,) = unordered(
                plan_wave(now, PairingPolicy(strategy=strategy), np.random.default_rng([9, seed]))
            )
            assert essay_id(99) in pair


def test_anchors_that_met_only_each_other_are_linked_to_the_others() -> None:
    anchors = [decided(a, b) for a in range(4) for b in range(a + 1, 4)]
    others = [decided(a, b) for a in range(4, 16) for b in range(a + 1, 16)]
    now = situation(16, *anchors, *others, decided(0, 4), scores=np.linspace(-3, 3, 16).tolist())
    graded = tuple(replace(item, known_grade=Grade("C")) for item in now.items[:4])
    plan = plan_wave(replace(now, items=(*graded, *now.items[4:])), PairingPolicy(), np.random.default_rng(0))
    low = {essay_id(number) for number in range(4)}
    linked = [pair for pair in unordered(plan) if len(low & set(pair)) == 1]
    assert len(linked) == 4
