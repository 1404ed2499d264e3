"""How long planning one wave takes when every essay has been compared ten times."""

import time
from collections.abc import Sequence
from statistics import median

import numpy as np

from benchmarks.figures import Bench, Figure
from cj_assessment_service.cj_core_logic.pairing.planner import PairingSituation, count_askable, plan_wave
from cj_assessment_service.domain.comparisons import AskedComparison, AskedState, OrientedPair
from cj_assessment_service.domain.essays import EssayItem
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.judges import EveryPair
from cj_assessment_service.domain.policies import PairingPolicy

GOALS = ((100, "0.8 s", 0.05), (300, "23 s", 0.3), (1000, "about 900 s", 0.3), (3000, "", 3.0))
COMPARISONS_PER_ESSAY = 10


async def measure(bench: Bench) -> tuple[Figure, ...]:
    return tuple(
        figure_for(essays, earlier, goal, 2 * bench.effort.repeats + 1) for essays, earlier, goal in GOALS
    )


def figure_for(essays: int, earlier: str, goal: float, repeats: int) -> Figure:
    situation = mature_batch(essays)
    seconds = median(seconds_to_plan(situation, seed) for seed in range(repeats))
    return Figure(
        f"planning one wave, n = {essays}", earlier, f"< {goal:g} s", f"{seconds:.3f} s", seconds < goal
    )


def seconds_to_plan(situation: PairingSituation, seed: int) -> float:
    """All that is asked of pairing after a wave: what could be asked at all, and what is asked next."""
    policy, rng = PairingPolicy(), np.random.default_rng(seed)
    started = time.perf_counter()
    count_askable(situation, policy)
    plan = plan_wave(situation, policy, rng)
    seconds = time.perf_counter() - started
    full = len(situation.items) // 2
    if len(plan) < full:
        raise RuntimeError(f"a full wave has {full} questions, and only {len(plan)} were planned")
    return seconds


def mature_batch(essays: int) -> PairingSituation:
    rng = np.random.default_rng(essays)
    ids = [EssayId(f"essay-{number:04}") for number in range(essays)]
    scores = rng.normal(0.0, 2.0, essays)
    return PairingSituation(
        items=tuple(EssayItem(i, score=float(s), se=0.6) for i, s in zip(ids, scores, strict=True)),
        asked=tuple(
            AskedComparison(OrientedPair(ids[first], ids[second]), wave, 1, AskedState.DECIDED)
            for wave in range(1, COMPARISONS_PER_ESSAY + 1)
            for first, second in random_pairs(rng.permutation(essays).tolist())
        ),
        offer=EveryPair(),
        limit=essays,
    )


def random_pairs(order: Sequence[int]) -> list[tuple[int, int]]:
    return list(zip(order[::2], order[1::2], strict=True))
